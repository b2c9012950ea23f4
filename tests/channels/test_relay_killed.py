"""Kill -9 at any point of a relay: after a restart every message has gone out, and at most the one in doubt twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import relaying
from far_ends import MailServer
from relaying import AT_TEN, wait_for, written
from sqlalchemy import text

from include.channels import enqueue
from include.channels.together import AT_ONCE
from include.store import Role, begin

pytestmark = pytest.mark.usefixtures("database")
PROJECT = Path(__file__).parents[2]


def start(server: MailServer, *how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, relaying.__file__, str(server.port), AT_TEN.isoformat(), *how],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    return said


def queue(count: int, kind: str = "source_notice") -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *(written(number, kind=kind) for number in range(count)), at=AT_TEN)


def states() -> Counter[str]:
    with begin(Role.DUTIES) as connection:
        return Counter(connection.execute(text("select state from channels.message")).scalars())


def proofs() -> int:
    with begin(Role.AUDITOR) as connection:
        return int(connection.execute(text("select count(*) from evidence.ledger")).scalar_one())


def kills(running: list[Any], when: int) -> Any:
    """Answer to the n-th command by killing the relay that gave it."""

    def answer(number: int) -> None:
        if number == when:
            os.kill(running[-1].pid, signal.SIGKILL)

    return answer


@pytest.mark.parametrize("when", [1, 4, 8])
def test_a_relay_killed_before_a_message_was_taken_sends_each_exactly_once(mail_server: MailServer, when: int) -> None:
    queue(8)
    running: list[Any] = []
    mail_server.on_mail = kills(running, when)
    running.append(start(mail_server))
    finish(running[-1])
    assert running[-1].returncode == -signal.SIGKILL
    assert states() == Counter(sent=when - 1, ready=8 - when + 1) - Counter(sent=0)
    said = finish(start(mail_server))
    assert f"sent={8 - when + 1}" in said
    assert Counter(mail_server.recipients) == {f"person{number}@example.org": 1 for number in range(8)}
    assert states() == {"sent": 8}
    assert proofs() == 8


def test_a_relay_killed_after_a_message_was_taken_leaves_one_in_doubt_and_no_more(mail_server: MailServer) -> None:
    queue(8)
    running: list[Any] = []
    mail_server.on_data = kills(running, 5)
    running.append(start(mail_server))
    finish(running[-1])
    assert running[-1].returncode == -signal.SIGKILL
    wait_for(lambda: len(mail_server.mails) == 5)
    assert states() == {"sent": 4, "ready": 4}
    finish(start(mail_server))
    times = Counter(mail["Message-ID"] for mail in mail_server.mails)
    assert sorted(times.values()) == [1] * 7 + [2]
    assert len(times) == 8
    assert (states(), proofs()) == ({"sent": 8}, 8)


def test_the_next_relay_need_not_wait_for_a_killed_one(mail_server: MailServer) -> None:
    queue(3)
    running: list[Any] = []
    mail_server.on_mail = kills(running, 2)
    running.append(start(mail_server))
    other = start(mail_server)
    finish(running[-1])
    finish(other)
    finish(start(mail_server))
    assert Counter(mail_server.recipients) == {f"person{number}@example.org": 1 for number in range(3)}


def test_of_what_goes_out_together_a_killed_relay_leaves_a_round_in_doubt_and_no_more(mail_server: MailServer) -> None:
    queue(50, "breach_notice")
    running: list[Any] = []
    mail_server.on_data = kills(running, 33)
    running.append(start(mail_server, "together"))
    finish(running[-1])
    assert running[-1].returncode == -signal.SIGKILL
    wait_for(lambda: len(mail_server.mails) >= 33)
    assert states() == {"sent": AT_ONCE, "ready": 50 - AT_ONCE}
    assert proofs() == AT_ONCE, "what was proved stays proved"
    finish(start(mail_server, "together"))
    times = Counter(mail["Message-ID"] for mail in mail_server.mails)
    assert (len(times), set(times.values())) == (50, {1, 2}), "each under its one name"
    twice = sum(count == 2 for count in times.values())
    assert 33 - AT_ONCE <= twice <= AT_ONCE, (
        "of the second round alone; what its other connections carried was taken too"
    )
    assert (states(), proofs()) == ({"sent": 50}, 50)
