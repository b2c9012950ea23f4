"""What the demo's processes find around them: sample files, a sample controller, a mail catcher, and nothing real."""

from __future__ import annotations

import fcntl
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from include.commands.demo.samples import opted_out
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.store import Role, begin, home, key_version, keyed
from include.store.home import write_private

__all__ = ["leave_real_settings", "only_one", "settings_of_the_demo", "suppress_those_who_opted_out"]

KEPT = {"AMANAH_HOME", "AMANAH_PG_BIN"}
SOURCES = Path(__file__).resolve().parents[2] / "intake" / "sources"


def leave_real_settings() -> list[str]:
    """Forget every setting of ours but where things lie: no real database, key or gateway may meet invented people.

    Returns the names of what was left out.
    """
    left = sorted(name for name in os.environ if name.startswith("AMANAH_") and name not in KEPT)
    for name in left:
        del os.environ[name]
    return left


def settings_of_the_demo(inbox: Path, mail_port: int, portal: str) -> dict[str, str]:
    """Return the settings of every process of the demo; `portal` is the address of its pages."""
    return {
        "AMANAH_HOME": str(home()),
        "AMANAH_SOURCES": str(SOURCES),
        "AMANAH_INBOX": str(inbox),
        "AMANAH_CONTROLLER": str(_controller(portal)),
        "AMANAH_OFFICERS": "dpo",
        "AMANAH_RECORDS": str(Path(__file__).with_name("records.yml")),
        "AMANAH_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "AMANAH_SENDING_WINDOW": "always",
        "AMANAH_RETURNS_URL": f"maildir://{_returns()}",
    } | _signing()


def _controller(portal: str) -> Path:
    """Write the profile with the address of this demo's own pages, so that the links in its letters lead there."""
    profile = Path(__file__).with_name("controller.yml").read_text(encoding="utf-8")
    file = home() / "controller.yml"
    write_private(file, re.sub(r"(?m)^portal: .*$", f"portal: {portal}", profile))
    return file


def _returns() -> Path:
    """Make the folder where a mail can be put as if it came back."""
    for part in ("returns", "returns/cur", "returns/new", "returns/tmp"):
        (home() / part).mkdir(mode=0o700, exist_ok=True)
    return home() / "returns"


def _signing() -> dict[str, str]:
    """Make a key that signs this demo's mails; the record that verifies them is left in `dkim.txt`."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={b64encode(public).decode()}\n"
    (home() / "dkim.txt").write_text(record, encoding="ascii")
    return {"AMANAH_DKIM_KEY": b64encode(pem).decode(), "AMANAH_DKIM_SELECTOR": "demo"}


def suppress_those_who_opted_out(at: datetime) -> int:
    """Put the sample people who opted out earlier onto the suppression list; return how many are new there."""
    known = opted_out()
    with begin(Role.INTAKE) as connection:
        added = connection.execute(
            text("""
                insert into suppression.entry (key, kind, key_version, reason, since)
                select suppression.written(key, :lowest), kind, coalesce(suppression.in_force(), :lowest),
                       'opted_out', :at
                  from unnest(cast(:keys as bytea[]), cast(:kinds as text[])) as given (key, kind)
                on conflict (key) do nothing
            """),
            {
                "keys": [keyed(kind, value) for kind, value in known],
                "kinds": [kind for kind, _ in known],
                "lowest": key_version(),
                "at": at,
            },
        ).rowcount
        if added:
            record(connection, Kind.SUPPRESSION_ADDED, at=at, counts={"entries": added})
    return added


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Hold the demo's lock; NeverRetry where another demo of the same folder runs."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NeverRetry("a demo runs in this folder already: stop it with Ctrl-C first") from None
        yield
    finally:
        os.close(descriptor)
