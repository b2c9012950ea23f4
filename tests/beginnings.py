"""Beginnings that several tests share: what the first of them builds, the others are given a copy of."""

from __future__ import annotations

import copy
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from administering import administrator
from builders import Held
from psycopg import sql

from include.store.engine import _engines, dispose
from include.store.server import ServerInfo

__all__ = ["Beginnings", "clone"]


def clone(server: ServerInfo, name: str, template: str = "amanah", owner: str = "amanah_owner") -> None:
    """Make a database that is a copy of another, to which nobody may be connected."""
    made = sql.SQL("create database {} template {} owner {} strategy file_copy")
    with administrator(server) as connection:
        connection.execute(made.format(*map(sql.Identifier, (name, template, owner))))


@dataclass(frozen=True)
class _Kept:
    template: str
    home: Path
    key: str
    given: Any


@dataclass
class Beginnings:
    """Databases with their homes and keys, as they were after something was built in them, by the builder's name."""

    server: ServerInfo
    folder: Path
    kept: dict[str, _Kept] = field(default_factory=dict)

    def begin(self, build: Callable[[], Any], name: str, tmp_path: Path) -> Any:
        """Build in the test's fresh database, or put a copy of what was built before in its place.

        Returns what the builder returned; a `Held` of it delivers from this test's own folder. It comes first: raises
        AssertionError where the test has used its database already.
        """
        database = os.environ["AMANAH_DATABASE_URL"].rpartition("/")[2]
        used = [url for url in _engines if url.rpartition("/")[2] == database]
        assert not used, f"{name} has to come before anything else that uses the database"
        if name not in self.kept:
            given = build()
            dispose()
            self.kept[name] = kept = _Kept(
                f"begun_{secrets.token_hex(6)}",
                Path(shutil.copytree(os.environ["AMANAH_HOME"], self.folder / secrets.token_hex(6), symlinks=True)),
                os.environ["AMANAH_KEY"],
                copy.deepcopy(given),
            )
            clone(self.server, kept.template, database)
            return given
        kept = self.kept[name]
        with administrator(self.server) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))
        clone(self.server, database, kept.template)
        shutil.copytree(kept.home, os.environ["AMANAH_HOME"], symlinks=True, dirs_exist_ok=True)
        os.environ["AMANAH_KEY"] = kept.key  # the database fixture has set it, and puts it back
        given = copy.deepcopy(kept.given)
        return replace(given, folder=tmp_path) if isinstance(given, Held) else given
