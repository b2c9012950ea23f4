"""Work in processes of its own, which are killed with -9, or lose their database, at a moment that a test names.

python tests/dying.py    loads everything once, then reads errands, a line of JSON each, and forks a process for each;
                         answers with the process's number, and with how it ended
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from moments import Moment, watch_for

from include.errors import MayBeRetried

ROOT = Path(__file__).resolve().parent.parent
SHARD = 8
"""Rows of a shard: few, so that a small delivery has several."""
PATIENCE = 120
"""Seconds after which an errand that hangs is given up."""
TRY_AGAIN = 75
"""The exit code of work that may be retried."""


def take_in(file: str, contract: str, at: str, run: str, volume_from: int = 10_000) -> None:
    """Take a file in step by step, as the tasks of its DAG do."""
    from include.duties.raising import open_for_receipt
    from include.intake.checking import check
    from include.intake.contracts import Contract
    from include.intake.landing.actions import land
    from include.intake.preparing import prepare
    from include.intake.receiving import receive
    from include.intake.registering.actions import register

    known, moment = Contract.model_validate_json(contract), datetime.fromisoformat(at)
    receipt = receive(known, Path(file), at=moment, run=run, reason="drill").id
    shards = land(receipt, known, at=moment, chunk_rows=SHARD)
    check(receipt, known, at=moment)
    for shard in shards:
        prepare(receipt, shard, known)
    register(receipt, known, at=moment, volume_from=volume_from)
    open_for_receipt(receipt, moment)


def task(name: str, file: str, contract: str, at: str, run: str, shard: int = 0) -> None:
    """Do one task of a source's DAG, in its run's turn."""
    from builders import ask

    from include.duties.raising import open_for_receipt
    from include.intake.checking import check
    from include.intake.contracts import Contract
    from include.intake.landing.actions import land
    from include.intake.preparing import prepare
    from include.intake.receiving import receive
    from include.intake.registering.actions import register
    from include.intake.turns import BETWEEN_TASKS, end_turn, in_turn

    known, moment = Contract.model_validate_json(contract), datetime.fromisoformat(at)
    if name == "publish":
        (receipt,) = ask("select id from register.receipt where run = :run", run=run)
        open_for_receipt(receipt.id, moment)
        return
    with in_turn(known.key, run, rests=BETWEEN_TASKS):
        if name == "receive":
            receive(known, Path(file), at=moment, run=run, reason="drill")
            return
        (receipt,) = ask("select id from register.receipt where run = :run", run=run)
        if name == "land":
            land(receipt.id, known, at=moment, chunk_rows=SHARD)
        elif name == "check":
            check(receipt.id, known, at=moment)
        elif name == "prepare":
            prepare(receipt.id, shard, known)
        elif name == "register":
            register(receipt.id, known, at=moment)
            end_turn(known.key, run)


def command(words: list[str]) -> None:
    """Do what somebody typed after `python -m include`."""
    from include.commands.app import app

    app(words, standalone_mode=False)


def notify(at: str) -> None:
    """Plan the notices that are owed and write their letters."""
    from include.duties.notice.actions import plan_notices, queue_notices
    from include.law import load_controller

    plan_notices(datetime.fromisoformat(at))
    queue_notices(datetime.fromisoformat(at), load_controller())


def relay(at: str) -> None:
    """Send what is due."""
    from include.duties.relaying import relay_outbox

    relay_outbox(datetime.fromisoformat(at))


def destroy(at: str) -> None:
    """Destroy what is due."""
    from include.duties.destruction.actions import destroy_due

    destroy_due(datetime.fromisoformat(at))


def abandon(at: str) -> None:
    """Give up what nobody finished."""
    from include.intake.abandoning import abandon as give_up

    give_up(datetime.fromisoformat(at))


def watch(at: str) -> None:
    """Look at every clock."""
    from include.duties.watch import watch as look
    from include.law import load_controller

    look(datetime.fromisoformat(at), load_controller())


def seal(at: str) -> None:
    """Sign the ledger as it stands."""
    from include.evidence import seal as sign

    sign(datetime.fromisoformat(at))


def hold(seconds: int) -> None:
    """Hold the register's lock over one long statement."""
    from sqlalchemy import text

    from include.store import Role, advisory_lock, begin

    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, "register")
        connection.execute(text("select pg_sleep(:seconds)"), {"seconds": seconds})


WORK = {work.__name__: work for work in (take_in, task, command, notify, relay, destroy, abandon, watch, seal, hold)}


class Processes:
    """Starts processes that do one errand each."""

    def __init__(self) -> None:
        paths = os.pathsep.join(filter(None, (str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH"))))
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def start(self, work: str, moment: Moment | None = None, **given: Any) -> int:
        """Start an errand in the surroundings of this process; return the number of its process."""
        settings = {name: value for name, value in os.environ.items() if name.startswith("AMANAH_")}
        errand = {"work": work, "moment": moment and asdict(moment), "given": given, "settings": settings}
        assert self._server.stdin is not None
        print(json.dumps(errand), file=self._server.stdin, flush=True)
        return int(self._answer())

    def end(self) -> int:
        """Wait for the errand; return its exit code, -9 if it was killed."""
        return int(self._answer())

    def run(self, work: str, moment: Moment | None = None, **given: Any) -> int:
        """Do an errand; return how its process ended."""
        self.start(work, moment, **given)
        return self.end()

    @property
    def starter(self) -> int:
        """The number of the process that starts the others."""
        return self._server.pid

    def close(self) -> None:
        """Let the process that starts the others go."""
        self._server.communicate()

    def _answer(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()


def serve() -> None:
    """Load everything, then fork a process for each errand."""
    import include.commands.app
    import include.duties.destruction.actions
    import include.duties.raising
    import include.duties.relaying
    import include.intake.actions
    import include.intake.quality.expectations  # noqa: F401 (all for those that are forked)

    __import__("great_expectations")
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _do(errand: dict[str, Any]) -> None:
    os.dup2(2, 1)  # the other one is for answers
    os.environ.update(errand["settings"])
    signal.alarm(PATIENCE)
    if errand["moment"]:
        watch_for(Moment(**errand["moment"]))
    try:
        WORK[errand["work"]](**errand["given"])
    except MayBeRetried:
        os._exit(TRY_AGAIN)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    serve()
