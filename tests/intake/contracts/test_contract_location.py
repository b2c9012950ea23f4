"""Where a contract says that its file lies: readable, one place, and never a secret in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.errors import NeverRetry
from include.intake.contracts import Contract, Location, file_of

Build = Callable[..., Contract]
Complaint = Callable[..., str]


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example/guide.csv",
        "http://data.example:8080/guide.csv?format=csv&keyword=trade&author=all",
        "s3://guides/2026/guide.csv",
        "gs://guides/guide.csv",
        "abfs://guides/guide.csv",
        "az://guides/guide.csv",
    ],
)
def test_a_bare_link_stands_for_itself(url: str, contract: Build) -> None:
    location = contract(location=url).location
    assert (location.url, location.path, location.connection, location.limit) == (url, None, None, 2_000_000_000)


def test_a_bare_path_stands_for_itself_and_may_be_of_any_size(contract: Build) -> None:
    assert contract(location="trade.csv").location == Location(path="trade.csv")
    assert Location(path="trade.csv").limit is None


@pytest.mark.parametrize(
    ("given", "size"),
    [("500 MB", 500_000_000), ("1.5GB", 1_500_000_000), ("64 KiB", 65_536), ("2gb", 2_000_000_000), (812, 812)],
)
def test_a_size_is_written_as_people_say_it(given: object, size: int, contract: Build) -> None:
    assert contract(location={"url": "https://data.example/g.csv", "largest": given}).location.limit == size


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ({}, "needs either path: (a local file) or url: (a link)"),
        ({"path": "a.csv", "url": "https://data.example/a.csv"}, "not both"),
        ({"path": "https://data.example/a.csv"}, "write a link as url:"),
        ({"path": "a.csv", "connection": "partner"}, "connection means nothing for a local path"),
        ({"url": "sftp://files.example/a.csv"}, "sftp needs connection"),
        ({"url": "ftp://files.example/a.csv"}, "must begin with one of https://, http://, sftp://"),
        ({"url": "file:///etc/hostname"}, "must begin with one of"),
        ({"url": "data.example/a.csv"}, "must begin with one of"),
        ({"url": "https://data.example/"}, "must name a host or bucket, and the file in it"),
        ({"url": "https:///a.csv"}, "must name a host or bucket, and the file in it"),
        ({"url": "s3://bucket"}, "must name a host or bucket, and the file in it"),
        ({"url": "https://data.example:99999/a.csv"}, "is not a link that can be read"),
        ({"url": "https://[data/a.csv"}, "is not a link that can be read"),
        ({"url": "https://data.example/a b.csv"}, "write %20"),
        ({"url": "https://data.example/a.csv#top"}, "write %23"),
        ({"url": "s3://bucket/a.csv?versionId=1"}, "must not have a query"),
        ({"url": "abfs://guides@account.dfs.core.windows.net/a.csv"}, "write abfs://container/path"),
        ({"url": "https://data.example/a.csv", "connection": "a b"}, "location.connection"),
        ({"url": "https://data.example/a.csv", "largest": "much"}, "must be a size such as 500 MB or 2 GB"),
        ({"url": "https://data.example/a.csv", "largest": True}, "must be a size such as 500 MB or 2 GB"),
        ({"url": "https://data.example/a.csv", "largest": 0}, "location.largest"),
        ({"url": "https://data.example/a.csv", "conection": "x"}, "did you mean 'connection'"),
    ],
)
def test_what_is_wrong_with_a_place_says_what_to_write(
    location: dict[str, Any], told: str, complaint: Complaint
) -> None:
    assert told in complaint(location=location)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:qanveltir@data.example/a.csv",
        "https://qanveltir@data.example/a.csv",
        "sftp://me:qanveltir@files.example/a.csv",
        "https://data.example/a.csv?token=qanveltir",
        "https://data.example/a.csv?page=1&api_key=qanveltir",
        "https://data.example/a.csv?X-Amz-Signature=qanveltir",
        "https://data.example/a.csv?sv=2026&sig=qanveltir",
        "https://data.example/a.csv?access_token=qanveltir",
        "https://data.example/a.csv?AUTH=qanveltir",
        "https://data.example/a.csv?tokenqanveltir0=1",
    ],
)
def test_a_link_that_holds_a_secret_is_refused_and_the_secret_is_not_repeated(url: str, complaint: Complaint) -> None:
    said = complaint(location={"url": url, "connection": "partner"})
    assert "connection" in said
    assert "qanveltir" not in said


def test_a_link_is_told_without_its_query(contract: Build) -> None:
    assert contract(location="https://data.example/a.csv?page=7").location.told == "https://data.example/a.csv"


def test_a_link_has_no_local_file(contract: Build) -> None:
    with pytest.raises(NeverRetry, match="its location is a link"):
        file_of(contract(location="https://data.example/a.csv"))
