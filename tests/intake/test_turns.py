"""Two runs over one source at once: one waits, wherever they run and however they end."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders import START, Held, ask, person, write

from include.intake.actions import take_in, take_in_by_hand
from include.intake.checking import check
from include.intake.landing.actions import land
from include.intake.preparing import prepare
from include.intake.receiving import receive
from include.intake.registering.actions import register
from include.intake.turns import BETWEEN_TASKS, NotYetOurTurn, Overtaken, end_turn, in_turn
from include.store import Role, begin

Make = Callable[..., Held]
ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from include.intake.turns import in_turn, BETWEEN_TASKS
from datetime import timedelta
with in_turn("sample_guide", "elsewhere", rests=timedelta(0)):
    print("holds", flush=True)
    time.sleep(600)
"""


def test_a_second_run_waits_and_is_told_for_whom_and_another_source_does_not(database: str) -> None:
    with in_turn("one", "first"):
        with pytest.raises(NotYetOurTurn, match=r"one: waits for run first, whose turn it is since .* at work"):
            in_turn("one", "second").__enter__()
        with in_turn("other", "second"):
            pass
    with in_turn("one", "second"):
        pass


def test_a_run_keeps_its_turn_between_its_tasks_until_it_ends_it(database: str) -> None:
    with in_turn("one", "first", rests=BETWEEN_TASKS):
        pass
    with pytest.raises(NotYetOurTurn, match="goes on, or loses it at"):
        in_turn("one", "second").__enter__()
    with in_turn("one", "first", rests=BETWEEN_TASKS):
        end_turn("one", "first")
    with in_turn("one", "second"):
        pass


def test_tasks_of_one_run_work_side_by_side_and_its_turn_lasts_until_the_last_of_them(database: str) -> None:
    with in_turn("one", "first", rests=timedelta(milliseconds=1)):
        with in_turn("one", "first", rests=timedelta(milliseconds=1)):
            pass
        with pytest.raises(NotYetOurTurn, match="at work"):
            in_turn("one", "second").__enter__()
    with in_turn("one", "second", patience=timedelta(seconds=30)):
        assert [row[0] for row in ask("select run from register.turn")] == ["second"]


def test_the_turn_of_a_process_that_was_killed_is_the_next_ones_at_once(database: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holds\n"
        with pytest.raises(NotYetOurTurn):
            in_turn("sample_guide", "second").__enter__()
        holder.kill()
    with in_turn("sample_guide", "second", patience=timedelta(seconds=30)):
        pass


def test_a_run_by_hand_waits_for_the_nightly_one_says_so_and_comes_after_it(
    source: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    guide = source()
    file = tmp_path / "sample_guide.csv"
    write(file, list(guide.contract.columns), [person(1)])
    counts = []
    by_hand = threading.Thread(
        target=lambda: counts.append(take_in_by_hand(guide.contract, file, at=START, reason="drill")[1])
    )
    with caplog.at_level(logging.INFO, "amanah.intake"), in_turn("sample_guide", "nightly"):
        by_hand.start()
        while "waits for run nightly" not in caplog.text:
            by_hand.join(0.05)
            assert by_hand.is_alive()
        take_in(guide.contract, file, at=START, run="nightly", reason="scheduled")
    by_hand.join(60)
    assert [each["unchanged"] for each in counts] == [1]
    ((first, _), (second, kind)) = ask(
        "select receipt.run, run.kind from register.receipt left join register.run using (run) order by received_at"
    )
    assert (first, second.partition(":")[0], kind) == ("nightly", "command_line", "command_line")


def test_a_run_that_lost_its_turn_puts_nothing_back_that_a_later_delivery_replaced(source: Make) -> None:
    guide = source()
    file = guide.folder / "sample_guide.csv"
    write(file, list(guide.contract.columns), [person(1), person(2)])
    late = receive(guide.contract, file, at=START, run="run:dead", reason="drill").id
    for shard in land(late, guide.contract, at=START):
        check(late, guide.contract, at=START)
        prepare(late, shard, guide.contract)
    guide.delivers([person(2), person(3)])
    before = ask("select row_key, state, last_delivery_id from register.listing order by 1")
    with pytest.raises(Overtaken, match=r"later delivery.* deliver it again"):
        register(late, guide.contract, at=START + timedelta(days=1))
    assert ask("select row_key, state, last_delivery_id from register.listing order by 1") == before


def test_who_started_a_run_by_hand_is_in_the_register_and_only_by_its_keyed_hash_in_the_evidence(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "some.engineer")
    guide = source()
    file = tmp_path / "sample_guide.csv"
    write(file, list(guide.contract.columns), [person(1)])
    take_in_by_hand(guide.contract, file, at=START, reason="audit")
    with begin(Role.AUDITOR) as auditor:
        rows = auditor.exec_driver_sql("select kind, reason, started_by from register.run").all()
        told = auditor.exec_driver_sql("select payload from evidence.ledger where kind = 'reason_given'").scalar_one()
    assert [tuple(row) for row in rows] == [("command_line", "audit", "some.engineer")]
    assert '"starter"' in told
    assert "engineer" not in told
