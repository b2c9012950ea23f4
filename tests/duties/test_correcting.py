"""What somebody says of their own data stands: in the register, in every other system, with whoever had it before."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person, recorded
from packages_opened import PERSON, asks
from people_told import MORNING, says, subject_of
from sqlalchemy import Connection, text
from told_and_mapped import company, told

from include.duties.consent import delete_asked
from include.duties.correcting import Applied, ProposalUnfit, Proposed, apply, propose
from include.duties.destroying import destroy_everywhere
from include.duties.marketing.restricting import Restriction, restrict
from include.errors import MayBeRetried
from include.store import Role, begin, keyed

__all__ = ["company", "told"]

RIGHT = "right@people.example"


def point(mailbox: str = PERSON) -> Any:
    return ask("select * from register.contact_point where normalised = :it", it=mailbox)[0]


def proposes(*proposed: tuple[str, str], mailbox: str = PERSON) -> UUID:
    request = asks(mailbox, right="correct")
    with begin(Role.PORTAL) as connection:
        propose(connection, request, [Proposed(*each) for each in proposed], MORNING)
        restrict(connection, Restriction(kind="contested_accuracy", means="page", subject=subject_of(mailbox)), MORNING)
    return request


def corrects(value: str = RIGHT) -> tuple[UUID, Applied]:
    request = proposes((f"point:{point().id}", value))
    return request, apply(request, "huda", MORNING)


def values(kind: str = "email") -> list[str]:
    rows = ask("select normalised from register.contact_point where kind = :kind order by 1", kind=kind)
    return [row.normalised for row in rows]


def test_a_correction_is_read_as_intake_reads_and_made_in_the_register(told: Held) -> None:
    before = point()
    _, done = corrects("  right@People.example ")
    assert (done.applied, done.refused) == (1, {})
    assert values() == ["person.2@people.example", "person.3@people.example", RIGHT]
    after = point(RIGHT)
    assert (after.id, after.subject_id, bytes(after.key)) == (before.id, before.subject_id, keyed("email", RIGHT))
    (stated,) = ask("select * from register.statement")
    assert bytes(stated.original) == bytes(before.key), "what the source said is known by its keyed hash alone"


def test_they_are_known_by_what_is_right_and_no_more_by_what_was_wrong(told: Held) -> None:
    subject = subject_of()
    corrects()
    known = [bytes(row.key) for row in ask("select key from register.identity where subject_id = :s", s=subject)]
    assert keyed("email", RIGHT) in known
    assert keyed("email", PERSON) not in known


@pytest.mark.parametrize("later", [{"city": "جدة"}, {"email": "third@people.example", "city": "جدة"}, {"email": RIGHT}])
def test_a_later_delivery_does_not_write_over_what_its_person_said(told: Held, later: dict[str, str]) -> None:
    subject = subject_of()
    corrects()
    told.delivers([{**person(1), **later}, person(2), person(3)])
    assert values() == ["person.2@people.example", "person.3@people.example", RIGHT]
    assert point(RIGHT).subject_id == subject
    assert ask("select count(*) from register.subject")[0][0] == 3, "and nobody new is made of what was wrong"


def test_what_the_same_delivery_changes_elsewhere_is_taken_in(told: Held) -> None:
    corrects()
    told.delivers([{**person(1), "city": "جدة"}, person(2), person(3)])
    assert values("address") == ["الرياض", "الرياض", "جده"]


def test_a_text_of_a_listing_stands_as_its_person_said_it(told: Held) -> None:
    listing = point().listing_id
    request = proposes((f"listing:{listing}:role", "طبيب أسنان"))
    assert apply(request, "huda", MORNING).applied == 1
    told.delivers([{**person(1), "city": "جدة"}, person(2), person(3)])
    assert ask("select fields from register.listing where id = :id", id=listing)[0][0]["role"] == "طبيب أسنان"


def test_what_is_missing_is_added_and_stays(told: Held) -> None:
    listing, subject = point().listing_id, subject_of()
    request = proposes((f"listing:{listing}:phone", "050 000 0001"))
    assert apply(request, "huda", MORNING).applied == 1
    told.delivers([{**person(1), "city": "جدة"}, person(2), person(3)])
    (added,) = ask("select * from register.contact_point where kind = 'phone'")
    assert (added.normalised, added.subject_id, added.permission) == ("+966500000001", subject, "blocked")


def test_it_is_made_in_other_systems_where_they_say_what_was_wrong(told: Held, company: Connection) -> None:
    _, done = corrects()
    assert done.systems == {"books": 1}
    assert [row.email for row in company.execute(text("select email from account order by id"))] == [
        RIGHT,
        "person.2@people.example",
    ]


def test_what_is_found_by_a_contact_that_another_shares_is_left_as_it_is(told: Held, company: Connection) -> None:
    request = proposes((f"point:{point().id}", RIGHT))
    ask("update register.contact_point set key = :key where normalised = 'person.2@people.example' returning 1",
        key=keyed("email", PERSON))  # fmt: skip
    assert apply(request, "huda", MORNING).systems == {"books": 0}
    assert company.execute(text("select email from account where id = 1")).scalar_one() == PERSON


def test_what_a_law_keeps_as_it_was_issued_is_not_changed(told: Held, company: Connection) -> None:
    name = ask("select * from register.contact_point where kind = 'person' and subject_id = :s", s=subject_of())[0]
    company.execute(text("update invoice set buyer = :name"), {"name": name.value})
    request = proposes((f"point:{name.id}", "سعيد القحطاني"))
    assert apply(request, "huda", MORNING).systems == {"books": 0}
    assert company.execute(text("select buyer from invoice where id = 1")).scalar_one() == name.value


def test_a_system_that_is_away_gets_it_when_it_is_back_and_the_use_stays_held_back_until_then(
    told: Held, company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, address = proposes((f"point:{point().id}", RIGHT)), os.environ["AMANAH_SYSTEM_BOOKS"]
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://me:letmein@127.0.0.1:9/books")
    with pytest.raises(MayBeRetried, match="away"):
        apply(request, "huda", MORNING)
    assert values()[-1] == RIGHT
    assert contested() == 1
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", address)
    assert apply(request, "huda", MORNING).systems == {"books": 1}
    assert contested() == 1, "it ends with the answer, which tells the person"
    assert ask("select value, original, state from duties.proposal") == [(None, None, "done")]


def contested() -> int:
    return len(ask("select 1 from duties.restriction where kind = 'contested_accuracy' and ended_at is null"))


def test_doing_it_again_changes_nothing(told: Held, company: Connection) -> None:
    request, done = corrects()
    again = apply(request, "huda", MORNING + timedelta(hours=1))
    assert (again.applied, again.systems, again.told) == (done.applied, {}, 0)
    assert (recorded("correction_applied"), recorded("correction_spread")) == (1, 1)


def test_somebody_elses_mailbox_is_not_made_theirs(told: Held) -> None:
    _, done = corrects("person.2@people.example")
    assert (done.applied, done.refused) == (0, {"somebody_elses": 1})
    assert len(values()) == 3
    assert contested() == 1


def test_what_was_destroyed_does_not_come_back_as_a_correction(told: Held) -> None:
    says(delete_asked, subject_of("person.3@people.example"), at=MORNING)
    destroy_everywhere(MORNING + timedelta(hours=1))
    _, done = corrects("person.3@people.example")
    assert done.refused == {"suppressed": 1}


@pytest.mark.parametrize("value", ["not a mailbox", "a@b.example, c@d.example", "", "-"])
def test_what_cannot_be_read_is_not_taken_down(told: Held, value: str) -> None:
    with pytest.raises(ProposalUnfit) as caught:
        proposes((f"point:{point().id}", value))
    assert value.strip() in ("", "-") or value not in str(caught.value)
    assert ask("select 1 from duties.proposal") == []


def test_nobody_corrects_what_is_held_of_somebody_else(told: Held) -> None:
    other = point("person.2@people.example")
    for about in (f"point:{other.id}", f"listing:{other.listing_id}:role", "point:0", "point:x", "listing:1", "drop"):
        with pytest.raises(ProposalUnfit):
            proposes((about, RIGHT))


def test_a_second_correction_stands_in_place_of_the_first(told: Held) -> None:
    corrects()
    request = proposes((f"point:{point(RIGHT).id}", "better@people.example"), mailbox=RIGHT)
    apply(request, "huda", MORNING)
    told.delivers([{**person(1), "city": "جدة"}, person(2), person(3)])
    assert "better@people.example" in values()
    assert len(values()) == 3


def test_what_they_said_goes_with_them(told: Held) -> None:
    corrects()
    says(delete_asked, subject_of(RIGHT), at=MORNING)
    destroy_everywhere(MORNING + timedelta(hours=1))
    assert ask("select 1 from register.statement") == []
    assert RIGHT not in values()


def test_who_was_handed_what_was_wrong_is_told_to_take_it_out(told: Held) -> None:
    held, audience = point(), uuid4()
    put(
        "insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, edition, "
        f"made_at, expires_at) values ('{audience}', 'promotion', 'mailer', 'SA', 'csv', "
        "'exported', 'x', 'r', '{}', 'sa-2024-09-14', now(), now() + interval '1 day')"
    )
    put(f"insert into duties.audience_member values ('{audience}', {held.id})")
    _, done = corrects()
    assert done.told == 1
    assert ask("select point_id, reason from duties.removal_point") == [(held.id, "corrected")]


def put(statement: str) -> None:
    from include.store import owner_url
    from include.store.engine import make_engine

    owner = make_engine(owner_url())
    with owner.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()


def test_evidence_knows_a_correction_by_keyed_hashes(told: Held) -> None:
    corrects()
    with begin(Role.AUDITOR) as store:
        said = "\n".join(store.execute(text("select payload from evidence.ledger")).scalars())
    assert keyed("email", RIGHT).hex() in said
    assert RIGHT not in said
    assert "huda" not in said
