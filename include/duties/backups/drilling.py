"""The restore drill: copy, destroy, restore, destroy again, and prove it, in scratch databases that nobody enters.

The person that it destroys is the drill's own, and stands in the scratch copy alone.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from include.duties.backups import journal
from include.duties.backups.comparing import STEPS, Standing, standing
from include.duties.backups.model import Proof, Report, StillThere
from include.duties.backups.noting import write_down
from include.duties.backups.report import write_report
from include.duties.backups.restoring import bring_into, engine_of, look_again, replay_into
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, begin, keyed, owner_url, private_folder
from include.store.closed import address_in, drop_database, drop_left_over
from include.store.dumping import dump

__all__ = ["NotProven", "drill"]

NAMES = "amanah_drill_"
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 3600
"""Seconds for the destruction of one person in the scratch copy."""


class NotProven(NeverRetry):
    """Raised where a drill found that a restore would bring somebody back, or change something else."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill: its databases, its folder, and whom it invented."""

    at: datetime
    folder: Path
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    subject: UUID = field(default_factory=uuid4)
    notice: UUID = field(default_factory=uuid4)

    @property
    def copy(self) -> str:
        """The scratch copy in which the person is invented and destroyed."""
        return f"{NAMES}{self.token}_copy"

    @property
    def restored(self) -> str:
        """The database that is restored from before that."""
        return f"{NAMES}{self.token}_restored"

    @property
    def journal(self) -> Path:
        """The drill's own journal."""
        return self.folder / "destroyed.jsonl"

    @property
    def words(self) -> tuple[str, str]:
        """The person's mailbox and name."""
        return f"drill.{self.token}@people.example", f"Drill {self.token}"

    def person(self) -> dict[str, Any]:
        """Everything that is written of the person."""
        email, name = self.words
        return {
            "at": self.at,
            "edition": edition_for(HOME, self.at).name,
            "source": f"amanah_drill_{self.token}",
            "subject": self.subject,
            "notice": self.notice,
            "message": uuid4(),
            "delivery": uuid4(),
            "email": email,
            "name": name,
            "key": keyed("email", email),
            "name_key": keyed("person", name),
            "site_key": keyed("website", self.token),
            "own_row": keyed("row", f"{self.token} own"),
            "firm_row": keyed("row", f"{self.token} firm"),
        }


def drill(at: datetime) -> Report:
    """Drill a restore at `at` (UTC), write its report and its evidence. Raises NotProven, NoProgram."""
    begun, folder = time.monotonic(), private_folder("drills", "scratch")
    drop_left_over(NAMES)
    shutil.rmtree(folder)
    this = Drill(at, private_folder("drills", "scratch"))
    try:
        proof = _proof(this, begun)
    finally:
        drop_database(this.copy)
        drop_database(this.restored)
        shutil.rmtree(folder)
    report = write_report(proof, private_folder("drills"))
    _record(report)
    if not proof.proven:
        raise NotProven(f"the restore drill proves nothing good: see {report.json}; let nobody restore until it does")
    return report


def _proof(this: Drill, begun: float) -> Proof:
    """Copy, invent, copy again, destroy, restore, look, destroy again, look again, compare."""
    write_down()
    live, file = this.folder / "live.dump", this.folder / "with_person.dump"
    dump(owner_url(), live)
    bring_into(live, this.copy)
    with engine_of(this.copy) as engine, engine.begin() as connection:
        STEPS.run(connection, "invent", this.person())
        seq = STEPS.one(connection, "ledger")
        before = standing(connection, this.words, _marks(this), seq)
    dump(address_in(this.copy), file)
    _destroy(this)
    bring_into(file, this.restored)
    restored = _held(_look(this, seq))
    refused = _is_refused(this)
    replay_into(this.restored, this.journal, this.at)
    after = _look(this, seq)
    look_again(this.restored, this.journal)
    return Proof(
        id=uuid4(),
        at=this.at,
        tables=len(before),
        rows=sum(table.others for table in before.values()),
        changed=tuple(sorted(name for name, table in before.items() if not _same(table, after.get(name)))),
        held_before=_held(before),
        held_restored=restored,
        refused_before=refused,
        left=_held(after),
        dump_bytes=file.stat().st_size,
        seconds=round(time.monotonic() - begun, 1),
    )


def _destroy(this: Drill) -> None:
    """Destroy the person in the scratch copy: by the same code as every night, in a process that sees nothing else."""
    with engine_of(this.copy) as engine, engine.begin() as connection:
        STEPS.run(connection, "rest", {"at": this.at, "subject": this.subject, "notice": this.notice})
    address = address_in(this.copy)
    there = {"AMANAH_DATABASE_URL": address, "AMANAH_OWNER_DATABASE_URL": address, "AMANAH_JOURNAL": str(this.journal)}
    done = subprocess.run(
        [sys.executable, "-m", "include.duties.backups.drilled", this.at.isoformat()],
        cwd=ROOT,
        env=os.environ | there,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise NotProven("the drill's person could not be destroyed in the scratch copy; nobody else was touched")


def _look(this: Drill, seq: int) -> dict[str, Standing]:
    with engine_of(this.restored) as engine, engine.begin() as connection:
        return standing(connection, this.words, _marks(this), seq)


def _marks(this: Drill) -> list[str]:
    """Name what tells the drill's own rows: its token, its ids, and the keyed hashes and plans of its journal."""
    items = [item for line in journal.read(this.journal) for item in line.items]
    theirs = [item for item in items if "plan" in item]
    plans, keys = {item["plan"] for item in theirs}, {item["key"] for item in theirs if item["what"] == "key"}
    return [this.token, str(this.subject), str(this.notice), *sorted(plans), *sorted(keys)]


def _is_refused(this: Drill) -> bool:
    """Say whether the second look, before anything was destroyed again, keeps the copy closed."""
    try:
        look_again(this.restored, this.journal)
    except StillThere:
        return True
    return False


def _held(found: dict[str, Standing]) -> int:
    return sum(table.held for table in found.values())


def _same(before: Standing, after: Standing | None) -> bool:
    return after is not None and (before.others, before.hashes) == (after.others, after.hashes)


def _record(report: Report) -> None:
    proof = report.proof
    counts = {"tables": proof.tables, "rows": min(proof.rows, 99_999_999), "left": proof.left}
    with begin(Role.DUTIES) as connection:
        record(
            connection,
            Kind.RESTORE_DRILLED,
            at=proof.at,
            edition=edition_for(HOME, proof.at).name,
            refs={"drill": proof.id},
            counts=counts | {"changed": len(proof.changed)},
            codes={"outcome": "proven" if proof.proven else "not_proven"},
            hashes={"report": report.sha256},
        )
