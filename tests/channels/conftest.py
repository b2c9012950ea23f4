"""Far ends and carriers for the tests of channels, put up before a test and taken down after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
from far_ends import Gateway, Listening, MailServer
from relaying import MailTo, Room, mail_carrier

from include.channels import Carrier, Channel
from include.channels.smtp import SmtpCarrier


@pytest.fixture
def listen() -> Iterator[Callable[..., Listening]]:
    """Start mail servers: `listen(server, port=…, tls_context=…)`."""
    running: list[Listening] = []

    def start(server: MailServer, port: int = 0, **options: Any) -> Listening:
        running.append(Listening(server, port, **options))
        return running[-1]

    yield start
    for each in running:
        if not each.loop.is_closed():
            each.stop()


@pytest.fixture
def mail_server(listen: Callable[..., Listening]) -> MailServer:
    """A mail server that listens and takes everything until told otherwise."""
    server = MailServer()
    listen(server)
    return server


@pytest.fixture
def mail_to() -> Iterator[Callable[[int], SmtpCarrier]]:
    """Open carriers to mail servers on this machine, and close them afterwards: `mail_to(port)`."""
    with ExitStack() as opened:

        def connect(port: int) -> SmtpCarrier:
            carrier = mail_carrier(port)
            opened.callback(carrier.close)
            return carrier

        yield connect


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A real HTTP server in the place of an SMS or WhatsApp gateway."""
    taking = Gateway()
    with ThreadingHTTPServer(("127.0.0.1", 0), taking.handler()) as server:
        taking.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield taking
        server.shutdown()
        thread.join()


@pytest.fixture
def room() -> Room:
    """Whoever owes the messages."""
    return Room()


@pytest.fixture
def mail(mail_server: MailServer, mail_to: MailTo) -> dict[Channel, Carrier]:
    """The one carrier that most tests need."""
    return {Channel.EMAIL: mail_to(mail_server.port)}
