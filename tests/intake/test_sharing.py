"""What several listings say of one contact point is weighed together, whichever of them came first."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from builders import Held, ask
from sqlalchemy import text

from include.intake.redeciding import correct, redecide
from include.intake.classification import Klass
from include.store import Role, begin

Make = Callable[..., Held]
LINE = "0110000012"
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


def decisions() -> list[tuple[Any, ...]]:
    return [(p.source_key, bytes(p.row_key), p.klass, p.score, p.reasons, p.permission, p.somebodys) for p in points()]


def test_a_number_that_three_other_organisations_give_says_so(source: Make) -> None:
    source().delivers(firms(*NAMES))
    assert all("shared_by_listings" in point.reasons for point in points())
    assert {point.klass for point in points()} == {"business"}


def test_listings_of_one_organisation_are_not_others(source: Make) -> None:
    source().delivers(firms("شركة الأفق للتجارة", "شركة الافق للتجارة المحدودة", "الأفق للتجارة", "مطعم البستان"))
    assert not any("shared_by_listings" in point.reasons for point in points())


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
    kinds = ask("select payload::json -> 'counts' ->> 'business_to_undetermined' from evidence.ledger"
                " where kind = 'decisions_replaced'")
    assert kinds == [("1",)]


def test_within_one_row_too_a_number_is_not_business_in_one_column_and_somebodys_in_another(source: Make) -> None:
    columns = {"id": SITE["id"], "name": "organisation", "line": "phone",
               "owner": {"field": "phone", "means": "personal"}}
    source(columns=columns).delivers([firm(1, line=LINE, owner=LINE)])
    assert sorted(point.klass for point in points()) == ["personal", "undetermined"]
