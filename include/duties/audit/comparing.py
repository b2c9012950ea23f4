"""Compare a pack that stands, and what the ledger says of it, with what the ledger gives now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from include.duties.audit import verifier
from include.duties.audit.form import Form
from include.duties.audit.reading import Made
from include.errors import NeverRetry
from include.evidence.payload import canonical

__all__ = [
    "DATA",
    "PackDiffers",
    "data_hash",
    "digest_of",
    "note_of",
    "records_hash",
    "see_that_it_is_the_same",
    "standing",
]

RECORDS = ("ledger.jsonl", "seals.jsonl")
DATA = (*RECORDS, "statement.json", "promised.jsonl", "held.jsonl", "flows.jsonl", "checks.jsonl")
"""What is made from records alone; everything else in a pack is of its form."""


class PackDiffers(NeverRetry):
    """The pack of a day that stands, or what was recorded of it, is not what the ledger gives: one was changed."""


def data_hash(pack: Path) -> str:
    """Give one hash over the data files of a pack."""
    return _hash_of(pack, DATA)


def records_hash(pack: Path) -> str:
    """Give one hash over the records of a pack and their seals, which are written alike in every layout."""
    return _hash_of(pack, RECORDS)


def digest_of(file: Path) -> str:
    """Give the SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def standing(pack: Path) -> Made | None:
    """Say of a pack what the ledger would; None where none stands, or it cannot be read."""
    try:
        form = json.loads((pack / "form.json").read_bytes())
        about = form["manifest"]
        return Made(
            digest_of(pack / "manifest.json"), about["data"], about["form"], about["promised"], about["edition"],
            form["layout"], records_hash(pack),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def see_that_it_is_the_same(draft: Path, pack: Path, form: Form, made: Made | None) -> None:
    """Raise PackDiffers where a draft is not the pack that stands, or not the one of which the ledger has the hashes.

    Made under the same form they are the same to the byte. Under another one their data are; and where those are laid
    out otherwise, their records.
    """
    same, laid_out = made is None or made.form == form.version, made is None or made.layout == form.layout
    if pack.exists():
        names = None if same else DATA if laid_out else RECORDS
        _compare(draft, pack, names, made)
        if not same:
            _see_that_it_is_whole(pack, made)
    elif made is not None and laid_out and data_hash(draft) != made.data:
        raise PackDiffers(f"{_ledger(pack)}: its data (SHA-256 {data_hash(draft)}) were {made.data}")
    elif made is not None and made.sealed not in (None, records_hash(draft)):
        raise PackDiffers(f"{_ledger(pack)}: its records (SHA-256 {records_hash(draft)}) were {made.sealed}")
    elif made is not None and same and digest_of(draft / "manifest.json") != made.manifest:
        raise PackDiffers(f"{_ledger(pack)}, though its data are: its report is another under the same form")


def note_of(form: Form, made: Made | None, *, stood: bool) -> str:
    """Say in words how a pack of another form compares, that stood or was gone; nothing where there is none."""
    if made is None or made.form == form.version:
        return ""
    compared = "identical" if stood or made.sealed else "not compared"
    same = "data identical" if made.layout == form.layout else f"records {compared}, data laid out otherwise"
    return (
        f"made under form {made.form[:12]}, and this software prints form {form.version[:12]}: {same}, report differs"
    )


def _see_that_it_is_whole(pack: Path, made: Made | None) -> None:
    """Hold a pack of another form, which cannot be printed here, to its own manifest and that to the ledger.

    Its signature is not asked: it may be gone, or of somebody else, and is made anew for what the ledger has.
    """
    manifest = pack / "manifest.json"
    if made is not None and manifest.is_file() and digest_of(manifest) != made.manifest:
        where = "".join(f": {each}" for each in verifier.verify(pack)[:1])
        raise PackDiffers(f"the pack {pack.name} that stands is not the one of which the ledger has the hash{where}")
    if wrong := verifier.contents(pack):
        raise PackDiffers(f"the pack {pack.name} that stands is not as it was signed: {wrong[0]}")


def _compare(draft: Path, pack: Path, names: Iterable[str] | None, made: Made | None) -> None:
    ours, theirs = ({file.name: file for file in place.iterdir()} for place in (draft, pack))
    for name in sorted(ours.keys() | theirs.keys()) if names is None else names:
        one, other = (place[name].read_bytes() if name in place else None for place in (ours, theirs))
        if one != other:
            told = "is in one of them only" if one is None or other is None else f"from byte {_first(one, other):,} on"
            raise PackDiffers(
                f"the pack {pack.name} that stands is not what the ledger gives now: {name} {told}. "
                f"{_who(draft, pack, made)}. Verify both (`audit verify`, `evidence verify`); put the folder elsewhere "
                "to have it written anew"
            )


def _who(draft: Path, pack: Path, made: Made | None) -> str:
    """Say which of the two is not what was recorded."""
    recorded = made and made.manifest
    if recorded == digest_of(draft / "manifest.json"):
        return "By the hash in the ledger the folder was changed"
    file = pack / "manifest.json"
    if file.is_file() and recorded == digest_of(file):
        return "By the hash in the ledger its manifest is the one that was sealed"
    return "Neither has the hash that was recorded"


def _hash_of(pack: Path, names: Iterable[str]) -> str:
    held = {name: digest_of(pack / name) for name in names if (pack / name).exists()}
    return hashlib.sha256(canonical(held).encode()).hexdigest()


def _ledger(pack: Path) -> str:
    return f"the pack of {pack.name} is gone, and what the ledger gives now is not what it was"


def _first(one: bytes, other: bytes) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
