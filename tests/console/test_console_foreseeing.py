"""What would be destroyed is counted by what would destroy it, here and in every system, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from builders import Held, ask
from operators_here import NOW, Visitor
from people_here import MAILBOX, send
from sqlalchemy import Connection, text

from include.duties.consent import Said, delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.holds import place
from include.duties.retention.foreseeing import foresee_all
from include.store import Role, begin

Sign = Callable[..., Visitor]
Make = Callable[..., Held]


def test_what_would_go_is_counted_here_and_in_every_system_and_nothing_is_changed(
    visitor: Sign, subject: UUID, company: Connection
) -> None:
    company.execute(text("update account set email = :mailbox where id = 2"), {"mailbox": MAILBOX})
    before = ask("select (select count(*) from register.contact_point), (select count(*) from duties.destruction)")
    page = send(visitor(), f"/people/{subject}/would").text
    ours, books = foresee_all(subject, NOW)
    ((held,),) = ask("select count(*) from register.contact_point where subject_id = :id", id=subject)
    assert ours.rows == {"contact_point": held, "listing": 1}
    assert books.rows | books.masked == {"account": 1, "invoice": 1, "session": 1}
    assert "<code>books</code>" in page
    assert "<code>account</code>" in page
    assert MAILBOX not in page
    assert before == ask(
        "select (select count(*) from register.contact_point), (select count(*) from duties.destruction)"
    )
    assert company.execute(text("select count(*) from account")).scalar_one() == 2
    with begin(Role.DUTIES) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), NOW)
    destroy_everywhere(NOW)
    plans = ask("select system, counts, scope from duties.destruction order by system nulls first")
    assert plans[0].counts["contact_points"] == held
    assert (plans[1].scope["tables"], plans[1].scope["masked"]) == (books.rows, books.masked)


def test_what_a_hold_keeps_is_counted_as_held(subject: UUID, company: Connection) -> None:
    company.execute(text("update account set email = :mailbox where id = 2"), {"mailbox": MAILBOX})
    place("CASE-9", by="dpo", at=NOW, people=(MAILBOX,))
    ours, books = foresee_all(subject, NOW)
    assert not ours.rows
    assert ours.held["contact_point"] > 0
    assert books.held["account"] == 1
    assert "account" not in {name for name, count in books.rows.items() if count}


def test_a_system_that_is_away_hides_nothing_else(
    visitor: Sign, subject: UUID, company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://nobody@127.0.0.1:1/none")
    page = send(visitor(), f"/people/{subject}/would").text
    assert "It is away" in page
    assert "contact_point" in page
