"""Mails that come back full of planted values: answers, bounces, complaints, and what nobody can read."""

from __future__ import annotations

from email.header import Header
from pathlib import Path

from canaries import arabic, latin, mobile
from returned_mails import bounce, complaint, reply

__all__ = ["RETURNS", "write_returns"]

NAME = Header(f"سعد {arabic(3)}", "utf-8").encode()
FROM = f"{NAME} <{latin('mail', 3)}@people.example>"
SAID = f"أنا {arabic(4)}، رقمي {mobile(2)}، {latin('words', 4)}"
PLANTED = bounce(None, f"550 5.1.1 <{latin('mail', 5)}@people.example>: user {latin('user', 5)} unknown").replace(
    b"gone@people.example", f"{latin('mail', 5)}@people.example".encode()
)
MAILS = (
    reply(SAID, sender=FROM),
    reply(SAID, sender=FROM, subject=f"Out of office {latin('subject', 6)}"),
    reply(SAID, sender=FROM, charset="windows-1256", declared="utf-7"),
    PLANTED,
    PLANTED[: len(PLANTED) // 2],
    bounce(None, address=f"returns+{latin('token', 7)}@example.com"),
    complaint(None).replace(b"Version: 1", f"Original-Rcpt-To: {latin('mail', 6)}@people.example".encode()),
    f"{latin('nothing', 7)}\r\n{mobile(4)}".encode("utf-16"),
)
RETURNS = len(MAILS)


def write_returns(folder: Path) -> str:
    """Put them into a Maildir, their names planted too; return its address."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, mail in enumerate(MAILS):
        (folder / "new" / f"{number}.{latin('file', 8)}").write_bytes(mail)
    return f"maildir://{folder}"
