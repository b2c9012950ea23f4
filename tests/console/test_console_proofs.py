"""Rules with their article, what is due when, certificates that are verified when opened, and restore drills."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from builders import Held, ask, person
from operators_here import NOW, Visitor
from people_here import drilled
from sqlalchemy import Connection

from include.console.forms import seal_for
from include.duties.certificates import certificate_of
from include.duties.consent import Said, delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.letter.dates import day
from include.duties.notice.actions import plan_notices
from include.duties.own_system.model import places
from include.store import Role, begin, private_folder

ZONE = ZoneInfo("Asia/Riyadh")
Sign = Callable[..., Visitor]
Make = Callable[..., Held]


@pytest.fixture
def destroyed(source: Make, at: object) -> UUID:
    """A plan that was carried out, looked at again and certified."""
    del at
    source().delivers([person(1)])
    plan_notices(NOW)
    ((subject,),) = ask("select distinct subject_id from register.contact_point where kind = 'email'")
    with begin(Role.DUTIES) as connection:
        delete_asked(connection, Said(subject=subject, means="page"), NOW)
    destroy_everywhere(NOW)
    ((plan,),) = ask("select id from duties.destruction where state = 'verified'")
    assert certificate_of(plan) is not None
    return UUID(str(plan))


def test_every_rule_of_a_map_stands_there_in_figures_with_its_article(visitor: Sign, company: Connection) -> None:
    del company
    page = visitor("e", "engineer").get("/retention/rules").text
    for said in ("account:accounts", "policy 4", "VAT IR 66", "a law wants it kept", "session:technical", "90 days",
                 "6 months", "the end of the subscription"):  # fmt: skip
        assert said in page, said


def test_every_rule_of_our_own_store_stands_there(visitor: Sign) -> None:
    page = visitor("auditor", "auditor").get("/retention/rules").text
    for name, rule in places().rules.items():
        assert f"<code>{name}</code>" in page
        assert rule.article in page
    assert "No other system is mapped" in page


def test_a_map_that_changed_is_read_again_and_a_broken_one_is_said(
    visitor: Sign, company: Connection, tmp_path: Path
) -> None:
    del company
    officer, file = visitor(), tmp_path / "systems/books.yml"
    assert "90 days" in officer.get("/retention/rules").text
    file.write_text(file.read_text("utf-8").replace("maximum: {days: 90}", "maximum: {days: 91}"), encoding="utf-8")
    assert "91 days" in officer.get("/retention/rules").text
    file.write_text("dataset: [", encoding="utf-8")
    assert "A data map cannot be read" in officer.get("/retention/rules").text


def test_the_days_on_which_clocks_end_are_counted(visitor: Sign, source: Make, at: Callable[[object], None]) -> None:
    source().delivers([person(1), person(2)])
    plan_notices(NOW)
    ((due,),) = ask("select distinct due_at from duties.notice")
    at(due - timedelta(days=3))
    (table,) = re.findall(
        r'aria-labelledby="ending">.*?<tbody>(.*?)</tbody>', visitor().get("/retention/rules").text, re.S
    )
    assert re.findall(r"<t[hd][^>]*>([^<]+)</t[hd]>", table) == [day(due, ZONE, "en"), "2"]
    at(due - timedelta(days=15))
    assert "No clock ends within the next fourteen days" in visitor().get("/retention/rules").text
    at(due + timedelta(days=30))
    late = visitor().get("/retention/rules").text
    assert re.search(r'before today</th><td class="number">2<', late)


def test_what_is_due_by_a_day_is_asked_of_the_systems_and_nothing_is_planned(
    visitor: Sign, company: Connection
) -> None:
    del company
    engineer, action = visitor("e", "engineer"), "/retention/due"
    for last, sessions in (("2026-03-01", "1"), ("2026-12-31", "2")):
        page = engineer.http.post(action, data={"day": last, "seal": seal_for("e", action, NOW)}).text
        (table,) = re.findall(r'aria-labelledby="due">.*?<tbody>(.*?)</tbody>', page, re.S)
        assert "account:accounts" in table
        assert re.findall(r'session:technical</code></td><td class="number">([^<]+)<', table) == [sessions]
    assert ask("select count(*) from duties.destruction")[0][0] == 0


def test_a_certificate_is_verified_when_it_is_opened_and_is_given_as_it_is(visitor: Sign, destroyed: UUID) -> None:
    reader = visitor("auditor", "auditor")
    assert f"/amanah/retention/certificate/{destroyed}" in reader.get("/retention/proofs").text
    page = reader.get(f"/retention/certificate/{destroyed}").text
    assert "The signature was verified just now" in page
    assert str(destroyed) in page
    file = private_folder("certificates") / f"destruction-{destroyed}.json"
    for form in ("json", "sig"):
        given = reader.get(f"/retention/certificate/{destroyed}/{form}")
        assert given.content == file.with_suffix(f".{form}").read_bytes()
        assert "attachment" in given.headers["content-disposition"]
    assert "شهادة إتلاف" in visitor(language="ar").get(f"/retention/certificate/{destroyed}").text


def test_a_certificate_that_was_changed_or_is_anothers_is_not_shown(visitor: Sign, destroyed: UUID) -> None:
    reader, folder = visitor(), private_folder("certificates")
    file, other = folder / f"destruction-{destroyed}.json", uuid4()
    for form in (".json", ".sig"):
        (folder / f"destruction-{other}{form}").write_bytes(file.with_suffix(form).read_bytes())
    assert reader.get(f"/retention/certificate/{other}").status_code == 409
    told = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(told | {"tables": {"listings": 0}}), encoding="utf-8")
    answer = reader.get(f"/retention/certificate/{destroyed}")
    assert answer.status_code == 409
    assert "not genuine" in answer.text


def test_what_has_no_certificate_here_is_said_to_have_none(visitor: Sign) -> None:
    reader, plan = visitor(), uuid4()
    assert reader.get(f"/retention/certificate/{plan}").status_code == 404
    assert reader.get(f"/retention/certificate/{plan}/json").status_code == 404
    assert reader.get(f"/retention/certificate/{plan}/html").status_code == 422


def test_a_drill_is_listed_with_its_outcome_and_its_report_is_compared_with_the_ledger(
    visitor: Sign, at: object
) -> None:
    del at
    (good, file), (bad, _) = drilled(), drilled(left=2)
    reader = visitor("auditor", "auditor")
    page = reader.get("/retention/proofs").text
    assert page.count(">proven<") == page.count(">not proven<") == 1
    shown = reader.get(f"/retention/drill/{good}").text
    assert "whose hash the ledger recorded" in shown
    assert "12,345" in shown
    assert "True" not in shown
    assert "Not proven" in reader.get(f"/retention/drill/{bad}").text
    file.write_text(file.read_text("utf-8").replace("12345", "12346"), encoding="utf-8")
    assert "not the one that the ledger recorded" in reader.get(f"/retention/drill/{good}").text
    file.unlink()
    assert reader.get(f"/retention/drill/{good}").status_code == 404
    assert reader.get(f"/retention/drill/{uuid4()}").status_code == 404


def test_many_certificates_go_on_where_the_page_ended(visitor: Sign, at: object) -> None:
    del at
    ask("""
        insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at,
                                        destroyed_at, verified_at)
        select gen_random_uuid(), 'request', sha256('x'), '{"subjects": 1}', 'subject', 'sa-2024-09-14', 'verified',
               :at, :at, cast(:at as timestamptz) + (n / 2) * interval '1 hour' from generate_series(1, 45) n
        returning id
    """, at=NOW)  # fmt: skip
    officer, page, seen = visitor(), "/retention/proofs", list[str]()
    while page:
        shown = officer.get(page).text
        seen += re.findall(r'href="/amanah/retention/certificate/([^"]+)"', shown)
        page = (re.findall(r'href="/amanah(/retention/proofs\?before=[^"]+)"', shown) or [""])[0]
    assert len(seen) == len(set(seen)) == 45
