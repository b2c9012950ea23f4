"""All versions of a file, by the ways of the storage that keeps it: S3, Google Cloud Storage, Azure Blob, or a folder.

What a storage keeps of a deleted file for some days (soft delete of Google and Azure) nobody can destroy by a call:
`days_after_deletion` says how long that is.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from include.errors import MayBeRetried, NeverRetry
from include.intake.fetching.stored import CLIENTS

__all__ = ["days_after_deletion", "remove", "versions"]

AT_ONCE = 1000
"""So many versions S3 deletes by one call."""
DAY = 86_400
LISTS = "list and delete versions"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a storage is asked for the versions of a file, to remove some, and how long it keeps what was removed."""

    versions: Callable[[Any, str], list[Any]]
    remove: Callable[[Any, str, list[Any]], None]
    days: Callable[[Any, str], int]


def versions(fs: Any, place: str) -> list[Any]:
    """Give every version of a file, oldest or newest, as its storage names them; one where it keeps no versions.

    Of S3 also the marks of deletion, for whoever takes these away brings a file back; of Azure also the snapshots.
    Raises NeverRetry where the storage refuses, naming what it was asked and its code, and no file; MayBeRetried where
    it is away.
    """
    return _ways(fs).versions(fs, place)


def remove(fs: Any, place: str, found: list[Any]) -> None:
    """Remove these versions of a file for good; one that is gone already is gone. Raises as `versions` does."""
    _ways(fs).remove(fs, place, found)


def days_after_deletion(fs: Any, place: str) -> int:
    """Say for how many days the storage keeps what is deleted in it, whoever asks. Raises as `versions` does."""
    return _ways(fs).days(fs, place)


def _ways(fs: Any) -> Ways:
    names = (fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol
    return next((ways for scheme, ways in STORAGES.items() if scheme in names), FOLDER)


def _whole(fs: Any, place: str) -> list[None]:
    return [None] if fs.exists(place) else []


def _of_s3(fs: Any, place: str) -> list[str]:
    bucket, key, _ = fs.split_path(place)
    found, more = list[str](), dict[str, str]()
    while True:
        with _asked("list_object_versions", LISTS):
            listed = fs.call_s3("list_object_versions", Bucket=bucket, Prefix=key, **more)
        kept = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
        found += [str(version["VersionId"]) for version in kept if version["Key"] == key]  # others begin with it too
        if not listed.get("IsTruncated"):
            return found
        more = {"KeyMarker": listed["NextKeyMarker"], "VersionIdMarker": listed["NextVersionIdMarker"]}


def _from_s3(fs: Any, place: str, found: list[str]) -> None:
    bucket, key, _ = fs.split_path(place)
    for first in range(0, len(found), AT_ONCE):
        named = [{"Key": key, "VersionId": version} for version in found[first : first + AT_ONCE]]
        with _asked("delete_objects", LISTS):
            told = fs.call_s3("delete_objects", Bucket=bucket, Delete={"Objects": named, "Quiet": True})
        if errors := told.get("Errors"):
            raise _refused("delete_objects", str(errors[0].get("Code")), LISTS)


def _of_google(fs: Any, place: str) -> list[str]:
    bucket, key, _ = fs.split_path(place)
    found, more = list[str](), dict[str, str]()
    while True:
        with _asked("objects.list", LISTS):
            listed = fs.call("GET", "b/{}/o", bucket, prefix=key, versions="true", json_out=True, **more)
        found += [str(each["generation"]) for each in listed.get("items", ()) if each["name"] == key]
        if not listed.get("nextPageToken"):
            return found
        more = {"pageToken": listed["nextPageToken"]}


def _from_google(fs: Any, place: str, found: list[str]) -> None:
    bucket, key, _ = fs.split_path(place)
    for generation in found:
        with _asked("objects.delete", LISTS, gone_is_done=True):
            fs.call("DELETE", "b/{}/o/{}", bucket, key, generation=generation)


def _days_of_google(fs: Any, place: str) -> int:
    bucket, _, _ = fs.split_path(place)
    with _asked("buckets.get", "read the bucket (storage.buckets.get)"):
        told = fs.call("GET", "b/{}", bucket, fields="softDeletePolicy", json_out=True)
    return -(-int(told.get("softDeletePolicy", {}).get("retentionDurationSeconds", 0)) // DAY)


def _of_azure(fs: Any, place: str) -> list[Any]:
    """Give the blob itself, its versions and its snapshots, as the storage lists them."""
    container, key, _ = fs.split_path(place)

    async def listed() -> list[Any]:
        async with fs.service_client.get_container_client(container) as blobs:
            found = blobs.list_blobs(name_starts_with=key, include=["snapshots", "versions"])
            return [blob async for blob in found if blob.name == key]

    with _asked("List Blobs", LISTS):
        return list(_awaited(fs, listed()))


def _from_azure(fs: Any, place: str, found: list[Any]) -> None:
    """Remove the blob with its snapshots first: with that it becomes a version, which then goes with the others."""
    container, key, _ = fs.split_path(place)

    async def deleted(version: str | None) -> None:
        which = {"version_id": version} if version else {"delete_snapshots": "include"}
        async with fs.service_client.get_container_client(container) as blobs:
            await blobs.delete_blob(key, **which)

    if any(blob.is_current_version or not blob.version_id for blob in found):
        with _asked("Delete Blob", LISTS, gone_is_done=True):
            _awaited(fs, deleted(None))
        found = _of_azure(fs, place)
    for version in (blob.version_id for blob in found if blob.version_id):
        with _asked("Delete Blob", LISTS, gone_is_done=True):
            _awaited(fs, deleted(version))


def _days_of_azure(fs: Any, _: str) -> int:
    with _asked("Get Blob Service Properties", "read the properties of the blob service"):
        told = _awaited(fs, fs.service_client.get_service_properties())
    policy = told.get("delete_retention_policy")
    return int(policy.days or 0) if policy is not None and policy.enabled else 0


def _awaited(fs: Any, work: Coroutine[Any, Any, Any]) -> Any:
    from fsspec.asyn import sync

    async def done() -> Any:
        return await work

    return sync(fs.loop, done)


@contextmanager
def _asked(what: str, right: str, *, gone_is_done: bool = False) -> Iterator[None]:
    """Tell in our words what a storage's library says: its own words may name a file."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in CLIENTS:
            raise
        status, code = _answer(error)
        if gone_is_done and status == 404:
            return
        if status is None or status >= 500 or status in (408, 429):
            told = f"the storage of files gave no proper answer to {what} ({code}); it is asked again"
            fault: Exception = MayBeRetried(told)
        else:
            fault = _refused(what, code, right)
    else:
        return
    raise fault


def _refused(what: str, code: str, right: str) -> NeverRetry:
    return NeverRetry(f"the storage of files refused {what} ({code}); its login has to {right}")


def _answer(error: Exception) -> tuple[int | None, str]:
    """Give the HTTP status that a library's error stands for, None where no answer came; and what it is called."""
    said = getattr(error, "response", None) or getattr(
        error.__cause__, "response", None
    )  # s3fs says some in other words
    if isinstance(said, dict):
        answered = said.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return answered, str(said.get("Error", {}).get("Code") or answered)
    for name in ("status_code", "code"):
        if (status := str(getattr(error, name, None))).isdigit():
            return int(status), str(getattr(error, "error_code", None) or status)
    if isinstance(error, FileNotFoundError):
        return 404, "404"
    if isinstance(error, PermissionError) or str(error).startswith("Forbidden"):  # as gcsfs says it
        return 403, "403"
    return None, type(error).__name__


def _nothing(_fs: Any, _place: str) -> int:
    return 0


FOLDER = Ways(_whole, lambda fs, place, _: fs.rm(place), _nothing)
GOOGLE = Ways(_of_google, _from_google, _days_of_google)
AZURE = Ways(_of_azure, _from_azure, _days_of_azure)
STORAGES = {"s3": Ways(_of_s3, _from_s3, _nothing), "gs": GOOGLE, "gcs": GOOGLE, "abfs": AZURE, "az": AZURE}
