"""What the tests of channels talk to: a real mail server that can be told to misbehave, and a real SMS gateway."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class MailServer:
    """A real SMTP server on a port of its own. The hooks say what to answer instead of what it would."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    connections: int = 0
    on_mail: Callable[[int], str | None] = lambda _: None
    on_rcpt: Callable[[str], str | None] = lambda _: None
    on_data: Callable[[int], str | None] = lambda _: None
    senders: int = 0
    logins: list[bytes] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        return [recipient for envelope in self.envelopes for recipient in envelope.rcpt_tos]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders += 1
        envelope.mail_from = address
        return self.on_mail(self.senders) or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.on_rcpt(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.on_data(len(self.mails) + 1)
        if answer is None or answer.startswith("250"):
            self.envelopes.append(envelope)
            self.mails.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))  # type: ignore[arg-type]
        return answer or "250 2.0.0 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        self.logins.append(given.login)
        return AuthResult(success=given.password == b"letmein", handled=False)


class Listening:
    """Runs a mail server in a thread of its own."""

    def __init__(self, server: MailServer, port: int = 0, **options: Any) -> None:
        self.server = server
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.sockets = asyncio.run_coroutine_threadsafe(self.listen(port, options), self.loop).result()
        server.port = self.sockets.sockets[0].getsockname()[1]

    async def listen(self, port: int, options: dict[str, Any]) -> asyncio.Server:
        def talk() -> SMTP:
            self.server.connections += 1
            return SMTP(
                self.server,
                hostname="mail.test",
                loop=self.loop,
                enable_SMTPUTF8=True,
                authenticator=self.server.authenticate,
                auth_require_tls=False,
                **options,
            )

        return await self.loop.create_server(talk, "127.0.0.1", port)

    def drop_everyone(self) -> None:
        async def drop() -> None:
            talking = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(drop(), self.loop).result()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.sockets.close)
        self.drop_everyone()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@dataclass
class Gateway:
    """An HTTP endpoint that takes text messages as JSON."""

    port: int = 0
    received: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """The status of the next answers; 200 once they have run out."""

    def url(self, to: str = "{to}") -> str:
        return f"json://127.0.0.1:{self.port}/messages?:to={to}&:reference={{id}}"

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What an HTTP server calls for each message."""
        taking = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = taking.answers.pop(0) if taking.answers else 200
                if status == 200:
                    taking.received.append(body)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def server_context(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A TLS context for `localhost` and 127.0.0.1, and the file of its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, str(path)
