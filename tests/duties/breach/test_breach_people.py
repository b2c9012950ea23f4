"""The people concerned are told before everything else, each once, and nobody by a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import books
import pytest
from breach_case import BEGAN, HARMFUL, HARMLESS, KNOWN, WHO, WORDS, gives_a_contact, hour, noted, ready
from builders import Held, ask, person
from journeys_house import Mailbox, mailbox
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage, enqueue
from include.duties.breach import (
    IncompleteReport,
    Moved,
    Unfit,
    allow_notice,
    close,
    decide,
    do_step,
    document,
    notice_of,
    say,
    scope,
    tell,
    weigh,
)
from include.duties.breach import approve as approve_report
from include.duties.breach import draft as draft_report
from include.duties.breach import file as file_report
from include.duties.breach.following import follow
from include.duties.breach.readiness import check_readiness, readiness
from include.duties.breach.telling import settle
from include.duties.breach.words import LANGUAGES
from include.duties.relaying import relay_outbox
from include.duties.watch import watch
from include.law import Controller
from include.store import Role, begin

__all__ = ["mailbox"]
Make = Callable[..., Held]


def allowed(*without: str, **changes: object) -> UUID:
    """An incident whose notice an officer has allowed."""
    breach = ready(*without, **changes)
    allow_notice(breach, notice_of(breach, WHO)[1].hex(), WHO, by="dpo", at=KNOWN)
    return breach


def states() -> dict[str, int]:
    return dict(ask("select state, count(*) from duties.breach_person group by 1"))


def test_the_notice_has_the_four_parts_of_the_law_in_both_languages_and_names_nobody(register: Held) -> None:
    breach = ready()
    letters, _ = notice_of(breach, WHO)
    for language, place in (("ar", 0), ("en", 1)):
        said = letters[language].text
        for element in ("description", "risks", "measures_taken", "measures_planned", "advice"):
            assert WORDS[element][place] in said
        assert WHO.legal_name is not None
        assert str(WHO.legal_name.in_(language)) in said
        assert "+966 11 000 0001" in said
        assert "dpo@example.com" in said
    assert letters["ar"].text.index("شركة") < letters["ar"].text.index("Amanah Sample")


@pytest.mark.parametrize(("language", "letters_of_one"), [("ar", 67), ("en", 153)])
def test_a_text_message_is_short_and_says_where_the_rest_is_read_and_asked_for(
    register: Held, language: str, letters_of_one: int
) -> None:
    letters, _ = notice_of(ready(), WHO)
    short, place = letters[language].short, LANGUAGES.index(language)  # type: ignore[arg-type]
    assert len(short) <= 3 * letters_of_one, "three parts of a message at most (3GPP TS 23.040)"
    assert WORDS["advice"][place] not in short
    assert short.endswith("https://www.example.com/privacy/requests +966 11 000 0001")
    assert WHO.legal_name is not None
    assert short.startswith(f"{WHO.legal_name.in_(LANGUAGES[place])}: ")
    assert ("19 March 2026" if language == "en" else "19 مارس 2026") in short
    assert not {"\u200f", "\u2066", "\u2067", "\u2069"} & {*short}, "old telephones print every mark"


@pytest.mark.parametrize("element", ["description", "risks", "measures_taken", "advice"])
def test_a_notice_that_lacks_a_part_is_not_written_and_the_part_is_named(register: Held, element: str) -> None:
    breach = ready(element)
    with pytest.raises(IncompleteReport, match=element):
        notice_of(breach, WHO)


def test_nobody_is_written_to_before_an_officer_allowed_the_words(register: Held) -> None:
    breach = ready()
    with pytest.raises(Moved, match="allowed"):
        tell(breach, WHO, at=hour(1), settings={})
    allow_notice(breach, notice_of(breach, WHO)[1].hex(), WHO, by="dpo", at=hour(1))
    say(breach, "advice", {"ar": "غير ذلك", "en": "something else"}, by="dpo", at=hour(2))
    with pytest.raises(Moved):
        tell(breach, WHO, at=hour(3), settings={})
    with pytest.raises(Moved, match="what is shown"):
        allow_notice(breach, "0" * 64, WHO, by="dpo", at=hour(3))
    assert ask("select 1 from channels.message where kind = 'breach_notice'") == []


def test_everybody_concerned_is_told_once_and_their_clock_ends(register: Held, mailbox: Mailbox) -> None:
    breach = allowed()
    for _ in range(2):
        found = tell(breach, WHO, at=hour(12), settings={})
    assert (found.queued, found.people) == (3, 3)
    assert ask("select state from duties.duty where kind = 'breach_people'") == [("open",)]
    relay_outbox(hour(12))
    assert sorted(to for to, _ in mailbox.mails) == [f"person.{number}@people.example" for number in range(3)]
    assert follow(hour(13), WHO, {})["told"] == 3
    assert states() == {"told": 3}
    assert ask("select state, outcome from duties.duty where kind = 'breach_people'") == [("done", "told")]
    follow(hour(14), WHO, {})
    relay_outbox(hour(14))
    assert len(mailbox.mails) == 3


@pytest.mark.parametrize(("told", "outcome"), [(12, "told"), (24 * 90, "told_late")])
def test_whether_they_were_told_in_time_is_said_by_when_the_last_letter_left(
    register: Held, mailbox: Mailbox, told: int, outcome: str
) -> None:
    tell(allowed(), WHO, at=hour(told), settings={})
    relay_outbox(hour(told))
    assert len(mailbox.mails) == 3
    follow(hour(24 * 91), WHO, {})
    assert ask("select outcome from duties.duty where kind = 'breach_people'") == [(outcome,)]


def test_a_breach_notice_leaves_at_night_and_before_what_was_there_first(register: Held, mailbox: Mailbox) -> None:
    midnight = hour(9)
    with begin(Role.DUTIES) as connection:
        waiting = [
            OutgoingMessage(
                id=uuid4(), kind="request_acknowledged", channel=Channel.EMAIL, recipient=f"early.{n}@people.example",
                subject="s", text="t", language="en", template="t/1", jurisdiction="sa", not_before=BEGAN,
            )
            for n in range(40)
        ]  # fmt: skip
        enqueue(connection, *waiting, at=KNOWN)
    breach = allowed()
    tell(breach, WHO, at=midnight, settings={})
    relay_outbox(midnight)
    assert len(mailbox.mails) == 3, "the others wait until nine in the morning"
    relay_outbox(hour(19))
    first = [to for to, _ in mailbox.mails][:3]
    assert all(to.startswith("person.") for to in first)
    assert len(mailbox.mails) == 43


def test_a_relay_at_work_lets_a_breach_notice_overtake_what_it_had_looked_up(register: Held, mailbox: Mailbox) -> None:
    morning = hour(20)
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *(
            OutgoingMessage(
                id=uuid4(), kind="request_acknowledged", channel=Channel.EMAIL, recipient=f"early.{n}@people.example",
                subject="s", text="t", language="en", template="t/1", jurisdiction="sa", not_before=KNOWN,
            ) for n in range(50)
        ), at=KNOWN)  # fmt: skip
    breach, began = allowed(), []

    def pause(_seconds: float) -> None:
        if not began:
            began.append(tell(breach, WHO, at=morning, settings={}))

    from include.channels import carriers_of, relay
    from include.duties.relaying import may_send, on_failed, on_sent

    clock = iter(range(0, 10_000))
    import os

    with carriers_of(WHO, os.environ) as carriers:
        relay(morning, carriers=carriers, may_send=may_send, on_sent=on_sent, on_failed=on_failed,
              rate_per_minute=30, sleep=pause, watch=lambda: float(next(clock)) / 4)  # fmt: skip
    order = [to.partition(".")[0] for to, _ in mailbox.mails]
    assert len(order) == 53
    assert order.index("person") < 8, "it did not wait until the others were through"
    assert order[order.index("person") :][:3] == ["person"] * 3


def test_who_is_not_reached_by_mail_is_written_to_another_way_and_else_counted_for_an_announcement(
    register: Held, mailbox: Mailbox
) -> None:
    ask("update register.contact_point set value = '0500000007', normalised = '+966500000007', kind = 'phone', "
        "number_type = 'mobile' where kind = 'address' or false returning 1")  # fmt: skip
    breach = allowed()
    tell(breach, WHO, at=hour(12), settings={})
    relay_outbox(hour(12))
    bounced = ask("select message_id from duties.breach_person order by id limit 1")[0][0]
    ask("update channels.message set state = 'bounced' where id = :id returning 1", id=bounced)
    found = tell(breach, WHO, at=hour(14), settings={})
    assert (found.told, found.unreachable, found.announced) == (2, 1, 1)
    assert ask("select tried from duties.breach_person where state = 'unreachable'") == [(["email"],)]


def test_people_of_another_system_are_told_and_nothing_of_them_is_kept_but_a_hash(
    register: Held, mailbox: Mailbox, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with books.mapped(other_database, tmp_path, monkeypatch) as company:
        company.execute(text(
            "insert into account (id, email) values (1, 'Owner.1@People.example'), (2, 'person.1@people.example')"
        ))  # fmt: skip
        breach = allowed(systems=("register", "books"))
        assert tell(breach, WHO, at=hour(12)).queued == 4
    relay_outbox(hour(12))
    assert sorted({to for to, _ in mailbox.mails}) == [
        "owner.1@people.example",
        *(f"person.{n}@people.example" for n in range(3)),
    ]
    assert len(mailbox.mails) == 4


def test_in_a_rehearsal_everything_is_done_and_no_message_leaves(register: Held, mailbox: Mailbox) -> None:
    breach = allowed(rehearsal=True)
    report = draft_report(breach, WHO, at=hour(20))
    approve_report(breach, report.hash.hex(), WHO, by="dpo", at=hour(20))
    file_report(breach, "REHEARSED", by="dpo", at=hour(21))
    found = tell(breach, WHO, at=hour(22), settings={"AMANAH_SMS_URL": "json://127.0.0.1:1/{to}"})
    assert (found.rehearsed, found.queued) == (3, 0)
    for step, _ in ask("select step, office from duties.breach_step"):
        do_step(breach, step, by="engineer", at=hour(23))
    watch(hour(30), WHO)
    follow(hour(30), WHO, {})
    close(breach, by="dpo", at=hour(31))
    relay_outbox(hour(40))
    assert mailbox.mails == []
    assert ask("select count(*) from channels.message") == [(0,)]
    real = allowed(evidence="SOC-2")
    tell(real, WHO, at=hour(40), settings={})
    relay_outbox(hour(40))
    assert len(mailbox.mails) == 3, "the same steps of a real one reach the mail server"


def test_a_letter_that_got_into_the_outbox_of_a_rehearsal_is_held_back_there(register: Held, mailbox: Mailbox) -> None:
    breach = allowed()
    tell(breach, WHO, at=hour(12), settings={})
    ask("update duties.breach set rehearsal = true where id = :id returning 1", id=breach)
    assert relay_outbox(hour(12)).refused == 3
    assert mailbox.mails == []


def test_nobody_is_told_against_the_decision_or_before_they_are_counted(register: Held) -> None:
    breach = noted()
    with pytest.raises(Unfit, match="weighed"):
        tell(breach, WHO, at=hour(1), settings={})
    weigh(breach, HARMLESS, by="dpo", at=hour(1))
    decide(breach, "people", ["no_harm"], by="dpo", at=hour(2))
    with pytest.raises(Unfit, match="not told"):
        tell(breach, WHO, at=hour(3), settings={})
    other = noted(evidence="SOC-5")
    weigh(other, dict.fromkeys(HARMLESS, "unknown"), by="dpo", at=hour(3))
    with pytest.raises(Unfit, match="counted"):
        tell(other, WHO, at=hour(3), settings={})
    scope(other, hour(4))


def test_readiness_names_what_is_missing_long_before_a_breach(database: str) -> None:
    assert check_readiness(KNOWN, WHO).missing == ("rehearsed_lately",)
    unregistered = Controller.model_validate(WHO.model_dump() | {"breach_platform": None, "contacts": None})
    with begin(Role.DUTIES) as connection:
        assert readiness(connection, unregistered, KNOWN).missing == ("registered", "contacts", "rehearsed_lately")
    breach = noted(rehearsal=True)
    ask("update duties.breach set closed_at = :at where id = :id returning 1", at=KNOWN, id=breach)
    for days, missing in ((180, ()), (181, ("rehearsed_lately",))):
        assert check_readiness(KNOWN + timedelta(days=days), WHO).missing == missing


def test_who_was_not_to_be_told_and_is_after_all_is_owed_it_and_nothing_is_closed_before(
    register: Held, mailbox: Mailbox
) -> None:
    breach = allowed(answers=HARMLESS)
    decide(breach, "people", ["no_harm"], by="dpo", at=hour(1))
    weigh(breach, HARMFUL, by="dpo", at=hour(2))
    with pytest.raises(Unfit, match="people concerned were not told"):
        close(breach, by="dpo", at=hour(3))
    said = draft_report(breach, WHO, at=hour(3))
    assert "will be told" in told_in(said.id)
    tell(breach, WHO, at=hour(12), settings={})
    relay_outbox(hour(12))
    assert follow(hour(13), WHO, {})["told"] == 3
    assert ask("select state, outcome from duties.duty where kind = 'breach_people'") == [("done", "told")]


@pytest.mark.parametrize(("days", "announced"), [(1, 1), (6, 1), (8, 0)])
def test_a_letter_that_comes_back_after_the_incident_was_closed_counts_its_person_for_the_announcement(
    register: Held, mailbox: Mailbox, days: int, announced: int
) -> None:
    breach = allowed()
    tell(breach, WHO, at=hour(12), settings={})
    relay_outbox(hour(12))
    follow(hour(13), WHO, {})
    made = draft_report(breach, WHO, at=hour(14))
    approve_report(breach, made.hash.hex(), WHO, by="dpo", at=hour(14))
    file_report(breach, "NDGP-1", by="dpo", at=hour(14))
    for step, _ in ask("select step, office from duties.breach_step"):
        do_step(breach, step, by="engineer", at=hour(15))
    close(breach, by="dpo", at=hour(16))
    assert follow(hour(17), WHO, {})["breaches"] == 0, "nothing came back, and nothing is looked at"
    letter = ask("select message_id from duties.breach_person order by id limit 1")[0][0]
    ask("update channels.message set state = 'bounced' where id = :id returning 1", id=letter)
    for _ in range(2):
        follow(hour(16 + 24 * days), WHO, {})
    assert states() == {"told": 3 - announced} | ({"unreachable": announced} if announced else {})
    assert ask("select closed_at from duties.breach") == [(hour(16),)]


def test_letters_that_have_not_gone_out_are_taken_back_where_nobody_is_to_be_told(
    register: Held, mailbox: Mailbox
) -> None:
    breach = allowed()
    tell(breach, WHO, at=hour(12), settings={})
    weigh(breach, HARMLESS, by="dpo", at=hour(13))
    decide(breach, "people", ["unreadable"], by="dpo", at=hour(13))
    assert relay_outbox(hour(14)).refused == 3
    assert mailbox.mails == []
    weigh(breach, HARMFUL, by="dpo", at=hour(15))
    assert tell(breach, WHO, at=hour(15), settings={}).queued == 3
    relay_outbox(hour(16))
    assert len(mailbox.mails) == 3, "they were written to over no channel in vain"


def test_who_is_found_by_a_later_count_is_still_to_be_told_and_is_not_taken_for_unreachable(
    register: Held, mailbox: Mailbox
) -> None:
    breach = allowed()
    tell(breach, WHO, at=hour(12), settings={})
    relay_outbox(hour(12))
    tell(breach, WHO, at=hour(13), settings={})
    assert ask("select told_at from duties.breach") == [(hour(13),)]
    register.delivers([person(number) for number in range(5)], later=timedelta(hours=1))
    assert scope(breach, hour(14)).people == 5
    found = settle(breach, hour(15))
    assert (found.told, found.owed, found.unreachable) == (3, 2, 0)
    with pytest.raises(Unfit, match="people concerned were not told"):
        close(breach, by="dpo", at=hour(15))
    assert tell(breach, WHO, at=hour(16), settings={}).queued == 2
    relay_outbox(hour(16))
    assert tell(breach, WHO, at=hour(17), settings={}).told == 5
    assert ask("select told_at from duties.breach") == [(hour(17),)]


def test_whose_letter_fails_while_the_others_are_written_is_written_to_another_way_next_time(
    register: Held, mailbox: Mailbox, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.duties.breach import telling

    with books.mapped(other_database, tmp_path, monkeypatch) as company:
        company.execute(text("insert into account (id, email) values (1, 'owner.1@people.example')"))
        breach = allowed(systems=("books",))
        written = telling._queue_elsewhere

        def fails_meanwhile(*given: Any) -> int:
            walked = telling.walk

            def then(*there: Any) -> Any:
                yield from walked(*there)
                ask("update duties.breach_person set state = 'owed', tried = '{email}' where state = 'queued' "
                    "returning 1")  # fmt: skip

            with monkeypatch.context() as patch:
                patch.setattr(telling, "walk", then)
                return written(*given)

        with monkeypatch.context() as patch:
            patch.setattr(telling, "AT_ONCE", 1)
            patch.setattr(telling, "_queue_elsewhere", fails_meanwhile)
            found = tell(breach, WHO, at=hour(12))
        assert (found.owed, found.unreachable) == (1, 0)
        assert ask("select told_at from duties.breach") == [(None,)]
        assert tell(breach, WHO, at=hour(13)).unreachable == 1, "there is no other way"
        assert ask("select told_at from duties.breach") == [(hour(13),)]
        scope(breach, hour(14))
        assert ask("select state, tried from duties.breach_person") == [("unreachable", ["email"])]


def test_a_rehearsal_counts_who_is_reached_by_a_contact_of_their_own(register: Held) -> None:
    who = ask("select subject_id from register.contact_point where normalised = 'person.0@people.example'")[0][0]
    gives_a_contact(who, "given.0@people.example")
    ask("update register.contact_point set normalised = null where subject_id = :who returning 1", who=who)
    assert tell(allowed(rehearsal=True), WHO, at=hour(2), settings={}).rehearsed == 3


def told_in(report: UUID) -> str:
    with begin(Role.DUTIES) as connection:
        return document(connection, report, "json", "en").decode()
