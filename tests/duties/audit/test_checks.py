"""Each thing that must not be makes its own expectation fail, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from audit_case import AFTER, DAY, HOUR, MIDNIGHT, Make, a_day
from builders import START, ask
from sqlalchemy import Connection, create_engine, text

from include.duties.audit import closing
from include.duties.audit.checking import NOTES, checked
from include.duties.audit.closing import _checked, _held, close_day
from include.duties.audit.explaining import REASONS, explain_missed
from include.duties.audit.flows import NOT_SHOWN, SECTIONS, Flows, counted, number_of, section_of, whole
from include.duties.audit.model import CHECKS, LAST_SECTION, Check, Counted, Day
from include.errors import NeverRetry
from include.evidence import Kind, verify
from include.evidence.payload import instant
from include.store import Role, begin
from include.store.urls import owner_url

NONE = dict.fromkeys((check.value for check in CHECKS if check is not Check.CHAIN_BROKEN), 0)
AUDIENCE = """
insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, edition, made_at,
                             expires_at)
values ('6f1c8f0e-5d35-4b6e-9d0b-8c2f5d1a7e34', 'promotion', 'mailer', 'SA', 'csv', 'exported', 'x', 'x', '{}', 'sa',
        :at, :at + interval '7 days');
insert into duties.audience_member select '6f1c8f0e-5d35-4b6e-9d0b-8c2f5d1a7e34', id from register.contact_point
 where class = 'business';
"""
BROKEN = {
    "personal_in_audience": (
        AUDIENCE + "update register.contact_point set class = 'undetermined', subject_id = (select min(id::text)::uuid "
        "from register.subject) where class = 'business' and kind = 'email'",
        1,
    ),
    "audience_missing": (
        AUDIENCE + "delete from register.contact_point where class = 'business' and kind = 'email'",
        1,
    ),
    "missed_without_reason": ("update duties.duty set state = 'missed', closed_at = :at", 2),
    "overdue_data": (
        "insert into duties.destruction_request (subject_id, trigger, asked_at) "
        "select id, 'withdrawn', :at from register.subject limit 1",
        1,
    ),
    "notice_without_proof": ("update duties.notice set state = 'told', told_at = :at", 2),
    "source_without_basis": ("update register.source set basis_expires = date '2026-02-28'", 1),
}

PLANNED = """
insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at)
values (gen_random_uuid(), 'silence', '\\x00', '{}', 'rule', 'sa-2024-09-14', 'planned', :at)
"""
DESTROYED = """
insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, destroyed_at)
values ('11f0d0a6-5b2c-4c5e-8f5d-0e6a4f6f2b01', 'silence', '\\x00', '{}', 'rule', 'sa-2024-09-14', 'destroyed', :at,
        :at)
"""
ARCHIVE = """
with plan as (
    insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, verified_at)
    values ('11f0d0a6-5b2c-4c5e-8f5d-0e6a4f6f2b02', 'retention', '\\x00', '{}', 'rule', 'sa-2024-09-14', 'verified',
            timestamptz '2025-01-01', timestamptz '2025-01-01') returning id
)
insert into duties.archive (id, system, rule, root, identities, key_version, plan_id, edition, file, rows, event_at,
                            made_at, earliest, latest, due_at, shorten_at, state)
select id, 'books', 'accounts:ended', '\\x00', array['\\x01'::bytea], 1, id, 'sa-2024-09-14', 'a', '{"accounts": 1}',
       moment, moment, :at, :at, :at, null, 'kept' from plan cross join (select timestamptz '2025-01-01' as moment) made
"""
SHORTER = ARCHIVE.replace(
    ":at, :at, :at, null", "timestamptz '2030-01-01', timestamptz '2030-01-01', timestamptz '2030-01-01', :at"
)
BACKUP = """
insert into duties.backup (id, system, name, made_at, expires_at, sha256, size_bytes, state)
values ('11f0d0a6-5b2c-4c5e-8f5d-0e6a4f6f2b03', 'register', 'copy', timestamptz '2025-01-01', :at, '\\x00', 1, 'kept')
"""
HELD = """
insert into duties.hold (case_ref, system, placed_by, placed_at) values ('CASE-1', 'register', 'dpo', :at)
"""


@pytest.mark.parametrize("broken", [None, *CHECKS], ids=str)
def test_great_expectations_fails_the_one_check_that_found_something(broken: Check | None) -> None:
    found = {check.value: int(check is broken) for check in CHECKS}
    rows = checked(found)
    assert {row["check"] for row in rows if row["holds"] is False} == ({broken.value} if broken else set())
    assert [row["check"] for row in rows] == sorted(check.value for check in CHECKS)
    assert NOTES.keys() == set(CHECKS), "each has its article"


def test_what_was_recorded_alone_is_judged_whatever_is_checked_today() -> None:
    rows = checked({"chain_broken": 0, "checked_once_upon_a_time": 3})
    assert {row["check"]: row["holds"] for row in rows} == {"chain_broken": True, "checked_once_upon_a_time": False}


@pytest.fixture
def owner(source: Make) -> Iterator[Connection]:
    """A day with people, a company and their notices, seen by the owner of the tables."""
    a_day(source, people=2)
    engine = create_engine(owner_url())
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_each_promise_broken_on_purpose_is_counted_and_no_other(owner: Connection) -> None:
    assert _checked(owner, DAY) == NONE
    for check, (spoil, count) in BROKEN.items():
        for statement in spoil.split(";\n"):
            if statement.strip():
                owner.execute(text(statement), {"at": START + HOUR} if ":at" in statement else {})
        assert _checked(owner, DAY) == NONE | {check: count}
        owner.rollback()
    assert BROKEN.keys() == NONE.keys()


def test_what_a_recipient_was_told_to_remove_what_is_under_hold_and_what_came_later_breaks_nothing(
    owner: Connection,
) -> None:
    spoil, _ = BROKEN["personal_in_audience"]
    for statement in spoil.split(";\n"):
        owner.execute(text(statement), {"at": START + HOUR} if ":at" in statement else {})
    owner.execute(
        text("""
            with removal as (
                insert into duties.removal (audience_id, state, contact_points, made_at)
                select audience_id, 'told', 1, :at from duties.audience_member limit 1 returning id
            )
            insert into duties.removal_point select removal.id, point_id, 'class' from removal, duties.audience_member
        """),
        {"at": START + HOUR},
    )
    assert _checked(owner, DAY) == NONE
    owner.rollback()
    owner.execute(text(BROKEN["overdue_data"][0]), {"at": MIDNIGHT - HOUR / 2})
    assert _checked(owner, DAY) == NONE, "asked for half an hour ago"
    owner.rollback()
    owner.execute(text("update duties.notice set due_at = :at"), {"at": MIDNIGHT})
    assert _checked(owner, DAY) == NONE, "due with the day's end"
    owner.execute(text("update duties.notice set due_at = :at"), {"at": MIDNIGHT - HOUR})
    assert _checked(owner, DAY)["overdue_data"] == 2


def test_a_contact_of_a_business_that_is_a_persons_elsewhere_is_personal_while_the_audience_is_out(
    owner: Connection,
) -> None:
    for statement in AUDIENCE.split(";\n"):
        if statement.strip():
            owner.execute(text(statement), {"at": START + HOUR} if ":at" in statement else {})
    assert _checked(owner, DAY) == NONE
    same = text("""
        update register.contact_point person set key = business.key, received_at = :at
          from register.contact_point business
         where person.class <> 'business' and person.kind = 'email'
           and business.class = 'business' and business.kind = 'email'
    """)
    owner.execute(same, {"at": MIDNIGHT})
    assert _checked(owner, DAY) == NONE, "it came after the day had ended"
    owner.execute(same, {"at": MIDNIGHT - HOUR})
    assert _checked(owner, DAY) == NONE | {"personal_in_audience": 1}
    owner.execute(text("update duties.audience set expires_at = :at"), {"at": MIDNIGHT})
    assert _checked(owner, DAY) == NONE, "nobody may use it any more"


@pytest.mark.parametrize(
    ("spoil", "within", "beyond"),
    [
        ("update duties.notice set state = 'told', told_at = :at, due_at = :at", 24, 25),
        (
            "insert into duties.destruction_request (subject_id, trigger, asked_at) "
            "select id, 'withdrawn', :at from register.subject",
            1,
            2,
        ),
        (PLANNED, 7 * 24, 7 * 24 + 1),
        (DESTROYED, 24, 25),
        (ARCHIVE, 24, 25),
        (SHORTER, 24, 25),
        (BACKUP, 24, 25),
    ],
    ids=[
        "a notice that was sent",
        "a destruction that was asked for",
        "a plan",
        "a destruction that nobody looked at again",
        "an archive",
        "an archive with rows of a shorter rule",
        "a copy of ours",
    ],
)
def test_what_has_to_go_may_take_its_time_and_is_overdue_after_it(
    owner: Connection, spoil: str, within: int, beyond: int
) -> None:
    for hours, overdue in ((within, False), (beyond, True)):
        owner.execute(text(spoil), {"at": MIDNIGHT - hours * HOUR})
        assert bool(_checked(owner, DAY)["overdue_data"]) is overdue
        owner.rollback()


@pytest.mark.parametrize("spoil", [BROKEN["overdue_data"][0], "update duties.notice set due_at = :at"])
def test_what_a_hold_keeps_is_not_overdue(owner: Connection, spoil: str) -> None:
    owner.execute(text(spoil), {"at": MIDNIGHT - 9 * HOUR})
    assert _checked(owner, DAY)["overdue_data"] > 0
    owner.execute(text(HELD), {"at": START})
    assert _checked(owner, DAY)["overdue_data"] == 0


@pytest.mark.parametrize(
    ("spoil", "ends"),
    [
        (DESTROYED, "update duties.destruction set state = 'verified', verified_at = :at"),
        (ARCHIVE, "update duties.archive set state = 'destroyed', ended_at = :at"),
        (ARCHIVE, "update duties.archive set state = 'restored', ended_at = :at"),
        (BACKUP, "update duties.backup set state = 'gone', gone_at = :at"),
    ],
    ids=["a destruction", "an archive", "an archive that was given back", "a copy"],
)
def test_what_went_by_the_end_of_a_day_is_not_overdue_and_what_went_after_it_was(
    owner: Connection, spoil: str, ends: str
) -> None:
    owner.execute(text(spoil), {"at": MIDNIGHT - 30 * HOUR})
    owner.execute(text(ends), {"at": MIDNIGHT})
    assert _checked(owner, DAY)["overdue_data"] == 1
    owner.execute(text(ends), {"at": MIDNIGHT - HOUR})
    assert _checked(owner, DAY)["overdue_data"] == 0


def test_a_copy_that_others_keep_is_not_ours_to_destroy(owner: Connection) -> None:
    owner.execute(text(BACKUP), {"at": MIDNIGHT - 30 * HOUR})
    owner.execute(text("update duties.backup set sha256 = null, size_bytes = null, months = 1"))
    assert _checked(owner, DAY)["overdue_data"] == 0


@pytest.mark.parametrize(
    ("hold", "person", "keeps"),
    [
        ({}, None, True),
        ({"system": "books"}, None, True),
        ({"system": "crm"}, None, False),
        ({"system": "books", "table_name": "accounts"}, None, True),
        ({"system": "books", "table_name": "invoices"}, None, False),
        ({"system": "books"}, b"\x01", True),
        ({"system": "books", "table_name": "accounts"}, b"\x02", False),
        ({"released_at": MIDNIGHT - HOUR, "released_by": "dpo"}, None, False),
        ({"released_at": MIDNIGHT + HOUR, "released_by": "dpo"}, None, True),
        ({"placed_at": MIDNIGHT + HOUR}, None, False),
    ],
)
def test_an_archive_is_overdue_unless_a_hold_keeps_it_at_the_end_of_the_day(
    owner: Connection, hold: dict[str, object], person: bytes | None, keeps: bool
) -> None:
    owner.execute(text(ARCHIVE), {"at": MIDNIGHT - 30 * HOUR})
    placed = dict.fromkeys(("system", "table_name", "released_at", "released_by")) | {"placed_at": START} | hold
    owner.execute(
        text("""
            with hold as (
                insert into duties.hold (case_ref, system, table_name, placed_by, placed_at, released_by, released_at)
                values ('CASE-1', :system, :table_name, 'dpo', :placed_at, :released_by, :released_at) returning id
            )
            insert into duties.hold_person (hold_id, key, kind)
            select id, :key, 'email' from hold where cast(:key as bytea) is not null
        """),
        placed | {"key": person},
    )
    assert _checked(owner, DAY)["overdue_data"] == (0 if keeps else 1)


def test_a_missed_clock_with_a_reason_breaks_nothing_from_the_day_on_which_it_is_given(source: Make) -> None:
    a_day(source, people=2)
    with begin(Role.DUTIES) as connection:
        connection.execute(text("update duties.duty set state = 'missed', closed_at = :at"), {"at": START + HOUR})
    with pytest.raises(NeverRetry, match=f"no such reason: none; one of {', '.join(REASONS)}"):
        explain_missed("none", by="dpo", at=START)
    one = ask("select id from duties.duty order by id limit 1")[0][0]
    assert explain_missed("system_away", by="dpo", at=START + 2 * HOUR, duty=one) == {"source_notice": 1}
    with begin(Role.DUTIES) as connection:
        assert _checked(connection, DAY)["missed_without_reason"] == 1
    assert explain_missed("staff_away", by="dpo", at=MIDNIGHT) == {"source_notice": 1}
    assert ask("select reason from duties.missed_reason where duty_id = :id", id=one)[0][0] == "system_away"
    with begin(Role.DUTIES) as connection:
        assert _checked(connection, DAY)["missed_without_reason"] == 1, "given after the day had ended"
        assert _checked(connection, Day.at(AFTER))["missed_without_reason"] == 0
    with pytest.raises(NeverRetry, match="no missed clock waits for a reason"):
        explain_missed("staff_away", by="dpo", at=AFTER)
    assert verify().ok


def test_a_clock_that_ended_on_the_day_and_was_noted_as_missed_after_it_was_overdue_at_its_end(source: Make) -> None:
    a_day(source, people=2)
    one, other = (row[0] for row in ask("select id from duties.duty order by id limit 2"))
    set_to = "update duties.duty set state = 'missed', due_at = :due, closed_at = :at where id = :id returning 1"
    ask(set_to, due=MIDNIGHT - HOUR, at=MIDNIGHT + HOUR, id=one)
    ask(set_to, due=MIDNIGHT + HOUR, at=MIDNIGHT + 2 * HOUR, id=other)
    with begin(Role.DUTIES) as connection:
        assert _checked(connection, DAY)["missed_without_reason"] == 1
        (owed,) = [each for each in _held(connection, DAY) if each.measure == "duties"]
    assert owed.counts == {"overdue": 1, "open": 1}
    ask(set_to, due=MIDNIGHT, at=MIDNIGHT + HOUR, id=one)
    with begin(Role.DUTIES) as connection:
        (owed,) = [each for each in _held(connection, DAY) if each.measure == "duties"]
    assert owed.counts == {"open": 2}, "due with the day's last instant is not due before it"


def test_a_duty_that_was_done_after_its_clock_had_ended_wants_a_reason_though_nobody_watched(source: Make) -> None:
    a_day(source, people=2)
    late, in_time = (row[0] for row in ask("select id from duties.duty order by id limit 2"))
    done = "update duties.duty set state = 'done', due_at = :due, closed_at = :at where id = :id returning 1"
    ask(done, due=MIDNIGHT - 2 * HOUR, at=MIDNIGHT - HOUR, id=late)
    ask(done, due=MIDNIGHT - 2 * HOUR, at=MIDNIGHT - 2 * HOUR, id=in_time)

    def missed(day: Day = DAY) -> int:
        with begin(Role.DUTIES) as connection:
            return _checked(connection, day)["missed_without_reason"]

    assert missed() == 1
    ask(done, due=MIDNIGHT - 2 * HOUR, at=MIDNIGHT + HOUR, id=late)
    assert missed() == 1, "done after the day, it was overdue at its end"
    ask(done, due=MIDNIGHT, at=MIDNIGHT + HOUR, id=late)
    assert (missed(), missed(Day.at(AFTER))) == (0, 1), "its clock ended with the next day"
    assert explain_missed("staff_away", by="dpo", at=MIDNIGHT + 2 * HOUR) == {"source_notice": 1}
    assert missed(Day.at(AFTER)) == 0


def test_a_day_has_the_events_from_its_first_instant_to_the_last_before_the_next() -> None:
    flows = Flows(DAY)
    second = timedelta(microseconds=1)
    for at in (DAY.begins - second, DAY.begins, DAY.ends - second, DAY.ends):
        flows.add("hold_placed", json.dumps({"at": instant(at), "codes": {}, "counts": {}}, separators=(",", ":")))
    assert flows.events == 2


def test_every_kind_of_event_has_its_place_in_the_report_or_is_left_out_on_purpose() -> None:
    shown = [kind for kinds in SECTIONS.values() for kind in kinds]
    assert sorted([*shown, *NOT_SHOWN]) == sorted(Kind), "each once"
    words = yaml.safe_load((Path(closing.__file__).parent / "words.yml").read_text("utf-8"))["kinds"]
    assert words.keys() == {str(kind) for kind in shown}
    assert all(said["ar"] and said["en"] for said in words.values())


def test_a_rehearsal_is_no_breach_of_the_day() -> None:
    flows = Flows(DAY)
    for said in ("real", "rehearsal"):
        told = {"at": instant(START + HOUR), "codes": {"rehearsal": said}, "counts": {}}
        flows.add("breach_noted", json.dumps(told, separators=(",", ":")))
    assert [(section_of(row, SECTIONS), row["codes"]["rehearsal"]) for row in flows.rows()] == [
        ("due", "real"), (LAST_SECTION, "rehearsal"),
    ]  # fmt: skip


def test_rows_of_other_systems_are_counted_and_one_that_is_away_hides_no_other(
    source: Make, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import books

    a_day(source, people=1)
    with books.mapped(other_database, tmp_path, monkeypatch) as company:
        books.fill(company, (1, None), (2, None))
        other = (tmp_path / "systems/books.yml").read_text("utf-8").replace("fides_key: books", "fides_key: away")
        other = other.replace("  books:\n", "  away:\n").replace("AMANAH_SYSTEM_BOOKS", "AMANAH_SYSTEM_AWAY")
        other = other.replace("dataset: books", "dataset: away")
        (tmp_path / "systems/away.yml").write_text(other, "utf-8")
        monkeypatch.setenv("AMANAH_SYSTEM_AWAY", "postgresql://nobody@127.0.0.1:1/none")
        close_day(DAY, AFTER)
    with begin(Role.AUDITOR) as auditor:
        rows = auditor.execute(
            text("""
                select payload::jsonb -> 'codes' ->> 'about' as system, payload::jsonb -> 'counts' as counts
                  from evidence.ledger where kind = 'day_counted' and payload like '%"measure":"systems"%' order by 1
            """)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("away", {"tables": 4, "rows_away": 1}),
        ("books", {"tables": 4, "rows": 6}),
        ("register", {"rows": 7}),
    ]


def test_counts_of_more_than_eight_digits_come_back_as_they_were() -> None:
    from include.duties.audit.closing import _in_eight_digits

    counts = {"rows": 100_000_000, "tables": 99_999_999, "more": 12_345_678_901, "none": 0}
    told = dict(_in_eight_digits(counts))
    assert max(told.values()) <= 99_999_999
    assert whole(told) == counts
    payload = {"codes": {"measure": "systems", "about": "crm"}, "counts": told}
    assert counted([payload]) == [Counted("systems", "crm", counts)]


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ({"events": 3, "counts": {}}, 3),
        ({"events": 3, "counts": {"megabytes": 90}}, 3),
        ({"events": 2, "counts": {"listings": 9, "subjects": 4, "contact_points": 20}}, 4),
        ({"events": 2, "counts": {"notices": 0}}, 0),
    ],
)
def test_a_row_of_flows_is_about_people_before_it_is_about_events(row: dict[str, object], number: int) -> None:
    assert number_of(row) == number


def test_a_day_is_one_of_the_calendar_of_riyadh() -> None:
    assert DAY.ends - DAY.begins == timedelta(days=1)
    assert Day.at(MIDNIGHT - timedelta(microseconds=1)) == DAY
    assert Day.at(MIDNIGHT).before == DAY
