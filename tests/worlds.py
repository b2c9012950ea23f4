"""Worlds: a database and a home each, copied from one another, and what stands in one, told without chance numbers."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from journeys_house import CONTROLLER
from psycopg import sql
from sqlalchemy import select

from include.duties.backups.journal import read
from include.store import Role, begin
from include.store.engine import dispose
from include.store.migration import load_tables
from include.store.server import ServerInfo

CHANCE = {"recorded_at", "prev_hash", "hash", "plan_hash", "root"}
"""Columns that hold a wall clock's time, or hashes over it and over ids."""
NUMBERED = {
    "id": "its own",
    "listing_id": "listing",
    "contact_point_id": "point",
    "point_id": "point",
    "refused": "point",
}
"""Columns with numbers that a sequence gave, and what they number; every other id is a UUID."""
READERS = {"evidence": Role.AUDITOR, "portal": Role.PORTAL}
LINK = re.compile(r"/p/[a-z2-7]{40}")
"""A link in a letter: it is made of the letter's id."""
ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9A-F]{8}\b")
RECOVERY = 60
"""Seconds within which a server that was hurt takes connections again."""
INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


@dataclass(frozen=True)
class World:
    """One installation: its database by name, and its home."""

    database: str
    home: Path


class Worlds:
    """Makes worlds on one server, with one key for all, so that they can be compared."""

    def __init__(self, server: ServerInfo, folder: Path) -> None:
        self._folder = folder
        self.administrator = server.superuser_url.replace("+psycopg", "")
        self._server = server
        self._key = f"dev:{secrets.token_hex(32)}"
        self._made: list[str] = []

    def like(self, other: World | None = None) -> World:
        """Make a world: an empty one, or the like of another."""
        dispose()
        world = World(f"test_{secrets.token_hex(6)}", self._folder / secrets.token_hex(6))
        self.command("create database {} template {} owner amanah_owner strategy file_copy", world, other)
        self._made.append(world.database)
        if other is None:
            world.home.mkdir(mode=0o700)
        else:
            shutil.copytree(other.home, world.home)
        return world

    def command(self, statement: str, world: World, other: World | None = None) -> None:
        """Have the server's administrator do something with a world's database."""
        names = (sql.Identifier(world.database), sql.Identifier(other.database if other else "amanah"))
        with self._connected() as connection:
            connection.execute(sql.SQL(statement).format(*names))  # type: ignore[arg-type]

    def _connected(self) -> psycopg.Connection:
        """Log in as the administrator, waiting for a server that gets over the death of one of its processes."""
        until = time.monotonic() + RECOVERY
        while True:
            try:
                return psycopg.connect(self.administrator, autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    @contextmanager
    def inside(self, world: World) -> Iterator[World]:
        """Be in a world: what this process does, and those that it starts, happens there."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AMANAH_HOME", str(world.home))
            patch.setenv("AMANAH_KEY", self._key)
            patch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
            patch.setenv("AMANAH_DATABASE_URL", self._server.url("amanah_app", world.database))
            patch.setenv("AMANAH_OWNER_DATABASE_URL", self._server.url("amanah_owner", world.database))
            yield world
            dispose()

    def drop(self, world: World) -> None:
        """Take a world away that is no longer needed."""
        dispose()
        self.command("drop database {} with (force)", world)
        self._made.remove(world.database)
        shutil.rmtree(world.home)

    def close(self) -> None:
        """Take every world away."""
        dispose()
        for name in self._made:
            self.command("drop database {} with (force)", World(name, self._folder))


def standing(home: Path) -> dict[str, list[str]]:
    """Tell what the present world holds: each table's rows, the ledger in its order, and each file under its home.

    Ids are told by what they stand for, and instants by their hour, for a relay's watch goes on by itself.
    """
    rows = _rows()
    names = _names(rows)
    told = {table: sorted(_told(row, names) for row in held) for table, held in rows.items()}
    told["evidence.ledger"] = [_told(_event(row), names) for row in rows["evidence.ledger"]]
    del told["evidence.leaf"], told["evidence.head"], told["evidence.word"]
    told["files"] = sorted(_files(home, names))
    lines = list(read(home / "destroyed.jsonl"))
    told["journal"] = [f"{len(lines)} lines", *sorted(_told(item, names) for line in lines for item in line.items)]
    return told


def _rows() -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in load_tables().sorted_tables:
        with begin(READERS.get(str(table.schema), Role.DUTIES)) as connection:
            query = select(table).order_by(*table.primary_key)
            found[f"{table.schema}.{table.name}"] = [dict(row._mapping) for row in connection.execute(query)]
    return found


def _names(rows: dict[str, list[dict[str, Any]]]) -> dict[Any, str]:
    """Name everything that has an id by what it is; an id that is a number is told apart by its kind."""
    names: dict[Any, str] = {}
    for row in rows["register.delivery"]:
        names[str(row["id"])] = f"delivery {row['sha256'].hex()[:8]}"
    for row in rows["register.receipt"]:
        names[str(row["id"])] = f"receipt of {row['source_key']} {_plain(row['run'], {})}"
    for row in rows["register.listing"]:
        names["listing", row["id"]] = f"listing {row['row_key'].hex()[:8]}"
    for row in rows["register.contact_point"]:
        listing = names["listing", row["listing_id"]]
        names["point", row["id"]] = f"point {row['key'].hex()[:8]} of {listing} in {row['source_column']}"
    for row in rows["register.identity"]:
        names.setdefault(str(row["subject_id"]), f"subject {row['key'].hex()[:8]}")
    for row in rows["duties.notice"]:
        whom = names.get(str(row["subject_id"]), "nobody")
        names[str(row["id"])] = names[str(row["id"])[:8].upper()] = (
            f"notice to {whom} of {row['source_key']} for {row['purpose']}"
        )
    for row in rows["duties.duty"]:
        names.setdefault(str(row["id"]), f"duty {row['kind']} of {row['source_key']}")
    for row in rows["channels.message"]:
        names[str(row["id"])] = f"message of {names.get(str(row['duty_id']), row['kind'])}"
    for row in rows["duties.destruction"]:
        names[str(row["id"])] = f"plan of {row['trigger']}"
    return names


def _event(row: dict[str, Any]) -> dict[str, Any]:
    """Take what an event says apart; of its hashes, those of bytes that came from outside can be compared."""
    told = json.loads(row["payload"])
    hashes = {name: value for name, value in told.pop("hashes").items() if name in ("sha256", "contract")}
    return {"kind": row["kind"], "hashes": hashes, "leaves": told.pop("leaves")["count"], **told}


def _told(row: dict[str, Any], names: dict[Any, str]) -> str:
    kept = {column: _named(column, value, names) for column, value in row.items() if column not in CHANCE}
    return _plain(json.dumps(kept, ensure_ascii=False, default=_text), names)


def _named(column: str, value: Any, names: dict[Any, str]) -> Any:
    """Name what a number stands for; a row's own number says nothing."""
    kind = NUMBERED.get(column)
    if isinstance(value, list):
        return [_named(column, each, names) for each in value]
    return value if kind is None or not isinstance(value, int) else names.get((kind, value), kind)


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _plain(text: str, names: dict[Any, str]) -> str:
    named = ID.sub(lambda found: names.get(found[0], "somebody" if "-" in found[0] else found[0]), text)
    return INSTANT.sub(r"\1", LINK.sub("/p/…", named))


def _files(home: Path, names: dict[Any, str]) -> Iterator[str]:
    for folder in (home / "staging", home / "landing"):
        for place in folder.rglob("*"):
            content = sha256(place.read_bytes()).hexdigest()[:16] if place.is_file() else "a folder"
            yield f"{_plain(str(place.relative_to(home)), names)}: {content}"
