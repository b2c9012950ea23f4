"""A file of consents from another system: each row with its proof; what is broken is told by row, the rest is taken."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from include.duties.consent.actions import KIND_OF
from include.duties.consent.elsewhere import ACTIONS, Elsewhere, said_elsewhere
from include.duties.consent.model import ALL, Contact, Outcome
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.intake.normalise import read_cell
from include.intake.progress import Progress
from include.law import edition_for
from include.store import Role, begin

__all__ = ["COLUMNS", "Imported", "import_consents", "moment_of"]

COLUMNS = ("contact", "action", "purpose", "channel", "said_at", "proof", "text_version", "language")
PURPOSE = re.compile(r"[a-z][a-z_]{1,62}")
VERSION = re.compile(r"[a-z0-9][a-z0-9_./-]{0,63}")
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    rows: int
    outcomes: Mapping[str, int]
    """How many rows were recorded, stood already, came too late, or speak of nobody whom we know or may know again."""
    broken: tuple[tuple[int, str], ...] = field(default=())
    """The row's number in the file and the column that is wrong; never what stands there."""


class _Broken(Exception):
    """A row cannot be taken over, for one of its columns."""


def import_consents(file: Path, *, at: datetime, region: str = "SA", system: str = "file") -> Imported:
    """Take over every row of a CSV file (UTF-8) that is whole; name the others. The same file again changes nothing.

    `proof` is the reference or text of what proves the row; its SHA-256 is kept. `said_at` has a time zone. A row
    without either is broken. The channel `all` is the purpose itself; who wants everything deleted (`delete`) needs
    neither purpose nor channel. `system` is the code of whoever kept the file. Later words of the same person count
    before earlier ones, in whatever order they stand.
    Raises NeverRetry for a file that lacks a column or is no CSV, and for a system that is no code.
    """
    if PURPOSE.fullmatch(system) is None:
        raise NeverRetry("name the system that kept the file by a code, such as call_centre")
    given, broken = list[tuple[datetime, Elsewhere]](), list[tuple[int, str]]()
    for number, row in _rows(file):
        try:
            given.append(_read(row, region, system, at))
        except _Broken as error:
            broken.append((number, str(error)))
    given.sort(key=lambda each: each[0])
    outcomes, progress = Counter[str](), Progress("taking over consents", len(given))
    for start in range(0, len(given), AT_ONCE):
        part = given[start : start + AT_ONCE]
        with begin(Role.DUTIES) as connection:
            learn(connection, system, *sorted({said.purpose for _, said in part if said.purpose}))
            for moment, said in part:
                outcomes[said_elsewhere(connection, said, moment).value] += 1
        progress.add(len(part))
    with begin(Role.DUTIES) as connection:
        counts = {outcome.value: outcomes[outcome.value] for outcome in Outcome}
        record(
            connection,
            Kind.CONSENTS_IMPORTED,
            at=at,
            edition=edition_for(HOME, at).name,
            counts=counts | {"broken": len(broken)},
            hashes={"list": hashlib.sha256(file.read_bytes()).digest()},
        )
    return Imported(len(given) + len(broken), dict(outcomes), tuple(broken))


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise NeverRetry(f"{file.name}: it lacks the column {missing[0]}; the columns are {', '.join(COLUMNS)}")
            for row in reader:
                yield reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}
    except OSError as error:
        raise NeverRetry(f"{file.name} cannot be read ({error.strerror}); name a CSV file") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise NeverRetry(f"{file.name} is no CSV in UTF-8 ({type(error).__name__}); nothing was changed") from None


def _read(row: Mapping[str, str], region: str, system: str, at: datetime) -> tuple[datetime, Elsewhere]:
    action, channel = row["action"], row["channel"]
    everything = action == "delete"
    if everything or channel == ALL:
        kind, channel = "email" if "@" in row["contact"] else "phone", ALL
    elif (kind := KIND_OF.get(channel, "")) == "":
        raise _Broken("channel")
    found = [each for each in read_cell(kind, row["contact"], region) if each.kind == kind and each.normalised]
    for column, whole in {
        "contact": len(found) == 1,
        "action": action in ACTIONS,
        "purpose": everything or PURPOSE.fullmatch(row["purpose"]) is not None,
        "proof": bool(row["proof"]),
        "text_version": VERSION.fullmatch(row["text_version"]) is not None,
        "language": row["language"] in ("ar", "en"),
    }.items():
        if not whole:
            raise _Broken(column)
    said = Elsewhere(
        contact=Contact("email" if kind == "email" else "phone", str(found[0].normalised).casefold()),
        action=action,  # type: ignore[arg-type]
        purpose=None if everything else row["purpose"],
        channel=channel,
        proof=hashlib.sha256(row["proof"].encode()).digest(),
        text_version=row["text_version"],
        language=row["language"],  # type: ignore[arg-type]
        means="file",
        system=system,
    )
    try:
        return moment_of(row["said_at"], at), said
    except NeverRetry:
        raise _Broken("said_at") from None


def moment_of(text: str, at: datetime) -> datetime:
    """Read when something was said: not after `at`, and not before there was a law to say it under.

    Raises NeverRetry.
    """
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC) if datetime.fromisoformat(text).tzinfo else None
        if moment is None or moment > at:
            raise ValueError
        edition_for(HOME, moment)
    except (ValueError, OverflowError, NeverRetry):
        raise NeverRetry(
            "when it was said is ISO 8601 with a time zone, not in future and not before the law"
        ) from None
    return moment
