"""The record outlives its activities by five years, and a check that comes due is a clock that is watched."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import ask, recorded
from command import call
from records_case import AT, DEMO, facts
from sqlalchemy import text

from include.commands.status import status
from include.duties.records import Facts, facts_at, findings, keep_records
from include.duties.records.actions import _from_runs
from include.duties.records.sheets import record_sheet
from include.duties.watch import watch
from include.store import Role, begin

DAY = timedelta(days=1)


@pytest.fixture
def company(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The sample company's settings; returns its file of records."""
    file = tmp_path / "records.yml"
    file.write_text((DEMO / "records.yml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("AMANAH_CONTROLLER", str(DEMO / "controller.yml"))
    monkeypatch.setenv("AMANAH_SYSTEMS", str(DEMO / "company"))
    monkeypatch.setenv("AMANAH_RECORDS", str(file))
    return file


def checked(*days: date, months: int = 12) -> Any:
    def change(given: Any) -> None:
        given["processors"] = {
            "mailer": given["processors"]["mailer"] | {"checked": list(days), "check_months": months}
        }
        given["on_behalf"] = {}
        given["assessments"] = {}

    return change


def duties() -> list[tuple[str, str, str, str | None]]:
    query = "select kind, source_key, state, outcome from duties.duty order by due_at, kind, source_key"
    return [tuple(row) for row in ask(query)]


def watched(of: Facts, at: datetime) -> dict[str, int]:
    return watch(at, of.controller)


def test_an_activity_stays_on_record_for_five_years_after_its_end_and_then_goes(company: Path) -> None:
    whole = facts()
    counts = keep_records(whole, AT)
    assert counts["activities"] == len(whole.activities)
    assert counts["ended"] == 0
    less = dataclasses.replace(whole, activities=tuple(a for a in whole.activities if a.key != "recruitment"))
    assert keep_records(less, AT + DAY)["ended"] == 1
    assert keep_records(less, AT + 2 * DAY)["ended"] == 0, "it has ended once"
    (kept,) = ask("select key, told, ended_at from duties.recorded_activity where ended_at is not null")
    assert (kept.key, kept.ended_at) == ("recruitment", AT + DAY)
    assert kept.told["en"][0] == ["considering applications for jobs", "recruitment"]
    last = datetime(2031, 11, 2, 20, 59, tzinfo=UTC)
    keep_records(less, last)
    assert len(ask("select from duties.recorded_activity where ended_at is not null")) == 1
    keep_records(less, last + timedelta(minutes=1))
    assert ask("select from duties.recorded_activity where ended_at is not null") == []


def test_the_days_of_an_end_are_those_of_riyadh(company: Path) -> None:
    whole = facts_at(AT)
    keep_records(whole, AT)
    ended = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
    (gone,) = (each for each in whole.activities if each.key == "recruitment")
    less = dataclasses.replace(whole, activities=tuple(each for each in whole.activities if each is not gone))
    keep_records(less, ended)
    (remembered,) = _from_runs(whole.edition, {each.key for each in less.activities}, None)[2]
    told = record_sheet(dataclasses.replace(less, ended=(remembered,)), (), "en").rows[-1][0][0]
    assert "ended on 2026-11-03; kept until 2031-11-03" in told


def test_what_cannot_be_read_has_not_ended_and_is_named(company: Path) -> None:
    whole = facts()
    keep_records(whole, AT)
    less = dataclasses.replace(whole, activities=(), unread=(("books", "no such column"),))
    assert keep_records(less, AT + DAY)["ended"] == 0
    assert ask("select from duties.recorded_activity where ended_at is not null") == []
    assert "unread" in {finding.code for finding in findings(less)}


def test_an_activity_that_comes_back_has_not_ended(company: Path) -> None:
    whole = facts()
    keep_records(whole, AT)
    keep_records(dataclasses.replace(whole, activities=whole.activities[1:]), AT + DAY)
    keep_records(whole, AT + 2 * DAY)
    assert ask("select from duties.recorded_activity where ended_at is not null") == []
    assert {row.changed_at for row in ask("select changed_at from duties.recorded_activity")} == {AT, AT + 2 * DAY}


def test_a_check_is_one_duty_with_its_day_that_warns_is_missed_and_is_closed_by_the_next_check(company: Path) -> None:
    first = facts(said=checked(date(2026, 6, 1)))
    for _ in range(2):
        keep_records(first, AT)
    assert duties() == [("processor_check", "mailer", "open", None)]
    (due,) = ask("select due_at from duties.duty")
    assert due.due_at == datetime(2027, 6, 1, 20, 59, 59, tzinfo=UTC), "the last second of the local day"
    assert watched(first, AT)["warned"] == 0
    assert watched(first, datetime(2027, 4, 1, tzinfo=UTC))["warned"] == 1
    in_time = facts(said=checked(date(2026, 6, 1), date(2027, 5, 1)))
    keep_records(in_time, datetime(2027, 5, 2, tzinfo=UTC))
    assert duties() == [("processor_check", "mailer", "done", "checked"), ("processor_check", "mailer", "open", None)]
    assert watched(in_time, datetime(2028, 5, 2, tzinfo=UTC))["missed"] == 1
    late = facts(said=checked(date(2026, 6, 1), date(2027, 5, 1), date(2028, 5, 3)))
    keep_records(late, datetime(2028, 5, 4, tzinfo=UTC))
    assert [state for _, _, state, _ in duties()] == ["done", "missed", "open"], "what was missed stays missed"
    assert recorded("duty_opened") == 3
    assert recorded("duty_closed") == 1


def test_a_processor_that_is_no_longer_one_is_not_checked_any_more(company: Path) -> None:
    keep_records(facts(said=checked(date(2026, 6, 1))), AT)
    ended = facts(said=lambda given: (checked()(given), given["processors"].clear()))
    keep_records(ended, AT + DAY)
    assert duties() == [("processor_check", "mailer", "done", "ended")]


def test_a_processor_whose_contract_has_ended_is_not_checked_any_more(company: Path) -> None:
    def ends(given: Any) -> None:
        checked(date(2026, 6, 1))(given)
        given["processors"]["mailer"]["until"] = date(2026, 12, 31)

    runs = facts(said=ends)
    keep_records(runs, AT)
    keep_records(dataclasses.replace(runs, day=date(2026, 12, 31)), AT + DAY)
    assert duties() == [("processor_check", "mailer", "open", None)]
    keep_records(dataclasses.replace(runs, day=date(2027, 1, 1)), AT + 2 * DAY)
    assert duties() == [("processor_check", "mailer", "done", "ended")]


def test_assessments_are_clocks_too(company: Path) -> None:
    keep_records(facts_at(AT), AT)
    kinds = [(kind, key) for kind, key, _, _ in duties()]
    assert ("assessment_review", "dpia-2026-001") in kinds
    assert ("processor_check", "host") in kinds
    assert len(kinds) == 7


def test_disclosures_and_duties_come_from_the_runs(company: Path) -> None:
    with begin(Role.DUTIES) as connection:
        connection.execute(text(AUDIENCE), {"at": AT})
        connection.execute(text(LINKED), {"at": AT})
    found = facts_at(AT)
    assert [(made.recipient, made.method, made.contact_points) for made in found.disclosed] == [("mailer", "csv", 7)]
    assert [(duty.source, duty.state) for duty in found.duties] == [("new_guide", "open")]
    assert [finding.code for finding in findings(found)] == ["duty_open"]


def test_when_sources_joined_and_activities_were_first_noted_comes_from_the_runs(company: Path) -> None:
    assert facts_at(AT).noted == {}
    whole = facts()
    keep_records(whole, AT)
    keep_records(dataclasses.replace(whole, activities=whole.activities[1:]), AT + DAY)
    assert facts_at(AT).noted.keys() == {activity.key for activity in whole.activities[1:]}, (
        "what has ended is not used"
    )
    keep_records(whole, AT + 2 * DAY)
    with begin(Role.INTAKE) as connection:
        connection.execute(text(SOURCE), {"at": AT - DAY})
    found = facts_at(AT + 2 * DAY)
    assert found.noted == dict.fromkeys((activity.key for activity in whole.activities), AT)
    assert found.joined == {"bench": AT - DAY}
    assert facts_at(AT, runs=False).joined == {}


SOURCE = """
insert into register.source (key, kind, jurisdiction, basis_case, basis_proof, purposes, contract_hash, contract,
                             joined_at, updated_at)
values ('bench', 'public_directory', 'sa', 'public_source', 'DOC', array['business_contact'], '\\x00', '{}', :at, :at)
"""
AUDIENCE = """
with made as (
    insert into duties.audience (id, purpose, recipient, country, form, state, edition, asked_by, run, made_at,
                                 expires_at, counts)
    values (gen_random_uuid(), 'promotion', 'mailer', 'SA', 'csv', 'exported', 'sa-2024-09-14', 'officer', 'run:1',
            :at, :at, '{}') returning id)
insert into duties.disclosure (audience_id, recipient, country, purpose, method, abroad, contact_points, edition, at)
select id, 'mailer', 'SA', 'promotion', 'csv', false, 7, 'sa-2024-09-14', :at from made
"""
LINKED = """
insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at)
values ('impact_assessment', 'new_guide', 'open', 'sa-2024-09-14', 'IR 25(1)(b)', :at, :at)
"""


def test_the_command_line_shows_exports_and_drafts_and_status_names_what_lacks(
    company: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", AT.isoformat())
    assert call(monkeypatch, capsys, "records", "show").code == 0
    assert status()["records"]["processors"] == 2
    for name in ("page.html", "book.xlsx"):
        assert call(monkeypatch, capsys, "records", "export", str(tmp_path / name)).code == 0
        assert (tmp_path / name).stat().st_size > 10_000
    said = call(monkeypatch, capsys, "records", "draft", "--language", "en").out
    assert said.startswith("Privacy notice")
    assert "إشعار" not in said
    wrong = call(monkeypatch, capsys, "records", "export", "book.pdf")
    assert wrong.code != 0
    assert ".html or .xlsx" in wrong.error

    given = yaml.safe_load(company.read_text(encoding="utf-8"))
    del given["processors"]["mailer"]["clauses"]["foreign_laws"]
    company.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    shown = call(monkeypatch, capsys, "records", "show", "--json")
    assert shown.code == 1
    (finding,) = json.loads(shown.out)["findings"]
    assert (finding["register"], finding["of"]) == ("processors", "mailer")
    assert "laws of other countries" in finding["what"]
    assert status()["records_findings"] == [finding]
    company.write_text("processors: [", encoding="utf-8")
    assert str(company) in status()["records_findings"][0]["what"], "status is told, and does not fail"
