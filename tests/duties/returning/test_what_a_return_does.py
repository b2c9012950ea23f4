"""What follows when mail comes back, on a real database, through a real Maildir folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders import START, Held, ask, person
from journeys_house import CONTROLLER
from returned_mails import bounce, complaint, reply
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage, RelayReport, Sent, relay
from include.channels.mailboxes.maildir import Maildir
from include.channels.outbox import enqueue
from include.channels.rules import write_again_at
from include.duties.consent import Contact, Said, grant
from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import on_failed, on_sent, plan_notices, queue_notices
from include.duties.relaying import may_send
from include.duties.returning import read_returns
from include.duties.stopping import is_stopped
from include.law import Controller, load_controller
from include.store import Role, begin

Make = Callable[..., Held]
DAY = timedelta(days=1)
MORNING = START + timedelta(hours=1)
SMS = {"AMANAH_SMS_URL": "json://127.0.0.1/{to}"}


class Carrier:
    """Takes every message over."""

    def __init__(self) -> None:
        self.sent = list[OutgoingMessage]()

    def send(self, message: OutgoingMessage, at: object) -> Sent:
        self.sent.append(message)
        return Sent(f"<{message.id.hex}@example.com>")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def controller() -> Controller:
    return load_controller(CONTROLLER)


def agrees(address: str) -> None:
    """Let somebody give their own mailbox for promotion."""
    with begin(Role.DUTIES) as connection:
        new = text(
            "insert into register.subject (jurisdiction, language, created_at) values ('sa', 'ar', :at) returning id"
        )
        subject = connection.execute(new, {"at": START}).scalar_one()
        own = Contact("email", address)
        said = Said(
            subject=subject,
            means="page",
            purpose="promotion",
            channels=("email",),
            provenance="direct_from_subject",
            contact=own,
        )
        grant(connection, said, START)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A Maildir folder."""
    for part in ("cur", "new", "tmp"):
        (tmp_path / "returns" / part).mkdir(parents=True)
    return tmp_path / "returns"


def arrives(box: Path, *mails: bytes) -> None:
    for mail in mails:
        number = sum(1 for _ in box.rglob("*")) + 1
        (box / "new" / f"{number:06}.example").write_bytes(mail)


def reads(box: Path, controller: Controller, at: object = MORNING + DAY) -> dict[str, int]:
    return read_returns(Maildir(box), controller, at)  # type: ignore[arg-type]


def lies_in(box: Path) -> dict[str, int]:
    found = {str(path.parent.parent.relative_to(box)): 0 for path in box.rglob("*") if path.is_file()}
    for path in box.rglob("*"):
        if path.is_file():
            found[str(path.parent.parent.relative_to(box))] += 1
    return found


def sends(carrier: Carrier, at: object = MORNING) -> RelayReport:
    carriers = {Channel.EMAIL: carrier, Channel.SMS: carrier}
    return relay(at, carriers=carriers, may_send=may_send, on_sent=on_sent, on_failed=on_failed)  # type: ignore[arg-type]


def told(source: Make, controller: Controller, *rows: dict[str, str]) -> list[UUID]:
    """Take people in and tell them by e-mail; return the messages."""
    source().delivers(rows or [person(1)])
    plan_notices(MORNING)
    queue_notices(MORNING, controller, SMS)
    carrier = Carrier()
    sends(carrier)
    return [message.id for message in carrier.sent]


def notice() -> tuple[str, str | None, str, str | None]:
    """The one notice: its state and channel, and its duty's state and outcome."""
    ((*row,),) = ask(
        "select n.state, n.channel, d.state, d.outcome from duties.notice n join duties.duty d on d.id = n.id"
    )
    return tuple(row)


BOTH = {**person(1), "phone": "0500000012"}


def test_a_hard_bounce_moves_the_notice_to_the_next_channel_before_its_time_ends(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller, BOTH)
    assert notice() == ("told", "email", "done", "told")
    arrives(box, bounce(message))
    assert reads(box, controller) == {"read": 1, "hard_bounce": 1, "told_otherwise": 1}
    assert notice() == ("owed", None, "open", None), "nobody was told"
    assert [tuple(row) for row in ask("select state, error from channels.message")] == [("bounced", "user_unknown")]
    assert queue_notices(MORNING + DAY, controller, SMS) == 1
    carrier = Carrier()
    sends(carrier, MORNING + DAY)
    assert [(sent.channel, sent.recipient) for sent in carrier.sent] == [(Channel.SMS, "+966500000012")]
    assert notice() == ("told", "sms", "done", "told")
    assert ask("select max(expires_at) < min(due_at) from channels.message, duties.notice")[0][0]
    assert not lies_in(box), "what is done with leaves the mailbox"


def test_whoever_no_way_leads_to_is_destroyed_as_unreachable_in_time(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    arrives(box, bounce(message))
    reads(box, controller)
    assert queue_notices(MORNING + DAY, controller, SMS) == 0
    destroy_due(START + 17 * DAY, SMS)
    assert [tuple(row) for row in ask("select state, outcome from duties.notice")] == [("destroyed", "unreachable")]
    assert not ask("select from channels.message where recipient_key is not null"), "nor what told its address"


def test_a_bounce_that_comes_after_somebody_was_destroyed_brings_nothing_back(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    destroy_due(START + 31 * DAY, SMS)
    arrives(box, bounce(message), reply("STOP", message, sender="somebody.else@people.example"))
    counts = reads(box, controller, START + 32 * DAY)
    assert (counts["hard_bounce"], counts["stopped"]) == (1, 1)
    assert "told_otherwise" not in counts
    assert notice() == ("destroyed", "email", "done", "told")
    assert ask("select count(*) from duties.stop")[0][0] == 1, "of whom nothing is held, no address is known"


def test_something_that_may_pass_is_tried_again_later_at_the_same_address_and_given_up_after_three_times(
    source: Make, box: Path, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SENDING_WINDOW", "always")
    (message,) = told(source, controller)
    at = MORNING + DAY
    for number in (1, 2, 3):
        arrives(box, bounce(message, "552 5.2.2 Mailbox full", status="5.2.2"))
        counts = reads(box, controller, at)
        if number == 3:
            assert counts["told_otherwise"] == 1
            break
        assert counts["told_again"] == 1
        again = write_again_at(number, at)
        assert queue_notices(again - timedelta(seconds=1), controller, SMS) == 0
        assert queue_notices(again, controller, SMS) == 1
        carrier = Carrier()
        sends(carrier, again)
        assert [sent.recipient for sent in carrier.sent] == ["person.1@people.example"]
        (message,), at = [sent.id for sent in carrier.sent], again + timedelta(hours=1)
    assert queue_notices(at + 5 * DAY, controller, SMS) == 0, "the mailbox is not written to any more"


def test_servers_that_quarrel_with_ours_cost_nobody_the_address_at_which_they_can_be_told(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    at = MORNING
    for _ in range(4):
        arrives(box, bounce(message, "554 5.7.1 Client host blocked using zen.blocklist.example", status="5.7.1"))
        assert reads(box, controller, at)["told_again"] == 1
        at += 2 * DAY
        assert queue_notices(at, controller, SMS) == 1
        carrier = Carrier()
        sends(carrier, at)
        (message,) = [sent.id for sent in carrier.sent]
    assert [row[0] for row in ask("select refused from duties.notice")] == [[]]


def test_a_mail_that_is_read_twice_has_its_consequence_once(source: Make, box: Path, controller: Controller) -> None:
    (message,) = told(source, controller, BOTH)
    arrives(box, bounce(message), bounce(message))
    assert reads(box, controller) == {"read": 2, "hard_bounce": 1, "told_otherwise": 1, "known": 1}
    queue_notices(MORNING + DAY, controller, SMS)
    sends(Carrier(), MORNING + DAY)
    arrives(box, bounce(message), bounce(message, "550 5.1.1 no such user"))
    assert "told_otherwise" not in reads(box, controller, MORNING + 2 * DAY)
    assert notice() == ("told", "sms", "done", "told"), "an old letter's return says nothing of a newer one"


def test_a_return_that_nobody_can_have_had_from_us_changes_nothing_and_is_kept(
    source: Make, box: Path, controller: Controller
) -> None:
    told(source, controller)
    stranger = bounce(None)
    forged = bounce(None, address="returns+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com")
    other = bounce(None, address="bounces+12345-ab12-person=people.example@mailer.example.net")
    arrives(box, stranger, forged, other, complaint(None))
    counts = reads(box, controller)
    assert (counts["unmatched"], counts["forged"], counts["kept_for_people"]) == (3, 1, 4)
    assert notice() == ("told", "email", "done", "told")
    assert lies_in(box) == {".unmatched": 4}


@pytest.mark.parametrize(
    "words", ["STOP", "إلغاء", "الغاء الترويجيات", "إلغاءُ التّرويجيّات", "توقف", "تـوقّف.", "stop, please!"]
)
def test_a_word_in_a_reply_stops_promotion_at_once_and_is_confirmed(
    source: Make, box: Path, controller: Controller, words: str
) -> None:
    (message,) = told(source, controller)
    agrees("person.2@people.example")
    waiting(promotion(1), promotion(2))
    arrives(box, reply(f"{words}\n\n> إشعار، STOP\n", message))
    assert reads(box, controller, MORNING) == {"read": 1, "stop": 1, "stopped": 1}
    carrier = Carrier()
    report = sends(carrier)
    assert [(sent.kind, sent.recipient) for sent in carrier.sent] == [
        ("promotion", "person.2@people.example"),
        ("stop_confirmation", "person.1@people.example"),
    ]
    assert report.refused == 1, "what lay in the outbox stays there"
    confirmation = carrier.sent[1]
    assert confirmation.language == "ar"
    assert "أوقفنا الرسائل الترويجية" in (confirmation.subject or "")
    assert notice() == ("told", "email", "done", "told"), "a notice that the law asks for is another matter"
    assert not lies_in(box)


def test_stopping_twice_a_day_is_confirmed_once_and_never_in_a_loop_with_a_machine(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    arrives(box, reply("STOP", message), reply("stop\n", message), reply("STOP\n\n\n", message, heads=["X-A: b"]))
    arrives(box, reply("STOP", message, heads=["Auto-Submitted: auto-replied"], subject="Automatic reply"))
    counts = reads(box, controller, MORNING)
    assert (counts["stop"], counts["auto_reply"]) == (3, 1)
    assert ask("select count(*) from channels.message where kind = 'stop_confirmation'")[0][0] == 1


def test_a_wish_to_stop_needs_no_proof_for_the_address_that_it_comes_from(
    source: Make, box: Path, controller: Controller
) -> None:
    told(source, controller)
    forged = "Delivered-To: returns+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com"
    arrives(box, reply("STOP", sender="other@people.example", heads=[forged]))
    assert reads(box, controller) == {"read": 1, "stop": 1, "stopped": 1}
    with begin(Role.DUTIES) as connection:
        assert is_stopped(connection, Channel.EMAIL, "other@people.example")
        assert not is_stopped(connection, Channel.EMAIL, "person.1@people.example")


def test_a_complaint_stops_promotion_at_once_and_nobody_writes_to_the_complainer(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    arrives(box, complaint(message), complaint(message, "auth-failure"))
    assert reads(box, controller) == {"read": 2, "complaint": 1, "stopped": 1, "report": 1}
    with begin(Role.DUTIES) as connection:
        assert is_stopped(connection, Channel.EMAIL, "Person.1@people.example")
        assert not is_stopped(connection, Channel.EMAIL, "person.2@people.example")
    assert not ask("select from channels.message where kind = 'stop_confirmation'")


def test_a_stop_that_says_more_and_every_other_reply_is_kept_for_people(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    arrives(box, reply("إلغاء\nوأرجو حذف جميع بياناتي لديكم", message), reply("من أين حصلتم على رقمي؟", message))
    counts = reads(box, controller)
    assert (counts["stop"], counts["stopped"], counts["reply"], counts["kept_for_people"]) == (1, 1, 1, 2)
    assert lies_in(box) == {".people": 2}


def test_nothing_of_what_came_back_is_in_the_ledger_or_in_plain_columns(
    source: Make, box: Path, controller: Controller
) -> None:
    (message,) = told(source, controller)
    arrives(box, reply("STOP canaryword", message), bounce(message, "550 5.1.1 canaryword unknown user"))
    reads(box, controller)
    with begin(Role.AUDITOR) as connection:
        ledger = [str(row) for row in connection.execute(text("select kind, payload from evidence.ledger"))]
    returned = [str(row) for row in ask("select * from channels.returned")]
    assert any("mail_returned" in row for row in ledger)
    assert not [row for row in (*ledger, *returned) if "canaryword" in row or "people.example" in row]


def promotion(number: int) -> OutgoingMessage:
    """A message that somebody may stop."""
    return OutgoingMessage(
        id=UUID(int=number, version=4),
        kind="promotion",
        channel=Channel.EMAIL,
        recipient=f"person.{number}@people.example",
        text="...",
        language="ar",
        template="promotion/1",
        jurisdiction="sa",
        not_before=MORNING,
    )


def waiting(*messages: OutgoingMessage) -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *messages, at=MORNING)
