"""What is past its time in our own store, files and logs goes by itself, and what a case or a law wants stays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from airflow_runs import dag_states, run_dag
from builders import Held, ask, person
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.holds import Standstill, begin_standstill, place
from include.duties.own_system import keep_house
from include.duties.own_system.keeping import STEP_NAMES, steps_and_rules
from include.errors import NeverRetry
from include.store import Role, StoreRefused, begin, home, keyed, owner_url
from include.store.engine import make_engine

Make = Callable[..., Held]
AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365.25)
PERSON = "person.1@people.example"


def put(statement: str, **values: object) -> None:
    """Write what no role of ours may write by hand."""
    owner = make_engine(owner_url())
    try:
        with owner.begin() as connection:
            connection.execute(text(statement), values)
    finally:
        owner.dispose()


def one(query: str) -> object:
    (row,) = ask(query)
    return row[0]


def message(to: str, at: datetime, *, expires: datetime | None = None) -> UUID:
    written = OutgoingMessage(
        id=uuid4(),
        kind="promise_alert",
        channel=Channel.EMAIL,
        recipient=to,
        subject="Clocks",
        text="Two clocks ended.",
        html=None,
        language="en",
        template="promise_alert/1",
        jurisdiction="sa",
        not_before=at,
        expires_at=expires,
    )
    with begin(Role.DUTIES) as connection:
        enqueue(connection, written, at=at)
    return written.id


def sent(to: str, at: datetime) -> UUID:
    id_ = message(to, AT)
    put(
        "update channels.message set state = 'sent', sent_at = :at, created_at = :at, recipient = null, "
        "subject = null, text_body = null "
        "where id = :id",
        id=id_, at=at,
    )  # fmt: skip
    return id_


def request(subject: UUID | None, closed: datetime | None, details: str = "call me at night") -> UUID:
    id_ = uuid4()
    put(
        "insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, closed_at) "
        "values (:id, 'rights_request', 'page', 'open', 'sa-2024-09-14', 'Law 21', :at, :at, :closed)",
        id=id_, at=AT - YEAR, closed=closed,
    )  # fmt: skip
    put(
        "insert into duties.request (id, reference, \"right\", subject_id, means, language, details, state, edition, "
        "received_at, due_at) values (:id, :ref, 'access', :subject, 'page', 'en', :details, 'answered', "
        "'sa-2024-09-14', :at, :at)",
        id=id_, ref=id_.hex[:8], subject=subject, details=details, at=AT - YEAR,
    )  # fmt: skip
    return id_


def details(id_: UUID) -> object:
    return ask("select details from duties.request where id = :id", id=id_)[0][0]


def said(subject: UUID, action: str, at: datetime) -> None:
    put(
        "insert into duties.consent_event (subject_id, purpose, channel, action, provenance, key, means, actor, "
        "edition, at) values (:subject, 'promotion', 'email', :action, 'direct_from_subject', :key, 'page', 'subject', "
        "'sa-2024-09-14', :at)",
        subject=subject, action=action, key=keyed("email", PERSON), at=at,
    )  # fmt: skip


def proofs(subject: UUID) -> int:
    return int(ask("select count(*) from duties.consent_event where subject_id = :id", id=subject)[0][0])


def recorded() -> list[dict[str, int]]:
    with begin(Role.AUDITOR) as store:
        rows = store.execute(text("select payload from evidence.ledger where kind = 'house_kept' order by seq"))
        return [json.loads(row.payload)["counts"] for row in rows]


def subject_of(held: Held) -> UUID:
    return UUID(str(one("select distinct subject_id from register.contact_point where subject_id is not null")))


def test_every_step_has_a_rule_and_every_rule_that_names_a_step_has_one() -> None:
    assert {step for step, _ in steps_and_rules()} == STEP_NAMES


def test_what_nothing_carried_for_ninety_days_loses_its_recipient_and_its_words(database: str) -> None:
    old, young = message("dpo@company.example", AT - 91 * DAY), message("dpo@company.example", AT - 89 * DAY)
    waiting = message("dpo@company.example", AT - 91 * DAY, expires=AT + DAY)
    assert keep_house(AT)["messages"] == 1
    rows = {
        row.id: (row.state, row.recipient, row.text_body, row.template, row.language, row.recipient_key is not None)
        for row in ask("select * from channels.message")
    }
    assert rows[old] == ("expired", None, None, "promise_alert/1", "en", True)
    assert rows[young][:3] == ("ready", "dpo@company.example", "Two clocks ended.")
    assert rows[waiting][0] == "ready", "the relay ends what has an end of its own, and tells its duty"


def test_the_proof_of_a_sending_names_nobody_after_five_years(database: str) -> None:
    old, young = (
        sent("dpo@company.example", AT - 5 * YEAR - 3 * DAY),
        sent("dpo@company.example", AT - 5 * YEAR + 3 * DAY),
    )
    assert keep_house(AT)["recipients"] == 1
    known = {row.id: row.recipient_key for row in ask("select id, recipient_key from channels.message")}
    assert known[old] is None
    assert known[young] is not None


def test_what_a_person_wrote_goes_after_the_window_of_complaints_and_the_request_stays(database: str) -> None:
    old, young, open_ = request(None, AT - 92 * DAY), request(None, AT - 89 * DAY), request(None, None)
    assert keep_house(AT)["requests"] == 1
    assert [details(old), details(young) is None, details(open_) is None] == [None, False, False]
    assert one("select count(*) from duties.request") == 3


def test_the_proof_of_a_consent_goes_sixty_months_after_it_ended_and_no_other_way(source: Make) -> None:
    held = source()
    held.delivers([person(1)])
    stands, ended, young = subject_of(held), uuid4(), uuid4()
    said(stands, "granted", AT - 8 * YEAR)
    for subject, age in ((ended, 6 * YEAR), (young, 4 * YEAR)):
        said(subject, "granted", AT - 8 * YEAR)
        said(subject, "withdrawn", AT - age)
    assert keep_house(AT)["consents"] == 2
    assert [proofs(stands), proofs(ended), proofs(young)] == [1, 0, 2]
    with pytest.raises(StoreRefused), begin(Role.DUTIES) as connection:
        connection.execute(text("delete from duties.consent_event"))
    with pytest.raises(Exception, match="append-only"):
        put("delete from duties.consent_event")


def test_nobody_makes_a_young_proof_go_by_giving_another_time(database: str) -> None:
    said(young := uuid4(), "withdrawn", datetime.now(UTC) - 30 * DAY)
    with begin(Role.DUTIES) as connection:
        asked = text("select duties.forget_consents(:at, '{}')")
        assert connection.execute(asked, {"at": datetime(2199, 1, 1, tzinfo=UTC)}).scalar_one() == 0
    assert proofs(young) == 1


def test_who_decided_is_nobody_once_the_record_of_processing_is_over(source: Make) -> None:
    held = source()
    held.delivers([person(1)])
    for age in (6 * YEAR, 4 * YEAR):
        at = AT - age
        put("insert into register.run values (:run, 'manual', 'audit', 'huda', :at)", run=str(age), at=at)
        put(
            "insert into duties.standstill (reason, begun_by, begun_at, ended_by, ended_at) "
            "values ('drill', 'huda', :at, 'huda', :at)",
            at=at,
        )
    put(
        "insert into register.review (contact_point_id, listing_id, evidence, original_class, original_score, "
        "original_reasons, original_edition, original_rules, class, reason, reviewed_by, at) "
        "select id, listing_id, key, class, 0, '{}', edition, rules, 'personal', 'looked', 'huda', :at "
        "from register.contact_point where kind = 'email'",
        at=AT - 6 * YEAR,
    )
    found = keep_house(AT)
    assert (found["runs"], found["logins"]) == (1, 2)
    assert [row.begun_by for row in ask("select begun_by from duties.standstill order by begun_at")] == ["", "huda"]
    assert one("select reviewed_by from register.review where ended_at is null") == "", "the decision stands"


def test_what_its_source_no_longer_lists_goes_after_a_year_and_a_person_by_their_own_rule(source: Make) -> None:
    held = source()
    shop = {"id": "900", "name": "شركة النخيل للتجارة", "email": "info@palm-trading.example", "phone": "0112000001"}
    held.delivers([shop, person(1)])
    put("update register.contact_point set class = 'business', subject_id = null where listing_id = "
        "(select listing_id from register.contact_point where normalised = 'info@palm-trading.example')")  # fmt: skip
    put("update register.listing set state = 'withdrawn', withdrawn_at = :at", at=AT - 360 * DAY)
    assert keep_house(AT)["listings"] == 0
    put("update register.listing set withdrawn_at = :at", at=AT - 370 * DAY)
    assert keep_house(AT)["listings"] == 1
    left = ask("select distinct subject_id is not null from register.contact_point")
    assert [row[0] for row in left] == [True], "whoever is a person is told and asked, and destroyed by that"


OLD_PROOFS = {
    "returned": ("insert into channels.returned (key, kind, outcome, read_at) values (:key, 'reply', 'nothing', :at)",),
    "restrictions": (
        "insert into duties.restriction (subject_id, kind, since, ended_at, means, edition) "
        "values (:id, 'objection', :at, :at, 'page', 'sa-2024-09-14')",
    ),
    "hold_people": (
        "insert into duties.hold (id, case_ref, placed_by, placed_at, released_by, released_at) "
        "values (:id, 'CASE-9', 'huda', :at, 'huda', :at)",
        "insert into duties.hold_person (hold_id, key, kind) values (:id, :key, 'email')",
    ),
    "destroyed_rows": (
        "insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, "
        "verified_at) values (:id, 'silence', :key, '{}', 'rule', 'sa-2024-09-14', 'verified', :at, :at)",
        "insert into duties.destruction_row (destruction_id, source_key, row_key) values (:id, 'sample_guide', :key)",
    ),
    "quarantined": (
        "insert into register.delivery (id, source_key, sha256, size_bytes, received_at, state) "
        "values (:id, 'sample_guide', :key, 1, :at, 'registered')",
        "insert into register.receipt (id, source_key, delivery_id, received_at, state, run, reason, counts) "
        "values (:id, 'sample_guide', :id, :at, 'registered', cast(:id as text), 'drill', '{}')",
        "insert into landing.quarantined (receipt_id, row_number, reason, row_key) values (:id, 1, 'no_name', :key)",
    ),
}
"""Step of the house, and how what it takes comes about."""


@pytest.mark.parametrize("step", OLD_PROOFS)
def test_the_proof_of_what_is_long_past_goes_and_what_still_stands_does_not(database: str, step: str) -> None:
    tail = YEAR if step == "quarantined" else 5 * YEAR
    for key, at in ((b"a" * 32, AT - tail - 3 * DAY), (b"b" * 32, AT - tail + 3 * DAY)):
        given = {"id": uuid4(), "key": key, "at": at}
        for statement in OLD_PROOFS[step]:
            put(statement, **{name: value for name, value in given.items() if f":{name}" in statement})
    assert keep_house(AT)[step] == 1
    assert keep_house(AT)[step] == 0


def test_a_file_of_an_audience_goes_when_it_expires_and_its_manifest_says_that_it_was(database: str) -> None:
    files = {}
    for expires in (AT, AT + DAY):
        id_ = uuid4()
        put(
            "insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, "
            "edition, made_at, expires_at) values (:id, 'promotion', 'mailer', 'SA', 'csv', 'exported', 'huda', :run, "
            "'{}', 'sa-2024-09-14', :made, :expires)",
            id=id_, run=str(id_), made=AT - 30 * DAY, expires=expires,
        )  # fmt: skip
        files[expires] = folder = home() / "audiences" / str(id_)
        folder.mkdir(parents=True)
        for name in ("audience.csv", "manifest.json"):
            (folder / name).write_text(PERSON, encoding="utf-8")
    assert keep_house(AT)["audience_files"] == 1
    assert [file.name for file in files[AT].iterdir()] == ["manifest.json"]
    assert len(list(files[AT + DAY].iterdir())) == 2


def test_logs_of_tasks_go_after_the_days_that_were_set_and_no_other_file(database: str, tmp_path: Path) -> None:
    old, young = (tmp_path / f"logs/dag_id=collect/run_id={run}/task_id=t/attempt=1.log" for run in ("a", "b"))
    other = tmp_path / "logs/scheduler/latest.log"
    outside = tmp_path / "outside.log"
    for file in (old, young, other, outside):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("one line", encoding="utf-8")
        then = (AT - (9 if file is young else 11) * DAY).timestamp()
        os.utime(file, (then, then))
    (young.parent / "link.log").symlink_to(outside)
    settings = {"AIRFLOW_HOME": str(tmp_path)}
    assert keep_house(AT, settings)["task_logs"] == 0, "nobody set it"
    assert keep_house(AT, settings | {"AMANAH_TASK_LOG_DAYS": "10"})["task_logs"] == 1
    assert [file.exists() for file in (old, young, other, outside)] == [False, True, True, True]
    assert not (tmp_path / "logs/dag_id=collect/run_id=a").exists()
    with pytest.raises(NeverRetry, match="a number of days"):
        keep_house(AT, settings | {"AMANAH_TASK_LOG_DAYS": "ten"})


def test_a_hold_keeps_whom_it_is_about_and_one_without_people_keeps_everything(source: Make) -> None:
    held = source()
    held.delivers([person(1)])
    theirs, other = request(subject_of(held), AT - YEAR), request(None, AT - YEAR)
    mail = sent(PERSON, AT - 6 * YEAR)
    place("CASE-1", by="huda", at=AT, people=(PERSON,))
    found = keep_house(AT)
    assert (found["requests"], found["recipients"]) == (1, 0)
    assert (details(theirs), details(other)) == ("call me at night", None)
    assert ask("select recipient_key from channels.message where id = :id", id=mail)[0][0] == keyed("email", PERSON)
    place("CASE-2", by="huda", at=AT, system="register")
    sent("dpo@company.example", AT - 6 * YEAR)
    assert keep_house(AT) == {"held": 1}


def test_nothing_goes_while_destruction_stands_still(database: str) -> None:
    old = request(None, AT - YEAR)
    begin_standstill(reason="drill", by="huda", at=AT)
    with pytest.raises(Standstill):
        keep_house(AT)
    assert details(old) is not None


def test_what_went_is_in_the_ledger_by_counts_and_a_night_without_anything_is_not(database: str) -> None:
    request(None, AT - YEAR)
    assert recorded() == []
    found = keep_house(AT)
    assert keep_house(AT + DAY) == dict.fromkeys(found, 0), "again, nothing more goes"
    assert recorded() == [found]


def test_the_night_keeps_the_house_and_a_dry_run_does_not(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", AT.isoformat())
    monkeypatch.delenv("AMANAH_SYSTEMS", raising=False)
    old = request(None, AT - YEAR)
    assert dag_states(run_dag("enforce_retention", dry_run=True))["keep_house"] == "skipped"
    assert details(old) is not None
    states = dag_states(run_dag("enforce_retention", dry_run=False))
    assert (states["keep_house"], states["flag_unannounced"], states["plan"]) == ("success", "skipped", "skipped")
    assert details(old) is None
