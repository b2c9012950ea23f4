"""What a restore destroys again is what was destroyed: what people agreed to stays, what waits for them goes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import START, Held, ask, person
from copied import COMPANY, COPIED, DAY, LATER, TOO_LATE, Copied, asks_to_go, copied
from sqlalchemy import text

from include.duties.backups.copies import backups_folder, make_backup
from include.duties.backups.restoring import restore
from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices
from include.duties.suppressing import rotate
from include.store import Role, begin, keyed
from include.store.server import ServerInfo

__all__ = ["copied"]


def test_what_somebody_still_agreed_to_stays_and_what_they_did_not_goes(copied: Copied) -> None:
    for number, mailbox in enumerate(("person.1@people.example", "own@people.example", "other@people.example")):
        gives(mailbox, of=1 if number == 0 else 2, agrees=number != 2)
    file = copied.copy()
    asks_to_go("person.1@people.example", "refused")
    asks_to_go("person.2@people.example", "refused")
    destroy_due(COPIED + DAY)
    done = restore(file, copied.new(), LATER)
    own = "select value from duties.own_contact order by 1"
    assert copied.ask(done.database, own) == copied.ask(copied.name, own) != []
    assert copied.held(done.database) == copied.held(copied.name)


def gives(mailbox: str, *, of: int, agrees: bool) -> None:
    """Let a person give a mailbox of their own, for a purpose that they agree to or not."""
    purpose = "newsletter" if agrees else "promotion"
    with begin(Role.DUTIES) as connection:
        values = {"at": COPIED, "purpose": purpose, "key": keyed("email", mailbox), "mailbox": mailbox}
        values["subject"] = connection.execute(
            text("select subject_id from register.contact_point where normalised = :whose"),
            {"whose": f"person.{of}@people.example"},
        ).scalar_one()
        connection.execute(
            text("""
                insert into duties.own_contact (subject_id, purpose, channel, kind, key, value, provenance, received_at)
                values (:subject, :purpose, 'email', 'email', :key, :mailbox, 'direct_from_subject', :at)
            """),
            values,
        )
        if agrees:
            connection.execute(
                text("""
                    insert into duties.consent_event
                        (subject_id, purpose, channel, action, provenance, means, actor, edition, at)
                    values (:subject, :purpose, 'email', 'granted', 'direct_from_subject', 'page', 'subject',
                            'sa-2024-09-14', :at)
                """),
                values,
            )


def test_hashes_under_a_key_that_came_after_the_copy_find_whom_they_mean(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copied.copy()
    monkeypatch.setenv("AMANAH_SUPPRESSION_KEYS", f"1:{secrets.token_hex(32)}")
    rotate(COPIED)
    destroy_due(TOO_LATE)
    assert {row[0] for row in ask("select key_version from suppression.entry")} == {1}
    done = restore(file, copied.new(), LATER)
    assert copied.held(done.database) == copied.held(copied.name)


def test_a_letter_or_a_code_that_waits_in_the_copy_does_not_go_to_who_is_gone(copied: Copied) -> None:
    with begin(Role.DUTIES) as connection:
        values = {"at": COPIED, "key": keyed("email", "person.1@people.example"), "to": "person.1@people.example"}
        connection.execute(
            text("""
                insert into channels.message (id, kind, channel, recipient, recipient_key, text_body, language,
                                              template, jurisdiction, state, not_before, created_at)
                values (gen_random_uuid(), 'answer', 'email', :to, :key, 'text', 'ar',
                        'answer/1', 'sa', 'ready', :at, :at)
            """),
            values,
        )
    with begin(Role.PORTAL) as connection:
        connection.execute(
            text("""
                insert into portal.code (id, subject_id, hash, value, expires_at)
                select gen_random_uuid(), subject_id, '\\x00', :to, :at
                  from register.contact_point where normalised = :to
            """),
            {"to": "person.1@people.example", "at": COPIED},
        )
    file = copied.copy()
    asks_to_go("person.1@people.example")
    destroy_due(COPIED + DAY)
    done = restore(file, copied.new(), LATER)
    assert copied.ask(done.database, "select state, recipient, recipient_key, text_body from channels.message") == [
        ("destroyed", None, None, None)
    ]
    assert copied.ask(done.database, "select 1 from portal.code") == []


def test_a_notice_that_was_opened_after_the_copy_leaves_nothing_owed_to_nobody(
    source: Callable[..., Held], server: ServerInfo, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setenv("AMANAH_ADMIN_DATABASE_URL", server.superuser_url)
    guide = source()
    guide.delivers([COMPANY, person(1)])
    house = Copied(server, database.rpartition("/")[2], guide)
    make_backup(START + timedelta(hours=1))
    (file,) = backups_folder().glob("*.dump")
    plan_notices(START + timedelta(hours=2))
    destroy_due(TOO_LATE)
    name = house.new()
    try:
        restore(file, name, LATER)
        assert house.held(name) == house.held(house.name)
        assert house.ask(name, "select 1 from duties.notice where state <> 'destroyed'") == []
    finally:
        house.drop()
