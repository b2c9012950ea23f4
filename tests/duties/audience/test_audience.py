"""An audience holds businesses that may be written to now and nobody else, and whoever holds it hears who has to go."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from builders import Held, ask, person
from journeys_house import CONTROLLER
from sqlalchemy import event, text

from include.duties.audience import (
    Asked,
    AudienceRefused,
    build,
    building,
    confirm,
    export,
    find_removals,
    handed_over,
    removals_of,
    tidy,
)
from include.duties.stopping import StopAsked, stop_asked
from include.law import load_controller
from include.store import Role, begin, engine, home

Make = Callable[..., Held]
NIGHT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
ASKED = Asked(purpose="promotion", recipient="mailer", asked_by="engineer", run="run-1")
BUSINESS = """
update register.contact_point set class = 'business', permission = 'business_use', subject_id = null
 where kind in ('email', 'phone') and normalised like any(array['info%', '+96611%']) returning 1
"""


def shop(number: int) -> dict[str, str]:
    return {
        "id": f"9{number}",
        "name": "شركة النخيل للتجارة",
        "email": f"info@palm-{number}.example",
        "phone": f"011200000{number}",
    }


@pytest.fixture
def shops(source: Make) -> Held:
    """Three businesses, and a person among them."""
    held = source()
    held.delivers([shop(1), shop(2), shop(3), person(5)])
    ask(BUSINESS)
    ask(
        "update register.listing set name_class = 'organisation', name_holds_person = false "
        "where id in (select listing_id from register.contact_point where class = 'business') returning 1"
    )
    return held


def made(asked: Asked = ASKED, at: datetime = NIGHT) -> tuple[Any, list[dict[str, str]], dict[str, Any]]:
    audience = build(asked, at)
    folder = export(audience, asked, at)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    with (folder / "audience.csv").open(encoding="utf-8") as lines:
        return audience, list(csv.DictReader(lines)), manifest


def events(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as connection:
        found = connection.execute(
            text("select payload from evidence.ledger where kind = :kind order by seq"), {"kind": kind}
        )
        return [json.loads(row[0]) for row in found]


def test_an_audience_holds_every_business_contact_once_and_no_person(shops: Held) -> None:
    audience, rows, manifest = made()
    assert sorted(row["contact"] for row in rows) == sorted(
        [f"info@palm-{number}.example" for number in (1, 2, 3)] + [f"+96611200000{number}" for number in (1, 2, 3)]
    )
    assert list(rows[0]) == manifest["columns"] == ["id", "kind", "contact", "language", "jurisdiction"]
    assert manifest["counts"]["members"] == manifest["counts"]["allowed"] == 6
    assert (manifest["asked_by"], manifest["recipient"], manifest["purpose"]) == ("engineer", "mailer", "promotion")
    assert manifest["expires_at"] == (NIGHT + timedelta(days=7)).isoformat()
    (disclosed,) = events("disclosure_recorded")
    assert disclosed["codes"]["method"] == "csv"
    assert disclosed["hashes"]["file"] == manifest["sha256"]
    assert "engineer" not in json.dumps(disclosed)
    assert tuple(ask("select recipient, purpose, method, abroad, contact_points from duties.disclosure")[0]) == (
        "mailer", "promotion", "csv", False, 6,
    )  # fmt: skip
    assert str(audience) == manifest["audience"]


def test_building_says_how_many_contacts_there_are_to_look_at(
    shops: Held, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("include.intake.progress.EVERY", 0)
    caplog.set_level("INFO", "amanah.progress")
    build(ASKED, NIGHT)
    assert "building an audience: 6 contacts of 6, about 0 s left" in caplog.text


def test_the_same_run_is_one_audience_and_one_disclosure(shops: Held) -> None:
    assert made()[0] == made()[0]
    assert ask("select count(*) from duties.disclosure")[0][0] == 1
    assert made(replace(ASKED, run="run-2"))[0] != made()[0]


def test_whoever_stopped_is_not_in_it(shops: Held) -> None:
    with begin(Role.DUTIES) as connection:
        stop_asked(
            connection, StopAsked(means="reply", address="info@palm-2.example"), load_controller(CONTROLLER), NIGHT
        )
    _, rows, manifest = made()
    assert "info@palm-2.example" not in {row["contact"] for row in rows}
    assert manifest["counts"]["stopped"] == 1
    assert len(made(replace(ASKED, purpose="service", run="run-2"))[1]) == 6, "a service message is another purpose"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"purpose": "fun"}, "purpose"),
        ({"form": "exe"}, "form"),
        ({"recipient": "Some Body <x@y.example>"}, "recipient"),
        ({"country": "Egypt"}, "country"),
        ({"country": "US"}, "safeguard"),
        ({"platform": "myspace"}, "platform"),
        ({"platform": "meta", "form": "parquet"}, "platform"),
        ({"days": 400}, "days"),
    ],
)
def test_an_audience_for_something_unknown_is_refused_and_nothing_is_made(
    shops: Held, changes: dict[str, Any], word: str
) -> None:
    with pytest.raises(AudienceRefused, match=word):
        build(replace(ASKED, **changes), NIGHT)
    assert not ask("select from duties.audience")


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("update register.contact_point set class = 'personal', permission = 'blocked', "
         "subject_id = (select id from register.subject limit 1) where normalised = 'info@palm-1.example'",
         "1 personal"),
        ("update register.contact_point set class = 'undetermined', permission = 'blocked', "
         "subject_id = (select id from register.subject limit 1) where normalised = 'info@palm-1.example'",
         "undetermined"),
        ("insert into suppression.entry (key, kind, key_version, reason, since) select key, kind, 0, 'destroyed', "
         "now() from register.contact_point where normalised = 'info@palm-1.example'", "1 suppressed"),
        ("delete from register.contact_point where normalised = 'info@palm-1.example'", "1 unknown"),
    ],
)  # fmt: skip
def test_the_check_keeps_an_audience_back_in_which_anybody_is_who_must_not_be(
    shops: Held, statement: str, word: str
) -> None:
    """Something changes between choosing and handing out: the second look finds it by another path."""
    building._choose(audience := building.uuid5(building.ROOM, ASKED.run), ASKED, NIGHT, ())
    ask(f"{statement} returning 1")
    with pytest.raises(AudienceRefused, match=word):
        build(ASKED, NIGHT)
    with pytest.raises(AudienceRefused, match="refused it before"):
        build(ASKED, NIGHT)
    assert ask("select state from duties.audience where id = :id", id=audience)[0][0] == "refused"
    assert not ask("select from duties.audience_member") + ask("select from duties.disclosure")
    assert len(events("audience_refused")) == 1


def test_parquet_and_a_table_hold_the_same(shops: Held) -> None:
    import polars

    _, rows, _ = made()
    parquet = replace(ASKED, form="parquet", run="run-2")
    folder = export(build(parquet, NIGHT), parquet, NIGHT)
    assert polars.read_parquet(folder / "audience.parquet").to_dicts() == rows
    assert {path.name for path in folder.iterdir()} == {"audience.parquet", "manifest.json"}
    table = replace(ASKED, form="table", run="run-3", days=31)
    later = datetime.now(UTC)
    audience = build(table, later)
    assert not ask("select from duties.mailing_list"), "not before it is handed out"
    export(audience, table, later)
    listed = {row[0] for row in ask("select contact from duties.mailing_list where audience_id = :id", id=audience)}
    assert listed == {row["contact"] for row in rows}
    ask("update register.listing set state = 'withdrawn' returning 1")
    find_removals(later)
    assert not ask("select from duties.mailing_list"), "whoever is removed is gone from the table"


FORMULAS = {
    "=cmd@palm.example": "'=cmd@palm.example",
    "-2+3@palm.example": "'-2+3@palm.example",
    "+1@palm.example": "'+1@palm.example",
    "'+1@palm.example": "''+1@palm.example",
}
"""Mailboxes that anybody may have, and what a spreadsheet is given."""


def test_a_mailbox_that_a_spreadsheet_would_run_is_text_in_csv_and_as_it_is_elsewhere(shops: Held) -> None:
    import polars

    from include.documents import harmless
    from include.portal.proving import read_contact

    assert {contact.value for each in FORMULAS if (contact := read_contact(each, "email"))} == set(FORMULAS)
    shops.delivers([shop(1), *({**shop(number), "email": each} for number, each in enumerate(FORMULAS, start=2))])
    ask("""
        update register.contact_point set class = 'business', permission = 'business_use', subject_id = null
         where kind = 'email' returning 1
    """)
    _, rows, manifest = made()
    contacts = {row["contact"] for row in rows}
    assert {"info@palm-1.example", "+966112000001", *FORMULAS.values()} <= contacts
    assert not {each for each in contacts if each.startswith(("=", "-", "@"))}
    assert {each.removeprefix("'") for each in contacts} >= set(FORMULAS), "one off, and each is as it is"
    assert {harmless(each) for each in contacts} == contacts, "nothing in it is a formula"
    assert "one apostrophe before it" in manifest["contact"]
    parquet = replace(ASKED, form="parquet", run="run-2")
    folder = export(build(parquet, NIGHT), parquet, NIGHT)
    assert set(FORMULAS) <= set(polars.read_parquet(folder / "audience.parquet")["contact"])
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["contact"] is None


@pytest.mark.parametrize(("platform", "phone"), [("google", "+966112000001"), ("meta", "966112000001")])
def test_for_a_platform_contacts_are_hashed_as_it_asks_and_a_transfer_is_recorded(
    shops: Held, platform: str, phone: str
) -> None:
    abroad = replace(ASKED, platform=platform, country="US", safeguard="standard_clauses", recipient="platform")
    _, rows, manifest = made(abroad)
    hashes = {value for row in rows for value in (row["email_sha256"], row["phone_sha256"]) if value}
    assert {hashlib.sha256(each.encode()).hexdigest() for each in ("info@palm-1.example", phone)} <= hashes
    assert "palm" not in json.dumps(rows)
    assert (manifest["transfer_abroad"], manifest["hashed_for"]) == (True, platform)
    assert tuple(ask("select country, abroad, safeguard from duties.disclosure")[0]) == ("US", True, "standard_clauses")
    assert events("disclosure_recorded")[0]["codes"]["kind"] == "transfer"


def test_handing_it_over_another_way_is_another_disclosure(shops: Held) -> None:
    audience, _, _ = made()
    for _ in range(2):
        handed_over(audience, ASKED, NIGHT)
    assert [row[0] for row in ask("select method from duties.disclosure order by method")] == ["csv", "object_storage"]


def test_who_is_destroyed_or_stops_later_is_on_a_removal_list_once_and_confirmed_by_its_recipient(shops: Held) -> None:
    audience, rows, _ = made()
    numbers = {row["contact"]: int(row["id"]) for row in rows}
    later = NIGHT + timedelta(hours=9)
    assert find_removals(later) == {"removals": 0, "contact_points": 0}
    ask("delete from register.contact_point where normalised = 'info@palm-1.example' returning 1")
    with begin(Role.DUTIES) as connection:
        stop_asked(
            connection, StopAsked(means="reply", address="info@palm-2.example"), load_controller(CONTROLLER), later
        )
    assert find_removals(later) == {"removals": 1, "contact_points": 2}
    assert find_removals(later) == {"removals": 0, "contact_points": 0}
    with begin(Role.API) as connection:
        assert removals_of(connection, audience, "somebody_else") is None
        assert removals_of(connection, uuid4(), "mailer") is None
        (told,) = removals_of(connection, audience, "mailer") or []
        assert {(point["point"], point["reason"]) for point in told["points"]} == {
            (numbers["info@palm-1.example"], "point_unknown"),
            (numbers["info@palm-2.example"], "stopped"),
        }
        removal = [told["removal"]]
        assert confirm(connection, audience, "somebody_else", removal, by="key", at=later) is None
        assert confirm(connection, audience, "mailer", removal, by="key", at=later) == 1
        assert confirm(connection, audience, "mailer", removal, by="key", at=later) == 0
    assert tuple(ask("select state, confirmed_by from duties.removal")[0]) == ("confirmed", "key")
    assert len(events("removal_told")) == len(events("removal_confirmed")) == 1


def test_an_audience_long_past_its_end_is_not_followed_any_more(shops: Held) -> None:
    made()
    ask("update register.listing set state = 'withdrawn' returning 1")
    assert find_removals(NIGHT + timedelta(days=38)) == {"removals": 0, "contact_points": 0}
    assert find_removals(NIGHT + timedelta(days=36))["contact_points"] == 6


def nowhere(url: str, login: str | None) -> Any:
    raise AssertionError(f"nothing was handed over to {url} ({login})")


def files() -> dict[str, str]:
    return {
        file.name: file.read_bytes().decode("utf-8", "replace")
        for file in (home() / "audiences").rglob("*")
        if file.is_file()
    }


def test_a_file_goes_at_the_end_of_its_audience_and_its_manifest_and_record_stay(shops: Held) -> None:
    made()
    assert tidy(NIGHT + timedelta(days=6), nowhere) == {"deleted": 0, "rewritten": 0}
    assert "info@palm-1.example" in files()["audience.csv"]
    assert tidy(NIGHT + timedelta(days=7), nowhere) == {"deleted": 1, "rewritten": 0}
    assert set(files()) == {"manifest.json"}
    assert ask("select count(*) from duties.disclosure")[0][0] == 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    "statement",
    [
        "delete from register.contact_point where normalised = 'info@palm-1.example'",
        "update register.contact_point set class = 'personal', permission = 'blocked', "
        "subject_id = (select id from register.subject limit 1) where normalised = 'info@palm-1.example'",
    ],
    ids=["destroyed", "found to be personal"],
)
def test_whoever_is_removed_is_gone_from_our_own_file_too(shops: Held, form: str, statement: str) -> None:
    import polars

    asked = replace(ASKED, form=form)
    folder = export(build(asked, NIGHT), asked, NIGHT)
    ask(f"{statement} returning 1")
    later = NIGHT + timedelta(minutes=15)
    find_removals(later)
    assert tidy(later, nowhere) == {"deleted": 0, "rewritten": 1}
    assert tidy(later, nowhere) == {"deleted": 0, "rewritten": 0}
    file = folder / f"audience.{form}"
    left = (polars.read_csv if form == "csv" else polars.read_parquet)(file)["contact"].cast(polars.String).to_list()
    assert len(left) == 5
    assert "info@palm-1.example" not in left
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["removed"], manifest["sha256"]) == (1, hashlib.sha256(file.read_bytes()).hexdigest())
    assert {path.name for path in folder.iterdir()} == {file.name, "manifest.json"}


def test_what_a_killed_run_left_goes_too_and_what_is_being_written_stays(shops: Held) -> None:
    audience = build(ASKED, NIGHT)
    folder = home() / "audiences" / str(audience)
    folder.mkdir(parents=True)
    (folder / ".audience.csv.draft").write_text("half of it", encoding="utf-8")
    assert tidy(NIGHT + timedelta(hours=2), nowhere)["deleted"] == 0
    assert tidy(NIGHT + timedelta(days=1), nowhere)["deleted"] == 1


def test_whoever_stopped_between_building_and_handing_out_is_left_out(shops: Held) -> None:
    audience = build(ASKED, NIGHT)
    later = NIGHT + timedelta(hours=5)
    with begin(Role.DUTIES) as connection:
        stop_asked(
            connection, StopAsked(means="reply", address="info@palm-2.example"), load_controller(CONTROLLER), later
        )
    folder = export(audience, ASKED, later)
    assert "info@palm-2.example" not in files()["audience.csv"]
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["counts"]["members"] == 5
    assert ask("select contact_points from duties.disclosure")[0][0] == 5
    assert find_removals(later) == {"removals": 0, "contact_points": 0}, "who was not handed out is not taken back"


def test_the_check_looks_again_before_anything_is_handed_out(shops: Held) -> None:
    audience = build(ASKED, NIGHT)
    ask(
        "update register.contact_point set key = (select key from register.contact_point "
        "where normalised = 'info@palm-1.example') where normalised = 'info@palm-2.example' returning 1"
    )
    with pytest.raises(AudienceRefused, match="1 twice"):
        export(audience, ASKED, NIGHT + timedelta(hours=5))
    assert set(files()) == set()
    assert not ask("select from duties.disclosure")
    assert len(events("audience_refused")) == 1


def test_a_contact_is_judged_once_however_many_audiences_it_is_in(shops: Held) -> None:
    for night in range(4):
        made(replace(ASKED, run=f"run-{night}"), NIGHT + timedelta(days=night))
    ask("update register.listing set state = 'withdrawn' returning 1")
    asked = list[str]()

    def seen(*given: Any) -> None:
        asked.extend(given[2] for _ in given[2].split("consent_is_for_it")[1:])

    with begin(Role.DUTIES):
        event.listen(engine(), "before_cursor_execute", seen)
    try:
        assert find_removals(NIGHT + timedelta(days=4)) == {"removals": 4, "contact_points": 24}
    finally:
        event.remove(engine(), "before_cursor_execute", seen)
    assert len(asked) == 1
