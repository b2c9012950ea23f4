"""Write an audit pack: a folder of plain files with the manifest of their hashes, and its signature beside it.

Nothing in it says when it was made, so the same day gives the same bytes, whenever and however often it is audited.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from include.duties.audit import verifier
from include.duties.audit.comparing import data_hash, note_of, see_that_it_is_the_same, standing
from include.duties.audit.form import README, Form, current_form, kept_form
from include.duties.audit.reading import Made
from include.evidence.payload import canonical
from include.evidence.signing import known_keys, sign_text
from include.store import private_folder
from include.store.disk import room_on_disk
from include.store.home import write_private

__all__ = ["Finished", "drafted", "finish", "folder", "form_for", "write_json", "write_lines", "write_whole"]

log = logging.getLogger("amanah.audit")


@dataclass(frozen=True, slots=True)
class Finished:
    """A pack under its name."""

    pack: Path
    made: Made
    fresh: bool
    """Whether the ledger does not yet say of it what it is."""
    note: str
    """How it compares with the form under which it was first made, where that is another."""


def folder(name: str) -> Path:
    """Name the folder of a pack; none need be there."""
    return private_folder("audits") / name


def form_for(made: Made | None) -> Form:
    """Choose the form of a pack: the one under which the ledger has it, where this software prints it as it was.

    What merely stands names no form: its words would be printed, and signed, on nobody's authority.
    """
    first = kept_form(made.form) if made else None
    return first if first is not None and first.printable else current_form()


@contextmanager
def drafted(name: str, form: Form) -> Iterator[Path]:
    """Give an empty folder to write a pack into; it is gone afterwards unless it was finished. Raises DiskFull.

    Days are audited one at a time, so what other drafts of this one are there belong to processes that were killed.
    """
    draft = folder(f".{name}.{os.getpid()}")
    for left in draft.parent.glob(f".{name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        with room_on_disk():
            draft.mkdir(mode=0o700)
            write_whole(draft / "README.txt", form.texts[README].encode())
            yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def finish(draft: Path, name: str, form: Form, recorded: Made | None, about: Mapping[str, str]) -> Finished:
    """Put a written draft under its name and sign it; a pack that stands is left as it is if it is the same.

    `about` says what the manifest says of the pack beside hashes. One of another form, of which the ledger has nothing,
    is put aside: nobody can say what it was. Raises PackDiffers.
    """
    whole = folder(name)
    made = recorded or standing(whole)
    if recorded is None and made is not None and made.form != form.version:
        _put_aside(whole)
        made = None
    _write_form(draft, form, dict(about) | {"form": form.version, "data": data_hash(draft)})
    see_that_it_is_the_same(draft, whole, form, made)
    stood = whole.exists()
    if not stood:
        draft.replace(whole)
    signature = Path(f"{whole}.sig")
    if not signature.exists() or verifier.verify(whole, known_keys()):
        write_private(signature, sign_text(verifier.CONTEXT, (whole / "manifest.json").read_bytes()))
    now = standing(whole)
    assert now is not None, "it was written, or compared, above"
    # of a pack that was made before the hash of its records was kept, that alone is nothing new
    known = recorded and replace(recorded, sealed=recorded.sealed or now.sealed)
    return Finished(whole, now, now != known, note_of(form, made, stood=stood))


def _put_aside(pack: Path) -> None:
    """Move a pack and its signature into a folder of their own, under the name that they have."""
    aside = Path(tempfile.mkdtemp(prefix=f"{pack.name}.aside-", dir=pack.parent))
    for each in (Path(f"{pack}.sig"), pack):
        if each.exists():
            each.replace(aside / each.name)
    log.warning("a pack %s of another form stood, of which the ledger has nothing: it is in %s", pack.name, aside.name)


def _write_form(draft: Path, form: Form, about: Mapping[str, str]) -> None:
    """Write the form's numbers, what of it a reader of the data needs, and last the manifest of all files."""
    form.keep()
    told = {name: getattr(form, name) for name in ("layout", "printing", "typst", "fonts", "sections", "articles")}
    write_json(draft / "form.json", {"manifest": about, **told})
    write_whole(draft / "manifest.json", verifier.manifest_of(draft, **about))


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that its owner alone reads, and return when the disk has it."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def write_json(file: Path, told: Mapping[str, Any]) -> None:
    """Write one object in the one form that is hashed."""
    write_whole(file, (json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode())


def write_lines(file: Path, rows: Iterable[Mapping[str, Any] | str]) -> int:
    """Write rows as JSON Lines, one after the other; return how many."""
    count = 0
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(row if isinstance(row, str) else canonical(row))
            stream.write("\n")
            count += 1
        stream.flush()
        os.fsync(stream.fileno())
    return count
