"""A file behind a link: asked for as a whole or from where the last try was cut, and not at all if it is unchanged."""

from __future__ import annotations

import logging
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from include.intake.fetching.answers import judge, range_of, refuse_page, version_of
from include.intake.fetching.faults import HostNotTrusted, NotAFile, PlaceAway
from include.intake.fetching.hops import answer_of
from include.intake.fetching.model import Login, Version
from include.intake.fetching.staging import Staged

__all__ = ["WebLink"]

BEGINNING = 1 << 16
"""So many bytes are looked at to tell a web page from a file."""
PATIENCE = httpx.Timeout(60.0, connect=20.0)
"""Seconds of silence after which a server is given up."""
ASKED = {"User-Agent": "Amanah", "Accept": "*/*", "Accept-Encoding": "identity"}
"""The file as it is: compressed on its way, its length and its ranges would be those of something else."""
LEFT_AS_SENT = frozenset({"", "identity", "gzip", "x-gzip"})


@dataclass(frozen=True, slots=True)
class WebLink:
    """A file that HTTP or HTTPS brings. The client asks the proxies, and trusts the authorities, of its environment."""

    name: str
    url: str
    login: Login | None = None

    def load(self, staged: Staged, known: Version | None) -> Version | None:
        """Bring the file, or what an earlier try left out of it; None where it is still `known`.

        Raises the errors of `faults`.
        """
        return self._ask(staged, known, *staged.left)

    def _ask(self, staged: Staged, known: Version | None, offset: int, held: Version) -> Version | None:
        asked = {**ASKED, **(_rest(offset, held) if offset else _if_changed(known))}
        with self._asking(staged) as client, answer_of(client, self.name, self.url, asked, self.login) as answer:
            if answer.status_code == 304 and known and not offset:
                return None
            if not (offset and answer.status_code == 416):
                version = self._take(answer, staged, offset, held)
                if version is not None:
                    return version
        return self._ask(staged, known, 0, Version())  # the rest doesn't fit what is here

    def _take(self, answer: httpx.Response, staged: Staged, offset: int, held: Version) -> Version | None:
        """Write the body; None where it is the rest of something else than what is held."""
        connection = self.login.connection if self.login else None
        judge(self.name, answer.status_code, answer.headers, connection)
        encoded = answer.headers.get("content-encoding", "").lower() not in LEFT_AS_SENT
        if encoded or answer.status_code == 304 or (answer.status_code == 206 and not offset):
            raise NotAFile(f"{self.name}: the server answers what was not asked for; ask its operator")
        total = _whole(answer)
        version = version_of(answer.headers, total)
        if answer.status_code == 206:
            if not _continues(answer, offset, held, version):
                return None
            staged.begin(held, total, offset=offset)
        else:
            staged.begin(version, total)
        for block in answer.iter_raw():
            staged.write(block)
        refuse_page(self.name, _readable(staged.beginning(BEGINNING), answer), connection)
        return held if answer.status_code == 206 else version

    @contextmanager
    def _asking(self, staged: Staged) -> Iterator[httpx.Client]:
        """Tell what goes wrong on the wire without the link's query: httpx would write it into its own log too."""
        for library in ("httpx", "httpcore"):
            logging.getLogger(library).setLevel(logging.WARNING)
        try:
            with httpx.Client(timeout=PATIENCE, follow_redirects=False) as client:
                yield client
        except httpx.TransportError as error:
            raise _told(self.name, error, staged) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotAFile(f"{self.name}: location.url is no link to a file ({type(error).__name__})") from None


def _rest(offset: int, held: Version) -> dict[str, str]:
    return {"Range": f"bytes={offset}-", "If-Range": held.etag or held.modified or ""}


def _if_changed(known: Version | None) -> dict[str, str]:
    if known and known.etag:
        return {"If-None-Match": known.etag}
    return {"If-Modified-Since": known.modified} if known and known.modified else {}


def _whole(answer: httpx.Response) -> int | None:
    """How long the whole file is, if the answer says so."""
    if answer.status_code == 206:
        given = range_of(answer.headers)
        return given[1] if given else None
    length = str(answer.headers.get("content-length", ""))
    return int(length) if length.isdecimal() else None


def _continues(answer: httpx.Response, offset: int, held: Version, version: Version) -> bool:
    """Tell whether this is the rest of the version that is held: same place, same length, no other validator."""
    given = range_of(answer.headers)
    same = all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((held.etag, version.etag), (held.modified, version.modified), (held.size, version.size))
    )
    return bool(offset) and given is not None and given[0] == offset and same


def _readable(block: bytes, answer: httpx.Response) -> bytes:
    """The first bytes as somebody would read them, where the server compressed what it sent."""
    if "gzip" not in answer.headers.get("content-encoding", "").lower():
        return block
    try:
        return zlib.decompressobj(wbits=31).decompress(block, BEGINNING)
    except zlib.error:
        return block


def _told(name: str, error: httpx.TransportError, staged: Staged) -> Exception:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return HostNotTrusted(
                f"{name}: the server's certificate is not to be trusted ({cause.verify_message}); ask its operator, "
                "or name the authority's certificates in SSL_CERT_FILE"
            )
        cause = cause.__cause__ or cause.__context__
    if staged.came:
        return staged.cut()
    return PlaceAway(f"{name}: no proper answer came from the server ({type(error).__name__}); it is tried again")
