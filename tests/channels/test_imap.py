"""Returns read from a real IMAP server (pymap), in the clear on this machine and over TLS."""

from __future__ import annotations

import contextlib
import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from far_ends import server_context
from returned_mails import reply

from include.channels.mailboxes import Letter, MailboxAway, open_mailbox
from include.channels.mailboxes.address import read_url
from include.channels.returns import House, ReturnKind, read_return
from include.errors import NeverRetry

USER, PASSWORD = "returns@example.com", "let me/in"
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
HOUSE = House("example.com", "returns@example.com")


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "ab" * 32)


@pytest.fixture
def imap() -> Iterator[int]:
    """A real IMAP server with one empty mailbox; without pymap the test is skipped, visibly."""
    program = shutil.which("pymap", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    if program is None:
        pytest.skip("pymap, an IMAP server, is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    demo = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    command = [program, "--no-service", "admin", "--host", "127.0.0.1", "--port", str(port), "--no-tls", *demo]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        with logged_in(port) as connection:
            connection.select("INBOX")
            connection.store("1:*", "+FLAGS", r"(\Deleted)")
            connection.expunge()
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise AssertionError("the IMAP server did not start")


@contextlib.contextmanager
def logged_in(port: int) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", port, timeout=20) as connection:
        connection.login(USER, PASSWORD)
        yield connection


def puts(port: int, *mails: bytes, folder: str = "INBOX") -> None:
    with logged_in(port) as connection:
        for mail in mails:
            assert connection.append(folder, None, None, mail)[0] == "OK"  # type: ignore[arg-type]


def held(port: int, folder: str = "INBOX") -> int:
    with logged_in(port) as connection:
        status, found = connection.select(folder, readonly=True)
        return int(found[0] or 0) if status == "OK" else 0


def url(port: int, scheme: str = "imap", login: str = LOGIN) -> dict[str, str]:
    return {"AMANAH_RETURNS_URL": f"{scheme}://{login}@localhost:{port}/INBOX"}


def looks(_letter: Letter) -> None:
    """Leave a letter where it is."""


def removes(letter: Letter) -> None:
    letter.remove()


def keeps(letter: Letter) -> None:
    letter.keep("people")


def kinds(settings: dict[str, str], then: Any, limit: int = 100) -> list[ReturnKind]:
    """Read every letter, and deal with it."""
    found = []
    with open_mailbox(settings) as box:
        assert box is not None
        for letter in box.letters(limit):
            with letter.opened() as lines:
                found.append(read_return(lines, HOUSE).kind)
            then(letter)
    return found


def test_letters_are_read_and_leave_the_mailbox_only_when_told_to(imap: int) -> None:
    puts(imap, reply("STOP"), reply("a question"))
    assert kinds(url(imap), looks) == [ReturnKind.STOP, ReturnKind.REPLY]
    assert held(imap) == 2, "looking changes nothing"
    assert kinds(url(imap), removes, limit=1) == [ReturnKind.STOP]
    assert held(imap) == 1
    assert kinds(url(imap), keeps) == [ReturnKind.REPLY]
    assert (held(imap), held(imap, "people")) == (0, 1)
    assert kinds(url(imap), removes) == []


def test_a_large_letter_is_fetched_in_pieces_and_read_to_its_end(imap: int) -> None:
    attachment = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZn\r\n" * 40_000
    head = b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="=_h"\r\n\r\n'
    head += b"--=_h\r\nContent-Type: image/png\r\n\r\n"
    puts(imap, head + attachment + b"--=_h\r\nContent-Type: text/plain\r\n\r\nSTOP\r\n--=_h--\r\n")
    assert kinds(url(imap), removes) == [ReturnKind.STOP]


def test_a_mailbox_is_read_over_tls_whose_certificate_is_trusted_and_over_no_other(
    imap: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts(imap, reply("STOP"))
    context, certificate = server_context(tmp_path)
    with encrypted(imap, context) as port:
        with pytest.raises(NeverRetry, match="certificate"):
            kinds(url(port, "imaps"), removes)
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        assert kinds(url(port, "imaps"), removes) == [ReturnKind.STOP]
    assert held(imap) == 0


def test_a_wrong_password_is_told_and_never_shown(imap: int) -> None:
    with pytest.raises(NeverRetry, match="name or password") as refused:
        kinds(url(imap, login=f"{quote(USER, safe='')}:wrongword"), looks)
    assert "wrongword" not in repr(refused.value)
    assert refused.value.__suppress_context__


def test_a_mailbox_that_is_away_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(MailboxAway, match="connection_lost"):
        kinds(url(port), looks)
    with pytest.raises(MailboxAway, match="no_folder"):
        kinds({"AMANAH_RETURNS_URL": "maildir:///nowhere/at/all"}, looks)


@pytest.mark.parametrize(
    "given",
    [
        "imap://me:letmein@mail.example.com/",
        "imaps://me@mail.example.com",
        "imaps://me:letmein@mail.example.com:port/",
        "pop3://me:letmein@mail.example.com",
        "maildir://",
        "letmein",
    ],
)
def test_an_address_that_cannot_be_read_safely_is_refused_without_being_shown(given: str) -> None:
    with pytest.raises(NeverRetry, match="AMANAH_RETURNS_URL") as refused:
        read_url(given)
    assert "letmein" not in str(refused.value)


def test_no_setting_is_no_mailbox() -> None:
    with open_mailbox({}) as box:
        assert box is None


@contextlib.contextmanager
def encrypted(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """Put TLS before a server: what comes in encrypted goes on to it in the clear, one connection after another."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)

        def serve() -> None:
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    outside, _ = listening.accept()
                    with outside, context.wrap_socket(outside, server_side=True) as clear:
                        _carry(clear, port)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        stop.set()
        thread.join()


def _carry(outside: ssl.SSLSocket, port: int) -> None:
    """Carry what is said in turns, until either side is silent for good."""
    with socket.create_connection(("127.0.0.1", port)) as inside:
        outside.settimeout(0.02)
        inside.settimeout(0.02)
        while True:
            for one, other in ((inside, outside), (outside, inside)):
                with contextlib.suppress(TimeoutError):
                    data = one.recv(65536)
                    if not data:
                        return
                    other.sendall(data)
