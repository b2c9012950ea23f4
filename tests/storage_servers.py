"""Object storage that keeps versions, on this machine: Google's JSON API and Azure's Blob REST API, as documented.

No server of theirs can be run here, so these speak the wire protocol of the few calls that the destruction of files
makes, with the rules that their documentation gives: pages, versions that stay behind a deletion, snapshots that have
to be named, the current version that cannot be deleted by its id, and refusals. The calls themselves are made by the
real libraries.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from fsspec.core import url_to_fs

__all__ = ["KEY", "Bucket", "reached", "storage_runs"]

KEY = base64.b64encode(b"k" * 64).decode()
PAGE = 2
"""So many versions are listed at once."""


@dataclass
class Bucket:
    """What stands in the only bucket there is."""

    versions: list[tuple[str, str]] = field(default_factory=list)
    """Key and id of each version, oldest first."""
    live: dict[str, str] = field(default_factory=dict)
    """Of each key that is there the id of the version that is current."""
    snapshots: list[tuple[str, str]] = field(default_factory=list)
    days: int = 0
    """For how many days it keeps what is deleted."""
    refuses: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Status and code for each call, by its method, that is refused."""
    url: str = ""

    def put(self, key: str) -> None:
        """Write a file once more."""
        self.live[key] = f"{len(self.versions) + 1700000000000000}"
        self.versions.append((key, self.live[key]))

    def left(self) -> list[str]:
        """Name what is left, version by version and snapshot by snapshot."""
        return sorted(key for key, _ in self.versions + self.snapshots)

    def delete(self, key: str, version: str | None) -> bool:
        """Delete one version for good; or, without an id, let the file go and its versions stay."""
        if version is None:
            return self.live.pop(key, None) is not None
        there = (key, version) in self.versions
        self.versions = [each for each in self.versions if each != (key, version)]
        if self.live.get(key) == version:
            del self.live[key]
        return there


class Server(ThreadingHTTPServer):
    """One bucket over HTTP."""

    daemon_threads = True
    bucket: Bucket


class Handler(BaseHTTPRequestHandler):
    """Answers both dialects; Google's paths begin with /storage/v1/b/, Azure's with the account."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer a list, or the settings of the bucket."""
        self._answer()

    def do_DELETE(self) -> None:
        """Delete a file or a version of it."""
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        google = parts.path.startswith("/storage/v1/b/")
        names = parts.path.removeprefix("/storage/v1/b/").split("/") if google else parts.path.split("/")[2:]
        if refused := self.server.bucket.refuses.get(self.command):
            return self._refuse(*refused, google=google)
        return self._google(names, asked) if google else self._azure(names, asked)

    def _google(self, names: list[str], asked: dict[str, str]) -> None:
        bucket = self.server.bucket
        if names[0] != "recordings":
            return self._refuse(404, "notFound", google=True)
        if self.command == "DELETE":
            done = bucket.delete(unquote(names[2]), asked.get("generation"))
            return self._say(204, b"") if done else self._refuse(404, "notFound", google=True)
        if len(names) == 1:
            policy = {"softDeletePolicy": {"retentionDurationSeconds": str(bucket.days * 86_400)}}
            return self._say(200, json.dumps(policy).encode(), "application/json")
        some, after = self._page(int(asked.get("pageToken", 0)), asked["prefix"])
        items = [{"name": key, "generation": version, "bucket": "recordings"} for key, version in some]
        told = {"items": items} | ({"nextPageToken": str(after)} if after else {})
        return self._say(200, json.dumps(told).encode(), "application/json")

    def _azure(self, names: list[str], asked: dict[str, str]) -> None:
        if asked.get("comp") == "properties":
            return self._properties()
        if names[0] != "recordings":
            return self._refuse(404, "ContainerNotFound", google=False)
        if self.command == "DELETE":
            return self._delete_blob("/".join(map(unquote, names[1:])), asked.get("versionid"))
        some, after = self._page(int(asked.get("marker") or 0), asked["prefix"])
        blobs = "".join(self._blob(key, version) for key, version in some)
        if not after:
            blobs += "".join(
                f"<Blob><Name>{escape(key)}</Name><Snapshot>{at}</Snapshot>{PROPERTIES}</Blob>"
                for key, at in self.server.bucket.snapshots
                if "snapshots" in asked["include"] and key.startswith(asked["prefix"])
            )
        told = f"<Prefix>{escape(asked['prefix'])}</Prefix><Blobs>{blobs}</Blobs><NextMarker>{after or ''}</NextMarker>"
        return self._xml(f'<EnumerationResults ContainerName="recordings">{told}</EnumerationResults>')

    def _blob(self, key: str, version: str) -> str:
        current = "<IsCurrentVersion>true</IsCurrentVersion>" if self.server.bucket.live.get(key) == version else ""
        return f"<Blob><Name>{escape(key)}</Name><VersionId>{version}</VersionId>{current}{PROPERTIES}</Blob>"

    def _delete_blob(self, key: str, version: str | None) -> None:
        bucket = self.server.bucket
        if version is not None and bucket.live.get(key) == version:
            return self._refuse(403, "OperationNotAllowedOnRootBlob", google=False)
        if version is None and any(each == key for each, _ in bucket.snapshots):
            if self.headers.get("x-ms-delete-snapshots") != "include":
                return self._refuse(409, "SnapshotsPresent", google=False)
            bucket.snapshots = [each for each in bucket.snapshots if each[0] != key]
        done = bucket.delete(key, version)
        return self._say(202, b"") if done else self._refuse(404, "BlobNotFound", google=False)

    def _properties(self) -> None:
        days = self.server.bucket.days
        said = f"<Enabled>true</Enabled><Days>{days}</Days>" if days else "<Enabled>false</Enabled>"
        policy = f"<DeleteRetentionPolicy>{said}</DeleteRetentionPolicy>"
        self._xml(f"<StorageServiceProperties>{policy}</StorageServiceProperties>")

    def _page(self, start: int, prefix: str) -> tuple[list[tuple[str, str]], int | None]:
        found = [each for each in self.server.bucket.versions if each[0].startswith(prefix)]
        return found[start : start + PAGE], start + PAGE if len(found) > start + PAGE else None

    def _refuse(self, status: int, code: str, *, google: bool) -> None:
        if google:
            told = {"error": {"code": status, "message": f"recordings/calls: {code}", "errors": [{"reason": code}]}}
            return self._say(status, json.dumps(told).encode(), "application/json")
        return self._xml(f"<Error><Code>{code}</Code><Message>calls</Message></Error>", status, code)

    def _xml(self, text: str, status: int = 200, code: str = "") -> None:
        self._say(status, f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode(), "application/xml", code)

    def _say(self, status: int, body: bytes, kind: str = "text/plain", code: str = "") -> None:
        self.send_response(status)
        if code:
            self.send_header("x-ms-error-code", code)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


PROPERTIES = (
    "<Properties><Last-Modified>Mon, 01 Jun 2026 00:00:00 GMT</Last-Modified><Etag>0x1</Etag>"
    "<Content-Length>1</Content-Length><BlobType>BlockBlob</BlobType></Properties>"
)


def reached(monkeypatch: pytest.MonkeyPatch, blobs: str, **settings: str) -> None:
    """Let the libraries find the servers here, and forget those of another test."""
    for name in [name for name in os.environ if name.startswith(("AZURE_", "GOOGLE_"))]:
        monkeypatch.delenv(name)
    account = f"DefaultEndpointsProtocol=http;AccountName=amanah;AccountKey={KEY};BlobEndpoint={blobs};"
    for name, value in {"AZURE_STORAGE_CONNECTION_STRING": account, **settings}.items():
        monkeypatch.setenv(name, value)
    for base in ("gs://recordings", "abfs://recordings"):
        type(url_to_fs(base)[0]).clear_instance_cache()


@contextmanager
def storage_runs() -> Iterator[Bucket]:
    """Serve an empty bucket named `recordings` while the block runs."""
    server = Server(("127.0.0.1", 0), Handler)
    server.bucket = Bucket(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
