"""What is counted at the end of a day is what stood at its end, whatever comes after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from audit_case import COMPANY, DAY, HOUR, MIDNIGHT, Make, a_day
from builders import START, Held, person
from sqlalchemy import Connection, create_engine, text

from include.duties.audit.closing import _held
from include.store.urls import owner_url

REQUEST = """
with duty as (
    insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at, due_at)
    values ('rights_request', 'sample_guide', 'open', 'sa-2024-09-14', 'IR 3', :at, :at, :due) returning id
)
insert into duties.request (id, reference, "right", means, language, state, edition, received_at, due_at)
select id, :name, 'access', 'letter', 'ar', 'received', 'sa-2024-09-14', :at, :due from duty
"""
CONSENT = """
insert into duties.consent_event (subject_id, purpose, channel, action, provenance, means, actor, edition, at)
select min(id::text)::uuid, 'promotion', 'all', :name, 'directory', 'page', 'subject', 'sa-2024-09-14', :at
  from register.subject
"""
WORLD = {
    "audience": """
        insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, edition,
                                     made_at, expires_at)
        values (gen_random_uuid(), 'promotion', 'mailer', 'SA', 'csv', 'exported', 'x', :name, '{}', 'sa', :at, :due)
    """,
    "plan": """
        insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at)
        values (gen_random_uuid(), 'silence', '\\x00', '{}', 'rule', 'sa', 'planned', :at)
    """,
    "archive": """
        insert into duties.archive (id, system, rule, root, identities, key_version, plan_id, edition, file, rows,
                                    event_at, made_at, earliest, latest, due_at, state)
        select gen_random_uuid(), 'books', 'accounts:ended', '\\x00', '{}', 1, id, 'sa', :name, '{}', :at, :at, :due,
               :due, :due, 'kept' from duties.destruction limit 1
    """,
    "backup": """
        insert into duties.backup (id, system, name, made_at, expires_at, sha256, size_bytes, state)
        values (gen_random_uuid(), 'register', :name, :at, :due, '\\x00', 1, 'kept')
    """,
    "hold": "insert into duties.hold (case_ref, system, placed_by, placed_at) values (:name, 'register', 'dpo', :at)",
    "restriction": """
        insert into duties.restriction (subject_id, kind, since, means, edition)
        select min(id::text)::uuid, 'objection', :at, 'page', 'sa' from register.subject
    """,
    "suppressed": """
        insert into suppression.entry (key, kind, key_version, reason, since)
        values (sha256(cast(cast(:name as text) as bytea)), 'email', 0, 'destroyed', :at)
    """,
    "message": """
        insert into channels.message (id, kind, channel, language, template, jurisdiction, state, not_before,
                                      created_at)
        values (gen_random_uuid(), 'source_notice', 'email', 'ar', 'source_notice/3', 'sa', 'failed', :at, :at)
    """,
    "request": REQUEST,
    "consent": CONSENT.replace(":name", "'asked'"),
}
HELD = {
    "contact_points/sample_guide": {
        "business/email": 1,
        "business/phone": 1,
        "personal/address": 2,
        "personal/email": 2,
        "personal/person": 2,
    },
    "permissions/sample_guide": {"blocked": 6, "business_use": 2},
    "purposes/business_contact": {"business": 2, "personal": 6},
    "listings/sample_guide": {"active": 3},
    "subjects/sa": {"subjects": 2},
    "notices/sample_guide": {"owed": 2},
    "duties/source_notice": {"open": 2},
    "duties/rights_request": {"open": 1},
    "requests/access": {"received": 1},
    "consents/promotion": {"asked": 1},
    "holds/register": {"standing": 1},
    "restrictions/objection": {"standing": 1},
    "suppressed/destroyed": {"email": 1},
    "messages/source_notice": {"failed": 1},
    "audiences/promotion": {"out": 1},
    "plans/register": {"planned": 1},
    "backups/register": {"kept": 1},
    "archives/books": {"kept": 1},
}


@pytest.fixture
def guide(source: Make) -> Held:
    """Two people and a company."""
    return a_day(source, people=2)


@pytest.fixture
def owner(guide: Held) -> Iterator[Connection]:
    """The register of a day, seen by the owner of the tables."""
    engine = create_engine(owner_url())
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def counted(owner: Connection) -> dict[str, dict[str, int]]:
    return {f"{each.measure}/{each.about}": dict(each.counts) for each in _held(owner, DAY)}


def put(owner: Connection, statement: str, **values: object) -> None:
    given = {name: value for name, value in values.items() if f":{name}" in statement}
    owner.execute(text(statement), given)


def test_what_is_held_and_owed_is_counted_as_of_the_end_of_the_day(guide: Held, owner: Connection) -> None:
    for name, statement in WORLD.items():
        put(owner, statement, at=START + HOUR, due=MIDNIGHT + 48 * HOUR, name=name)
    first = counted(owner)
    assert {name: first.get(name) for name in HELD} == HELD
    owner.commit()
    guide.delivers([COMPANY, *map(person, (0, 1, 7))], later=MIDNIGHT + HOUR - guide.at)
    for name, statement in WORLD.items():
        if name != "consent":
            put(owner, statement, at=MIDNIGHT, due=MIDNIGHT + 48 * HOUR, name=f"{name} later")
    put(owner, CONSENT, at=MIDNIGHT, name="granted")
    put(owner, "update duties.hold set released_at = :at, released_by = 'dpo'", at=MIDNIGHT)
    put(owner, "update duties.restriction set ended_at = :at", at=MIDNIGHT)
    put(owner, "update duties.request set state = 'answered', closed_at = :at, begun_at = :at", at=MIDNIGHT)
    put(owner, "update duties.request set proof = 'link', checked_at = :at", at=MIDNIGHT)
    put(owner, "update duties.duty set state = 'done', closed_at = :at", at=MIDNIGHT)
    assert counted(owner) == first


def test_a_request_stands_as_its_clocks_say_at_the_end_of_the_day(owner: Connection) -> None:
    put(owner, REQUEST, at=START, due=MIDNIGHT, name="one")
    for change, state in (
        ("proof = 'link', checked_at = :before", "checked"),
        ("state = 'checked', begun_at = :after", "checked"),
        ("state = 'in_work', begun_at = :before", "in_work"),
        ("due_at = :before", "overdue"),
        ("due_at = :after, first_due_at = :before, extension_reason = 'many', extended_at = :after", "overdue"),
        ("extended_at = :before", "in_work"),
        ("state = 'answered', closed_at = :after", "in_work"),
        ("closed_at = :before", "answered"),
    ):
        put(owner, f"update duties.request set {change}", before=MIDNIGHT - HOUR, after=MIDNIGHT)
        assert counted(owner)["requests/access"] == {state: 1}, change


def test_a_consent_counts_as_it_was_last_said_by_the_end_of_the_day(owner: Connection) -> None:
    for said, at, stands in (
        ("granted", START + HOUR, "granted"),
        ("asked", START + 2 * HOUR, "granted"),
        ("withdrawn", MIDNIGHT, "granted"),
        ("refused", MIDNIGHT - HOUR, "refused"),
    ):
        put(owner, CONSENT, at=at, name=said)
        assert counted(owner)["consents/promotion"] == {stands: 1}
