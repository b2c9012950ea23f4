"""A file on an SFTP server whose host key the connection knows."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import paramiko

from include.errors import NeverRetry
from include.intake.fetching.answers import asked_for_login, nothing_there
from include.intake.fetching.faults import HostNotTrusted, LoginNeeded, NotAFile, PlaceAway, StillChanging
from include.intake.fetching.model import Login, Version
from include.intake.fetching.staging import Staged

__all__ = ["SftpFile"]

BLOCK = 1 << 18
ASKED_AHEAD = 64
"""Requests on their way at once: what a slow disk here lets pile up in memory is 2 MB."""
PATIENCE = 30.0
"""Seconds of silence after which a server is given up."""
YES = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, slots=True)
class SftpFile:
    """A file that SFTP brings. Its size and date of change stand for its version."""

    name: str
    url: str
    login: Login

    def load(self, staged: Staged, known: Version | None) -> Version:
        """Bring the file, or what an earlier try left out of it. Raises the errors of `faults`."""
        del known  # the same size and second of change may be other bytes: an unchanged file is known by its hash
        path = unquote(urlsplit(self.url).path)
        path = path.removeprefix("/~/") if path.startswith("/~/") else path
        with self._told(staged), _session(self.name, self.url, self.login) as session:
            version = self._version(session, path)
            offset, held = staged.left
            offset = offset if held == version else 0
            staged.begin(version, version.size, offset=offset)
            with session.open(path, "rb") as file:
                file.seek(offset)
                file.prefetch(version.size, max_concurrent_requests=ASKED_AHEAD)
                while block := file.read(BLOCK):
                    staged.write(block)
            if self._version(session, path) != version:
                raise StillChanging(f"{self.name} is still being written; it is fetched again once that has ended")
        return version

    def _version(self, session: paramiko.SFTPClient, path: str) -> Version:
        found = session.stat(path)
        if stat.S_ISDIR(found.st_mode or 0):
            raise NotAFile(f"{self.name} is a folder; let location.url name a file in it")
        return Version(None, str(found.st_mtime), found.st_size, strong=found.st_mtime is not None)

    @contextmanager
    def _told(self, staged: Staged) -> Iterator[None]:
        """Say in our words what goes wrong on the wire or over there; what goes wrong on our disk says `staged`."""
        try:
            yield
        except FileNotFoundError:
            raise nothing_there(self.name) from None
        except PermissionError:
            what = "the server does not let us read it"
            raise asked_for_login(self.name, what, self.login.connection) from None
        except (paramiko.AuthenticationException, paramiko.PasswordRequiredException):
            raise asked_for_login(self.name, "the server refuses the login", self.login.connection) from None
        except paramiko.BadHostKeyException:
            raise HostNotTrusted(
                f"{self.name}: the server shows another host key than the connection {self.login.connection} knows; "
                "ask its operator whether it was changed, and correct host_key"
            ) from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            if staged.came:
                raise staged.cut() from None
            raise PlaceAway(f"{self.name}: the server cannot be reached ({type(error).__name__})") from None


class KnownOnly(paramiko.MissingHostKeyPolicy):
    """Refuse a server whose key the connection does not hold, and say which one it showed."""

    def __init__(self, name: str, connection: str) -> None:
        self.name, self.connection = name, connection

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raise HostNotTrusted with the key's fingerprint, for a person to compare with the operator's."""
        del client, hostname
        raise HostNotTrusted(
            f"{self.name}: the host key is not known ({key.get_name()} {key.fingerprint}); compare it with what the "
            f"operator says, then put it into the extra field host_key of the Airflow connection {self.connection}"
        )


@contextmanager
def _session(name: str, url: str, login: Login) -> Iterator[paramiko.SFTPClient]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if login.host and login.host.lower() != host.lower():
        raise NeverRetry(f"{name}: the connection {login.connection} is another host's; name this one's, or correct it")
    if not login.login:
        raise LoginNeeded(f"{name}: the Airflow connection {login.connection} has no login; fill it in")
    port = parts.port or login.port or 22
    with paramiko.SSHClient() as client:
        _know_host(client, name, host, port, login)
        client.connect(
            host,
            port,
            username=login.login,
            password=login.password or None,
            pkey=_private_key(login),
            look_for_keys=False,
            allow_agent=False,
            timeout=PATIENCE,
            banner_timeout=PATIENCE,
            auth_timeout=PATIENCE,
        )
        with client.open_sftp() as session:
            channel = session.get_channel()
            if channel is not None:
                channel.settimeout(PATIENCE)
            yield session


def _know_host(client: paramiko.SSHClient, name: str, host: str, port: int, login: Login) -> None:
    """Let the client trust the keys of the connection's `host_key`, lines such as `ssh-ed25519 AAAA…`, and no other."""
    given = str(login.extra.get("host_key") or "")
    if not given and str(login.extra.get("no_host_key_check", "")).lower() in YES:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        return
    client.set_missing_host_key_policy(KnownOnly(name, login.connection))
    shown = host if port == 22 else f"[{host}]:{port}"
    for line in filter(None, map(str.strip, given.splitlines())):
        entry = paramiko.hostkeys.HostKeyEntry.from_line(f"{shown} {_kind_and_key(line)}")
        if entry is None or entry.key is None:
            raise NeverRetry(
                f"the Airflow connection {login.connection}: host_key must be lines such as `ssh-ed25519 AAAA…`, "
                "as ssh-keyscan writes them"
            )
        client.get_host_keys().add(shown, entry.key.get_name(), entry.key)


def _kind_and_key(line: str) -> str:
    """Take the key's kind and body out of a line, with or without the host before them."""
    words = line.split()
    start = next((number for number, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-", "sk-"))), 0)
    return " ".join(words[start : start + 2]) if len(words) > 1 else f"{_kind_of(line)} {line}"


def _kind_of(body: str) -> str:
    """Read a bare key's kind out of its body."""
    try:
        return str(paramiko.Message(_decoded(body)).get_text())
    except (ValueError, paramiko.SSHException):
        return "unknown"


def _decoded(body: str) -> bytes:
    import base64

    return base64.b64decode(body, validate=True)


def _private_key(login: Login) -> paramiko.PKey | None:
    text = str(login.extra.get("private_key") or "")
    if not text:
        return None
    secret = str(login.extra.get("private_key_passphrase") or "") or None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text), secret)
        except (paramiko.SSHException, ValueError):
            continue
    raise NeverRetry(
        f"the Airflow connection {login.connection}: private_key cannot be read; paste the whole key with its first "
        "and last line, and its private_key_passphrase if it has one"
    )
