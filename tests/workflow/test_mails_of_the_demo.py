"""Every kind of mail that the DAGs send, under the demo's own settings: signed, ours, and cancelled by no mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from airflow_runs import run_dag
from builders import ask, person
from journeys_house import House, house
from returned_mails import reply

from include.channels import Channel, OutgoingMessage, enqueue
from include.channels.catcher import MailCatcher
from include.commands.demo.surroundings import settings_of_the_demo
from include.duties.requests import Asked, receive
from include.law import load_controller
from include.portal.proving import send_code
from include.store import Role, begin, home

__all__ = ["house"]

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BUSINESS = """
update register.contact_point set class = 'business', permission = 'business_use', subject_id = null
 where normalised = 'info@shop.example' returning 1
"""
"""A person's word: the rules know nothing of an invented domain."""
KINDS = {"source_notice", "promise_alert", "stop_confirmation", "promotion", "identity_code", "rights_request"}


@pytest.fixture
def caught(house: House, tmp_path: Path) -> Iterator[Path]:
    """The demo's mail catcher, with its settings in the environment."""
    with MailCatcher(tmp_path / "mail") as catcher:
        settings = settings_of_the_demo(tmp_path / "inbox", catcher.port, "https://privacy.example.com")
        for name in [name for name in settings if name not in ("AMANAH_HOME", "AMANAH_SOURCES")]:
            house.patch.setenv(name, settings[name])
        yield tmp_path / "mail" / "new"


def promotion() -> OutgoingMessage:
    return OutgoingMessage(
        id=UUID(int=1, version=4),
        kind="promotion",
        channel=Channel.EMAIL,
        recipient="info@shop.example",
        subject="عرض | Offer",
        text="...",
        html="<p>...</p>",
        language="ar",
        template="promotion/1",
        jurisdiction="sa",
        not_before=RECEIVED,
    )


def asks_on_the_page(mailbox: str) -> None:
    """Ask for a code and for access, as whoever has no link and then opens their page."""
    controller = load_controller()
    send_code(controller, UUID(int=2, version=4), mailbox, "192.0.2.1", "ar", ("email",))
    asked = Asked(right="access", subject=None, means="page", language="ar", details="", reply_to=mailbox)
    with begin(Role.PORTAL) as connection:
        receive(connection, asked, controller, RECEIVED)


def test_every_mail_that_the_demo_sends_is_signed_and_only_promotion_can_be_cancelled(
    house: House, caught: Path
) -> None:
    dkim = pytest.importorskip("dkim", reason="dkimpy, which verifies what we sign, is not installed")
    house.has_source(refresh="manual")
    shop = {"id": "9", "name": "شركة النخيل للتجارة", "email": "info@shop.example", "phone": "0112000009"}
    house.gets([person(1), {**person(2), "email": "", "phone": "0500000022"}, shop])
    house.at(RECEIVED)
    (home() / "returns" / "new" / "1").write_bytes(reply("STOP"))
    with begin(Role.DUTIES) as connection:
        enqueue(connection, promotion(), at=RECEIVED)
    assert run_dag("collect_sample_guide").state == "success"
    ask(BUSINESS)
    asks_on_the_page("person.1@people.example")
    for dag in ("notify_subjects", "read_returns", "relay_outbox"):
        assert run_dag(dag).state == "success"
    house.at(RECEIVED + timedelta(days=8))
    for dag in ("watch_promises", "relay_outbox"):
        assert run_dag(dag).state == "success"
    mails = [path.read_bytes() for path in caught.iterdir()]
    assert {row.kind for row in ask("select kind from channels.message")} == KINDS
    assert len(mails) == len(KINDS)

    def dns(_name: bytes, timeout: int = 5) -> bytes:
        return (home() / "dkim.txt").read_bytes()

    for mail in mails:
        told = message_from_bytes(mail, policy=policy.SMTP)
        assert dkim.verify(mail, dnsfunc=dns)
        assert told["Message-ID"].endswith("@example.com>")
        assert told["Date"]
        assert told["Auto-Submitted"] == "auto-generated"
        lists = {name.lower() for name in told if name.lower().startswith("list-")}
        promotional = told["To"] == "info@shop.example"
        assert lists == ({"list-unsubscribe", "list-unsubscribe-post"} if promotional else set())
        if promotional:
            assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert re.fullmatch(r"<https://\S+>,\s*<mailto:\S+>", told["List-Unsubscribe"])
    parts = [[part.get_content_type() for part in message_from_bytes(mail).walk()] for mail in mails]
    assert sum("text/html" in kinds for kinds in parts) == 5, "all but the alarm, which goes to our own officer"
    assert all("text/plain" in kinds for kinds in parts)
