"""The ledger by day and kind, its verification on request, and the edition in force number by number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from builders import Held
from operators_here import SHOP, Visitor
from sqlalchemy import text

from include.console.law import figures
from include.evidence import Kind, export, record
from include.law import edition_for, now
from include.law.in_force import FOLDER
from include.store import Role, StoreRefused, begin

Sign = Callable[..., Visitor]
Make = Callable[..., Held]


def test_a_verification_is_asked_for_done_and_recorded(visitor: Sign, point: int) -> None:
    auditor = visitor("auditor", "auditor")
    assert "never" in auditor.get("/evidence").text
    sent = auditor.sends("/evidence", "/evidence/verify")
    assert sent.headers["location"] == "/amanah/evidence?said=whole"
    assert "The ledger is whole" in auditor.get("/evidence").text
    assert "auditor" not in re.sub(
        r"<header>.*?</header>", "", auditor.get("/evidence/ledger_verified").text, flags=re.S
    )


def test_a_ledger_that_somebody_cut_is_said_to_be_broken_here_and_today(
    visitor: Sign, point: int, server: object, database: str
) -> None:
    address = server.url("postgres", database.rsplit("/", 1)[1]).replace("+psycopg", "")  # type: ignore[attr-defined]
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("alter table evidence.ledger disable trigger all")
        owner.execute("delete from evidence.ledger where seq = 2")
        owner.execute("alter table evidence.ledger enable trigger all")
    officer = visitor()
    assert officer.sends("/evidence", "/evidence/verify").headers["location"].endswith("said=broken")
    assert "The ledger was found broken" in officer.get("/").text


def test_a_kind_with_many_events_goes_on_where_the_page_ended(visitor: Sign, point: int) -> None:
    officer = visitor()
    fields = officer.form("/evidence", "/evidence/verify")
    for _ in range(53):
        officer.http.post("/evidence/verify", data=fields)
    page, seen = "/evidence/ledger_verified", list[str]()
    while page:
        shown = officer.get(page).text
        seen += re.findall(r'<th scope="row" class="number">([\d,]+)</th>', shown)
        page = (re.findall(r'href="/amanah(/evidence/ledger_verified\?before=\d+)"', shown) or [""])[0]
    assert len(seen) == len(set(seen)) == 53


def test_the_day_is_counted_by_kind(visitor: Sign, point: int) -> None:
    with begin(Role.AUDITOR) as connection:
        ((day,),) = connection.execute(
            text("select (max(recorded_at) at time zone 'Asia/Riyadh')::date from evidence.ledger")
        )
    officer = visitor()
    assert "/evidence/delivery_received" in officer.get(f"/evidence?day={day}").text
    assert "Nothing was recorded" in officer.get(f"/evidence?day={day - timedelta(days=2)}").text
    for extreme in ("0001-01-01", "9999-12-31"):
        assert officer.get(f"/evidence?day={extreme}").status_code == 200


def test_every_number_of_the_edition_in_force_stands_there_with_its_article(visitor: Sign) -> None:
    page = visitor("e", "engineer").get("/law").text
    rules = list(figures(edition_for("sa", now())))
    later = {"warn_hours", "rehearsal_days"}  # asked for after these editions were sealed: `include/law/terms.py`
    named = (FOLDER / "sa/2024-09-14.yml").read_text("utf-8").count("article:")
    assert len(rules) == named + len(later & {path[-1] for path, _ in rules}) == named + 2
    assert page.count('<th scope="row">') == len(rules)
    assert "IR 4(3)" in page
    assert "house value" in page


def test_a_coming_edition_says_what_it_will_change(
    visitor: Sign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sa").mkdir()
    text_of = (FOLDER / "sa/2024-09-14.yml").read_text("utf-8")
    coming = text_of.replace("effective_from: 2024-09-14", "effective_from: 2027-01-01")
    coming = coming.replace("review_days: {value: 3,", "review_days: {value: 2,")
    (tmp_path / "sa/2027-01-01.yml").write_text(coming, encoding="utf-8")
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path))
    page = visitor().get("/law").text
    assert "What sa-2027-01-01 will change" in page
    changed = re.findall(
        r'<tbody><tr><th scope="row"><code>([\w.]+)</code></th><td><bdi>(\w+)</bdi></td><td><bdi>(\w+)', page
    )
    assert changed == [("notice.review_days", "3", "2")]


@pytest.mark.parametrize(
    "query",
    ["select value from register.contact_point", "select normalised from register.contact_point",
     "select fields from register.listing", "select value from duties.hold_person", "select placed_by from duties.hold",
     "select key from register.identity", "select recipient from channels.message"],
)  # fmt: skip
def test_the_consoles_role_can_read_no_value_and_no_name(database: str, query: str) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.CONSOLE) as connection:
        connection.execute(text(query))


def test_the_consoles_role_writes_nothing(database: str) -> None:
    asked = text("""
        select count(*) from information_schema.role_table_grants
         where grantee = 'amanah_console' and privilege_type <> 'SELECT'
    """)
    with begin(Role.CONSOLE) as connection:
        assert connection.execute(asked).scalar_one() == 0
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.CONSOLE) as connection:
        connection.execute(text("select evidence.append('sealed', '', '{}')"))


def test_what_waits_is_found_by_its_index(source: Make) -> None:
    source().delivers([SHOP])
    with begin(Role.CONSOLE) as connection:
        connection.execute(text("set local enable_seqscan = off"))
        plan = connection.execute(text("""
            explain select id from register.contact_point
             where class = 'undetermined' and (received_at, id) > (now(), 0) order by received_at, id limit 20
        """)).scalars().all()  # fmt: skip
    assert any("undetermined" in line or "received_at" in line for line in plan if "Index" in line)
    assert not any("Sort" in line for line in plan)


def test_packs_that_were_taken_out_stand_on_the_page_by_their_hash(visitor: Sign, point: int, tmp_path: Path) -> None:
    auditor = visitor("auditor", "auditor")
    assert "No pack was taken out yet" in auditor.get("/evidence").text
    with begin(Role.AUDITOR) as connection:
        digest = export(connection, tmp_path / "ledger.zip")
    with begin(Role.AUDITOR) as connection:
        record(connection, Kind.LEDGER_EXPORTED, at=now(), hashes={"pack": digest})
    assert digest.hex() in auditor.get("/evidence").text
