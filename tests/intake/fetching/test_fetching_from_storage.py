"""Objects in storage, by Airflow's path and connection: S3 from a server, the others as far as they can be built."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from s3_server import endpoint
from web_server import BODY, WebServer

from include.errors import NeverRetry
from include.intake.fetching import Fetched, Known, Login, NothingDelivered
from include.intake.fetching.faults import CutOff, LoginNeeded, NotAFile, PlaceAway, StillChanging, TooLarge
from include.intake.fetching.stored import StoredObject
from include.workflow.object_storage import file_system, stored_path
from include.workflow.places import AirflowConnections

__all__ = ["endpoint"]

Bring = Callable[..., Fetched]
DIGEST = hashlib.sha256(BODY).digest()
SECRET = "qanveltir-secret"


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    extra = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "amanah", "password": SECRET, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_PARTNER_S3", json.dumps(connection))
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    client.create_bucket(Bucket="guides")
    client.put_object(Bucket="guides", Key="2026/guide.csv", Body=BODY)
    yield client
    for found in client.list_objects_v2(Bucket="guides").get("Contents", []):
        client.delete_object(Bucket="guides", Key=found["Key"])
    client.close()


def place(key: str = "2026/guide.csv", connection: str | None = "partner_s3") -> StoredObject:
    url = f"s3://guides/{key}"
    return StoredObject(f"source guide: {url}", AirflowConnections().stored(url, connection), connection)


class Interrupted:
    """A path whose object ends before its end, as it does when a line is cut; everything else is the real one's."""

    def __init__(self, path: Any, *cuts: int, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.real, self.path, self.fs, self.cuts, self.meanwhile = path, path.path, path.fs, list(cuts), meanwhile
        self.started_at: list[int] = []

    @contextlib.contextmanager
    def open(self, mode: str, **options: Any) -> Iterator[Any]:
        with self.real.open(mode, **options) as stored:
            self.stored, self.left = stored, self.cuts.pop(0) if self.cuts else 2 * len(BODY)
            yield self

    def seek(self, offset: int) -> None:
        self.started_at.append(offset)
        self.stored.seek(offset)

    def read(self, size: int) -> bytes:
        if not self.left:
            self.meanwhile()
            raise ConnectionResetError
        block = bytes(self.stored.read(min(self.left, 200_000)))
        self.left -= len(block)
        if not block:
            self.meanwhile()
        return block


def test_an_object_comes_whole_by_airflows_path_and_connection(s3: Any, bring: Bring, target: Path) -> None:
    fetched = bring(place())
    assert (fetched.sha256, fetched.size) == (DIGEST, len(BODY))
    assert fetched.version.etag == f'"{hashlib.md5(BODY).hexdigest()}"'
    assert [path.suffix for path in target.parent.iterdir()] == [".raw"]


def test_a_fetch_that_is_cut_goes_on_from_where_it_was(s3: Any, bring: Bring, target: Path) -> None:
    path = Interrupted(place().path, 400_000, 400_000)
    assert bring(StoredObject("source guide", path, None)).sha256 == DIGEST
    assert path.started_at == [0, 400_000, 800_000]
    assert target.read_bytes() == BODY


def test_an_object_that_changed_after_the_cut_is_fetched_anew(s3: Any, bring: Bring) -> None:
    with pytest.raises(CutOff, match=r"ended after .* of 1\.\d+ MB"):
        bring(StoredObject("source guide", Interrupted(place().path, 200_000, 200_000, 200_000), None))
    s3.put_object(Bucket="guides", Key="2026/guide.csv", Body=BODY[::-1])
    assert bring(place()).sha256 == hashlib.sha256(BODY[::-1]).digest()


def test_an_object_that_is_replaced_while_it_is_fetched_is_not_put_together_of_two(
    s3: Any, bring: Bring, target: Path
) -> None:
    def replace() -> None:
        s3.put_object(Bucket="guides", Key="2026/guide.csv", Body=BODY[::-1])

    path = Interrupted(place().path, 400_000, meanwhile=replace)
    assert bring(StoredObject("source guide", path, None)).sha256 == hashlib.sha256(BODY[::-1]).digest()
    assert path.started_at[:2] == [0, 0]


def test_an_object_that_was_replaced_by_the_end_of_a_fetch_is_fetched_again(
    s3: Any, bring: Bring, target: Path
) -> None:
    """Only S3 is asked for the rest of the same version; the others would hand out a part of each."""
    path = Interrupted(place().path, meanwhile=lambda: s3.put_object(Bucket="guides", Key="2026/guide.csv", Body=b"x"))
    with pytest.raises(StillChanging, match="was replaced while it was fetched"):
        bring(StoredObject("source guide", path, None))
    assert list(target.parent.iterdir()) == []


def test_an_object_that_did_not_change_is_not_brought_again(s3: Any, bring: Bring, target: Path) -> None:
    first = bring(place())
    target.unlink()
    known = Known(first.version, first.sha256, first.size)
    assert bring(place(), known=known).unchanged
    assert list(target.parent.iterdir()) == []
    s3.put_object(Bucket="guides", Key="2026/guide.csv", Body=BODY[::-1])
    assert not bring(place(), known=known).unchanged


def test_an_object_over_the_limit_is_refused_before_it_is_loaded(s3: Any, bring: Bring, target: Path) -> None:
    with pytest.raises(TooLarge, match=r"location\.largest"):
        bring(place(), limit=1_000_000)
    assert list(target.parent.iterdir()) == []


def test_what_is_not_there_may_come_and_a_folder_is_no_file(s3: Any, bring: Bring) -> None:
    with pytest.raises(NothingDelivered, match=r"source guide: s3://guides/absent\.csv: there is no file"):
        bring(place("absent.csv"))
    with pytest.raises(NotAFile, match="is a folder"):
        bring(place("2026"))


def test_a_storage_that_refuses_the_login_is_told_without_it(
    web: WebServer, bring: Bring, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    web.serves("/guides/2026/guide.csv", status=403)
    web.serves("/guides", status=403)
    connection = {"conn_type": "aws", "login": "amanah", "password": SECRET, "extra": {"endpoint_url": web.url("")}}
    monkeypatch.setenv("AIRFLOW_CONN_PARTNER_S3", json.dumps(connection))
    with pytest.raises(LoginNeeded, match="correct the login in the Airflow connection partner_s3") as error:
        bring(place())
    assert SECRET not in f"{error.value!r}{caplog.text}{place()!r}"


def test_a_connection_that_airflow_lacks_is_told() -> None:
    with pytest.raises(NeverRetry, match=r"no connection nobody: add it, or correct location\.connection"):
        place(connection="nobody")


def test_a_login_that_is_renewed_is_used_by_the_next_path() -> None:
    login = Login("partner_s3", login="old", password="x")
    assert stored_path("s3://guides/a.csv", login).fs.key == "old"
    assert stored_path("s3://guides/a.csv", Login("partner_s3", login="new", password="x")).fs.key == "new"


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (PermissionError, LoginNeeded),
        (type("NoCredentialsError", (Exception,), {"__module__": "botocore.exceptions"}), LoginNeeded),
        (type("HttpError", (Exception,), {"__module__": "gcsfs.retry", "code": 403}), LoginNeeded),
        (type("ServiceRequestError", (Exception,), {"__module__": "azure.core.exceptions"}), PlaceAway),
        (TimeoutError, PlaceAway),
        (ZeroDivisionError, ZeroDivisionError),
    ],
)
def test_what_a_storage_library_says_is_told_in_our_words(
    kind: type[Exception], fault: type[Exception], bring: Bring
) -> None:
    class Refusing:
        path = "guides/guide.csv"

        @property
        def fs(self) -> Any:
            raise kind(SECRET)

    with pytest.raises(fault) as error:
        bring(StoredObject("source guide", Refusing(), "partner"))
    if fault is not ZeroDivisionError:
        assert SECRET not in str(error.value)
        assert error.value.__suppress_context__


@pytest.mark.skipif(shutil.which("azurite-blob") is None, reason="azurite (npm) is not on the PATH")
def test_a_blob_comes_from_azure_storage_whole_and_goes_on_after_a_cut(
    tmp_path: Path, bring: Bring, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    key = base64.b64encode(b"k" * 64).decode()
    words = [
        "azurite-blob",
        "--silent",
        "--skipApiVersionCheck",
        "--blobPort",
        str(port),
        "-l",
        str(tmp_path / "azure"),
    ]
    server = subprocess.Popen(words, env={**os.environ, "AZURITE_ACCOUNTS": f"amanah:{key}"})
    end = f"BlobEndpoint=http://127.0.0.1:{port}/amanah;"
    text = f"DefaultEndpointsProtocol=http;AccountName=amanah;AccountKey={key};{end}"
    connection = {"conn_type": "wasb", "extra": {"connection_string": text}}
    monkeypatch.setenv("AIRFLOW_CONN_PARTNER_BLOB", json.dumps(connection))
    try:
        path = AirflowConnections().stored("abfs://guides/2026/guide.csv", "partner_blob")
        while not answers(port):
            assert server.poll() is None
        path.fs.mkdir("guides")
        path.fs.pipe_file("guides/2026/guide.csv", BODY[:900_000])
        cut = Interrupted(path, 400_000)
        assert bring(StoredObject("source guide", cut, "partner_blob")).size == 900_000
        assert target.read_bytes() == BODY[:900_000]
        assert cut.started_at == [0, 400_000]
        absent = AirflowConnections().stored("abfs://guides/absent.csv", "partner_blob")
        with pytest.raises(NothingDelivered):
            bring(StoredObject("source guide", absent, "partner_blob"))
    finally:
        server.terminate()
        server.wait()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    time.sleep(0.05)
    return False


def test_the_fields_of_a_connection_log_in_to_s3() -> None:
    extra = {"endpoint_url": "https://s3.example", "region_name": "me-south-1", "aws_session_token": "t"}
    made = file_system("s3", Login("c", login="id", password=SECRET, extra=extra))
    assert (made.key, made.secret, made.token) == ("id", SECRET, "t")
    assert made.client_kwargs == {"endpoint_url": "https://s3.example", "region_name": "me-south-1"}
    assert file_system("s3", None).anon


def test_the_fields_of_a_connection_log_in_to_google_cloud_storage() -> None:
    made = file_system("gs", Login("c", extra={"keyfile_dict": json.dumps(service_account()), "project": "p"}))
    assert made.credentials.credentials.service_account_email == "amanah@project.example"
    older = {"extra__google_cloud_platform__keyfile_dict": service_account()}
    assert file_system("gs", Login("c", extra=older)).credentials.credentials.service_account_email
    assert file_system("gs", None).credentials.token == "anon"


def test_the_fields_of_a_connection_log_in_to_azure() -> None:
    key = base64.b64encode(b"k" * 32).decode()
    by_key = file_system("abfs", Login("c", login="account", password=key))
    assert (by_key.account_name, by_key.account_key) == ("account", key)
    by_token = file_system("az", Login("c", host="https://account.blob.core.windows.net", extra={"sas_token": "sv=1"}))
    assert (by_token.account_name, by_token.sas_token, by_token.account_key) == ("account", "?sv=1", None)
    text = f"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={key};BlobEndpoint=http://127.0.0.1:9/a;"
    assert file_system("abfs", Login("c", extra={"connection_string": text})).connection_string == text
    client = Login("c", host="account", login="client", password="s", extra={"tenant_id": "t"})
    assert (file_system("abfs", client).client_id, file_system("abfs", client).tenant_id) == ("client", "t")


@pytest.mark.parametrize(
    ("scheme", "extra"),
    [
        ("gs", {"keyfile_dict": "{half a key"}),
        ("gs", {"key_path": "/nowhere/key.json"}),
        ("abfs", {"connection_string": "x"}),
    ],
)
def test_fields_that_are_no_login_are_told_without_being_repeated(scheme: str, extra: dict[str, str]) -> None:
    with pytest.raises(NeverRetry, match="connection c cannot be used") as error:
        file_system(scheme, Login("c", extra=extra))
    assert not any(value in str(error.value) for value in extra.values() if len(value) > 1)


def service_account() -> dict[str, str]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return {
        "type": "service_account",
        "project_id": "p",
        "private_key": pem,
        "client_email": "amanah@project.example",
        "token_uri": "https://auth.example/token",
    }
