"""What several listings say of one contact point is weighed together, whichever of them came first."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import polars as pl
import pytest
from builders import START, Held, ask, write
from sqlalchemy import text

from include.evidence import verify
from include.intake.checking import check
from include.intake.classification import Klass
from include.intake.classification.sharing import SHARING
from include.intake.landing.actions import land
from include.intake.listings import decided_beside, read_listings
from include.intake.preparing import prepare
from include.intake.receiving import receive
from include.intake.redeciding import correct, redecide
from include.intake.registering.actions import register
from include.store import Role, begin

Make = Callable[..., Held]
LINE = "0110000012"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = START + timedelta(hours=5)
REASON = "answered_by_a_person"
SITE = {"name": "organisation", "id": {"field": "row_id", "why": "recognises the entry again"}}


def firm(number: int, name: str = "شركة الأفق للتجارة المحدودة", **more: str) -> dict[str, str]:
    return {"id": str(number), "name": name, **more}


def owned(number: int, phone: str = LINE) -> dict[str, str]:
    """Make a row that shows a number as somebody's own: their name stands beside it in its cell."""
    return firm(number, phone=f"{phone} (Fahad Saleh)")


def firms(*names: str, phone: str = LINE) -> list[dict[str, str]]:
    return [firm(at, name, phone=phone) for at, name in enumerate(names)]


NAMES = ("شركة الأفق للتجارة", "مطعم البستان", "صيدلية الواحة", "مصنع السنابل للأغذية")


def points(where: str = "true") -> list[Any]:
    return ask(f"""
        select source_key, row_key, class as klass, score, reasons, permission, subject_id is not null as somebodys,
               point.id, decided_by
          from register.contact_point point join register.listing on listing.id = listing_id
         where point.kind in ('phone', 'email', 'website') and listing.state = 'active' and {where}
         order by source_key, row_key, point.kind, source_column
    """)


def takes_in(
    guide: Held, rows: list[dict[str, str]], *, at: datetime, shard_rows: int = 100, volume_from: int = 100
) -> None:
    """Take rows in as `delivers` does, in shards of such a size, into a volume of their own from so many on."""
    file = guide.folder / f"{guide.contract.key}.csv"
    write(file, list(guide.contract.columns), rows)
    receipt = receive(guide.contract, file, at=at, run="by size", reason="drill").id
    shards = land(receipt, guide.contract, at=at, chunk_rows=shard_rows)
    check(receipt, guide.contract, at=at)
    for shard in shards:
        prepare(receipt, shard, guide.contract)
    register(receipt, guide.contract, at=at, volume_from=volume_from)


def test_a_number_that_three_other_organisations_give_says_so(source: Make) -> None:
    source().delivers(firms(*NAMES))
    assert all("shared_by_listings" in point.reasons for point in points())
    assert {point.klass for point in points()} == {"business"}


def test_listings_of_one_organisation_are_not_others(source: Make) -> None:
    source().delivers(firms("شركة الأفق للتجارة", "شركة الافق للتجارة المحدودة", "الأفق للتجارة", "مطعم البستان"))
    assert not any(set(SHARING) & set(point.reasons) for point in points())


def test_a_number_that_two_sources_give_with_one_organisation_says_so(source: Make) -> None:
    source(key="first").delivers([firm(1, phone=LINE)])
    source(key="second").delivers([firm(7, "الأفق للتجارة", phone="+966 11 000 0012")])
    assert [("shared_by_sources" in point.reasons) for point in points()] == [True, True]


@pytest.mark.parametrize("late", [False, True])
def test_what_is_somebodys_own_in_one_source_is_business_in_no_other(source: Make, late: bool) -> None:
    told = [("firms", firm(1, phone=LINE)), ("owners", owned(2))]
    for key, row in reversed(told) if late else told:
        source(key=key).delivers([row])
    business, personal = points()
    assert (business.klass, business.permission, business.somebodys) == ("undetermined", "blocked", True)
    assert "personal_elsewhere" in business.reasons
    assert (personal.klass, "personal_elsewhere" in personal.reasons) == ("personal", False)


def test_what_is_decided_otherwise_by_a_later_source_keeps_the_decision_before(source: Make) -> None:
    first, second = source(key="firms"), source(key="owners")
    first.delivers([firm(1, phone=LINE)])
    second.delivers([owned(2)], later=None)
    (point, _) = points()
    (past,) = ask("select * from register.past_decision where contact_point_id = :id", id=point.id)
    assert (past._mapping["class"], past.decided_at, past.replaced_at) == ("business", first.at, second.at)
    with begin(Role.AUDITOR) as auditor:
        told = auditor.execute(text("select payload from evidence.ledger where kind = 'decisions_replaced'")).scalars()
        assert [json.loads(event)["counts"] for event in told] == [{"business_to_undetermined": 1}]


def test_within_one_row_too_a_number_is_not_business_in_one_column_and_somebodys_in_another(source: Make) -> None:
    columns = {
        "id": SITE["id"],
        "name": "organisation",
        "line": "phone",
        "owner": {"field": "phone", "means": "personal"},
    }
    source(columns=columns).delivers([firm(1, line=LINE, owner=LINE)])
    assert sorted(point.klass for point in points()) == ["personal", "undetermined"]


MADAR, OTHER_LINE = "شركة المدار", "0110000015"
SOURCES = {
    "firms": [*firms(*NAMES[:3]), firm(8, MADAR, phone=OTHER_LINE)],
    "owners": [owned(1), owned(2, OTHER_LINE)],
    "again": [firm(1, NAMES[3], phone=LINE), firm(2, NAMES[0], phone=LINE), firm(3, MADAR, phone=OTHER_LINE)],
}
MANY, SEVERAL, ELSEWHERE = "shared_by_listings", "shared_by_sources", "personal_elsewhere"
SAID = {
    ("firms", NAMES[0]): ("undetermined", {MANY, SEVERAL, ELSEWHERE}),
    ("firms", NAMES[1]): ("undetermined", {MANY, ELSEWHERE}),
    ("firms", NAMES[2]): ("undetermined", {MANY, ELSEWHERE}),
    ("firms", MADAR): ("undetermined", {SEVERAL, ELSEWHERE}),
    ("owners", "1"): ("personal", {MANY, SEVERAL}),
    ("owners", "2"): ("personal", set()),
    ("again", NAMES[3]): ("undetermined", {MANY, ELSEWHERE}),
    ("again", NAMES[0]): ("undetermined", {MANY, SEVERAL, ELSEWHERE}),
    ("again", MADAR): ("undetermined", {SEVERAL, ELSEWHERE}),
}


def said() -> dict[tuple[str, str], tuple[str, set[str]]]:
    rows = ask("""
        select source_key, fields ->> 'row_id' as id, fields ->> 'organisation' as name, class as klass, reasons
          from register.contact_point point join register.listing on listing.id = listing_id
         where point.kind = 'phone' and listing.state = 'active'
    """)
    return {
        (row.source_key, row.id if row.source_key == "owners" else row.name): (
            row.klass,
            set(row.reasons) & set(SHARING),
        )
        for row in rows
    }


@pytest.mark.parametrize("order", list(permutations(SOURCES)), ids="-".join)
def test_the_order_of_sources_never_changes_a_decision(source: Make, order: tuple[str, ...]) -> None:
    for minutes, key in enumerate(order, 1):
        source(key=key).delivers(SOURCES[key], later=timedelta(minutes=minutes))
    assert said() == SAID
    assert verify().ok


def test_neither_the_order_of_rows_nor_the_size_of_shards_changes_a_decision(
    source: Make,
) -> None:
    rows = [*SOURCES["firms"], {**owned(20), "name": "مؤسسة النموذج"}, firm(21, NAMES[3], phone=LINE)]
    found = set()
    for at, size in enumerate((1, 2, 20_000)):
        guide = source(key=f"guide_{at}")
        shuffled = random.Random(at).sample(rows, len(rows))
        numbered = [row | {"phone": row["phone"].replace("01100000", f"0110000{at}")} for row in shuffled]
        takes_in(guide, numbered, at=LATER + at * DAY, shard_rows=size)
        decided = [(p.klass, p.score, tuple(p.reasons)) for p in points(f"source_key = 'guide_{at}'")]
        found.add(tuple(sorted(decided)))
    assert len(found) == 1
    assert ELSEWHERE in str(found)


def test_what_is_withdrawn_or_changed_is_evidence_no_more(source: Make) -> None:
    firms_, owners = source(key="firms"), source(key="owners")
    firms_.delivers([firm(1, phone=LINE), firm(2, MADAR, phone=OTHER_LINE)])
    owners.delivers([owned(1), owned(2, OTHER_LINE)], later=2 * MINUTE)
    assert [point.klass for point in points("source_key = 'firms'")] == ["undetermined"] * 2
    owners.delivers([firm(1, phone="0110000019")])
    assert [point.klass for point in points("source_key = 'firms'")] == ["business"] * 2
    assert {point.permission for point in points("source_key = 'firms'")} == {"business_use"}
    assert not any(point.somebodys for point in points("source_key = 'firms'"))


def test_a_large_delivery_that_fills_a_volume_is_weighed_alike_and_every_decision_is_told_once(source: Make) -> None:
    source(key="owners").delivers([owned(1)])
    source(key="again").delivers(SOURCES["again"], later=2 * MINUTE)
    takes_in(source(key="firms"), SOURCES["firms"], at=LATER, volume_from=1)
    source(key="owners").delivers(SOURCES["owners"], later=2 * DAY)
    assert said() == SAID
    with begin(Role.AUDITOR) as auditor:
        events = auditor.execute(text("select payload from evidence.ledger where kind = 'decisions_made'")).scalars()
        told = sum(json.loads(event)["leaves"]["count"] for event in events)
    (decided,) = ask(
        "select (select count(*) from register.contact_point) + (select count(*) from register.past_decision)"
    )
    assert told == decided[0]


def test_a_person_who_decided_business_is_asked_again_once_it_is_known_as_somebodys_own(source: Make) -> None:
    source(key="firms").delivers([firm(1, phone=LINE)])
    (point,) = points()
    correct(point.id, Klass.BUSINESS, reason="confirmed_by_organisation", by="sample", at=LATER)
    source(key="owners").delivers([owned(1)], later=DAY)
    assert [one.klass for one in points("source_key = 'firms'")] == ["undetermined"]
    assert [row[0] for row in ask("select ended_by from register.review")] == ["evidence_changed"]
    correct(point.id, Klass.BUSINESS, reason="confirmed_by_organisation", by="sample", at=LATER + 2 * DAY)
    source(key="third").delivers([owned(1)], later=3 * DAY)
    assert [one.klass for one in points("source_key = 'firms'")] == ["business"]


def test_what_a_person_found_personal_is_business_nowhere(source: Make) -> None:
    source(key="firms").delivers([firm(1, phone=LINE)])
    (point,) = points()
    correct(point.id, Klass.PERSONAL, reason=REASON, by="sample", at=LATER)
    source(key="again").delivers([firm(1, MADAR, phone=LINE)], later=DAY)
    (other,) = points("source_key = 'again'")
    assert (other.klass, other.somebodys) == ("undetermined", True)


def test_what_a_person_finds_personal_is_business_nowhere_from_that_moment_on(source: Make) -> None:
    source(key="firms").delivers([firm(1, phone=LINE)])
    source(key="again").delivers([firm(1, MADAR, phone=LINE)], later=2 * MINUTE)
    (point,) = points("source_key = 'again'")
    correct(point.id, Klass.PERSONAL, reason=REASON, by="sample", at=LATER)
    (other,) = points("source_key = 'firms'")
    assert (other.klass, other.permission, other.decided_by) == ("undetermined", "blocked", "rules")
    assert ask("select class from register.past_decision where contact_point_id = :id", id=other.id) == [("business",)]
    (mine,) = points("source_key = 'again'")
    assert (mine.klass, mine.reasons, mine.decided_by) == ("personal", [REASON], "review")
    assert verify().ok


def test_a_site_that_nobody_else_is_reached_by_is_its_rows(source: Make) -> None:
    columns = {
        "id": SITE["id"],
        "name": "organisation",
        "site": {"field": "website", "why": "part of how the firm is reached"},
    }
    source(key="firms", columns=columns).delivers([firm(1, MADAR, site="fahadotaibi.example")])
    source(key="owners", columns=columns).delivers([firm(1, "د. فهد العتيبي", site="fahadotaibi.example")], later=DAY)
    firms_, owners = points("source_key = 'firms'"), points("source_key = 'owners'")
    assert (firms_[0].klass, firms_[0].somebodys, owners[0].klass) == ("undetermined", True, "personal")
    source(key="late", columns=columns).delivers([firm(1, MADAR, site="fahadotaibi.example")], later=2 * DAY)
    (late,) = points("source_key = 'late'")
    assert (late.klass, late.somebodys) == ("undetermined", True)


def test_a_re_decision_weighs_what_others_say_and_shows_it_first(source: Make) -> None:
    for minutes, key in enumerate(SOURCES, 1):
        source(key=key).delivers(SOURCES[key], later=timedelta(minutes=minutes))
    contract = source(key="firms").contract
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text(
                "update register.contact_point set rules = 'rules/0-older', class = 'business',"
                " subject_id = null, reasons = '{landline}' where class = 'undetermined'"
            )
        )
    found = redecide(contract, at=LATER + DAY, apply=False)
    assert found.transitions["business_to_undetermined"] == 4
    redecide(contract, at=LATER + DAY, apply=True)
    assert said() == SAID  # those of the other sources too, which is the same evidence
    again = redecide(contract, at=LATER + 2 * DAY, apply=True)
    assert all(change.before == change.after for change in again.changes)
    assert said() == SAID


def test_a_re_decision_shows_first_what_it_changes_in_listings_of_other_sources(source: Make) -> None:
    source(key="firms").delivers([firm(1), firm(2, NAMES[1], phone=LINE), firm(3, NAMES[2], phone=LINE)])
    owners = source(key="owners")
    owners.delivers([owned(1)], later=DAY)
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("update register.contact_point set class = 'business', subject_id = null, reasons = '{landline}'")
        )
    before = points()
    looked = redecide(owners.contract, at=LATER + DAY, apply=False)
    assert points() == before
    (change,) = looked.elsewhere
    theirs = {point.id for point in before if point.source_key == "firms"}
    assert (change.kind, change.before, change.after, change.points) == ("phone", "business", "undetermined", 2)
    assert set(change.sample) == theirs
    assert looked.transitions_elsewhere == {"business_to_undetermined": 2}
    assert sum(looked.transitions.values()) == 1, "its own points are counted apart"
    done = redecide(owners.contract, at=LATER + DAY, apply=True)
    assert done == looked
    assert {point.klass for point in points() if point.id in theirs} == {"undetermined"}
    with begin(Role.AUDITOR) as auditor:
        told = auditor.execute(
            text("select payload from evidence.ledger where kind = 'decisions_replaced' order by seq desc limit 1")
        ).scalar_one()
    assert json.loads(told)["counts"]["business_to_undetermined"] == 2
    assert redecide(owners.contract, at=LATER + 2 * DAY, apply=False).elsewhere == ()


def test_a_number_nobody_shares_and_an_address_say_nothing_of_others(source: Make) -> None:
    source(key="firms").delivers([firm(1, city="الرياض", phone=LINE), firm(2, MADAR, city="الرياض")])
    source(key="again").delivers([firm(1, city="الرياض"), firm(2, NAMES[1], city="الرياض")], later=DAY)
    assert not ask("select 1 from register.contact_point where reasons && cast(:s as text[])", s=list(SHARING))
    assert not ask("select 1 from register.past_decision")


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_a_file_that_is_only_looked_at_weighs_what_its_listings_share_as_the_register_does(
    source: Make, parts: int
) -> None:
    rows = [*SOURCES["firms"], {**owned(20), "name": "مؤسسة النموذج"}, firm(21, NAMES[3], phone=LINE), owned(22, LINE)]
    guide = source(key="firms")
    frame = pl.DataFrame([{name: row.get(name, "") for name in guide.contract.columns} for row in rows])
    size = -(-len(rows) // parts)
    read = [read_listings(frame.slice(at, size), guide.contract) for at in range(0, len(rows), size)]
    looked = [
        (row["class"], row["score"], row["reasons"].split(","))
        for points_ in decided_beside(read)
        for row in points_.filter(pl.col("kind") == "phone").iter_rows(named=True)
    ]
    guide.delivers(rows)
    assert sorted(looked) == sorted((p.klass, p.score, p.reasons) for p in points())
    assert {"personal_elsewhere", "shared_by_listings"} <= {code for _, _, reasons in looked for code in reasons}
