"""Personal data that nobody meant to have is blocked, its customer is asked once, and no or silence destroys it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders import START
from command import call
from sqlalchemy import Connection, create_engine, text
from text_case import IDENTITY, MAIL, PHONE, WRITTEN, make, notes, system, write

from include.commands.status import status
from include.duties.covering import Uncovered, check_coverage
from include.duties.holds import begin_standstill, place, release
from include.duties.unintended import Standing, answer, ask, blocked, destroy, find_unintended, owed, standing
from include.errors import NeverRetry
from include.law import Controller
from include.store import Role, begin

SILENT = START + timedelta(days=30)


@pytest.fixture
def crm(database: str, other_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A mapped system of the company's, in which three notes hold what nobody meant to have."""
    monkeypatch.setenv("AMANAH_SYSTEM_CRM", other_database)
    engine = create_engine(other_database)
    with engine.begin() as connection:
        make(connection)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def look(crm: Connection, at: datetime = START) -> int:
    return find_unintended(system(), {"AMANAH_SYSTEM_CRM": address(crm)}, at)


def address(crm: Connection) -> str:
    return crm.engine.url.render_as_string(hide_password=False)


def found(crm: Connection) -> Standing:
    assert look(crm) == 1
    (one,) = standing()
    return one


def gone(crm: Connection, duty: UUID, at: datetime) -> int:
    return destroy(duty, [system()], at, {"AMANAH_SYSTEM_CRM": address(crm)})


def duty() -> tuple[str, str | None]:
    with begin(Role.DUTIES) as connection:
        row = connection.execute(text("select state, outcome from duties.duty where kind = 'unintended'")).one()
    return row.state, row.outcome


def ledger() -> list[tuple[str, str]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select kind, payload from evidence.ledger order by seq"))
        return [(row.kind, row.payload) for row in rows]


def test_what_is_found_is_a_duty_with_a_count_a_clock_and_an_edition(crm: Connection) -> None:
    one = found(crm)
    assert (one.system, one.table, one.column, one.why, one.rows, one.state) == (
        "crm", "ticket", "note", "free_text", 3, "found",
    )  # fmt: skip
    assert one.kinds == ("email", "national_id", "phone")
    assert one.silent_at == SILENT, "the edition's days for an answer about consent"
    with begin(Role.DUTIES) as connection:
        held = connection.execute(text("select * from duties.duty where id = :id"), {"id": one.id}).one()
    assert (held.source_key, held.edition, held.state) == ("system:crm", "sa-2024-09-14", "open")
    assert held.due_at > SILENT
    assert status()["duties"]["unintended_open"] == 1


def test_use_is_blocked_from_the_moment_it_is_found_until_it_is_kept_or_gone(crm: Connection) -> None:
    assert not blocked("crm", "ticket", "note")
    one = found(crm)
    assert blocked("crm", "ticket", "note")
    assert not blocked("crm", "ticket", "status")
    assert not blocked("erp", "ticket", "note")
    ask(one.id, by="agent", at=START)
    assert blocked("crm", "ticket", "note")
    answer(one.id, "destroy", by="agent", reason="customer_refused", at=START)
    assert blocked("crm", "ticket", "note"), "until it is gone"
    gone(crm, one.id, START)
    assert not blocked("crm", "ticket", "note")


def test_a_column_owes_one_duty_however_often_it_is_found_and_new_rows_add_to_it(crm: Connection) -> None:
    found(crm)
    assert look(crm, START + timedelta(days=1)) == 0
    assert standing()[0].rows == 3, "the same rows are not counted again"
    write(crm, [(7, PHONE)])
    crm.commit()
    assert look(crm, START + timedelta(days=2)) == 0
    assert standing()[0].rows == 4
    assert standing()[0].silent_at == SILENT, "the clock is that of the first"


def test_the_customer_is_asked_once(crm: Connection) -> None:
    one = found(crm)
    ask(one.id, by="agent", at=START)
    with pytest.raises(NeverRetry, match="was asked on 2026-03-01: nobody is asked twice"):
        ask(one.id, by="agent", at=START + timedelta(days=1))
    answer(one.id, "destroy", by="agent", reason="customer_refused", at=START)
    gone(crm, one.id, START)
    write(crm, [(8, MAIL)])
    crm.commit()
    again = found(crm)
    with pytest.raises(NeverRetry, match="was asked on 2026-03-01"):
        ask(again.id, by="agent", at=START + timedelta(days=3))


def test_what_they_agree_to_stays_and_is_not_looked_through_again(crm: Connection) -> None:
    one = found(crm)
    with pytest.raises(NeverRetry, match="was not asked"):
        answer(one.id, "keep", by="agent", reason="explicit_consent", at=START)
    ask(one.id, by="agent", at=START)
    answer(one.id, "keep", by="agent", reason="explicit_consent", at=START)
    assert not blocked("crm", "ticket", "note")
    assert duty() == ("done", "kept")
    assert owed(SILENT) == ()
    write(crm, [(9, MAIL)])
    crm.commit()
    assert look(crm, SILENT) == 0
    with pytest.raises(NeverRetry, match="not to be destroyed: it is kept"):
        gone(crm, one.id, SILENT)
    assert notes(crm)[9] == MAIL


def test_refusal_destroys_at_once_and_only_where_something_stands(crm: Connection) -> None:
    one = found(crm)
    answer(one.id, "destroy", by="agent", reason="deletion_asked", at=START)
    assert owed(START) == (one.id,)
    assert gone(crm, one.id, START) == 3
    assert notes(crm) == WRITTEN | {2: None, 3: None, 4: None}
    assert duty() == ("done", "destroyed_refused")
    assert owed(SILENT) == ()


def test_silence_is_a_no_and_an_answer_that_comes_after_it_is_too_late(crm: Connection) -> None:
    one = found(crm)
    ask(one.id, by="agent", at=START)
    assert owed(SILENT - timedelta(seconds=1)) == ()
    with pytest.raises(NeverRetry, match="not to be destroyed: it is asked"):
        gone(crm, one.id, SILENT - timedelta(seconds=1))
    assert owed(SILENT) == (one.id,)
    with pytest.raises(NeverRetry, match="no answer came until 2026-03-31 06:00 UTC: it has to go"):
        answer(one.id, "keep", by="agent", reason="explicit_consent", at=SILENT)
    assert gone(crm, one.id, SILENT) == 3
    assert duty() == ("done", "destroyed_unanswered")


@pytest.mark.parametrize(
    ("said", "reason", "by", "told"),
    [
        ("keep", "customer_refused", "agent", "an answer needs one of its reasons"),
        ("destroy", "because", "agent", "an answer needs one of its reasons"),
        ("destroy", "not_needed", " ", "name whoever did it"),
    ],
)
def test_an_answer_needs_a_reason_of_its_own_and_somebody_who_took_it(
    crm: Connection, said: str, reason: str, by: str, told: str
) -> None:
    one = found(crm)
    with pytest.raises(NeverRetry, match=told):
        answer(one.id, said, by=by, reason=reason, at=START)


def test_the_evidence_holds_every_step_and_no_value(crm: Connection) -> None:
    one = found(crm)
    ask(one.id, by="agent.canary", at=START)
    answer(one.id, "destroy", by="agent.canary", reason="customer_refused", at=START)
    gone(crm, one.id, START)
    told = [(kind, json.loads(payload)) for kind, payload in ledger()]
    assert [kind for kind, _ in told] == [
        "duty_opened", "unintended_asked", "unintended_answered", "unintended_destroyed", "duty_closed",
    ]  # fmt: skip
    assert all(payload["refs"]["duty"] == str(one.id) for _, payload in told)
    assert told[3][1]["counts"] == {"rows": 3, "held": 0}
    whole = str(ledger())
    for value in (MAIL, PHONE, IDENTITY, "canary"):
        assert value not in whole


def test_no_value_leaves_in_what_is_kept_of_it(crm: Connection) -> None:
    found(crm)
    with begin(Role.DUTIES) as connection:
        held = [str(row) for name in ("duty", "unintended", "looked_through")
                for row in connection.execute(text(f"select * from duties.{name}"))]  # fmt: skip
    for value in (MAIL, PHONE, IDENTITY):
        assert value not in str(held)


MAP = """
dataset:
  - fides_key: crm
    name: crm
    collections:
      - name: ticket
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: True}}
          - {name: note, data_categories: [user.content.private]}
          - {name: status, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: extra, data_categories: [system.operations]}
      - name: chat
        fields:
          - {name: a, data_categories: [system.operations], fides_meta: {primary_key: True}}
          - {name: b, data_categories: [system.operations], fides_meta: {primary_key: True}}
          - {name: body, data_categories: [system.operations]}
amanah:
  crm:
    connection: AMANAH_SYSTEM_CRM
    tables:
      ticket: {subject: true, columns: {note: {free_text: true, strategy: fixed, fixed: "[removed]"}}}
      chat: {columns: {body: {free_text: true}}}
"""


@pytest.fixture
def mapped(crm: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connection:
    folder = tmp_path / "systems"
    folder.mkdir()
    (folder / "crm.yml").write_text(MAP, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEMS", str(folder))
    return crm


def test_every_night_finds_it_and_the_night_after_silence_destroys_it(mapped: Connection) -> None:
    counts = check_coverage(START)
    assert (counts["unintended"], counts["emptied"]) == (1, 0)
    assert check_coverage(SILENT - timedelta(hours=1))["emptied"] == 0
    counts = check_coverage(SILENT + timedelta(hours=1))
    assert (counts["unintended"], counts["emptied"]) == (0, 3)
    assert [notes(mapped)[key] for key in (1, 2, 3)] == [WRITTEN[1], "[removed]", "[removed]"]
    assert duty() == ("done", "destroyed_unanswered")


def test_what_cannot_be_emptied_fails_the_night_and_stays_owed(mapped: Connection, tmp_path: Path) -> None:
    check_coverage(START)
    broken = MAP.replace("[removed]", PHONE)
    (tmp_path / "systems/crm.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(Uncovered, match=r"ticket.note: 3 rows still hold personal data") as told:
        check_coverage(SILENT)
    assert PHONE not in str(told.value)
    assert len(owed(SILENT)) == 1
    assert notes(mapped) == WRITTEN


def test_a_legal_hold_keeps_even_this_and_its_release_lets_it_go(mapped: Connection) -> None:
    mapped.execute(text("update ticket set status = 'a@b.example' where id = 3"))
    mapped.commit()
    check_coverage(START)
    hold = place("CASE-7", by="dpo", at=START, people=("a@b.example",))
    assert check_coverage(SILENT)["emptied"] == 2
    assert [notes(mapped)[key] for key in (2, 3, 4)] == ["[removed]", WRITTEN[3], "[removed]"]
    assert duty() == ("open", None)
    assert blocked("crm", "ticket", "note"), "what a hold keeps is kept, not used"
    assert check_coverage(SILENT + timedelta(hours=1))["emptied"] == 0
    release(hold, by="dpo", at=SILENT + timedelta(hours=2))
    assert check_coverage(SILENT + timedelta(hours=3))["emptied"] == 1
    assert notes(mapped)[3] == "[removed]"
    assert duty() == ("done", "destroyed_unanswered")


def test_nothing_is_emptied_while_destruction_stands_still(crm: Connection) -> None:
    one = found(crm)
    begin_standstill(reason="runaway", by="dpo", at=START)
    with pytest.raises(NeverRetry, match="destruction stands still"):
        gone(crm, one.id, SILENT)
    assert notes(crm) == WRITTEN


def test_a_system_that_no_map_describes_any_more_is_told(crm: Connection) -> None:
    one = found(crm)
    with pytest.raises(NeverRetry, match="no map describes the system crm"):
        destroy(one.id, [], SILENT, {})


def test_the_watch_does_not_call_missed_what_the_next_night_destroys(crm: Connection) -> None:
    from include.duties.watch import watch

    found(crm)
    assert watch(SILENT + timedelta(hours=20), Controller())["missed"] == 0
    assert watch(SILENT + timedelta(days=3), Controller())["missed"] == 1
    gone(crm, standing()[0].id, SILENT + timedelta(days=3))
    assert duty() == ("missed", "destroyed_unanswered"), "what is done later does not make it kept"


def test_the_commands_list_ask_and_answer(
    mapped: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from include.law import now

    find_unintended(system(), {"AMANAH_SYSTEM_CRM": address(mapped)}, now())
    one = str(standing()[0].id)

    def unintended(*given: str) -> tuple[int, str]:
        said = call(monkeypatch, capsys, "systems", "unintended", *given)
        return said.code, said.out + said.error

    listed = unintended("list")[1]
    assert f"{one}  crm: ticket.note (free_text): 3 rows with email, national_id, phone; found" in listed
    assert json.loads(unintended("list", "--json")[1])[0]["rows"] == 3
    assert unintended("asked", one, "--by", "agent") == (0, f"{one}: asked\n")
    code, said = unintended("asked", one, "--by", "agent")
    assert code != 0
    assert "nobody is asked twice" in said
    given = ("--answer", "destroy", "--by", "agent", "--reason", "customer_refused")
    assert unintended("answer", one, *given)[1] == f"{one}: refused\n{one}: destroyed in 3 rows\n"
    assert unintended("list")[1] == ""
    assert notes(mapped)[2] == "[removed]"
