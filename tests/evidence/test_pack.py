"""A pack: the ledger away from its database, verified with nothing but itself."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.evidence import Flaw, PackUnreadable, export, read_keys, seal, verify
from include.evidence.signing import public_pem
from include.store import Role, begin, home
from tests.evidence.conftest import write_events

AT = datetime(2026, 1, 6, tzinfo=UTC)
Edit = Callable[[list[str]], list[str]]


@pytest.fixture
def pack(ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sealed ledger of ten events, exported; then neither database nor home is left to ask."""
    seal(AT)
    path = tmp_path / "pack.zip"
    with begin(Role.AUDITOR) as connection:
        export(connection, path)
    (tmp_path / "ours.pem").write_bytes((home() / "seal_key.pub").read_bytes())
    monkeypatch.setenv("AMANAH_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "elsewhere"))
    return path


def edited(pack: Path, part: str, edit: Edit) -> Path:
    """Write the pack anew with one part changed line by line."""
    with zipfile.ZipFile(pack) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts[part] = "".join(line + "\n" for line in edit(parts[part].splitlines()))
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return pack


def findings(pack: Path) -> list[tuple[int, Flaw]]:
    verdict = verify(pack)
    return [(fault.seq, fault.flaw) for fault in verdict.faults]


def test_a_pack_is_verified_by_itself(pack: Path) -> None:
    verdict = verify(pack)
    assert verdict.ok
    assert (verdict.events, verdict.sealed, verdict.seals) == (10, 10, 1)
    assert not verdict.trusted


def test_a_pack_is_readable_by_its_owner_only_and_says_what_it_is(pack: Path) -> None:
    assert pack.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(pack) as archive:
        assert "SHA-256 of prev_hash" in archive.read("README.txt").decode()


def test_the_same_ledger_gives_the_same_pack(ledger: str, tmp_path: Path) -> None:
    seal(AT)
    digests = set()
    for name in ("one.zip", "two.zip"):
        with begin(Role.AUDITOR) as connection:
            digests.add(export(connection, tmp_path / name))
    assert len(digests) == 1
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["one.zip", "two.zip"]


def test_an_unsealed_ledger_can_be_taken_away_too(ledger: str, tmp_path: Path) -> None:
    with begin(Role.AUDITOR) as connection:
        export(connection, tmp_path / "pack.zip")
    verdict = verify(tmp_path / "pack.zip")
    assert verdict.ok
    assert verdict.sealed == 0


@pytest.mark.parametrize(
    ("part", "edit", "found"),
    [
        (
            "ledger.jsonl",
            lambda lines: [line.replace('new\\":3', 'new\\":2') for line in lines],
            (4, Flaw.RECORD_EDITED),
        ),
        ("ledger.jsonl", lambda lines: lines[:3] + lines[4:], (4, Flaw.RECORD_MISSING)),
        ("ledger.jsonl", lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], (4, Flaw.RECORD_MISSING)),
        ("ledger.jsonl", lambda lines: [*lines[:4], lines[3], *lines[4:]], (4, Flaw.RECORD_OUT_OF_ORDER)),
        ("ledger.jsonl", lambda lines: lines[:9], (10, Flaw.LEAVES_ORPHANED)),
        ("ledger.jsonl", lambda _: [], (1, Flaw.TAIL_MISSING)),
        ("leaves.jsonl", lambda lines: lines[1:], (5, Flaw.LEAVES_CHANGED)),
        ("leaves.jsonl", lambda lines: [lines[1], lines[0], *lines[2:]], (5, Flaw.LEAVES_CHANGED)),
        ("leaves.jsonl", lambda lines: lines[3:] + lines[:3], (5, Flaw.LEAVES_CHANGED)),
        ("head.json", lambda _: [], (10, Flaw.HEAD_DIFFERS)),
        ("head.json", lambda lines: [lines[0].replace('"seq":10', '"seq":9')], (10, Flaw.HEAD_DIFFERS)),
        ("seals.jsonl", lambda lines: [lines[0].replace('"count":10', '"count":11')], (10, Flaw.SEAL_FORGED)),
        ("keys.pem", lambda _: [], (10, Flaw.SEAL_FORGED)),
        ("keys.pem", lambda lines: lines[1:], (0, Flaw.PACK_UNREADABLE)),
        ("ledger.jsonl", lambda lines: [*lines[:4], "someone@example.com", *lines[5:]], (0, Flaw.PACK_UNREADABLE)),
        ("ledger.jsonl", lambda lines: [*lines, '{"seq":11}'], (0, Flaw.PACK_UNREADABLE)),
        ("ledger.jsonl", lambda lines: [*lines, "[" * 100_000], (0, Flaw.PACK_UNREADABLE)),
        ("ledger.jsonl", lambda lines: [*lines, "x" * (1 << 21)], (0, Flaw.PACK_UNREADABLE)),
        ("seals.jsonl", lambda lines: [lines[0].replace("2026-01-06", "0001-01-01")], (10, Flaw.SEAL_FORGED)),
        ("ledger.jsonl", lambda lines: [lines[0].replace("language", "\\ud800")], (0, Flaw.PACK_UNREADABLE)),
        ("ledger.jsonl", lambda lines: [lines[0].replace('"seq":1', '"seq":-1')], (0, Flaw.PACK_UNREADABLE)),
        ("ledger.jsonl", lambda lines: [lines[0].replace('"seq":1', '"seq":true')], (0, Flaw.PACK_UNREADABLE)),
    ],
)
def test_a_pack_that_was_tampered_with_is_found_out(pack: Path, part: str, edit: Edit, found: tuple[int, Flaw]) -> None:
    assert findings(edited(pack, part, edit))[0] == found


def test_a_cut_pack_with_its_head_set_back_is_found_by_its_seal(pack: Path) -> None:
    edited(pack, "leaves.jsonl", lambda lines: lines[:3])
    edited(pack, "ledger.jsonl", lambda lines: lines[:8])
    with zipfile.ZipFile(pack) as archive:
        last = json.loads(archive.read("ledger.jsonl").splitlines()[-1])
    edited(pack, "head.json", lambda _: [json.dumps({"seq": 8, "hash": last["hash"]})])
    assert findings(pack) == [(9, Flaw.TAIL_MISSING)]


def test_bytes_damaged_on_the_way_are_a_fault_and_not_a_crash(pack: Path) -> None:
    content = bytearray(pack.read_bytes())
    with zipfile.ZipFile(pack) as archive:
        entry = archive.getinfo("ledger.jsonl")
    start = entry.header_offset + 80
    content[start : start + 40] = bytes(40)
    pack.write_bytes(content)
    assert findings(pack)[0] == (0, Flaw.PACK_UNREADABLE)


def test_a_trusted_key_vouches_for_a_pack_and_any_other_does_not(pack: Path, tmp_path: Path) -> None:
    ours = read_keys(tmp_path / "ours.pem")
    verdict = verify(pack, trusted=ours)
    assert verdict.ok
    assert verdict.trusted
    (tmp_path / "other.pem").write_bytes(public_pem(bytes([9]) * 32))
    refused = verify(pack, trusted=read_keys(tmp_path / "other.pem"))
    assert [(fault.seq, fault.flaw) for fault in refused.faults] == [(10, Flaw.SEAL_FORGED)]


def test_a_file_that_is_no_pack_is_a_clear_error(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("someone@example.com")
    with pytest.raises(PackUnreadable, match="is no pack"):
        verify(text)
    with zipfile.ZipFile(tmp_path / "half.zip", "w") as archive:
        archive.writestr("ledger.jsonl", "")
    with pytest.raises(PackUnreadable, match="lacks head"):
        verify(tmp_path / "half.zip")


def test_a_later_export_replaces_an_earlier_one(ledger: str, tmp_path: Path) -> None:
    for _ in range(2):
        write_events(1)
        with begin(Role.AUDITOR) as connection:
            export(connection, tmp_path / "pack.zip")
    assert verify(tmp_path / "pack.zip").events == 12
