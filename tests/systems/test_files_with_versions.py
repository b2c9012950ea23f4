"""A file in object storage goes with all its versions, and no other file goes with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from s3_server import endpoint

from include.errors import MayBeRetried, NeverRetry
from include.systems import System
from include.systems.files import destroy_paths, read_file

__all__ = ["endpoint"]

CALLS = System(key="calls", tables=(), edges=())
CALL = "2026/call-1.wav"
BASE = "s3://recordings/calls"


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket that keeps versions: three of a call, one of which somebody deleted, and a file whose name is longer."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    given = {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1", "ENDPOINT_URL": endpoint}
    for name, value in given.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="recordings", ObjectLockEnabledForBucket=True)
    client.put_bucket_versioning(Bucket="recordings", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second"):
        client.put_object(Bucket="recordings", Key=f"calls/{CALL}", Body=body)
    client.delete_object(Bucket="recordings", Key=f"calls/{CALL}")
    client.put_object(Bucket="recordings", Key=f"calls/{CALL}", Body=b"third")
    client.put_object(Bucket="recordings", Key=f"calls/{CALL}.json", Body=b"another's")
    yield client
    listed = client.list_object_versions(Bucket="recordings")
    for found in [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]:
        client.delete_object(
            Bucket="recordings", Key=found["Key"], VersionId=found["VersionId"], BypassGovernanceRetention=True
        )
    client.delete_bucket(Bucket="recordings")
    client.close()


def names(client: Any) -> list[str]:
    listed = client.list_object_versions(Bucket="recordings")
    return sorted(found["Key"] for found in [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())])


def test_every_version_goes_with_the_marks_of_deletion_and_no_file_whose_name_only_begins_so(bucket: Any) -> None:
    assert names(bucket).count(f"calls/{CALL}") == 4
    assert destroy_paths(CALLS, [CALL], BASE) == 1
    assert names(bucket) == [f"calls/{CALL}.json"]
    assert read_file(BASE, CALL) is None


def test_a_file_that_was_only_deleted_still_has_versions_and_they_go(bucket: Any) -> None:
    bucket.delete_object(Bucket="recordings", Key=f"calls/{CALL}")
    assert destroy_paths(CALLS, [CALL], BASE) == 1
    assert names(bucket) == [f"calls/{CALL}.json"]


def test_a_file_with_more_versions_than_one_list_and_one_call_hold_goes_whole(bucket: Any) -> None:
    (store,) = (each for each in s3_backends[DEFAULT_ACCOUNT_ID].values() if "recordings" in each.buckets)
    for _ in range(1000):  # past the wire, in the server itself: so they are there in a second
        store.put_object("recordings", f"calls/{CALL}", b"")
    assert destroy_paths(CALLS, [CALL], BASE) == 1
    assert names(bucket) == [f"calls/{CALL}.json"]


def test_a_file_that_is_gone_is_gone_and_a_bucket_without_versions_is_as_good(bucket: Any) -> None:
    destroy_paths(CALLS, [CALL], BASE)
    assert destroy_paths(CALLS, [CALL], BASE) == 0
    bucket.create_bucket(Bucket="plain")
    bucket.put_object(Bucket="plain", Key=CALL, Body=b"only")
    assert destroy_paths(CALLS, [CALL], "s3://plain") == 1
    assert bucket.list_objects_v2(Bucket="plain")["KeyCount"] == 0


def test_a_version_that_the_storage_has_to_keep_is_said_and_the_run_ends(bucket: Any) -> None:
    bucket.put_object_legal_hold(Bucket="recordings", Key=f"calls/{CALL}", LegalHold={"Status": "ON"})
    try:
        with pytest.raises((NeverRetry, MayBeRetried)) as told:
            destroy_paths(CALLS, [CALL], BASE)
        assert "call-1" not in str(told.value)
    finally:
        bucket.put_object_legal_hold(Bucket="recordings", Key=f"calls/{CALL}", LegalHold={"Status": "OFF"})


def test_a_bucket_that_is_not_there_or_not_ours_is_refused_and_not_taken_for_an_empty_one(bucket: Any) -> None:
    with pytest.raises(NeverRetry, match="refused list_object_versions"):
        destroy_paths(CALLS, [CALL], "s3://nowhere")
    with pytest.raises(ClientError):
        bucket.head_bucket(Bucket="nowhere")
