"""What a storage keeps of deleted files is told as a copy with its end; one that is kept for too long is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import books
import pytest
from sqlalchemy import Connection
from storage_servers import Bucket, reached, storage_runs
from test_retention import AT, allow_all, company, held

from include.duties.backups.copies import copies, make_backup
from include.duties.retention import enforce
from include.duties.retention.actions import Incomplete
from include.store import home

__all__ = ["company"]


@pytest.fixture
def bucket(company: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The company's files lie in a bucket; an account ended, and what is due of it is allowed."""
    with storage_runs() as bucket:
        reached(monkeypatch, f"{bucket.url}/amanah", STORAGE_EMULATOR_HOST=bucket.url)
        monkeypatch.setenv("AMANAH_BOOKS_FILES", "gs://recordings/calls")
        books.fill(company, (1, "2026-01-01"))
        allow_all()
        yield bucket


def certified() -> list[object]:
    files = (home() / "certificates").glob("*.json")
    return [backup for file in files for backup in json.loads(file.read_text("utf-8"))["backups"]]


def test_a_week_that_the_storage_keeps_them_is_in_the_certificate_and_among_the_copies(
    bucket: Bucket, company: Connection
) -> None:
    bucket.days = 7
    enforce(AT)
    assert held(company, "session") == []
    assert {"name": "deleted files", "days_after_deletion": 7, "until": "2026-06-09"} in certified()
    (page, *_) = (file.read_text("utf-8") for file in (home() / "certificates").glob("*.html"))
    assert "7</bdi> day(s) after deletion, which nobody can shorten" in page
    make_backup(AT)
    assert ("books", "deleted files") in {(copy.system, copy.name) for copy in copies()}


def test_a_year_is_longer_than_a_copy_may_last_and_nothing_begins_to_go(bucket: Bucket, company: Connection) -> None:
    bucket.days = 365
    with pytest.raises(Incomplete, match=r"books: .* for 365 days \(soft delete\), longer than the 6 months"):
        enforce(AT)
    assert held(company, "session") == [1]
    bucket.days = 0
    enforce(AT)
    assert (held(company, "session"), certified()) == ([], [])


def test_where_the_login_may_not_ask_nothing_goes_and_the_message_says_what_it_lacks(
    bucket: Bucket, company: Connection
) -> None:
    bucket.refuses["GET"] = (403, "forbidden")
    with pytest.raises(Incomplete, match=r"books: .* its login has to read the bucket"):
        enforce(AT)
    assert held(company, "session") == [1]
