"""A night over three systems, killed with -9 at any moment and begun again, ends as one that nobody disturbed."""

from __future__ import annotations

import itertools
import json
import os
import random
import secrets
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import books
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, create_engine, event, text
from test_retention import AT, ledger

from include.duties.certificates import verify_certificate
from include.duties.destruction.actions import allow
from include.duties.retention import enforce
from include.evidence import verify
from include.store import Role, begin, home
from include.store.engine import dispose
from include.store.server import ServerInfo

KILLS = int(os.environ.get("RETENTION_KILLS", "3"))
"""So many moments in the suite; `RETENTION_KILLS=20` for more."""
SYSTEMS = ("books_a", "books_b", "books_c")
FOREVER = 10**9
TABLES = ("account", "invoice", "session", "recording")


@pytest.fixture
def three(
    server: ServerInfo, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Three systems of the company's; calling it puts them, and our own store's plans, back to the evening before."""
    mark, folder = secrets.token_hex(4), tmp_path / "systems"
    folder.mkdir()
    addresses = {key: server.superuser_url.rpartition("/")[0] + f"/{key}_{mark}" for key in SYSTEMS}
    with psycopg.connect(server.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        for key, address in addresses.items():
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(f"{key}_{mark}")))
            setting = f"AMANAH_SYSTEM_{key.upper()}"
            told = books.MAP.replace("fides_key: books", f"fides_key: {key}").replace(
                "dataset: books", f"dataset: {key}"
            )
            told = told.replace("  books:\n", f"  {key}:\n").replace("AMANAH_SYSTEM_BOOKS", setting)
            (folder / f"{key}.yml").write_text(told, encoding="utf-8")
            monkeypatch.setenv(setting, address)
        monkeypatch.setenv("AMANAH_SYSTEMS", str(folder))
        monkeypatch.setenv("AMANAH_BOOKS_FILES", str(tmp_path / "calls"))

        def evening() -> None:
            for number, address in enumerate(addresses.values()):
                engine = create_engine(address)
                with engine.begin() as company:
                    company.execute(text("drop schema public cascade"))
                    company.execute(text("create schema public"))
                    books.make(company)
                    books.fill(company, (1, "2026-01-01"), (2, None), (3, "2025-12-01"))
                    books.record(company, tmp_path / "calls", 10 * number + 1, 2, "2025-01-01")
                engine.dispose()

        evening()
        yield evening
        dispose()
        for key in SYSTEMS:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(f"{key}_{mark}")))


def die_at(moment: int, run: Callable[[], Any]) -> int:
    """Run in a process of its own that kills itself before that statement or commit; return how it ended."""
    dispose()
    child = os.fork()
    if child == 0:
        steps = itertools.count(1)

        def step(*_: Any) -> None:
            if next(steps) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", step)
        event.listen(Engine, "commit", step)
        try:
            run()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def steps_of_a_night() -> int:
    """Count the statements and commits of the night, by running it once."""
    counted = itertools.count()
    last = [0]

    def step(*_: Any) -> None:
        last[0] = next(counted)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    try:
        enforce(AT)
    finally:
        event.remove(Engine, "before_cursor_execute", step)
        event.remove(Engine, "commit", step)
    return last[0] + 1


def standing() -> dict[str, Any]:
    """Everything that stands in the three systems."""
    found = dict[str, Any]()
    for key in SYSTEMS:
        engine = create_engine(os.environ[f"AMANAH_SYSTEM_{key.upper()}"])
        with engine.connect() as connection:
            for table in TABLES:
                rows = connection.execute(text(f"select * from {table} order by id"))
                found[f"{key}.{table}"] = [tuple(row)[:2] for row in rows]
        engine.dispose()
    return found


def plans_allowed() -> None:
    """Plan, and let the officer allow everything."""
    for plan in enforce(AT).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=AT)


def forgotten() -> None:
    """Take back what our own store knows of the night."""
    with begin(Role.DUTIES) as store:
        store.execute(text("update duties.destruction set state = 'replaced' where system is not null"))
    for file in (home() / "certificates").glob("*"):
        file.unlink()


@pytest.mark.journey
def test_a_night_killed_at_any_moment_and_begun_again_ends_as_if_nobody_had_killed_it(
    three: Callable[[], None],
) -> None:
    plans_allowed()
    steps = steps_of_a_night()
    undisturbed, certified = standing(), rows_certified()
    for moment in random.Random(20261130).sample(range(1, steps), k=KILLS):
        forgotten()
        three()
        before = len(ledger("destruction_done"))
        plans_allowed()
        assert die_at(moment, lambda: enforce(AT)) == -signal.SIGKILL, f"moment {moment} of {steps}"
        enforce(AT)
        assert standing() == undisturbed, f"moment {moment} of {steps}"
        assert rows_certified() == certified, f"a row twice, or none, in the certificates: moment {moment} of {steps}"
        assert len(ledger("destruction_done")) - before == len(certificates()), f"moment {moment} of {steps}"
        assert verify().first_fault is None


def certificates() -> list[dict[str, Any]]:
    return [verify_certificate(file) for file in sorted((home() / "certificates").glob("*.json"))]


def rows_certified() -> dict[str, int]:
    """Add up what the certificates say went, by system and table."""
    total = dict[str, int]()
    for told in certificates():
        for table, count in told["tables"].items():
            total[f"{told['system']}.{table}"] = total.get(f"{told['system']}.{table}", 0) + count
    return dict(sorted(json.loads(json.dumps(total)).items()))
