"""A file goes with all its versions from Google Cloud Storage and Azure too, and what they keep after it is told.

Over the libraries' own calls to a server that speaks the documented protocol (`storage_servers`); snapshots also to
Azurite, Microsoft's emulator, which knows neither versions nor soft delete, where it is on the PATH.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError
from azure.storage.blob import BlobClient
from botocore.exceptions import EndpointConnectionError
from fsspec.core import url_to_fs
from gcsfs.retry import HttpError
from storage_servers import KEY, Bucket, reached, storage_runs

from include.errors import MayBeRetried, NeverRetry
from include.systems import System
from include.systems.files import days_kept, destroy_paths, read_file
from include.systems.versions import versions

CALLS = System(key="calls", tables=(), edges=())
CALL = "2026/call-1 ع.wav"
BOTH = pytest.mark.parametrize("base", ["gs://recordings/calls", "abfs://recordings/calls"])


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket that keeps versions: three of a call, and a file whose name is longer."""
    with storage_runs() as bucket:
        reached(monkeypatch, f"{bucket.url}/amanah", STORAGE_EMULATOR_HOST=bucket.url)
        for _ in range(3):
            bucket.put(f"calls/{CALL}")
        bucket.put(f"calls/{CALL}.json")
        yield bucket


@BOTH
def test_every_version_goes_and_no_file_whose_name_only_begins_so(bucket: Bucket, base: str) -> None:
    assert bucket.left().count(f"calls/{CALL}") == 3
    assert destroy_paths(CALLS, [CALL], base) == 1
    assert bucket.left() == [f"calls/{CALL}.json"]
    assert destroy_paths(CALLS, [CALL], base) == 0


@BOTH
def test_a_file_that_was_only_deleted_still_has_versions_and_they_go(bucket: Bucket, base: str) -> None:
    bucket.delete(f"calls/{CALL}", None)
    assert destroy_paths(CALLS, [CALL], base) == 1
    assert bucket.left() == [f"calls/{CALL}.json"]


def test_snapshots_go_with_their_blob(bucket: Bucket) -> None:
    bucket.snapshots.append((f"calls/{CALL}", "2026-06-01T00:00:00.0000000Z"))
    assert destroy_paths(CALLS, [CALL], "abfs://recordings/calls") == 1
    assert bucket.left() == [f"calls/{CALL}.json"]


@BOTH
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_a_storage_refuses_is_said_by_its_code_and_names_no_file(bucket: Bucket, base: str, method: str) -> None:
    bucket.refuses[method] = (403, "AuthorizationPermissionMismatch")
    code = "403" if base.startswith("gs:") else "AuthorizationPermissionMismatch"
    with pytest.raises(NeverRetry, match=rf"refused .* \({code}\); its login has to list and delete") as told:
        destroy_paths(CALLS, [CALL], base)
    assert "call-1" not in str(told.value)
    assert len(bucket.left()) == 4


@BOTH
def test_a_bucket_that_is_not_there_is_refused_and_not_taken_for_an_empty_one(bucket: Bucket, base: str) -> None:
    with pytest.raises(NeverRetry, match="refused"):
        destroy_paths(CALLS, [CALL], base.replace("recordings", "nowhere"))


@BOTH
def test_how_long_a_storage_keeps_what_is_deleted_in_it_is_asked_of_it(bucket: Bucket, base: str) -> None:
    assert days_kept(base) == 0
    bucket.days = 7
    assert days_kept(base) == 7
    bucket.refuses["GET"] = (403, "AuthorizationFailure")
    with pytest.raises(NeverRetry, match="its login has to read the"):
        days_kept(base)


def test_a_folder_keeps_nothing_of_a_file_that_is_deleted(tmp_path: Path) -> None:
    assert days_kept(str(tmp_path)) == 0


class Away:
    """A storage to which no line leads; its library says so in words that name the file."""

    def __init__(self, protocol: str, error: Exception) -> None:
        self.protocol, self.error = (protocol,), error

    def split_path(self, place: str) -> tuple[str, str, None]:
        return "recordings", place, None

    def call(self, *_: object, **__: object) -> None:
        raise self.error

    call_s3 = call


@pytest.mark.parametrize(
    ("protocol", "error"),
    [
        ("gs", ClientConnectionError(CALL)),
        ("gs", HttpError({"code": 503, "message": CALL})),
        ("s3", EndpointConnectionError(endpoint_url=CALL)),
        ("s3", TimeoutError(CALL)),
    ],
)
def test_a_storage_that_is_away_is_asked_again(protocol: str, error: Exception) -> None:
    with pytest.raises(MayBeRetried, match="the storage of files gave no proper answer to") as told:
        versions(Away(protocol, error), CALL)
    assert "call-1" not in str(told.value)


@pytest.mark.skipif(shutil.which("azurite-blob") is None, reason="azurite (npm) is not on the PATH")
def test_a_blob_and_its_snapshots_go_from_azurite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["azurite-blob", "--silent", "--skipApiVersionCheck", "--blobPort", str(port), "-l", str(tmp_path)]
    server = subprocess.Popen(words, env={**os.environ, "AZURITE_ACCOUNTS": f"amanah:{KEY}"})
    try:
        reached(monkeypatch, f"http://127.0.0.1:{port}/amanah")
        fs = url_to_fs("abfs://recordings")[0]
        fs.mkdir("recordings")
        fs.pipe_file(f"recordings/calls/{CALL}", b"first")
        fs.pipe_file(f"recordings/calls/{CALL}.json", b"another's")
        with blob_client(port) as blob:
            blob.create_snapshot()
        assert days_kept("abfs://recordings/calls") == 0
        assert destroy_paths(CALLS, [CALL], "abfs://recordings/calls") == 1
        assert read_file("abfs://recordings/calls", CALL) is None
        assert read_file("abfs://recordings/calls", f"{CALL}.json") is not None
    finally:
        server.terminate()
        server.wait()


def blob_client(port: int) -> BlobClient:
    url = f"http://127.0.0.1:{port}/amanah"
    return BlobClient(url, "recordings", f"calls/{CALL}", credential={"account_name": "amanah", "account_key": KEY})
