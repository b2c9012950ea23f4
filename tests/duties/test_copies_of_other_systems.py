"""What went from other systems does not come back with a copy of theirs, and no copy of ours forgets a legal hold."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import books
import pytest
from duties.backups.copied import COPIED, DAY, LATER, Copied, copied
from sqlalchemy import Connection, text
from test_elsewhere import NOON, asked, company
from typer.testing import CliRunner

from include.commands.app import app
from include.duties.backups.journal import journal_file
from include.duties.backups.noting import write_down
from include.duties.backups.restoring import engine_of, restore, restore_check
from include.duties.destroying import destroy_everywhere
from include.duties.destruction.actions import allow
from include.duties.holds import place, release, standing
from include.duties.retention import enforce
from include.duties.retention.restored import look_for_again
from include.store import Role, begin, keyed

__all__ = ["asked", "company", "copied"]
PERSON = "person.1@people.example"


def test_a_hold_that_was_placed_after_the_copy_stands_in_what_is_restored(copied: Copied) -> None:
    ended = place("CASE-1", by="dpo", at=COPIED - DAY, people=(PERSON,))
    file = copied.copy()
    release(ended, by="dpo", at=COPIED + DAY)
    span = {"since": COPIED - 9 * DAY, "until": COPIED}
    placed = place("CASE-2", by="dpo", at=COPIED + DAY, system="books", table="session", **span)
    about = place("CASE-3", by="dpo", at=COPIED + DAY, people=(PERSON,))
    short = place("CASE-4", by="dpo", at=COPIED + DAY, people=(PERSON,))
    release(short, by="dpo", at=COPIED + DAY)
    done = restore(file, copied.new(), LATER)
    with engine_of(done.database) as engine, begin(Role.DUTIES, at=engine) as store:
        one, other = standing(store)
    assert {one.id, other.id} == {placed, about}
    held, person = (one, other) if one.id == placed else (other, one)
    assert (held.case_ref, held.system, held.table, held.since, held.until) == (
        "CASE-2",
        "books",
        "session",
        *span.values(),
    )
    assert (person.people, person.keys) == ((), (keyed("email", PERSON),))
    names = "select count(*) from duties.held_subject"
    assert copied.ask(done.database, names) == copied.ask(copied.name, names) == [(1,)]
    assert copied.ask(done.database, "select count(*) from duties.hold_person where value is not null") == [(0,)]
    assert copied.ask(
        done.database, "select count(*) from duties.hold where id = %(id)s and released_at is null", id=ended
    ) == [(0,)]
    write_down()
    assert PERSON not in journal_file().read_text("utf-8")


def test_people_of_whom_a_hold_knows_only_the_hash_are_found_and_kept_and_nobody_else(company: Connection) -> None:
    place("CASE-5", by="dpo", at=NOON, people=(PERSON,))
    with begin(Role.DUTIES) as store:
        store.execute(text("update duties.hold_person set value = null"))
    company.execute(text("update session set seen_at = '2015-01-01'"))
    company.execute(text("update account set email = ' Person.1@People.Example' where id = 1"))
    for plan in enforce(NOON).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=NOON)
    enforce(NOON)
    assert [row[0] for row in company.execute(text("select id from session"))] == [1]


def test_plans_over_other_systems_are_known_in_a_restored_copy_and_who_asked_is_looked_at_again(
    copied: Copied, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with books.mapped(other_database, tmp_path, monkeypatch) as company:
        books.fill(company, (1, None))
        company.execute(text("update session set seen_at = '2015-01-01'"))
        (halted,) = enforce(COPIED).halted
        file = copied.copy()
        allow(UUID(halted["plan"]), halted["hash"], by="dpo", at=COPIED + DAY)
        enforce(COPIED + DAY)
    done = restore(file, copied.new(), LATER)
    told = "state, rule, counts, destroyed_at, verified_at"
    plans = f"select {told} from duties.destruction where system = 'books' order by 1"
    assert copied.ask(done.database, plans) == copied.ask(copied.name, plans)
    assert copied.ask(done.database, plans)[0][:2] == ("verified", "session:technical")
    assert not any(restore_check(LATER).values())


def test_who_was_destroyed_in_a_system_is_found_again_in_a_copy_of_it_that_was_restored(asked: Connection) -> None:
    whose = {name: text(f"select * from {name} where id = 1") for name in ("account", "session")}
    rows = {table: asked.execute(query).one() for table, query in whose.items()}
    destroy_everywhere(NOON)
    assert held(asked) == [2]
    bring_back(asked, rows)
    found = look_for_again("books", NOON - DAY, NOON + DAY)
    assert found == {"people": 1, "found": 1, "plans": 0}
    assert look_for_again("books", NOON - DAY, NOON + DAY) == found
    destroy_everywhere(NOON + DAY)
    assert held(asked) == [2]
    assert look_for_again("books", NOON - DAY, NOON + DAY)["found"] == 0


def test_only_who_went_since_the_copy_was_made_is_looked_for(
    asked: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroy_everywhere(NOON)
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", (NOON + DAY).isoformat())
    day = (NOON + timedelta(days=2)).date().isoformat()
    done = CliRunner().invoke(app, ["systems", "restored", "books", "--since", day])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"people": 0, "found": 0, "plans": 0}


def held(company: Connection) -> list[int]:
    return [row[0] for row in company.execute(text("select id from account order by id"))]


def bring_back(company: Connection, rows: dict[str, object]) -> None:
    """Put rows back, as a restore of that system does."""
    for table, row in rows.items():
        values = row._mapping  # type: ignore[attr-defined]
        names = ", ".join(values)
        company.execute(text(f"insert into {table} values ({', '.join(f':{name}' for name in values)})"), dict(values))
        assert names
