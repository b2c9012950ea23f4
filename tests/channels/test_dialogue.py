from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from relaying import AT_TEN, MailTo, written

from include.channels.model import Refused


@dataclass
class OneTurn:
    """A server that takes pipelining, and answers only once it has heard MAIL, RCPT and DATA."""

    recipient: bytes = b"250 2.1.5 OK"
    go_on: bytes = b"354 go on"
    texts: list[bytes] = field(default_factory=list)
    port: int = 0

    def serve(self, listening: socket.socket) -> None:
        near, _ = listening.accept()
        near.settimeout(10)
        with near, near.makefile("rb") as said, contextlib.suppress(OSError):
            near.sendall(b"220 mail.test\r\n")
            for line in said:
                self.answer(line[:4].upper(), near, said)

    def answer(self, command: bytes, near: socket.socket, said: object) -> None:
        match command:
            case b"EHLO":
                near.sendall(b"250-mail.test\r\n250 PIPELINING\r\n")
            case b"DATA":
                near.sendall(b"250 OK\r\n" + self.recipient + b"\r\n" + self.go_on + b"\r\n")
                if self.go_on.startswith(b"354"):
                    self.texts.append(b"".join(iter(said.readline, b".\r\n")))  # type: ignore[attr-defined]
                    near.sendall(b"250 taken\r\n" if self.texts[-1] else b"554 no valid recipients\r\n")
            case b"RSET" | b"QUIT":
                near.sendall(b"250 OK\r\n")


@pytest.fixture
def serve() -> Iterator[Callable[[OneTurn], OneTurn]]:
    """Let such servers listen, each to one client."""
    with contextlib.ExitStack() as opened:

        def start(server: OneTurn) -> OneTurn:
            listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
            server.port = listening.getsockname()[1]
            thread = threading.Thread(target=server.serve, args=(listening,), daemon=True)
            thread.start()
            opened.callback(thread.join, 15)
            return server

        yield start


def test_a_mail_is_offered_in_one_turn_where_the_server_takes_that(
    serve: Callable[[OneTurn], OneTurn], mail_to: MailTo
) -> None:
    server = serve(OneTurn())
    carrier = mail_to(server.port)
    proofs = [carrier.send(written(number), AT_TEN).message_id for number in range(2)]
    assert [proof.encode() in text for proof, text in zip(proofs, server.texts, strict=True)] == [True, True]


@pytest.mark.parametrize("go_on", [b"354 go on", b"503 5.5.1 nobody to send it to"])
def test_a_recipient_refused_within_the_turn_is_refused_and_gets_no_text(
    serve: Callable[[OneTurn], OneTurn], mail_to: MailTo, go_on: bytes
) -> None:
    server = serve(OneTurn(recipient=b"550 5.1.1 unknown", go_on=go_on))
    carrier = mail_to(server.port)
    for number in range(2):  # the second over the same connection
        with pytest.raises(Refused, match=r"smtp_550_5\.1\.1"):
            carrier.send(written(number), AT_TEN)
    assert b"".join(server.texts) == b""
