"""A day is told as it was recorded: the same bytes whenever it is asked for, whatever was destroyed since."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from administering import administrator
from audit_case import AFTER, DAY, HOUR, MIDNIGHT, Make, a_day, files, lines_of, put_aside, record_late
from builders import START, ask, recorded
from sqlalchemy import text

from include.duties.audit.actions import Audited, CheckFailed, audit, see_that_it_holds
from include.duties.audit.closing import close_day, close_yesterday, see_that_it_is_over
from include.duties.audit.comparing import PackDiffers
from include.duties.audit.model import BeforeRecords, Day, NoSuchDay
from include.duties.audit.verifier import verify
from include.duties.destruction.actions import destroy_due
from include.duties.suppressing import rotate
from include.errors import MayBeRetried
from include.evidence import Kind, seal
from include.evidence.payload import instant
from include.store import Role, begin, home
from include.store.server import ServerInfo

NIGHT = timedelta(days=1)


def test_a_day_is_the_same_pack_before_and_after_a_third_was_destroyed_and_both_keys_were_changed(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(source, people=6)
    before = audit(DAY, AFTER)
    held = {row["measure"]: row["counts"] for row in lines_of(before.pack, "held.jsonl")}
    assert held["subjects"] == {"subjects": 6}
    told = files(before.pack)
    put_aside(before.pack, tmp_path)
    with begin(Role.DUTIES) as connection:
        connection.execute(
            text("""
                insert into duties.destruction_request (subject_id, trigger, asked_at)
                select id, 'deletion_asked', :at from register.subject order by id limit 2
            """),
            {"at": AFTER + HOUR},
        )
    assert destroy_due(AFTER + 2 * HOUR)["destroyed"] == 2
    assert ask("select count(*) from register.subject")[0][0] == 4
    seal(AFTER + 3 * HOUR)
    monkeypatch.setenv("AMANAH_SEAL_KEY", base64.b64encode(os.urandom(32)).decode())
    monkeypatch.setenv("AMANAH_SUPPRESSION_KEYS", f"2:{os.urandom(32).hex()}")
    rotate(AFTER + 4 * HOUR)
    again = audit(DAY, AFTER + 3 * NIGHT)
    assert files(again.pack) == told
    assert verify(again.pack) == verify(tmp_path / again.pack.name) == []
    assert Path(f"{again.pack}.sig").read_bytes() != (tmp_path / "2026-03-01.sig").read_bytes(), "another key signed"
    later = audit(Day.of(date(2026, 3, 2)), AFTER + NIGHT)
    counts = {row["kind"]: row["counts"] for row in lines_of(later.pack, "flows.jsonl")}
    assert counts["destruction_done"]["subjects"] == 2, "the next day tells of it"
    assert {row["measure"]: row["counts"] for row in lines_of(later.pack, "held.jsonl")}["subjects"] == {"subjects": 4}


def test_a_pack_that_stands_is_found_to_be_the_same_and_one_that_was_changed_is_not_written_over(source: Make) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    signature = Path(f"{pack}.sig")
    whole, signed = files(pack), signature.read_bytes()
    assert audit(DAY, AFTER + HOUR).pack == pack
    assert (files(pack), signature.read_bytes()) == (whole, signed)
    assert not [left for left in pack.parent.iterdir() if left.name.startswith(".")]
    content = bytearray(whole["held.jsonl"])
    content[40] ^= 1
    (pack / "held.jsonl").write_bytes(content)
    with pytest.raises(PackDiffers, match=r"2026-03-01 .*held\.jsonl from byte 40 on"):
        audit(DAY, AFTER + HOUR)
    assert (pack / "held.jsonl").read_bytes() == content
    for file in pack.iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_what_was_recorded_later_about_a_day_is_a_supplement_and_the_pack_stays(source: Make, tmp_path: Path) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    whole = files(pack)
    record_late(START + 2 * HOUR)
    record_late(MIDNIGHT, Kind.STANDSTILL_BEGUN)
    record_late(AFTER + HOUR, Kind.HOLD_RELEASED)
    put_aside(pack, tmp_path)
    following = audit(Day.of(date(2026, 3, 2)), AFTER + NIGHT)
    assert [each.name for each in following.supplements] == ["2026-03-01.supplement-2026-03-02"]
    (supplement,) = following.supplements
    assert verify(supplement) == []
    assert [row["kind"] for row in lines_of(supplement, "flows.jsonl")] == ["hold_placed"]
    of_its_own = {row["kind"] for row in lines_of(following.pack, "flows.jsonl")}
    assert {"standstill_begun", "hold_released"} <= of_its_own, "from its first instant on"
    assert "hold_placed" not in of_its_own
    assert files(audit(DAY, AFTER + 2 * NIGHT).pack) == whole
    shutil.rmtree(supplement)
    assert audit(Day.of(date(2026, 3, 2)), AFTER + 5 * NIGHT).supplements == (supplement,)
    assert verify(supplement) == [], "it comes back as it was, by its own day"


def test_what_happens_while_a_seal_of_the_old_day_waits_for_its_turn_is_told_by_the_new_day(source: Make) -> None:
    a_day(source, people=1)
    record_late(MIDNIGHT + timedelta(seconds=1), Kind.HOLD_RELEASED)
    seal(MIDNIGHT - timedelta(seconds=1))
    audit(DAY, AFTER)
    following = audit(Day.at(AFTER), AFTER + NIGHT)
    assert "hold_released" in {row["kind"] for row in lines_of(following.pack, "flows.jsonl")}


def test_a_day_that_nobody_counted_in_time_is_told_by_its_events_alone_and_stays_so(
    source: Make, tmp_path: Path
) -> None:
    a_day(source, people=2)
    assert close_day(DAY, MIDNIGHT + NIGHT) == 0
    done = audit(DAY, MIDNIGHT + 9 * NIGHT)
    assert not done.counted
    assert lines_of(done.pack, "held.jsonl") == []
    assert "subjects_found" in {row["kind"] for row in lines_of(done.pack, "flows.jsonl")}
    checks = {row["check"]: row["holds"] for row in lines_of(done.pack, "checks.jsonl")}
    assert checks == {"chain_broken": True}, "nothing else was counted, and the report says of the rest that it was not"
    told = files(done.pack)
    put_aside(done.pack, tmp_path)
    record_late(MIDNIGHT + 10 * NIGHT)
    seal(MIDNIGHT + 11 * NIGHT)
    assert files(audit(DAY, MIDNIGHT + 12 * NIGHT).pack) == told


def test_a_day_of_which_nothing_is_recorded_is_closed_once_and_stays_the_same(source: Make, tmp_path: Path) -> None:
    a_day(source, people=1)
    seal(START + 2 * HOUR)
    silent = Day.of(date(2026, 3, 5))
    done = audit(silent, silent.ends + 40 * NIGHT)
    assert (done.events, done.counted, recorded("day_closed")) == (0, False, 1)
    told = files(done.pack)
    put_aside(done.pack, tmp_path)
    assert files(audit(silent, silent.ends + 80 * NIGHT).pack) == told
    assert recorded("day_closed") == 1


def test_the_day_that_ended_is_closed_once_and_no_other(source: Make) -> None:
    assert close_yesterday(AFTER) == 0, "nothing was recorded yet"
    a_day(source, people=1)
    assert close_yesterday(MIDNIGHT - HOUR) == 0, "the day before the first record"
    seal(MIDNIGHT)
    assert close_yesterday(AFTER) > 5
    assert close_yesterday(AFTER + HOUR) == 0
    assert recorded("day_closed") == 1
    see_that_it_is_over(DAY, MIDNIGHT)
    later = audit(DAY, AFTER + 2 * HOUR)
    sealed = [row["seq"] for row in lines_of(later.pack, "seals.jsonl")]
    following = audit(Day.of(date(2026, 3, 2)), AFTER + NIGHT)
    assert lines_of(following.pack, "ledger.jsonl")[0]["seq"] == sealed[0] + 1, "from the seal of midnight on"
    assert json.loads((later.pack / "statement.json").read_text("utf-8"))["counted_late"] is False
    assert "day_closed" in {row["kind"] for row in lines_of(later.pack, "ledger.jsonl")}, "though a seal came before it"


@pytest.mark.parametrize(("waited", "late"), [(HOUR / 2, False), (2 * HOUR, True), (NIGHT, None)])
def test_a_day_bears_the_time_at_which_it_was_counted_however_long_a_system_kept_it_waiting(
    source: Make, monkeypatch: pytest.MonkeyPatch, waited: timedelta, late: bool | None
) -> None:
    class Slow(dict[str, str]):
        """Settings by which other systems are asked: that takes its time."""

        def get(self, *given: Any) -> Any:
            monkeypatch.setenv("AMANAH_SIMULATED_NOW", (AFTER + waited).isoformat())
            return super().get(*given)

    a_day(source, people=1)
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", AFTER.isoformat())
    done = audit(DAY, AFTER, Slow())
    told = json.loads((done.pack / "statement.json").read_text("utf-8"))
    assert done.counted is (late is not None)
    assert told["counted_late"] is bool(late)
    assert told["counted_at"] == (instant(AFTER + waited) if done.counted else None)


def test_a_day_that_is_not_over_and_one_before_the_first_record_are_clear_errors(source: Make) -> None:
    with pytest.raises(BeforeRecords, match="nothing was recorded yet"):
        audit(DAY, AFTER)
    a_day(source, people=1)
    with pytest.raises(NoSuchDay, match=r"2026-03-01 is not over; it can be audited from 2026-03-01 21:00 UTC on"):
        audit(DAY, MIDNIGHT - timedelta(seconds=1))
    with pytest.raises(NoSuchDay, match="2026-03-03 is not over"):
        audit(Day.of(date(2026, 3, 3)), AFTER)
    with pytest.raises(BeforeRecords, match=r"nothing was recorded on 2026-02-28: the first record is of 2026-03-01"):
        audit(Day.of(date(2026, 2, 28)), AFTER)
    assert not (home() / "audits").exists()


def test_two_audits_of_a_day_at_once_take_turns_and_a_ledger_that_goes_away_leaves_no_part_of_a_pack(
    source: Make, server: ServerInfo
) -> None:
    a_day(source, people=1)
    close_day(DAY, AFTER)
    done, errors = list[Audited](), list[Exception]()

    def tried() -> None:
        try:
            done.append(audit(DAY, AFTER + 2 * NIGHT))  # when it is not closed any more, only told
        except MayBeRetried as error:
            errors.append(error)

    both = [threading.Thread(target=tried) for _ in range(2)]
    with begin(Role.DUTIES) as holder:
        holder.execute(text("select pg_advisory_xact_lock(:n)"), {"n": lock_number()})
        for each in both:
            each.start()
        with administrator(server) as owner:
            until = time.monotonic() + 60
            while len(waiting := owner.execute(WAITING).fetchall()) < 2:
                assert time.monotonic() < until, "they do not wait for each other"
                time.sleep(0.05)
            owner.execute("select pg_terminate_backend(%s)", waiting[0])
    for each in both:
        each.join()
    assert len(done) == len(errors) == 1
    assert [file.name for file in sorted(done[0].pack.parent.iterdir())] == ["2026-03-01", "2026-03-01.sig", "kept"]
    assert verify(done[0].pack) == []
    assert audit(DAY, AFTER + HOUR).pack == done[0].pack


WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'advisory'"


def lock_number() -> int:
    from include.duties.audit.closing import LOCK
    from include.store.locks import _number

    return _number(LOCK)


FULL_DISK = """
import os, subprocess, sys
from pathlib import Path
sys.path[:0] = ["tests", "tests/duties/audit"]
from audit_case import AFTER, DAY
from include.duties.audit.actions import audit
from include.errors import MayBeRetried
from include.store import private_folder

place = private_folder("audits")
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(place)], check=True)
(place / "filler").write_bytes(b"x" * (os.statvfs(place).f_bavail * 4096 - 60_000))
try:
    audit(DAY, AFTER)
except MayBeRetried as error:
    print(error)
print(sorted(file.name for file in place.iterdir() if file.name != "kept"))
(place / "filler").unlink()
print(audit(DAY, AFTER).pack.name)
"""


def test_a_full_disk_is_said_to_be_full_and_leaves_no_part_of_a_pack(source: Make) -> None:
    apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk to fill")
    a_day(source, people=1)
    done = subprocess.run(
        [*apart, sys.executable, "-c", FULL_DISK], cwd=Path(__file__).resolve().parents[3], env=os.environ,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    full, left, name = done.stdout.splitlines()
    assert full.startswith("the disk is full: make room")
    assert (left, name) == ("['filler']", "2026-03-01")


def test_a_check_that_fails_is_in_the_pack_and_said_by_counts(source: Make) -> None:
    a_day(source, people=2)
    with begin(Role.DUTIES) as connection:
        connection.execute(text("update duties.duty set state = 'missed', closed_at = :at"), {"at": START + HOUR})
    done = audit(DAY, AFTER)
    assert done.failed == {"missed_without_reason": 2}
    assert {row["check"] for row in lines_of(done.pack, "checks.jsonl") if not row["holds"]} == set(done.failed)
    with pytest.raises(CheckFailed, match="2026-03-01: 2 missed without reason"):
        see_that_it_holds(done)
