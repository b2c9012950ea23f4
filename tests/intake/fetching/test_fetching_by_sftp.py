"""Files on SFTP servers: from a host whose key is known, with a password or a key, gone on with after a cut."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from sftp_server import PASSWORD, SftpServer, serving
from web_server import BODY

from include.errors import MayBeRetried, NeverRetry
from include.intake.fetching import Fetched, Login, NothingDelivered
from include.intake.fetching.faults import HostNotTrusted, LoginNeeded, NotAFile, PlaceAway, TooLarge
from include.intake.fetching.sftp import SftpFile

Bring = Callable[..., Fetched]
DIGEST = hashlib.sha256(BODY).digest()


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "outgoing"
    folder.mkdir()
    (folder / "guide.csv").write_bytes(BODY)
    with serving(folder) as server:
        yield server


def place(server: SftpServer, path: str = "/guide.csv", *, password: str | None = PASSWORD, **extra: Any) -> SftpFile:
    login = Login("partner", login="amanah", password=password, extra={"host_key": server.host_key, **extra})
    return SftpFile("source guide: the partner's file", server.url(path), login)


def test_a_file_comes_from_a_host_whose_key_is_known(sftp: SftpServer, bring: Bring, target: Path) -> None:
    fetched = bring(place(sftp))
    assert (fetched.sha256, fetched.size) == (DIGEST, len(BODY))
    assert target.read_bytes() == BODY
    assert [path.suffix for path in target.parent.iterdir()] == [".raw"]


def test_a_host_key_may_be_pasted_as_ssh_keyscan_writes_it_or_bare(sftp: SftpServer, bring: Bring) -> None:
    for written in (f"127.0.0.1 {sftp.host_key} comment", sftp.key.get_base64(), f"\n{sftp.host_key}\n"):
        assert bring(place(sftp, host_key=written)).sha256 == DIGEST


def test_an_unknown_host_is_refused_with_what_to_compare(sftp: SftpServer, bring: Bring) -> None:
    with pytest.raises(HostNotTrusted, match=r"host key is not known \(ecdsa-sha2-nistp256 SHA256:.*host_key"):
        bring(place(sftp, host_key=""))
    assert sftp.reads == []


def test_a_host_that_shows_another_key_than_ours_is_refused(sftp: SftpServer, bring: Bring) -> None:
    other = paramiko.ECDSAKey.generate()
    with pytest.raises(HostNotTrusted, match="another host key"):
        bring(place(sftp, host_key=f"{other.get_name()} {other.get_base64()}", no_host_key_check="true"))


def test_an_unknown_host_is_let_pass_only_where_the_connection_says_so(sftp: SftpServer, bring: Bring) -> None:
    assert bring(place(sftp, host_key="", no_host_key_check=True)).sha256 == DIGEST


def test_a_private_key_logs_in(sftp: SftpServer, bring: Bring) -> None:
    sftp.admits = paramiko.ECDSAKey.generate()
    text = io.StringIO()
    sftp.admits.write_private_key(text, password="lock")
    mine = {"private_key": text.getvalue(), "private_key_passphrase": "lock"}
    assert bring(place(sftp, password=None, **mine)).sha256 == DIGEST
    with pytest.raises(NeverRetry, match="private_key cannot be read"):
        bring(place(sftp, password=None, private_key=text.getvalue()))


@pytest.mark.parametrize("host_key", ["nonsense", "ssh-ed25519 nonsense", "ssh-ed25519"])
def test_a_host_key_that_is_none_is_told(host_key: str, sftp: SftpServer, bring: Bring) -> None:
    with pytest.raises(NeverRetry, match="host_key must be lines such as"):
        bring(place(sftp, host_key=host_key))


def test_what_goes_wrong_there_is_told_and_no_password_with_it(
    sftp: SftpServer, bring: Bring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (sftp.folder / "folder").mkdir()
    closed = sftp.folder / "closed.csv"
    closed.write_bytes(b"x")
    closed.chmod(0)
    faults = [
        (place(sftp, "/absent.csv"), NothingDelivered, "there is no file"),
        (place(sftp, "/folder"), NotAFile, "is a folder"),
        (place(sftp, "/closed.csv"), LoginNeeded, "does not let us read it"),
        (place(sftp, password=f"{PASSWORD}x"), LoginNeeded, "refuses the login: correct.*connection partner"),
        (place(sftp, password=None), LoginNeeded, "a password or a private_key"),
    ]
    for where, fault, told in faults:
        with pytest.raises(fault, match=f"source guide.*{told}") as error:
            bring(where)
        assert PASSWORD not in f"{error.value!r}{where!r}"
    assert PASSWORD not in caplog.text


def test_a_connection_of_another_host_or_without_login_is_not_used(sftp: SftpServer, bring: Bring) -> None:
    for login, told in (
        (Login("partner", host="other.example", login="amanah"), "another host's"),
        (Login("p"), "needs a login"),
    ):
        with pytest.raises(NeverRetry, match=told):
            bring(SftpFile("source guide", sftp.url("/guide.csv"), login))


def test_a_server_that_is_not_there_may_be_tried_again(bring: Bring) -> None:
    with pytest.raises(PlaceAway, match="no proper answer"):
        bring(SftpFile("source guide", "sftp://127.0.0.1:9/guide.csv", Login("partner", login="amanah", password="x")))


def test_a_fetch_that_is_cut_goes_on_from_where_it_was(sftp: SftpServer, bring: Bring, target: Path) -> None:
    body = BODY * 6
    (sftp.folder / "guide.csv").write_bytes(body)
    sftp.cuts = [5_000_000]  # in the second window: the first has come for certain
    try:
        fetched = bring(place(sftp))
    except MayBeRetried:  # the line went before anything of the second window came
        fetched = bring(place(sftp))
    assert fetched.sha256 == hashlib.sha256(body).digest()
    assert target.read_bytes() == body
    assert sum(offset == 0 for offset in sftp.reads) == 1
    assert len(sftp.transports) == 2


def test_a_file_that_changed_after_the_cut_is_fetched_anew(sftp: SftpServer, bring: Bring, target: Path) -> None:
    (sftp.folder / "guide.csv").write_bytes(BODY * 6)
    sftp.cuts = [5_000_000, 0, 0]
    with pytest.raises(MayBeRetried):
        bring(place(sftp))
    assert target.with_suffix(".unfinished").stat().st_size >= 4 << 20
    sftp.cuts.clear()
    (sftp.folder / "guide.csv").write_bytes(BODY[::-1])
    assert bring(place(sftp)).sha256 == hashlib.sha256(BODY[::-1]).digest()


def test_a_file_over_the_limit_is_refused_before_it_is_loaded(sftp: SftpServer, bring: Bring, target: Path) -> None:
    with pytest.raises(TooLarge, match=r"location\.largest"):
        bring(place(sftp), limit=1_000_000)
    assert sftp.reads == []
    assert list(target.parent.iterdir()) == []
