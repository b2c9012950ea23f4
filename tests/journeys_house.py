"""What a journey needs: a house of its own (sources, inbox, controller), a mail server that keeps all, a clock."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller
from builders import TERMS, write

CONTROLLER = Path(__file__).resolve().parent.parent / "include/commands/demo/controller.yml"


@dataclass
class Mailbox:
    """Keeps every message with whom it was for."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.extend((recipient, message) for recipient in envelope.rcpt_tos)
        return "250 OK"

    def to(self, recipient: str) -> list[EmailMessage]:
        return [mail for to, mail in self.mails if to == recipient]


@dataclass
class House:
    """Sources with their inbox, under a clock that the test sets."""

    folder: Path
    patch: pytest.MonkeyPatch

    def has_source(self, **changes: Any) -> None:
        """Write a contract of the sample guide with some terms changed."""
        contract = {**TERMS, **changes}
        folder = self.folder / "sources" / str(contract["key"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "contract.yml").write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")

    def gets(self, rows: list[dict[str, str]], file: str = "sample_guide.csv") -> None:
        """Put a file into the inbox."""
        write(self.folder / "inbox" / file, list(TERMS["columns"]), rows)

    def at(self, instant: datetime) -> None:
        """Set the clock."""
        self.patch.setenv("AMANAH_SIMULATED_NOW", instant.isoformat())


@contextmanager
def open_mailbox() -> Iterator[tuple[Mailbox, int]]:
    """Run a real SMTP server that accepts everything; yields what it got, and its port."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, port
    finally:
        server.stop()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real SMTP server that accepts everything."""
    with open_mailbox() as (box, port):
        monkeypatch.setenv("AMANAH_SMTP_URL", f"smtp://127.0.0.1:{port}")
        yield box


@pytest.fixture
def house(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with an inbox, no source yet, and the sample controller."""
    del database
    (tmp_path / "inbox").mkdir()
    monkeypatch.setenv("AMANAH_INBOX", str(tmp_path / "inbox"))
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path / "sources"))
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))
    return House(tmp_path, monkeypatch)
