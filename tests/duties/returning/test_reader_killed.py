"""Kill -9 while returns are read: afterwards each has had its consequence, once, and none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import dying_reader
import pytest
from builders import START, ask
from returned_mails import bounce, reply
from test_what_a_return_does import BOTH, Make, arrives, box, controller, lies_in, reads, told

from include.law import Controller

PROJECT = Path(__file__).parents[3]
__all__ = ["box", "controller"]


@pytest.mark.parametrize("when", ["opened", "settled"])
def test_a_killed_reader_loses_nothing_and_does_nothing_twice(
    source: Make, box: Path, controller: Controller, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = told(source, controller, BOTH)
    arrives(box, bounce(message), reply("STOP", message), reply("سؤال", message))
    from journeys_house import CONTROLLER

    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"}
    for number in (0, 0, 0):
        killed = subprocess.run(
            [sys.executable, dying_reader.__file__, str(box), when, str(number)], env=environment, timeout=60
        )
        assert killed.returncode == -signal.SIGKILL
    assert len(list((box / "new").iterdir())) == 3, "what was not taken away is there again"
    reads(box, controller, START + timedelta(days=1))
    assert lies_in(box) == {".people": 1}
    assert sorted(row[0] for row in ask("select outcome from channels.returned")) == [
        "for_people",
        "stopped",
        "told_otherwise",
    ]
    assert ask("select count(*) from duties.stop")[0][0] == 1
    assert [len(row[0]) for row in ask("select refused from duties.notice")] == [1]
