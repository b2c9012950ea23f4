"""What somebody answers by mail counts as what they say on their page, once a person has read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from builders import Held, ask, person
from command import call
from people_told import MORNING, grown, says, subject_of, tells

from include.channels import OutgoingMessage
from include.duties.consent import Outcome, grant
from include.duties.consent.replying import said_in_reply
from include.duties.destruction.actions import destroy_due
from include.errors import NeverRetry

Make = Callable[..., Held]
NEXT = MORNING + timedelta(days=1)
THEIRS = "<answer-1@mail.example>"


@pytest.fixture
def letter(source: Make) -> OutgoingMessage:
    """The letter to one of two people."""
    source().delivers([person(1), person(2)])
    return next(each for each in tells() if each.recipient == "person.1@people.example")


def reference_of(letter: OutgoingMessage) -> str:
    found = re.search(r"Reference of this notice: \W*([0-9A-F]{8})", letter.text)
    assert found
    return found[1]


@pytest.mark.parametrize("word", ["refuse", "delete"])
def test_a_no_by_mail_destroys_at_once_and_is_kept_with_its_proof(letter: OutgoingMessage, word: str) -> None:
    said = said_in_reply(reference_of(letter), word, proof=THEIRS, at=NEXT)  # type: ignore[arg-type]
    assert said is Outcome.RECORDED
    (event,) = ask("select * from duties.consent_event where action = 'refused'")
    assert (event.means, event.actor, event.message_id) == ("reply", "operator", letter.id)
    assert (event.language, event.text_version) == (letter.language, letter.template)
    assert bytes(event.proof or b"") == sha256(THEIRS.encode()).digest()
    assert destroy_due(NEXT)["destroyed"] == 1
    assert not ask("select 1 from register.contact_point where normalised = 'person.1@people.example'")
    with pytest.raises(NeverRetry, match="leads to anybody"):
        said_in_reply(reference_of(letter), "delete", proof=THEIRS, at=NEXT)


def test_a_yes_by_mail_keeps_what_was_asked_for_and_is_withdrawn_the_same_way(letter: OutgoingMessage) -> None:
    quoted = f"<{letter.id.hex}@sender.example>"
    assert said_in_reply(quoted, "accept", proof=THEIRS, at=NEXT) is Outcome.RECORDED
    assert destroy_due(MORNING + timedelta(days=31))["destroyed"] == 1, "the other was silent"
    assert said_in_reply(quoted, "withdraw", proof="<answer-2@mail.example>", at=NEXT) is Outcome.RECORDED
    assert destroy_due(MORNING + timedelta(days=32))["destroyed"] == 1


def test_a_yes_to_a_letter_of_several_questions_says_to_which(source: Make) -> None:
    source(purposes=["business_contact", "service_news"]).delivers([person(1)])
    (letter,) = tells(profile=grown("service_news"))
    with pytest.raises(NeverRetry, match="business_contact, service_news"):
        said_in_reply(reference_of(letter), "accept", proof=THEIRS, at=NEXT)
    with pytest.raises(NeverRetry, match="use --purpose"):
        said_in_reply(reference_of(letter), "accept", proof=THEIRS, at=NEXT, purpose="promotion")
    said = said_in_reply(reference_of(letter), "accept", proof=THEIRS, at=NEXT, purpose="service_news")
    assert said is Outcome.RECORDED
    assert ask("select purpose from duties.consent_event where action = 'granted'") == [("service_news",)]


def test_a_reference_that_leads_to_nobody_or_to_several_changes_nothing(letter: OutgoingMessage) -> None:
    before = ask("select count(*) from duties.consent_event")
    for reference in ("", "00000000", "person.1@people.example", "A1B2C3D", f"<{'0' * 32}@x.example>"):
        with pytest.raises(NeverRetry):
            said_in_reply(reference, "delete", proof=THEIRS, at=NEXT)
    with pytest.raises(NeverRetry, match="proof"):
        said_in_reply(reference_of(letter), "delete", proof=" ", at=NEXT)
    ask("update duties.notice set message_id = :mine returning 1", mine=letter.id)
    with pytest.raises(NeverRetry, match="more than one"):
        said_in_reply(f"<{letter.id.hex}@sender.example>", "delete", proof=THEIRS, at=NEXT)
    assert ask("select count(*) from duties.consent_event") == before


def test_the_command_takes_the_moment_when_the_answer_came(
    letter: OutgoingMessage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", (MORNING + timedelta(days=31)).isoformat())
    words = ("consent", "say", reference_of(letter), "accept", "--proof", THEIRS)
    assert call(monkeypatch, capsys, *words).counts == {"outcome": "closed"}
    in_time = call(monkeypatch, capsys, *words, "--said-at", NEXT.isoformat())
    assert in_time.counts == {"outcome": "recorded"}
    assert call(monkeypatch, capsys, *words, "--said-at", "2199-01-01T00:00:00Z").code != 0
    assert says(grant, subject_of(), at=NEXT, purpose="business_contact") is Outcome.ALREADY
