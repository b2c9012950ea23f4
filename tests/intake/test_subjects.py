"""Who is behind what is held: nobody is taken for somebody else, and nobody is held without being a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from builders import START, Held, ask, person

from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices

Make = Callable[..., Held]

DAY = timedelta(days=1)
SHARED = "0500000077"
COLLEAGUE = {"name": "د. خالد الحربي", "contact": "خالد الحربي"}
NAMED = {"name": "د. سعد القحطاني", "contact": "سعد القحطاني"}
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}


def owner(normalised: str) -> UUID:
    """Return whose a contact is; it must be one person's."""
    (row,) = ask("select distinct subject_id from register.contact_point where normalised = :n", n=normalised)
    return UUID(str(row[0]))


def subjects() -> int:
    return int(ask("select count(*) from register.subject")[0][0])


def test_two_doctors_who_share_a_phone_are_two_people_whenever_the_second_comes(source: Make) -> None:
    guide = source()
    first = {**person(1), "phone": SHARED}
    second = {**person(2), **COLLEAGUE, "phone": SHARED}
    guide.delivers([first])
    assert plan_notices(START + timedelta(hours=1))
    guide.delivers([first, second], later=DAY)
    assert owner("person.1@people.example") != owner("person.2@people.example")
    assert plan_notices(START + 2 * DAY) == 1, "the second is told too"
    assert subjects() == 2


def test_a_number_that_cannot_be_read_makes_nobody_the_same_person(source: Make) -> None:
    guide = source()
    first = {**person(1), "phone": "12345"}
    guide.delivers([first, {"id": "50", **NAMED, "phone": "12345"}])
    guide.delivers(
        [
            first,
            {"id": "50", **NAMED, "phone": "12345"},
            {**person(2), **COLLEAGUE, "phone": "12345"},
            {"id": "51", **COLLEAGUE, "phone": "12345"},
        ],
        later=DAY,
    )
    assert ask("select 1 from register.contact_point where unparsed is not null and value = '12345'")
    assert subjects() == 4


def test_a_person_without_a_mailbox_is_known_again_by_any_of_their_numbers(source: Make) -> None:
    guide = source()
    guide.delivers([{"id": "1", **NAMED, "phone": "0500000011"}])
    guide.delivers(
        [{"id": "1", **NAMED, "phone": "0500000011"}, {"id": "2", **NAMED, "phone": "0500000012, 0500000011"}],
        later=DAY,
    )
    assert subjects() == 1


def test_who_follows_somebody_known_by_another_number_is_that_person(source: Make) -> None:
    guide = source(delivery="incremental")
    guide.delivers([{"id": "1", **NAMED, "phone": "0500000011"}])
    guide.delivers(
        [
            {"id": "2", **NAMED, "phone": "0500000012, 0500000011, 0500000013"},
            {"id": "3", **NAMED, "phone": "0500000013"},
        ],
        later=DAY,
    )
    assert owner("+966500000013") == owner("+966500000011")
    assert subjects() == 1


def test_numbers_that_lead_from_one_listing_to_the_next_are_one_persons(source: Make) -> None:
    guide = source()
    cells = ("0500000011", "0500000012, 0500000011", "0500000013, 0500000012", "0500000014, 0500000013")
    rows = [{"id": str(place), **NAMED, "phone": cell} for place, cell in enumerate(cells)]
    guide.delivers(rows)
    assert subjects() == 1
    guide.delivers([{**row, "city": "جدة"} for row in rows], later=DAY)
    assert subjects() == 1


def test_a_number_that_gets_another_owner_is_theirs_from_then_on(source: Make) -> None:
    guide = source()
    guide.delivers([{"id": "1", **NAMED, "phone": "0500000011"}])
    before = owner("+966500000011")
    guide.delivers([{"id": "1", **NAMED, "phone": "0500000011", "email": "person.1@people.example"}], later=DAY)
    assert owner("+966500000011") == owner("person.1@people.example") != before


def test_a_listing_that_is_only_a_persons_name_is_somebodys_and_does_not_stay_for_ever(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, {"id": "5", "name": "سعد محمد القحطاني"}])
    ((kind, klass, column, reasons),) = ask("""
        select kind, class, source_column, reasons from register.contact_point where subject_id is not null
    """)
    assert (kind, klass, column) == ("person", "personal", "name")
    assert reasons
    assert plan_notices(START + timedelta(hours=1)) == 1
    destroy_due(START + 20 * DAY)
    assert [row[0] for row in ask("select name_class from register.listing")] == ["organisation"]
    assert subjects() == 0


def test_a_name_that_may_be_a_persons_is_treated_as_one_and_an_organisations_is_not(source: Make) -> None:
    source().delivers([COMPANY, {"id": "6", "name": "مؤسسة فهد العتيبي للمقاولات"}])
    held = ask("""
        select listing.name_holds_person, point.class from register.contact_point point
          join register.listing on listing.id = listing_id where point.kind = 'person'
    """)
    assert [tuple(row) for row in held] == [(True, "undetermined")]


def test_a_person_whom_the_listing_reaches_otherwise_is_not_held_a_second_time(source: Make) -> None:
    source().delivers([{"id": "1", "name": "سعد محمد القحطاني", "phone": "0500000011"}])
    assert [row[0] for row in ask("select kind from register.contact_point")] == ["phone"]
