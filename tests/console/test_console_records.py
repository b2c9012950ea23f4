"""The registers as the console shows them: to every office, in both languages, with what they lack, and no person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from builders import Held, ask, person
from journeys_house import CONTROLLER
from operators_here import NOW, Visitor
from people_here import AUDIENCE
from sqlalchemy import text

from include.console.records import LATEST
from include.duties.records import facts_at, findings
from include.duties.records.keeping import STEPS, checks
from include.store import Role, begin

Sign = Callable[..., Visitor]
KEYS = ("record", "on_behalf", "disclosures", "transfers", "processors", "assessments", "duties", "findings")
MADE = """
    insert into duties.disclosure (audience_id, recipient, country, purpose, method, abroad, safeguard, contact_points,
                                   edition, at)
    select :id, recipient, 'AE', 'promotion', 'way' || n, true, 'standard_clauses', n, 'sa-2024-09-14',
           cast(:at as timestamptz) - n * interval '1 hour'
      from generate_series(1, :count) n,
           lateral (select case when n = :count then 'kdzx' else 'mailer' end) known (recipient)
    returning id
"""


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's file of records and its data map."""
    demo = CONTROLLER.parent
    monkeypatch.setenv("AMANAH_RECORDS", str(demo / "records.yml"))
    monkeypatch.setenv("AMANAH_SYSTEMS", str(demo / "company"))


def discloses(count: int) -> None:
    """Let audiences have been handed out, the first to a recipient whom no file knows."""
    audience = uuid4()
    ask(AUDIENCE, id=audience, recipient="mailer", run="one", at=NOW)
    ask(MADE, id=audience, at=NOW, count=count)


@pytest.mark.parametrize("office", ["engineer", "auditor", "officer"])
@pytest.mark.parametrize(("language", "said"), [("en", "Register of processors"), ("ar", "سجل")])
def test_every_office_reads_every_register_in_both_languages(
    visitor: Sign, office: str, language: str, said: str
) -> None:
    reader = visitor(office, office, language)
    page = reader.get("/records")
    assert page.status_code == 200
    assert said in page.text
    for key in KEYS[:-1]:
        assert f'href="/amanah/records/{key}"' in page.text
    assert [reader.get(f"/records/{key}").status_code for key in KEYS] == [200] * len(KEYS)


def test_the_checks_to_come_stand_by_their_day(visitor: Sign) -> None:
    page = visitor().get("/records").text
    coming = sorted(checks(facts_at(NOW)), key=lambda check: (check.due, check.kind, check.key))
    assert len(coming) > 1
    places = [page.index(f"{check.due:%-d %B %Y}") for check in coming]
    assert places == sorted(places)


def test_what_is_missing_or_due_is_named_and_counted(visitor: Sign, at: Callable[[object], None]) -> None:
    at(NOW + timedelta(days=2000))
    found = findings(facts_at(NOW + timedelta(days=2000)))
    page = visitor().get("/records").text
    assert len(found) > 1
    lacking = re.findall(r'<span class="needed"><span class="state">(\d+)</span>', page)
    assert sum(map(int, lacking)) == len(found)
    assert all(f"<code>{each.key}</code>" in page for each in found)


def test_no_person_whose_data_is_processed_is_in_a_register(
    visitor: Sign, source: Callable[..., Held], at: object
) -> None:
    source().delivers([person(1)])
    discloses(3)
    pages = [visitor().get(f"/records/{key}").text for key in KEYS]
    for page in (*pages, visitor().get("/records").text):
        assert "person.1" not in page
        assert "القحطاني" not in page


def test_many_disclosures_are_cut_and_what_is_missing_is_found_among_all(visitor: Sign) -> None:
    discloses(LATEST + 12)
    page = visitor().get("/records/disclosures").text
    assert f"The latest {LATEST} are shown" in page
    assert page.count("<tr>") == 1 + LATEST + 1, "so many, and the last to the other recipient"
    whole, cut = facts_at(NOW), facts_at(NOW, latest=5)
    assert (len(whole.disclosed), len(cut.disclosed)) == (LATEST + 12, 6)
    assert findings(whole) == findings(cut)
    assert any(each.key == "kdzx" for each in findings(cut))


def test_a_file_that_cannot_be_read_is_told_and_not_shown(
    visitor: Sign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    officer = visitor()
    (tmp_path / "records.yml").write_text("people: [kdzx", encoding="utf-8")
    monkeypatch.setenv("AMANAH_RECORDS", str(tmp_path / "records.yml"))
    answer = officer.get("/records")
    assert (answer.status_code, "kdzx" in answer.text) == (409, False)
    assert officer.get("/records/processors").status_code == 409


@pytest.mark.parametrize(("step", "index"), [("disclosed_lately", "ix_disclosure_at"),
                                             ("disclosed_to", "ix_disclosure_recipient"),
                                             ("link_duties", "ix_duty_recorded")])  # fmt: skip
def test_a_register_is_read_by_an_index_however_much_there_is(database: str, step: str, index: str) -> None:
    with begin(Role.DUTIES) as connection:
        connection.execute(text("set local enable_seqscan = off"))
        (query,) = STEPS.texts(step)
        plan = connection.execute(text(f"explain {query}"), {"latest": 5}).scalars().all()
    assert any(index in line for line in plan)
    assert not any("Seq Scan" in line for line in plan)
