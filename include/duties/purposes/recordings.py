"""Listening to a recording: for a purpose, by somebody, and never without a line in the ledger."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, select

from include.duties.notice.calendar import HOME
from include.duties.purposes.announcing import announced
from include.duties.purposes.gate import may_use
from include.duties.purposes.model import RECORDING_PURPOSES, TECHNICAL_PURPOSES, Reason, Verdict
from include.duties.purposes.rules import recordings
from include.errors import NeverRetry
from include.evidence import Kind, learn, record
from include.law import edition_for
from include.store import Role, begin, keyed
from include.systems import System, Table
from include.systems.connecting import address_of, connected
from include.systems.files import read_file
from include.systems.reflecting import reflect

__all__ = ["Denied", "read_recording"]

KNOWN = (*RECORDING_PURPOSES, *TECHNICAL_PURPOSES)


class Denied(NeverRetry):
    """Raised where a recording may not be used: with the reasons."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"this recording may not be used: {', '.join(self.reasons)}")


def read_recording(
    system: System,
    table: str,
    key: Sequence[str],
    purpose: str,
    by: str,
    *,
    at: datetime,
    settings: Mapping[str, str] = os.environ,
) -> bytes:
    """Give the bytes of a recording by the key of its row, for a purpose, to the employee with the login `by`.

    That it is read is in the ledger before its bytes are: system, table and purpose by code, row and login by keyed
    hash. A read that is denied is in the ledger too. Raises Denied with the reasons; SystemAway where the system is
    away; NeverRetry where the file cannot be had.
    """
    if not by.strip():
        raise NeverRetry("say who listens: the login of an employee")
    path, reasons = _found(system, table, key, purpose, settings)
    kind = Kind.RECORDING_REFUSED if reasons else Kind.RECORDING_READ
    _note(kind, system, table, key, purpose, by, reasons, at)
    if reasons or path is None:
        raise Denied(reasons)
    if isinstance(path, bytes):
        return path
    base = settings.get(system.files or "")
    if base is None:
        raise NeverRetry(f"{system.key}: rows name files; let `files` of the map say where they lie")
    pieces = read_file(base, path)
    if pieces is None:
        raise NeverRetry("the file that the row names is not there")
    return b"".join(pieces)


def _found(
    system: System, table: str, key: Sequence[str], purpose: str, settings: Mapping[str, str]
) -> tuple[str | bytes | None, tuple[Reason, ...]]:
    """Give what the row holds, a path or the sound itself, and what speaks against using it."""
    mapped = {each.name: each for each in system.tables}.get(table)
    if mapped is None:
        return None, (Reason.TABLE_UNMAPPED,)
    found = recordings(mapped)
    if not found:
        return None, (Reason.NOT_A_RECORDING,)
    verdict = may_use(system, table, found[0].name, purpose)
    if not verdict.allowed:
        return None, verdict.reasons
    with connected(address_of(system, settings)) as connection:
        row = _row(connection, system, mapped, key, found[0].name)
    if row is None or not row[0]:
        return None, (Reason.ROW_UNKNOWN,)
    return row[0], Verdict.of(set() if row[1] else {Reason.NOT_ANNOUNCED}).reasons


def _row(
    connection: Connection, system: System, mapped: Table, key: Sequence[str], column: str
) -> tuple[str | bytes, bool] | None:
    if len(key) != len(mapped.key):
        return None
    table = reflect(connection, system, only=mapped.name).tables[mapped.name]
    try:
        wanted = [
            table.c[name] == _typed(table.c[name].type.python_type, given)
            for name, given in zip(mapped.key, key, strict=True)
        ]
    except (ValueError, NotImplementedError):
        return None
    found = connection.execute(select(table.c[column], announced(table, mapped)).where(and_(*wanted))).one_or_none()
    return None if found is None else (found[0], bool(found[1]))


def _typed(kind: type, given: str) -> object:
    """Read a part of a key as its column's kind. Raises ValueError where it is none."""
    return kind(given) if kind in (int, UUID) else given


def _note(
    kind: Kind,
    system: System,
    table: str,
    key: Sequence[str],
    purpose: str,
    by: str,
    reasons: Sequence[Reason],
    at: datetime,
) -> None:
    codes = {"system": _word(system.key), "table": _word(table), "purpose": purpose if purpose in KNOWN else "unknown"}
    known = {each.name for each in system.tables}
    codes |= {"why": str(reasons[0])} if reasons else {}
    codes |= {} if table in known else {"table": "unknown"}
    row = "\x1f".join((system.key, table, *key))
    with begin(Role.DUTIES) as store:
        learn(store, *codes.values())
        record(
            store,
            kind,
            at=at,
            edition=edition_for(HOME, at).name,
            codes=codes,
            hashes={"row": keyed("recording", row), "actor": keyed("login", by)},
        )


def _word(name: str) -> str:
    """Write a name of a map as a word of the ledger: small letters, digits and few signs."""
    said = re.sub(r"[^a-z0-9_.:/-]", "_", name.casefold())[:63]
    return said if said[:1].isalpha() else f"t{said}"[:64]
