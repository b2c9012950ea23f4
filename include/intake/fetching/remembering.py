"""Which version of a link's file was registered last: a place that still has it need not send it again.

It is kept in one small file for each source and is never missed: without it the file is fetched as a whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from include.intake.contracts import Contract
from include.intake.fetching.model import Known, Version
from include.store import Role, begin, private_folder
from include.store.home import read_private, write_private

__all__ = ["remember", "remembered"]

REGISTERED_LAST = text("""
    select receipt.id, delivery.sha256, delivery.size_bytes
      from register.receipt join register.delivery on delivery.id = receipt.delivery_id
     where receipt.source_key = :source and receipt.state = 'registered'
     order by receipt.closed_at desc, receipt.received_at desc limit 1
""")


def remembered(contract: Contract) -> Known | None:
    """Return what was registered last, if it came from the contract's link and we know which version it was."""
    if contract.location.url is None or not (written := read_private(_note(contract))):
        return None
    try:
        note = json.loads(written)
        version = Version(**note["version"])
    except (ValueError, TypeError, KeyError):
        return None
    if note.get("place") != _place(contract) or not version:
        return None
    with begin(Role.INTAKE) as connection:
        last = connection.execute(REGISTERED_LAST, {"source": contract.key}).one_or_none()
    if last is None or str(last.id) != note.get("receipt"):
        return None
    return Known(version, bytes(last.sha256), last.size_bytes)


def remember(contract: Contract, receipt_id: UUID, version: Version) -> None:
    """Note which version a receipt was written for. Nothing is asked by it until that receipt is registered."""
    if contract.location.url is not None and version:
        note = {"receipt": str(receipt_id), "place": _place(contract), "version": asdict(version)}
        write_private(_note(contract), json.dumps(note))


def _note(contract: Contract) -> Path:
    return private_folder("fetched") / f"{contract.key}.json"


def _place(contract: Contract) -> str:
    location = contract.location
    return hashlib.sha256(f"{location.url}\n{location.connection or ''}".encode()).hexdigest()
