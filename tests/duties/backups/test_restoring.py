"""A restored copy is closed to everybody until whoever was destroyed since is destroyed in it again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from signal import SIGKILL

import pytest
from builders import ask, person
from copied import COMPANY, COPIED, DAY, LATER, TOO_LATE, Copied, asks_to_go, copied
from dying import Processes
from moments import Moment
from sqlalchemy import text

from include.duties.backups import journal
from include.duties.backups.model import StillThere
from include.duties.backups.restoring import bring_into, look_again, replay_into, restore, restore_check
from include.duties.destruction.actions import destroy_due
from include.errors import NeverRetry
from include.store import Role, begin, keyed

__all__ = ["copied"]


def test_whoever_was_destroyed_since_is_not_in_the_restored_copy_and_everybody_else_is(copied: Copied) -> None:
    file = copied.copy()
    asks_to_go("person.1@people.example")
    assert destroy_due(COPIED + DAY)["destroyed"] == 1
    done = restore(file, copied.new(), LATER)
    assert (done.plans, copied.enters(done.database)) == (1, True)
    assert copied.held(done.database) == copied.held(copied.name)
    points = "select value from register.contact_point where kind = 'email' order by 1"
    assert [row[0] for row in copied.ask(done.database, points)] == [
        "person.0@people.example",
        "person.2@people.example",
        "saad.alqahtani@alnoor.example",
    ]


def test_whose_clock_ran_out_since_goes_and_the_companys_row_stays(copied: Copied) -> None:
    file = copied.copy()
    assert destroy_due(TOO_LATE)["destroyed"] == 4
    done = restore(file, copied.new(), LATER)
    assert copied.held(done.database) == copied.held(copied.name)
    assert copied.ask(done.database, "select value from register.contact_point") == [("920000001",)]
    notices = "select state, count(*), count(subject_id) from duties.notice group by 1"
    assert copied.ask(done.database, notices) == copied.ask(copied.name, notices) == [("destroyed", 4, 0)]


def test_a_destruction_that_the_copy_knows_is_not_done_again(copied: Copied) -> None:
    asks_to_go("person.1@people.example")
    destroy_due(COPIED)
    done = restore(copied.copy(), copied.new(), LATER)
    assert done.plans == 0
    assert copied.held(done.database) == copied.held(copied.name)


def test_without_the_replay_the_second_look_finds_them_and_nobody_gets_in(copied: Copied) -> None:
    file = copied.copy()
    destroy_due(TOO_LATE)
    database = copied.new()
    bring_into(file, database)
    with pytest.raises(StillThere, match="stays closed") as caught:
        look_again(database, journal.journal_file())
    found = {what: count for what, count in caught.value.left.items() if count}
    assert found["plans"] == 1
    assert {"points", "rows", "cells", "suppressed"} <= set(found)
    assert not copied.enters(database)
    replay_into(database, journal.journal_file(), LATER)
    look_again(database, journal.journal_file())


def test_who_had_another_mailbox_in_the_copy_goes_as_well(copied: Copied) -> None:
    file = copied.copy()
    rows = [COMPANY, *({**person(number), "email": f"new.{number}@people.example"} for number in range(3))]
    copied.guide.delivers(rows, later=3 * DAY)
    destroy_due(TOO_LATE + 5 * DAY)
    done = restore(file, copied.new(), LATER)
    assert copied.ask(done.database, "select 1 from register.contact_point where value like '%people.example'") == []
    assert copied.ask(done.database, "select 1 from register.subject") == []


def test_a_restore_that_was_cut_short_begins_anew_and_ends_the_same(copied: Copied) -> None:
    file = copied.copy()
    destroy_due(TOO_LATE)
    database = copied.new()
    bring_into(file, database)  # and then the machine lost its power
    assert not copied.enters(database)
    restore(file, database, LATER)
    assert copied.held(database) == copied.held(copied.name)
    with pytest.raises(NeverRetry, match="already"):
        restore(file, database, LATER)


@pytest.mark.parametrize(
    "moment",
    [
        Moment("statement", "create temp table told"),
        Moment("row", "told", 5),
        Moment("statement", r"delete from register\.listing"),
        Moment("commit", r"insert into duties\.destruction "),
        Moment("committed", r"insert into duties\.destruction "),
        Moment("statement", "as own_contacts"),
    ],
    ids=str,
)
def test_a_restore_killed_at_any_point_lets_nobody_in_and_begun_again_ends_the_same(
    copied: Copied, processes: Processes, moment: Moment
) -> None:
    file = copied.copy()
    destroy_due(TOO_LATE)
    database = copied.new()
    words = ["backups", "restore", str(file), "--into", database]
    assert processes.run("command", moment, words=words) == -SIGKILL
    assert not copied.enters(database)
    restore(file, database, LATER)
    assert copied.held(database) == copied.held(copied.name)
    assert copied.enters(database)


def test_a_restore_that_fails_leaves_no_copy_of_whoever_was_destroyed(copied: Copied, tmp_path: Path) -> None:
    destroy_due(COPIED)
    file = tmp_path / "half.dump"
    file.write_bytes(copied.copy().read_bytes()[:20_000])
    with pytest.raises(NeverRetry, match="pg_restore ended with 1"):
        restore(file, copied.new(), LATER)
    assert copied.ask("postgres", "select 1 from pg_database where datname = %(name)s", name=copied.made[-1]) == []


def test_a_file_that_is_not_the_copy_that_was_made_is_refused(copied: Copied) -> None:
    file = copied.copy()
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(NeverRetry, match="its hash is another"):
        restore(file, copied.new(), LATER)


def test_a_single_login_for_everything_cannot_be_kept_out_and_is_refused(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied.copy()
    monkeypatch.setenv("AMANAH_OWNER_DATABASE_URL", copied.server.url("amanah_app", copied.name))
    with pytest.raises(NeverRetry, match="closed to the login that owns it"):
        restore(file, copied.new(), LATER)


def test_a_login_that_may_not_make_databases_is_told_which_setting_names_one(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied.copy()
    monkeypatch.delenv("AMANAH_ADMIN_DATABASE_URL")
    with pytest.raises(NeverRetry, match="AMANAH_ADMIN_DATABASE_URL"):
        restore(file, copied.new(), LATER)


def test_a_database_in_use_is_never_restored_over(copied: Copied) -> None:
    file = copied.copy()
    before = copied.held(copied.name)
    with pytest.raises(NeverRetry, match="already"):
        restore(file, copied.name, LATER)
    assert copied.held(copied.name) == before


def test_who_was_suppressed_or_stopped_since_the_copy_is_so_in_the_restored_one(copied: Copied) -> None:
    file = copied.copy()
    with begin(Role.DUTIES) as connection:
        values = {"mine": keyed("email", "list@people.example"), "at": COPIED + timedelta(hours=1)}
        connection.execute(
            text("""
                insert into suppression.entry (key, kind, key_version, reason, since)
                values (:mine, 'email', 0, 'opted_out', :at)
            """),
            values,
        )
        connection.execute(
            text("""
                insert into duties.stop (key, kind, key_version, purpose, means, asked_at)
                values (:mine, 'email', 0, 'promotion', 'reply', :at)
            """),
            values,
        )
    done = restore(file, copied.new(), LATER)
    assert done.suppressed == 2
    stops = "select key, purpose, means, asked_at from duties.stop"
    assert copied.ask(done.database, stops) == copied.ask(copied.name, stops) != []
    assert copied.held(done.database) == copied.held(copied.name)


def test_the_database_in_use_says_whether_it_is_older_than_its_journal_and_mends_it(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied.copy()
    destroy_due(TOO_LATE)
    assert not any(restore_check(LATER).values())
    old = copied.new()
    bring_into(file, old)  # by hand, past the command
    with_it = copied.server.url("amanah_owner", old)
    monkeypatch.setenv("AMANAH_DATABASE_URL", with_it)
    monkeypatch.setenv("AMANAH_OWNER_DATABASE_URL", with_it)
    assert restore_check(LATER)["plans"] == 1
    assert ask("select 1 from register.subject"), "it only looks unless it is told to"
    assert not any(restore_check(LATER, apply=True).values())
    assert not ask("select 1 from register.subject")
    destroy_due(LATER)
    assert [row[0] for row in ask("select state from duties.destruction")] == ["verified"]
