"""Find and read the contracts: one folder for each source, its name the source's key."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from include.errors import NeverRetry
from include.intake.contracts.model import Contract
from include.law import load_strict

__all__ = [
    "BrokenContract",
    "contract_hash",
    "contract_named",
    "contracts",
    "file_of",
    "load_all",
    "load_contract",
    "source_folders",
]

OWN_SOURCES = Path(__file__).resolve().parent.parent / "sources"


@dataclass(frozen=True, slots=True)
class BrokenContract:
    """A source folder whose contract cannot be read, and why."""

    key: str
    """The folder's name."""
    path: Path
    message: str


def load_contract(path: Path) -> Contract:
    """Read one contract file. Raises NeverRetry naming the line and the field of everything that is wrong."""
    return load_strict(path, Contract)


def source_folders() -> tuple[Path, ...]:
    """Return the folders that hold sources: those named by AMANAH_SOURCES, else the project's own."""
    named = os.environ.get("AMANAH_SOURCES", "")
    return tuple(Path(part).expanduser() for part in named.split(os.pathsep) if part) or (OWN_SOURCES,)


def load_all() -> tuple[dict[str, Contract], list[BrokenContract]]:
    """Read every contract. A broken one is told apart and hides no other.

    Cheap enough for a DAG file: a few milliseconds a contract, and no data library is imported.
    """
    good: dict[str, Contract] = {}
    broken: list[BrokenContract] = []
    for folder in _folders(broken):
        path = folder / "contract.yml"
        try:
            contract = load_contract(path)
        except NeverRetry as error:
            broken.append(BrokenContract(folder.name, path, str(error)))
            continue
        if contract.key != folder.name:
            message = f"{path}: key: is {contract.key!r} in a folder called {folder.name!r}; make them the same"
            broken.append(BrokenContract(folder.name, path, message))
        elif contract.key in good:
            message = f"{path}: key: another folder of AMANAH_SOURCES has {contract.key!r} too; rename one"
            broken.append(BrokenContract(folder.name, path, message))
        else:
            good[contract.key] = contract
    return good, broken


def contracts() -> dict[str, Contract]:
    """Return the contracts that can be read, by key. What is wrong with the others is in `load_all`."""
    return load_all()[0]


def contract_named(key_or_path: str) -> Contract:
    """Return the contract of a source key, or of a YAML path. NeverRetry if it is broken or there is none."""
    if key_or_path.endswith((".yml", ".yaml")):
        return load_contract(Path(key_or_path))
    good, broken = load_all()
    if key_or_path in good:
        return good[key_or_path]
    for fault in broken:
        if fault.key == key_or_path:
            raise NeverRetry(fault.message)
    known = ", ".join(sorted(good)) or "none"
    raise NeverRetry(f"there is no source {key_or_path!r}; known: {known}. Name one of them or a contract's YAML file")


def contract_hash(contract: Contract) -> bytes:
    """Return the SHA-256 of the contract's terms: the same for two files that say the same."""
    terms = json.dumps(contract.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(terms.encode()).digest()


def file_of(contract: Contract) -> Path:
    """Return where the contract's file lies. It need not exist.

    Raises NeverRetry where the location is relative and AMANAH_INBOX names no folder, or is a link.
    """
    if contract.location.path is None:
        raise NeverRetry(
            f"source {contract.key}: its location is a link; name a file that you have, or start collect_{contract.key}"
        )
    path = Path(contract.location.path).expanduser()
    if path.is_absolute():
        return path
    inbox = os.environ.get("AMANAH_INBOX", "")
    if not inbox:
        raise NeverRetry(
            f"source {contract.key}: location.path is relative; set AMANAH_INBOX to the folder that deliveries come to"
        )
    return Path(inbox).expanduser() / path


def _folders(broken: list[BrokenContract]) -> Iterator[Path]:
    for root in source_folders():
        if not root.is_dir():
            if root != OWN_SOURCES:
                broken.append(BrokenContract(root.name, root, f"{root}: AMANAH_SOURCES names no folder; correct it"))
            continue
        yield from sorted(f for f in root.iterdir() if f.is_dir() and not f.name.startswith((".", "__")))
