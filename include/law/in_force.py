"""Find editions: the one in force at an instant, one by its name, or all.

Editions stand in `editions/<jurisdiction>/<first day>.yml` beside this file; AMANAH_EDITIONS may name one more folder
of the same shape, for editions that are coming. A later edition supersedes an earlier one of its jurisdiction from its
first local day on, without a change of code.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from include.errors import NeverRetry
from include.law.edition import Edition
from include.law.strict_yaml import load_strict

__all__ = ["FOLDER", "NoSuchEdition", "edition_for", "edition_hash", "edition_named", "editions"]

FOLDER = Path(__file__).parent / "editions"


class NoSuchEdition(NeverRetry):
    """Raised where no edition holds for a jurisdiction at an instant, or none has the name."""


def edition_for(jurisdiction: str, at: datetime) -> Edition:
    """Return the edition of the jurisdiction that is in force at the instant.

    Its days are local days of its own time zone. Raises `NoSuchEdition` where none holds, `NeverRetry` for an instant
    without a zone, and what `editions` raises.
    """
    if at.tzinfo is None:
        raise NeverRetry("edition_for: the instant has no time zone; pass an aware datetime")
    held = [edition for edition in editions(jurisdiction) if edition.in_force(at)]
    if not held:
        known = ", ".join(sorted({edition.name for edition in editions()}))
        raise NoSuchEdition(
            f"no edition of {jurisdiction!r} is in force on {at.date().isoformat()}; known: {known}. "
            "Add a file to include/law/editions or to the folder that AMANAH_EDITIONS names."
        )
    return held[-1]


def edition_named(name: str) -> Edition:
    """Return the edition by the name that duties and evidence keep, such as `sa-2024-09-14`.

    Raises `NoSuchEdition` where there is none, and what `editions` raises.
    """
    for edition in editions():
        if edition.name == name:
            return edition
    known = ", ".join(edition.name for edition in editions())
    raise NoSuchEdition(f"there is no edition {name!r}; known: {known}")


def edition_hash(edition: Edition) -> str:
    """Return the SHA-256 of an edition's file, in hexadecimal, as SHA256SUMS has it for those that come with us."""
    more = os.environ.get("AMANAH_EDITIONS", "")
    place = f"{edition.jurisdiction}/{edition.effective_from.isoformat()}.yml"
    files = (folder / place for folder in (FOLDER, *([Path(more)] if more else [])))
    return hashlib.sha256(next(file for file in files if file.exists()).read_bytes()).hexdigest()


def editions(jurisdiction: str | None = None) -> tuple[Edition, ...]:
    """Return every known edition, or those of one jurisdiction, by jurisdiction and first day.

    Files are read once per process. Raises `BrokenYaml` with file, line and field for a file that doesn't fit, and
    `NeverRetry` for one that stands in the wrong place or repeats another.
    """
    found = _read(os.environ.get("AMANAH_EDITIONS", ""))
    return found if jurisdiction is None else tuple(one for one in found if one.jurisdiction == jurisdiction)


@lru_cache(maxsize=8)
def _read(more: str) -> tuple[Edition, ...]:
    folders = [FOLDER, Path(more)] if more else [FOLDER]
    if not folders[-1].is_dir():
        raise NeverRetry(f"AMANAH_EDITIONS names {folders[-1]}, which is not a folder")
    found: dict[str, Edition] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*/*.yml"))):
        edition = load_strict(path, Edition)
        if (path.parent.name, path.stem) != (edition.jurisdiction, edition.effective_from.isoformat()):
            raise NeverRetry(f"{path}: holds {edition.name}; a file stands at <jurisdiction>/<effective_from>.yml")
        if edition.name in found:
            raise NeverRetry(f"{path}: {edition.name} is known already; an edition is never edited, add a later one")
        found[edition.name] = edition
    return tuple(found[name] for name in sorted(found))
