"""What is compared after a story: register, duties, outbox and ledger, and the mail that was sent."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fault_servers import Mail
from worlds import standing

from include.evidence import verify

__all__ = ["Telling", "differences", "tell"]

INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d(?::\d\d)*(?:\.\d+)?(?:Z|\+00:00)?")
CHANCE = re.compile(r"<[0-9a-f]{32}@|\[[0-9A-F]{8}\]")
"""What tells one letter from another: its Message-ID, and the reference in its subject."""
OWN = ("evidence.seal", "evidence.public_key")
"""Tables of signatures, each world's with keys of its own: the verifier looks at them."""
LATER_IF_PUT_OFF = ("channels.message", "duties.notice", "duties.duty", "evidence.ledger")
"""Where it is written how often a letter was tried, and when it went."""


@dataclass(frozen=True)
class Telling:
    """A world as it stands in the end, told without chance numbers."""

    tables: dict[str, list[str]]
    letters: dict[str, int]
    """Each recipient and subject, and how many letters of different Message-IDs came."""
    twice: int
    """Letters that came a second time under their own Message-ID."""
    whole: bool
    """Whether the ledger and its seals are whole."""


def tell(home: Path, mails: list[Mail], *, chance: re.Pattern[str] = CHANCE) -> Telling:
    """Tell of the present world and of what its mail server got, without what `chance` matches."""
    tables = {
        name: sorted(chance.sub("", row) for row in rows) for name, rows in standing(home).items() if name not in OWN
    }
    copies = Counter(mails)
    letters = Counter(f"{mail.recipient}: {CHANCE.sub('', mail.subject)}" for mail in copies)
    return Telling(tables, dict(letters), len(mails) - len(copies), verify().first_fault is None)


def differences(found: Telling, undisturbed: Telling, *, put_off: bool, in_doubt: int) -> list[str]:
    """Say how a disturbed world differs from the undisturbed one; no values, for the rows' keys are hashes.

    `put_off`: a mail server was away, so a letter may have been tried once more and have gone an hour later.
    `in_doubt`: so many letters may have come twice, for so many relays died with one taken and not yet recorded.
    """
    said = [] if found.whole else ["ledger: not whole"]
    if found.twice > in_doubt:
        said.append(f"mail: {found.twice} letters came twice, and {in_doubt} were in doubt")
    if found.letters != undisturbed.letters:
        said.append(f"mail: {sum(found.letters.values())} letters, not {sum(undisturbed.letters.values())}")
    for name in sorted(undisturbed.tables.keys() | found.tables.keys()):
        loosely = put_off and name in LATER_IF_PUT_OFF
        ours, theirs = (_rows(one, name, loosely) for one in (found, undisturbed))
        said += [f"{name}: more {row}" for row in (ours - theirs).elements()]
        said += [f"{name}: lacks {row}" for row in (theirs - ours).elements()]
    return said


def _rows(telling: Telling, name: str, loosely: bool) -> Counter[str]:
    rows = telling.tables.get(name, [])
    return Counter(_without_tries(row) for row in rows) if loosely else Counter(rows)


def _without_tries(row: str) -> str:
    told = json.loads(INSTANT.sub("then", row))
    if isinstance(told.get("counts"), dict):
        told["counts"].pop("attempts", None)
    for name in ("attempts", "error"):
        told.pop(name, None)
    return json.dumps(told, ensure_ascii=False)
