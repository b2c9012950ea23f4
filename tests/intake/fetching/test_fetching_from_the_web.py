"""Files behind links: whole or not at all, gone on with after a cut, and not brought again where nothing changed."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from web_server import BODY, WebServer

from include.errors import MayBeRetried
from include.intake.fetching import Fetched, Known, NothingDelivered, Version
from include.intake.fetching.faults import CutOff, LoginNeeded, NotAFile, PlaceAway, TooLarge

Bring = Callable[..., Fetched]
DIGEST = hashlib.sha256(BODY).digest()


def left_in(target: Path) -> list[str]:
    return sorted(path.suffix for path in target.parent.iterdir())


def test_a_file_comes_whole_under_its_own_name_and_readable_by_its_owner_only(
    web: WebServer, bring: Bring, target: Path
) -> None:
    fetched = bring(web.serves("/guide.csv", BODY, etag='"one"'))
    assert (fetched.sha256, fetched.size, fetched.unchanged) == (DIGEST, len(BODY), False)
    assert target.read_bytes() == BODY
    assert target.stat().st_mode & 0o777 == 0o600
    assert left_in(target) == [".raw"]


def test_a_fetch_that_is_cut_goes_on_from_where_it_was(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', cuts=[300_000, 300_000])
    assert bring(link).sha256 == DIGEST
    assert target.read_bytes() == BODY
    first, second, third = web.ranges
    assert first is None
    assert 0 < int(second.removeprefix("bytes=").rstrip("-")) <= 300_000
    assert 300_000 < int(third.removeprefix("bytes=").rstrip("-")) <= 600_000


def test_a_truncated_download_is_not_taken_as_whole_and_the_next_try_of_the_task_goes_on(
    web: WebServer, bring: Bring, target: Path
) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', cuts=[200_000] * 3)
    with pytest.raises(CutOff, match=r"ended after .* of 1\.\d+ MB; the next try goes on from there"):
        bring(link)
    assert left_in(target) == [".unfinished", ".version"]
    assert bring(link).sha256 == DIGEST
    assert left_in(target) == [".raw"]
    assert len(web.ranges) == 4


def test_a_truncated_download_without_a_version_leaves_nothing_and_begins_anew(
    web: WebServer, bring: Bring, target: Path
) -> None:
    link = web.serves("/guide.csv", BODY, cuts=[200_000])
    with pytest.raises(CutOff, match="begins anew"):
        bring(link)
    assert left_in(target) == []
    assert bring(link).sha256 == DIGEST
    assert web.ranges == [None, None]


def test_a_download_that_lacks_its_last_byte_is_cut(web: WebServer, bring: Bring, target: Path) -> None:
    with pytest.raises(CutOff, match="ended after 12 bytes of 13 bytes"):
        bring(web.serves("/guide.csv", b"a,b\n1,2\n3,4\n", told_length=13))
    assert left_in(target) == []


def test_a_page_that_comes_in_two_tries_is_still_no_file(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", PAGE + b" " * 500_000, etag='"one"', cuts=[300_000])
    with pytest.raises(LoginNeeded):
        bring(link)
    assert len(web.asked) == 2
    assert left_in(target) == []


def test_a_page_that_comes_compressed_is_still_no_file(web: WebServer, bring: Bring) -> None:
    with pytest.raises(LoginNeeded):
        bring(web.serves("/guide.csv", gzip.compress(PAGE), headers={"Content-Encoding": "gzip"}))


def test_a_download_in_chunks_that_ends_before_its_end_is_cut_too(web: WebServer, bring: Bring) -> None:
    with pytest.raises(CutOff):
        bring(web.serves("/guide.csv", BODY, chunked=True, cuts=[200_000]))


def test_a_file_that_changed_after_the_cut_is_fetched_anew(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", b"x" * 900_000, etag='"one"', cuts=[200_000] * 3)
    with pytest.raises(CutOff):
        bring(link)
    web.serves("/guide.csv", BODY, etag='"two"')
    assert bring(link).sha256 == DIGEST
    assert target.read_bytes() == BODY


def test_the_rest_of_another_version_is_not_put_behind_the_beginning_of_this_one(
    web: WebServer, bring: Bring, target: Path
) -> None:
    """Some servers send a range whatever If-Range says."""
    link = web.serves("/guide.csv", b"x" * 900_000, etag='"one"', cuts=[200_000] * 3)
    with pytest.raises(CutOff):
        bring(link)
    careless = web.answers["/guide.csv"]
    careless.body, careless.cuts = BODY, []
    assert bring(link).sha256 == DIGEST, "the same ETag, but another length"


def test_a_server_that_knows_no_ranges_sends_it_all_again(web: WebServer, bring: Bring) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', cuts=[200_000], ranges=False)
    assert bring(link).sha256 == DIGEST


def test_a_range_that_the_server_refuses_is_asked_for_no_more(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', cuts=[200_000] * 3)
    with pytest.raises(CutOff):
        bring(link)
    target.with_suffix(".unfinished").write_bytes(BODY + b"more than there is")
    assert bring(link).sha256 == DIGEST


@pytest.mark.parametrize(
    ("validators", "goes_on"),
    [
        ({"etag": 'W/"one"'}, False),
        ({"modified": "Mon, 02 Mar 2026 06:00:00 GMT"}, True),
        ({"modified": "Mon, 02 Mar 2099 06:00:00 GMT"}, False),
        ({"modified": "yesterday"}, False),
    ],
    ids=["weak etag", "old date", "date just now", "no date"],
)
def test_only_a_version_that_stands_for_its_bytes_is_gone_on_with(
    validators: dict[str, str], goes_on: bool, web: WebServer, bring: Bring
) -> None:
    link = web.serves("/guide.csv", BODY, cuts=[200_000], **validators)
    if goes_on:
        assert bring(link).sha256 == DIGEST
        assert web.asked[1][1]["if-range"] == validators["modified"]
    else:
        with pytest.raises(CutOff):
            bring(link)


def test_a_file_that_did_not_change_is_not_brought_again(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"')
    first = bring(link)
    target.unlink()
    known = Known(first.version, first.sha256, first.size)
    again = bring(link, known=known)
    assert (again.unchanged, again.sha256, again.size) == (True, DIGEST, len(BODY))
    assert left_in(target) == []
    web.serves("/guide.csv", BODY[::-1], etag='"two"')
    other = bring(link, known=known)
    assert (other.unchanged, other.version.etag) == (False, '"two"')


def test_a_last_modified_asks_too_where_there_is_no_etag(web: WebServer, bring: Bring) -> None:
    version = Version(None, "Mon, 02 Mar 2026 06:00:00 GMT")
    bring(web.serves("/guide.csv", BODY), known=Known(version, DIGEST, len(BODY)))
    assert web.asked[0][1]["if-modified-since"] == version.modified


def test_a_file_over_the_limit_is_refused_before_it_is_loaded(web: WebServer, bring: Bring, target: Path) -> None:
    with pytest.raises(TooLarge, match=r"larger than 1 MB.*location\.largest"):
        bring(web.serves("/guide.csv", BODY, etag='"one"'), limit=1_000_000)
    assert left_in(target) == []


def test_a_file_that_does_not_tell_its_length_is_refused_at_the_limit(
    web: WebServer, bring: Bring, target: Path
) -> None:
    link = web.serves("/guide.csv", BODY * 20, chunked=True, etag='"one"')
    with pytest.raises(TooLarge):
        bring(link, limit=1_000_000)
    assert left_in(target) == []


PAGE = b"<!-- portal -->\n<!DOCTYPE html><html><form><input name=u><input name=p type='password'></form></html>"


@pytest.mark.parametrize(
    ("answer", "fault", "told"),
    [
        ({"status": 401}, LoginNeeded, r"401.*location\.connection"),
        ({"status": 403}, LoginNeeded, r"403.*location\.connection"),
        ({"body": PAGE}, LoginNeeded, r"page to log in.*location\.connection"),
        ({"body": PAGE, "headers": {"Content-Type": "text/csv"}}, LoginNeeded, "page to log in"),
        ({"body": PAGE.decode().encode("utf-16")}, LoginNeeded, "page to log in"),
        ({"body": b"<html>Welcome</html>"}, NotAFile, r"web page.*location\.url"),
        (
            {"status": 302, "headers": {"Location": "https://login.other.example/"}},
            LoginNeeded,
            r"login\.other\.example",
        ),
        ({"status": 302, "headers": {"Location": "/SignIn?next=guide"}}, LoginNeeded, "log in"),
        ({"status": 302, "headers": {"Location": "ftp://other.example/guide.csv"}}, NotAFile, "no web address"),
        ({"status": 302, "headers": {"Location": "file:///etc/hostname"}}, NotAFile, "no web address"),
        ({"status": 302, "headers": {"Location": "https://me:secret@other.example/"}}, NotAFile, "no web address"),
        ({"status": 302, "headers": {"Location": "/guide.csv"}}, NotAFile, "on and on"),
        ({"status": 302, "headers": {"Location": "http://other.example:port/"}}, PlaceAway, "no proper answer"),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:99999/"}}, NotAFile, "no web address"),
        ({"status": 404}, NothingDelivered, "there is no file"),
        ({"status": 410}, NothingDelivered, "there is no file"),
        ({"status": 204}, NothingDelivered, "there is no file"),
        ({"status": 400}, NotAFile, "400"),
        ({"status": 300}, NotAFile, "300"),
        ({"status": 429, "headers": {"Retry-After": "120"}}, PlaceAway, "429.*left alone for 120 s"),
        ({"status": 503, "headers": {"Retry-After": "Mon, 02 Mar 2026 06:00:00 GMT"}}, PlaceAway, "until 2026-03-02"),
        ({"status": 500}, PlaceAway, "500"),
        ({"body": BODY, "headers": {"Content-Encoding": "br"}}, NotAFile, "not asked for"),
        ({"status": 206, "headers": {"Content-Range": "bytes 5-9/10"}}, NotAFile, "not asked for"),
        ({"status": 304}, NotAFile, "not asked for"),
    ],
)
def test_what_is_no_file_is_told_with_the_source_and_what_to_do(
    answer: dict[str, Any], fault: type[Exception], told: str, web: WebServer, bring: Bring, target: Path
) -> None:
    with pytest.raises(fault, match=f"source guide.*{told}"):
        bring(web.serves("/guide.csv", **answer))
    assert left_in(target) == []


def test_a_server_that_is_not_there_may_be_tried_again(bring: Bring) -> None:
    with pytest.raises(MayBeRetried, match="no proper answer"):
        bring("http://127.0.0.1:9/guide.csv")


def test_a_link_may_lead_on_to_the_file(web: WebServer, bring: Bring) -> None:
    web.serves("/files/guide-2026.csv", BODY)
    link = web.serves("/guide.csv", status=302, headers={"Location": "/files/guide-2026.csv"})
    assert bring(link).sha256 == DIGEST


def test_a_file_that_only_speaks_of_html_is_a_file(web: WebServer, bring: Bring) -> None:
    assert bring(
        web.serves("/guide.csv", b"name,note\nA,<html> is a tag\n", headers={"Content-Type": "text/html"})
    ).size


def test_neither_log_nor_message_shows_the_query_of_a_link(
    web: WebServer, bring: Bring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    web.serves("/gone.csv", status=404)
    bring(web.serves("/guide.csv", BODY) + "?region=qanveltir")
    with pytest.raises(MayBeRetried) as error:
        bring(web.url("/gone.csv?region=qanveltir"))
    assert "qanveltir" not in f"{error.value!r}{error.value.__cause__!r}"
    assert [path for path, _ in web.asked] == ["/guide.csv?region=qanveltir", "/gone.csv?region=qanveltir"]
    assert "qanveltir" not in caplog.text
