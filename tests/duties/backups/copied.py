"""A house whose database is copied, and a look into copies that were restored."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from builders import START, Held, ask, person
from psycopg import sql

from include.duties.backups.copies import backups_folder, make_backup
from include.duties.notice.actions import plan_notices
from include.store.server import ServerInfo

DAY = timedelta(days=1)
MORNING = START + timedelta(hours=1)
COPIED = START + 2 * DAY
TOO_LATE = START + 17 * DAY
LATER = START + 18 * DAY
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}
MANAGER = {**COMPANY, "contact": "سعد القحطاني", "email": "saad.alqahtani@alnoor.example"}
PERSONAL = (
    "register.subject", "register.identity", "register.listing", "register.contact_point", "register.past_decision",
    "duties.own_contact", "portal.link", "suppression.entry",
)  # fmt: skip
"""Tables that hold what is kept of people, and what keeps them from coming back."""


@dataclass
class Copied:
    """A source with people in it, and the databases that copies of it were restored into."""

    server: ServerInfo
    name: str
    guide: Held
    made: list[str] = field(default_factory=list)

    def copy(self) -> Path:
        """Make a copy as it stands."""
        make_backup(COPIED)
        return max(backups_folder().glob("*.dump"), key=lambda file: file.stat().st_mtime_ns)

    def new(self) -> str:
        """Name a database that is not there yet."""
        self.made.append(f"restored_{secrets.token_hex(6)}")
        return self.made[-1]

    def ask(self, database: str, query: str, **values: Any) -> list[Any]:
        """Look into a database as its administrator."""
        with psycopg.connect(self.address(database)) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def address(self, database: str) -> str:
        return self.server.superuser_url.replace("+psycopg", "").rpartition("/")[0] + f"/{database}"

    def held(self, database: str, *tables: str) -> dict[str, list[str]]:
        """All rows of tables, in one order."""
        found = {}
        for table in tables or PERSONAL:
            rows = sql.SQL("select t::text from {} t order by 1").format(sql.Identifier(*table.split(".")))
            with psycopg.connect(self.address(database)) as connection:
                found[table] = [row[0] for row in connection.execute(rows)]
        return found

    def drop(self) -> None:
        """Take away what was restored."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for name in self.made:
                connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def enters(self, database: str) -> bool:
        """Say whether the login of every process gets in."""
        try:
            psycopg.connect(self.server.url("amanah_app", database).replace("+psycopg", "")).close()
        except psycopg.OperationalError as refused:
            return "permission denied for database" not in str(refused)
        return True


def asks_to_go(mailbox: str, trigger: str = "deletion_asked") -> None:
    """Let somebody ask for their deletion, or refuse."""
    ask(
        """
        insert into duties.destruction_request (subject_id, trigger, asked_at)
        select distinct subject_id, cast(:trigger as text), cast(:at as timestamptz)
          from register.contact_point where normalised = :mailbox returning 1
        """,
        mailbox=mailbox,
        trigger=trigger,
        at=COPIED,
    )


@pytest.fixture
def copied(
    server: ServerInfo,
    database: str,
    begins: Callable[..., Held],
    source: Callable[..., Held],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Copied]:
    """A house with a company, its manager and three people, all of whom are owed a notice."""

    def build() -> Held:
        guide = source()
        guide.delivers([MANAGER, *(person(number) for number in range(3))])
        plan_notices(MORNING)
        return guide

    monkeypatch.setenv("AMANAH_ADMIN_DATABASE_URL", server.superuser_url)
    house = Copied(server, database.rpartition("/")[2], begins(build, "a house that is copied"))
    yield house
    house.drop()
