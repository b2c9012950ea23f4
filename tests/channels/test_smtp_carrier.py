from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from far_ends import Listening, MailServer, server_context
from relaying import AT_TEN, written

from include.channels.model import CarrierAway, CarrierMisconfigured, Refused, Sender, TryAgain
from include.channels.smtp import SmtpCarrier
from include.channels.smtp_server import read_smtp_url

SENDER = Sender("notices@example.com", {"ar": "شركة أمانة", "en": "Amanah"}, "privacy@example.com")


@pytest.fixture
def carrier() -> Iterator[Callable[..., SmtpCarrier]]:
    """Open carriers to a port: `carrier(port, "smtp://…?…")`."""
    opened: list[SmtpCarrier] = []

    def open_one(port: int, url: str = "smtp://127.0.0.1:{port}?timeout=5") -> SmtpCarrier:
        opened.append(SmtpCarrier(read_smtp_url(url.format(port=port)), SENDER))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def test_many_messages_go_over_one_connection(mail_server: MailServer, carrier: Callable[..., SmtpCarrier]) -> None:
    one = carrier(mail_server.port)
    proofs = [one.send(written(number), AT_TEN) for number in range(5)]
    assert mail_server.connections == 1
    assert mail_server.recipients == [f"person{number}@example.org" for number in range(5)]
    assert [mail["Message-ID"] for mail in mail_server.mails] == [proof.message_id for proof in proofs]
    assert mail_server.envelopes[0].mail_from == "notices@example.com"


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(
    listen: Callable[..., Listening], carrier: Callable[..., SmtpCarrier]
) -> None:
    server = MailServer()
    listening = listen(server)
    one = carrier(server.port)
    one.send(written(1), AT_TEN)
    listening.drop_everyone()
    one.send(written(2), AT_TEN)
    assert server.connections == 2
    assert server.recipients == ["person1@example.org", "person2@example.org"]


def test_a_refused_address_leaves_the_connection_in_use(
    mail_server: MailServer, carrier: Callable[..., SmtpCarrier]
) -> None:
    mail_server.on_rcpt = lambda address: f"550 5.1.1 <{address}> unknown" if "person1" in address else None
    one = carrier(mail_server.port)
    with pytest.raises(Refused, match=r"smtp_550_5\.1\.1"):
        one.send(written(1), AT_TEN)
    one.send(written(2), AT_TEN)
    assert mail_server.connections == 1
    assert mail_server.recipients == ["person2@example.org"]


@pytest.mark.parametrize(
    ("hook", "answer", "failure"),
    [
        ("on_rcpt", "451 4.7.1 later please person1@example.org", TryAgain),
        ("on_rcpt", "550 5.1.1 person1@example.org unknown", Refused),
        ("on_rcpt", "421 4.3.2 person1@example.org closing", CarrierAway),
        ("on_mail", "550 5.7.1 not from you, person1@example.org", CarrierAway),
        ("on_data", "554 5.7.1 spam to person1@example.org", TryAgain),
        ("on_data", "552 5.2.2 person1@example.org full", Refused),
    ],
)
def test_no_failure_quotes_the_server_or_keeps_what_does(
    mail_server: MailServer, carrier: Callable[..., SmtpCarrier], hook: str, answer: str, failure: type[Exception]
) -> None:
    setattr(mail_server, hook, lambda _: answer)
    with pytest.raises(failure) as raised:
        carrier(mail_server.port).send(written(1), AT_TEN)
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None
    assert "person1" not in "".join(traceback.format_exception(raised.value))


def test_a_server_that_is_not_there_is_away(
    carrier: Callable[..., SmtpCarrier], listen: Callable[..., Listening]
) -> None:
    server = MailServer()
    listen(server).stop()
    one = carrier(server.port)
    with pytest.raises(CarrierAway, match="connection_lost"):
        one.send(written(1), AT_TEN)
    listen(server, server.port)
    one.send(written(1), AT_TEN)
    assert server.recipients == ["person1@example.org"]


def test_a_server_that_never_answers_is_away(carrier: Callable[..., SmtpCarrier]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = carrier(silent.getsockname()[1], "smtp://127.0.0.1:{port}?timeout=1")
        with pytest.raises(CarrierAway, match="connection_lost"):
            one.send(written(1), AT_TEN)


def test_a_line_that_drops_after_the_text_leaves_the_message_to_be_tried_again(
    mail_server: MailServer, carrier: Callable[..., SmtpCarrier]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        dropping = threading.Thread(target=_take_one_text_and_hang_up, args=(listening,))
        dropping.start()
        with pytest.raises(CarrierAway, match="connection_lost") as raised:
            carrier(listening.getsockname()[1]).send(written(1), AT_TEN)
        dropping.join(30)
    assert "person1" not in "".join(traceback.format_exception(raised.value))
    proof = carrier(mail_server.port).send(written(1), AT_TEN)
    assert [mail["Message-ID"] for mail in mail_server.mails] == [proof.message_id]


def _take_one_text_and_hang_up(listening: socket.socket) -> None:
    """Speak SMTP as far as the end of one text, and say nothing to it."""
    near, _ = listening.accept()
    with near, near.makefile("rb") as said:
        near.sendall(b"220 mail.test\r\n")
        for line in said:
            if line == b".\r\n":
                return
            if line.upper().startswith(b"DATA"):
                near.sendall(b"354 go on\r\n")
            elif line[:4].upper() in (b"EHLO", b"MAIL", b"RCPT"):
                near.sendall(b"250 OK\r\n")


def test_name_and_password_are_used(mail_server: MailServer, carrier: Callable[..., SmtpCarrier]) -> None:
    carrier(mail_server.port, "smtp://me%40example.com:letmein@127.0.0.1:{port}").send(written(1), AT_TEN)
    assert mail_server.logins == [b"me@example.com"]
    password = "s3cret"
    stranger = carrier(mail_server.port, f"smtp://me%40example.com:{password}@127.0.0.1:{{port}}")
    with pytest.raises(CarrierMisconfigured, match="smtp_535") as refused:
        stranger.send(written(2), AT_TEN)
    assert password not in "".join(traceback.format_exception(refused.value))


def test_an_address_outside_ascii_goes_to_a_server_that_takes_it(
    mail_server: MailServer, carrier: Callable[..., SmtpCarrier]
) -> None:
    carrier(mail_server.port).send(written(1, recipient="بريد@مثال.example"), AT_TEN)
    assert mail_server.recipients == ["بريد@xn--mgbh0fb.example"]
    assert "To: بريد@xn--mgbh0fb.example\r\n".encode() in (mail_server.envelopes[0].original_content or b"")


class TestEncryption:
    @pytest.fixture
    def tls(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        context, certificate = server_context(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        return context

    def test_starttls_is_used_and_asked_for(
        self, listen: Callable[..., Listening], carrier: Callable[..., SmtpCarrier], tls: Any
    ) -> None:
        server = MailServer()
        listen(server, tls_context=tls, require_starttls=True)
        carrier(server.port, "smtp://localhost:{port}?starttls=1").send(written(1), AT_TEN)
        assert server.recipients == ["person1@example.org"]

    def test_nothing_is_sent_in_the_clear_where_the_server_offers_no_starttls(
        self, mail_server: MailServer, carrier: Callable[..., SmtpCarrier]
    ) -> None:
        with pytest.raises(CarrierMisconfigured, match="STARTTLS"):
            carrier(mail_server.port, "smtp://127.0.0.1:{port}?starttls=1").send(written(1), AT_TEN)
        assert mail_server.senders == 0

    def test_a_certificate_that_nobody_vouches_for_stops_the_carrier(
        self, listen: Callable[..., Listening], carrier: Callable[..., SmtpCarrier], tls: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        server = MailServer()
        listen(server, tls_context=tls)
        with pytest.raises(CarrierMisconfigured, match="certificate"):
            carrier(server.port, "smtp://localhost:{port}?starttls=1").send(written(1), AT_TEN)
        assert server.senders == 0
