"""The gate on a real register: what stands there now decides, for one point and for ten thousand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person
from journeys_house import CONTROLLER
from people_told import says, subject_of, tells
from sqlalchemy import event, text

from include.channels import Channel, OutgoingMessage, Sent, enqueue, relay
from include.channels.outbox import recipient_key
from include.duties.consent import Contact, Said, grant, withdraw
from include.duties.marketing import Reason, Restriction, Verdict, lift, may_reach, may_use, restrict
from include.duties.notice.actions import on_failed, on_sent
from include.duties.relaying import may_send
from include.duties.stopping import StopAsked, stop_asked
from include.errors import NeverRetry
from include.law import load_controller
from include.store import Role, begin, engine, key_version, keyed

Make = Callable[..., Held]
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHOP = {"id": "900", "name": "شركة النخيل للتجارة", "email": "info@palm-trading.example", "phone": "0112000001"}


def asked(point: int | None = None, *, at: datetime = NOON, purpose: str = "promotion", **how: object) -> Verdict:
    with begin(Role.DUTIES) as connection:
        point = point if point is not None else the_point()
        return may_use(connection, [point], purpose, at, channel="email", **how)[0]  # type: ignore[arg-type]


def the_point(kind: str = "email") -> int:
    return int(ask("select id from register.contact_point where kind = :kind order by id limit 1", kind=kind)[0][0])


@pytest.fixture
def shop(source: Make) -> Held:
    held = source()
    held.delivers([SHOP])
    ask(
        "update register.contact_point set class = 'business', permission = 'business_use', subject_id = null "
        "where kind = 'email' returning 1"
    )
    ask("update register.listing set name_class = 'organisation', name_holds_person = false returning 1")
    return held


def test_a_published_business_mailbox_may_be_used_by_day(shop: Held) -> None:
    assert asked() == Verdict(the_point(), True)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("update register.listing set opted_out = true", Reason.OPTED_OUT_AT_SOURCE),
        ("update register.listing set state = 'withdrawn'", Reason.WITHDRAWN_AT_SOURCE),
        ("update register.listing set name_class = 'undetermined'", Reason.NOT_AN_ENTITY),
        ("update register.contact_point set permission = 'awaiting_assessment'", Reason.AWAITING_ASSESSMENT),
        ("insert into suppression.entry (key, kind, key_version, reason, since) "
         "select key, kind, 0, 'destroyed', now() from register.contact_point where kind = 'email'", Reason.SUPPRESSED),
        ("insert into duties.stop (key, kind, key_version, purpose, means, asked_at) "
         "select key, kind, 0, 'promotion', 'link', now() from register.contact_point where kind = 'email'",
         Reason.STOPPED),
    ],
)  # fmt: skip
def test_what_stands_in_the_register_now_decides(shop: Held, statement: str, reason: Reason) -> None:
    ask(f"{statement} returning 1")
    assert reason in asked().reasons


def test_a_basis_that_ended_or_does_not_cover_the_purpose_denies(source: Make) -> None:
    held = source(
        kind="partner",
        basis={"case": "legitimate_interest", "proof": "DOC-1", "expires": "2026-03-02"},
        purposes=["research"],
    )
    held.delivers([SHOP])
    found = asked().reasons
    assert Reason.PURPOSE_NOT_OF_SOURCE in found
    assert Reason.BASIS_EXPIRED not in found, "its last day counts"
    assert Reason.BASIS_EXPIRED in asked(at=NOON + timedelta(days=1)).reasons


def test_a_stop_of_promotion_leaves_service_messages_alone(shop: Held) -> None:
    with begin(Role.DUTIES) as connection:
        stop_asked(connection, StopAsked(means="reply", address=SHOP["email"]), load_controller(CONTROLLER), NOON)
    assert asked().reasons == (Reason.STOPPED,)
    assert asked(purpose="service").allowed


def test_a_mailbox_that_is_a_persons_elsewhere_is_not_used_as_a_business(shop: Held) -> None:
    shop.delivers([SHOP, {**person(7), "email": SHOP["email"]}])
    ask(
        "update register.contact_point set class = 'business', permission = 'business_use', subject_id = null "
        "where kind = 'email' and id = (select min(id) from register.contact_point where kind = 'email') returning 1"
    )
    rows = ask("select id, class from register.contact_point where kind = 'email' order by id")
    assert rows[0][1] == "business"
    assert rows[1][1] != "business"
    assert Reason.PERSONAL_ELSEWHERE in asked(rows[0][0]).reasons


def test_an_objection_holds_until_it_is_lifted_and_is_in_evidence_once(shop: Held) -> None:
    key, given = ask("select key from register.contact_point where kind = 'email'")[0][0], uuid4()
    objection = Restriction(kind="objection", means="page", key=bytes(key), purpose="promotion", id=given)
    for _ in range(2):
        with begin(Role.DUTIES) as connection:
            restrict(connection, objection, NOON)
    assert asked().reasons == (Reason.OBJECTED,)
    assert asked(purpose="service").allowed
    with begin(Role.DUTIES) as connection:
        assert lift(connection, given, NOON + timedelta(hours=1), reason="accuracy_verified")
        assert not lift(connection, given, NOON + timedelta(hours=1), reason="accuracy_verified")
    assert asked(at=NOON + timedelta(minutes=59)).reasons == (Reason.OBJECTED,)
    assert asked(at=NOON + timedelta(hours=1)).allowed
    with begin(Role.AUDITOR) as connection:
        kinds = connection.execute(text("select kind from evidence.ledger where kind like 'restriction%'")).scalars()
        assert list(kinds) == ["restriction_recorded", "restriction_ended"]


def test_a_restriction_names_somebody_and_a_purpose_that_is_known(shop: Held) -> None:
    with begin(Role.DUTIES) as connection:
        with pytest.raises(NeverRetry, match="subject or the keyed hash"):
            restrict(connection, Restriction(kind="objection", means="page"), NOON)
        with pytest.raises(NeverRetry, match="promotion, service"):
            restrict(connection, Restriction(kind="objection", means="page", key=b"1", purpose="fun"), NOON)


def test_contested_accuracy_ends_every_use(source: Make) -> None:
    source().delivers([person(1)])
    subject = ask("select subject_id from register.contact_point where kind = 'email'")[0][0]
    with begin(Role.DUTIES) as connection:
        restrict(connection, Restriction(kind="contested_accuracy", means="letter", subject=subject), NOON)
    assert Reason.ACCURACY_CONTESTED in asked().reasons
    assert Reason.ACCURACY_CONTESTED in asked(purpose="service").reasons


CONSENT = """
insert into duties.consent_event (subject_id, purpose, channel, action, provenance, key, means, actor, edition, at)
select subject_id, :purpose, :channel, :action, :provenance, key, 'page', 'subject', 'sa-2024-09-14', :at
  from register.contact_point where kind = 'email' returning 1
"""


def answers(action: str, at: datetime = NOON - timedelta(days=1), **other: str) -> None:
    given = {"purpose": "promotion", "channel": "email", "provenance": "direct_from_subject"} | other
    ask(CONSENT, action=action, at=at, **given)


def test_a_person_is_written_to_after_their_own_consent_and_not_after_its_withdrawal(source: Make) -> None:
    source().delivers([person(1)])
    assert asked().reasons == (Reason.CONSENT_MISSING,)
    answers("asked", NOON - timedelta(days=3))
    assert asked().reasons == (Reason.CONSENT_MISSING,), "silence is no consent"
    answers("granted")
    assert asked().allowed
    assert asked(purpose="service").reasons == (Reason.CONSENT_MISSING,), "consent is for one purpose"
    with begin(Role.DUTIES) as connection:
        denied = may_use(connection, [the_point()], "promotion", NOON, channel="sms")[0]
    assert Reason.CONSENT_MISSING in denied.reasons, "and one channel"
    answers("withdrawn", NOON - timedelta(hours=1))
    assert asked().reasons == (Reason.CONSENT_MISSING,)


def test_consent_that_a_directory_says_it_has_opens_nothing(source: Make) -> None:
    source().delivers([person(1)])
    answers("granted", provenance="directory")
    assert asked().reasons == (Reason.CONSENT_NOT_DIRECT,)


def test_consent_of_tomorrow_opens_nothing_today(source: Make) -> None:
    source().delivers([person(1)])
    answers("granted", at=NOON + timedelta(minutes=1))
    assert asked().reasons == (Reason.CONSENT_MISSING,)


def test_ten_thousand_points_are_one_statement_and_answered_in_their_order(shop: Held) -> None:
    point, seen = the_point(), list[str]()
    with begin(Role.DUTIES) as connection:
        event.listen(engine(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        wanted = [*range(10_000, 20_000), point, 2**70, point]
        verdicts = may_use(connection, wanted, "promotion", NOON, channel="email")
    assert [verdict.point_id for verdict in verdicts] == wanted
    assert [verdict.allowed for verdict in verdicts[-3:]] == [True, False, True]
    assert verdicts[0] == Verdict(10_000, False, (Reason.POINT_UNKNOWN,))
    assert len([statement for statement in seen if "contact_point" in statement]) == 1


def test_a_moment_without_a_zone_is_refused_and_an_unknown_purpose_denied(shop: Held) -> None:
    with pytest.raises(NeverRetry, match="time zone"):
        asked(at=NOON.replace(tzinfo=None))
    assert Reason.PURPOSE_UNKNOWN in asked(purpose="world_domination").reasons


def promotion(number: int = 1) -> OutgoingMessage:
    return OutgoingMessage(
        id=UUID(int=number, version=4),
        kind="promotion",
        channel=Channel.EMAIL,
        recipient=SHOP["email"],
        text="...",
        language="ar",
        template="promotion/1",
        jurisdiction="sa",
        not_before=NOON,
    )


class Carrier:
    """Takes every message over."""

    def send(self, message: OutgoingMessage, at: object) -> Sent:
        return Sent(f"<{message.id.hex}@example.com>")

    def close(self) -> None:
        """Nothing is open."""


def sends(number: int, monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    with begin(Role.DUTIES) as connection:
        enqueue(connection, promotion(number), at=NOON)
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", NOON.isoformat())
    relay(NOON, carriers={Channel.EMAIL: Carrier()}, may_send=may_send, on_sent=on_sent, on_failed=on_failed)
    state, error = ask("select state, error from channels.message where id = :id", id=promotion(number).id)[0]
    return None if state == "sent" else error


def test_the_gate_is_asked_again_at_the_moment_of_sending(shop: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sends(1, monkeypatch) is None
    ask("update register.listing set state = 'withdrawn' returning 1")
    assert sends(2, monkeypatch) == "withdrawn_at_source"
    ask("delete from register.contact_point returning 1")
    assert sends(3, monkeypatch) == "point_unknown", "what is not in the register is nobody's to write to"


def test_a_consent_after_a_stop_counts_at_the_relay_until_the_next_stop(
    source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    source().delivers([person(1)])
    tells()
    mine = Contact("email", SHOP["email"])
    subject = subject_of()
    says(grant, subject, at=NOON - timedelta(minutes=70), purpose="business_contact")

    def agrees(minutes: int) -> None:
        says(
            grant, subject, at=NOON - timedelta(minutes=minutes), purpose="promotion", channels=("email",),
            provenance="direct_from_subject", contact=mine,
        )  # fmt: skip

    agrees(60)
    assert sends(1, monkeypatch) is None
    stops(50)
    stops(45)
    assert sends(2, monkeypatch) is not None
    agrees(40)
    assert sends(3, monkeypatch) is None, "the stop was before it"
    stops(30)
    assert sends(4, monkeypatch) is not None, "who agreed anew may stop anew"
    assert ask("select count(*) from duties.stop")[0][0] == 2


def stops(minutes: int) -> None:
    with begin(Role.DUTIES) as connection:
        asked = StopAsked(means="reply", address=SHOP["email"])
        stop_asked(connection, asked, load_controller(CONTROLLER), NOON - timedelta(minutes=minutes))


def test_an_address_that_leads_to_nobody_is_not_used_again(shop: Held) -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, promotion(), at=NOON)
    ask("update channels.message set state = 'bounced', recipient = null returning 1")
    assert asked().allowed, "a bounce that may pass"
    ask(
        "insert into channels.returned (key, kind, message_id, outcome, read_at) "
        "select :key, 'hard_bounce', id, 'nothing', now() from channels.message returning 1",
        key=keyed("a", "b"),
    )
    assert asked().reasons == (Reason.HARD_BOUNCE,)


def test_what_reaches_a_contact_is_asked_of_every_listing_of_it(shop: Held) -> None:
    with begin(Role.DUTIES) as connection:
        assert (
            may_reach(connection, recipient_key(Channel.EMAIL, SHOP["email"]), "promotion", NOON, channel="email") == ()
        )
        stranger = recipient_key(Channel.EMAIL, "stranger@example.org")
        assert may_reach(connection, stranger, "promotion", NOON, channel="email") == (Reason.POINT_UNKNOWN,)
    assert key_version() == 0


def test_a_contact_that_its_person_gave_us_is_reached_by_their_consent_alone(database: str) -> None:
    own, key = Contact("email", "own@people.example"), recipient_key(Channel.EMAIL, "own@people.example")
    with begin(Role.DUTIES) as connection:
        new = "insert into register.subject (jurisdiction, language, created_at) values ('sa', 'ar', :at) returning id"
        subject = connection.execute(text(new), {"at": NOON}).scalar_one()
        said = Said(
            subject=subject,
            means="page",
            purpose="promotion",
            channels=("email",),
            provenance="direct_from_subject",
            contact=own,
        )
        grant(connection, said, NOON)
        assert may_reach(connection, key, "promotion", NOON, channel="email") == ()
        assert may_reach(connection, key, "service", NOON, channel="email") == (Reason.POINT_UNKNOWN,)
        restrict(connection, Restriction(kind="objection", means="page", subject=subject), NOON)
        assert may_reach(connection, key, "promotion", NOON, channel="email") == (Reason.OBJECTED,)
        withdraw(connection, replace(said, contact=None), NOON + timedelta(hours=1))
        assert may_reach(connection, key, "promotion", NOON + timedelta(hours=2), channel="email")
