"""Identifiers are compared by keyed hash: never by a bare one, and never under a key that is not one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from threading import Barrier, Thread

import pytest

from include.errors import NeverRetry
from include.store import key_version, keyed
from include.store.keys import development_key

SECRET = bytes(range(32))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own."""
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("given", "version"),
    [
        (SECRET.hex(), 1),
        (SECRET.hex().upper(), 1),
        (f"7:{SECRET.hex()}", 7),
        (f"dev:{SECRET.hex()}", 0),
        (base64.b64encode(SECRET).decode(), 1),
        ("3:" + base64.urlsafe_b64encode(SECRET).decode().rstrip("="), 3),
        (f"  12:{SECRET.hex()}\n", 12),
    ],
)
def test_a_key_is_hexadecimal_or_base64_with_or_without_a_version(
    monkeypatch: pytest.MonkeyPatch, given: str, version: int
) -> None:
    monkeypatch.setenv("AMANAH_KEY", given)
    assert key_version() == version
    assert keyed("phone", "+966110000001") == hmac.digest(SECRET, b"phone\0+966110000001", hashlib.sha256)


@pytest.mark.parametrize("given", ["abcd", "1:", ":", "x" * 31, "new:" + SECRET.hex(), "-1:" + SECRET.hex(), "ü" * 64])
def test_what_is_no_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("AMANAH_KEY", given)
    with pytest.raises(NeverRetry, match="AMANAH_KEY") as caught:
        keyed("phone", "1")
    assert given.rpartition(":")[2][:20] not in str(caught.value).replace("AMANAH_KEY:", "") or given in ("1:", ":")


def test_the_kind_keeps_equal_texts_apart(folder: Path) -> None:
    assert keyed("phone", "1") != keyed("person", "1")
    assert keyed("a", "b\0c") == keyed("a", "b\0c")
    assert len(keyed("person", "نورة\ud800")) == 32


def test_a_development_key_is_made_once_and_closed_to_others(folder: Path) -> None:
    first = keyed("phone", "1")
    file = folder / "key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert key_version() == 0
    assert first == hmac.digest(bytes.fromhex(file.read_text().strip().removeprefix("dev:")), b"phone\x001", "sha256")


def test_of_many_first_users_all_have_the_same_development_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        monkeypatch.setenv("AMANAH_HOME", str(tmp_path / str(number)))
        start, keys = Barrier(6), []

        def use(start: Barrier = start, keys: list[bytes] = keys) -> None:
            start.wait()
            keys.append(development_key().secret)

        users = [Thread(target=use) for _ in range(6)]
        for user in users:
            user.start()
        for user in users:
            user.join()
        assert len(keys) == 6
        assert len(set(keys)) == 1


def test_another_home_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = set()
    for name in ("one", "two"):
        monkeypatch.setenv("AMANAH_HOME", str(tmp_path / name))
        hashes.add(keyed("phone", "1"))
    assert len(hashes) == 2
