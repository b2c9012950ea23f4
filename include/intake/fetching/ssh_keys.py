"""The keys that a connection holds: those by which we know a host, and the one by which it knows us."""

from __future__ import annotations

import base64
import binascii
import io

import paramiko

from include.errors import NeverRetry
from include.intake.fetching.model import Login

__all__ = ["host_keys", "private_key"]

KEY_BODY = "AAAA"
"""What the base64 of every public key begins with: the length of its kind's name, in four bytes."""


def host_keys(login: Login) -> list[paramiko.PKey]:
    """Read the extra field `host_key`: lines such as `ssh-ed25519 AAAA…`, with or without the host before them.

    Raises NeverRetry where a line holds no key.
    """
    lines = [line.strip() for line in str(login.extra.get("host_key") or "").splitlines()]
    return [_host_key(line, login) for line in lines if line and not line.startswith("#")]


def private_key(login: Login) -> paramiko.PKey | None:
    """Read the extra field `private_key`, locked or not; None where there is none. NeverRetry if it is broken."""
    text = str(login.extra.get("private_key") or "")
    if not text:
        return None
    lock = str(login.extra.get("private_key_passphrase") or "") or None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text), lock)
        except (paramiko.SSHException, ValueError):
            continue
    raise NeverRetry(
        f"the Airflow connection {login.connection}: private_key cannot be read; paste the whole key with its first "
        "and last line, and its private_key_passphrase if it has one"
    )


def _host_key(line: str, login: Login) -> paramiko.PKey:
    body = next((word for word in line.split() if word.startswith(KEY_BODY)), "")
    try:
        key = base64.b64decode(body, validate=True)
        return paramiko.PKey.from_type_string(paramiko.Message(key).get_text(), key)
    except (binascii.Error, ValueError, paramiko.SSHException, paramiko.UnknownKeyType):
        raise NeverRetry(
            f"the Airflow connection {login.connection}: host_key must be lines such as `ssh-ed25519 AAAA…`, "
            "as ssh-keyscan writes them"
        ) from None
