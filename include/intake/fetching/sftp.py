"""A file on an SFTP server whose host key the connection knows."""

from __future__ import annotations

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
from include.intake.fetching.ssh_keys import host_keys, private_key
from include.intake.fetching.staging import Staged

__all__ = ["SftpFile"]

BLOCK = 1 << 18
WINDOW = 4 << 20
"""So much is asked for ahead, and may pile up in memory where this disk is slower than the line."""
REQUEST = 32_768
"""The longest read that every server must answer."""
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
            assert version.size is not None
            offset, held = staged.left
            offset = offset if held == version else 0
            staged.begin(version, version.size, offset=offset)
            while offset < version.size and (came := self._window(session, path, offset, version.size, staged)):
                offset += came
            if self._version(session, path) != version:
                raise StillChanging(f"{self.name} is still being written; it is fetched again once that has ended")
        return version

    def _window(self, session: paramiko.SFTPClient, path: str, offset: int, size: int, staged: Staged) -> int:
        """Read one window with many requests on their way at once; what was asked for ahead goes with the handle."""
        end, at = min(offset + WINDOW, size), offset
        with session.open(path, "rb") as file:
            file.seek(at)
            _ask_ahead(file, offset, end)
            while at < end and (block := file.read(min(BLOCK, end - at))):
                staged.write(block)
                at += len(block)
        return at - offset

    def _version(self, session: paramiko.SFTPClient, path: str) -> Version:
        found = session.stat(path)
        if stat.S_ISDIR(found.st_mode or 0):
            raise NotAFile(f"{self.name} is a folder; let location.url name a file in it")
        if found.st_size is None:
            raise NotAFile(f"{self.name}: the server does not say how long the file is; ask its operator")
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
            raise PlaceAway(f"{self.name}: no proper answer came from the server ({type(error).__name__})") from None


def _ask_ahead(file: paramiko.SFTPFile, start: int, end: int) -> None:
    """Ask for a whole window before the first of it comes, as `file.prefetch` does.

    That would do it in a thread of its own, which dies with a traceback on standard error when the line is cut.
    """
    file._prefetching, file._prefetch_done = True, False
    file._prefetch_thread([(at, min(REQUEST, end - at)) for at in range(start, end, REQUEST)], None)


class KnownOnly:
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
    key = private_key(login)
    if not login.login or not (login.password or key):
        raise LoginNeeded(
            f"{name}: the Airflow connection {login.connection} needs a login, and a password or a private_key"
        )
    port = parts.port or login.port or 22
    with paramiko.SSHClient() as client:
        _know_host(client, name, host, port, login)
        client.connect(
            host,
            port,
            username=login.login,
            password=login.password or None,
            pkey=key,
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
    """Let the client trust the keys that the connection holds and no other, unless it says that any will do."""
    client.set_missing_host_key_policy(KnownOnly(name, login.connection))
    for key in host_keys(login):
        client.get_host_keys().add(host if port == 22 else f"[{host}]:{port}", key.get_name(), key)
    if not len(client.get_host_keys()) and str(login.extra.get("no_host_key_check", "")).lower() in YES:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
