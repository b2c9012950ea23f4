"""What packs are made of beside the ledger, kept by its hash: what was promised on a day, and the form of reports."""

from __future__ import annotations

import hashlib
from pathlib import Path

from include.store import private_folder
from include.store.disk import room_on_disk
from include.store.home import read_private, write_private

__all__ = ["fetch", "keep"]

FOLDER = "kept"


def keep(content: str) -> str:
    """Keep a text beside the packs, once; return its SHA-256 in hexadecimal. Raises DiskFull."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    with room_on_disk():
        if fetch(digest) is None:
            write_private(_file(digest), content)
    return digest


def fetch(digest: str) -> str | None:
    """Give a text by its hash; None where it is not kept, or is not what it was."""
    content = read_private(_file(digest))
    return content if content is not None and hashlib.sha256(content.encode()).hexdigest() == digest else None


def _file(digest: str) -> Path:
    return private_folder("audits", FOLDER) / f"{digest}.json"
