"""A pack is verified by Python alone: one byte changed anywhere is named, with its file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from audit_case import AFTER, DAY, Make, a_day
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from include.duties.audit import verifier
from include.duties.audit.actions import audit
from include.duties.audit.verifier import Wrong, verify
from include.evidence.signing import public_pem

CONTEXT = verifier.CONTEXT
NAMES = ["ledger.jsonl", "seals.jsonl", "statement.json", "form.json", "report.en.pdf", "manifest.json"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pack with every part, signed by a key of its own."""
    pack = tmp_path_factory.mktemp("packs") / "2026-03-01"
    pack.mkdir()
    key = Ed25519PrivateKey.generate()
    promised = {"edition": "sa-2024-09-14", "sha256": "00", "law": {"ar": "نظام", "en": "Law"}, "zone": "Asia/Riyadh"}
    kept = json.dumps(promised | {"figures": []}, ensure_ascii=False, separators=(",", ":")) + "\n"
    about = {"kind": "day", "day": pack.name, "promised": hashlib.sha256(kept.encode()).hexdigest()}
    record = {
        "seq": 8, "kind": "hold_placed", "payload": "{}", "prev_hash": "11" * 32,
        "recorded_at": "2026-03-01T08:00:00.123456Z", "hash": "",
    }  # fmt: skip
    record["hash"] = verifier._digest(record).hex()
    said = {"at": "2026-03-01T21:00:00.000000Z", "count": 8, "hash": record["hash"], "seq": 8}
    signed = key.sign(verifier.SEAL_CONTEXT + verifier._canonical(said))
    sealed = said | {"public_key": key.public_key().public_bytes_raw().hex(), "signature": signed.hex()}
    key_told = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    statement = {
        "day": pack.name, "begins": "2026-02-28T21:00:00.000000Z", "ends": "2026-03-01T21:00:00.000000Z",
        "zone": promised["zone"], "law": promised["law"], "edition": promised["edition"], "edition_sha256": "00",
        "records": {"after": "11" * 32, "first": 8, "last": 8, "of_the_day": 0},
        "seal": {"seq": 8, "at": said["at"], "key": key_told}, "counted_at": None,
    }  # fmt: skip
    parts = {"ledger": record, "seals": sealed, "statement": statement, "form": {"manifest": about}}
    names = {"ledger": "ledger.jsonl", "seals": "seals.jsonl", "statement": "statement.json", "form": "form.json"}
    for name, told in ((names[part], told) for part, told in parts.items()):
        (pack / name).write_text(json.dumps(told) + "\n", encoding="utf-8")
    (pack / "report.en.pdf").write_bytes(random.Random(1).randbytes(3_000))
    for name in ("held", "flows", "promised"):
        (pack / f"{name}.jsonl").write_bytes(b"")
    (pack / "checks.jsonl").write_text('{"check":"chain_broken","found":0,"holds":true}\n', "ascii")
    signs(pack, key)
    return pack


def signs(pack: Path, key: Ed25519PrivateKey) -> None:
    """Write manifest and signature of a pack as it is."""
    about = json.loads((pack / "form.json").read_bytes())["manifest"]
    (pack / "manifest.json").unlink(missing_ok=True)
    written = verifier.manifest_of(pack, **about)
    (pack / "manifest.json").write_bytes(written)
    parts = (key.public_key().public_bytes_raw(), key.sign(CONTEXT + written))
    Path(f"{pack}.sig").write_text("".join(f"{base64.b64encode(part).decode()}\n" for part in parts), "ascii")


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    """A copy of the pack, to be spoiled."""
    copy = tmp_path / made.name
    shutil.copytree(made, copy)
    shutil.copy(f"{made}.sig", f"{copy}.sig")
    assert verify(copy) == []
    return copy


def spoilt(pack: Path, file: Path, content: bytes) -> list[Wrong]:
    """What the verifier says of a pack while one of its files holds something else."""
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        return verify(pack)
    finally:
        file.write_bytes(whole)


@pytest.mark.parametrize("name", NAMES)
def test_one_byte_changed_in_any_file_is_named_with_its_place(pack: Path, name: str) -> None:
    whole, chosen = (pack / name).read_bytes(), random.Random(name)
    blocks = {place for at in range(0, len(whole), verifier.BLOCK) for place in (at - 1, at) if place >= 0}
    for place in {*blocks, len(whole) - 1, *chosen.sample(range(len(whole)), 8)}:
        spoiled = bytearray(whole)
        spoiled[place] ^= chosen.randrange(1, 256)
        (wrong,) = spoilt(pack, pack / name, bytes(spoiled))
        assert (wrong.file, wrong.byte) == (name, place), wrong
    assert verify(pack) == []


@pytest.mark.parametrize("name", [*NAMES, "2026-03-01.sig"])
def test_a_byte_put_in_or_taken_out_anywhere_and_an_empty_file_are_named_by_the_file(pack: Path, name: str) -> None:
    file = Path(f"{pack}.sig") if name.endswith(".sig") else pack / name
    whole, chosen = file.read_bytes(), random.Random(name)
    for place in {0, len(whole) - 1, *chosen.sample(range(len(whole)), 5)}:
        for content in (whole[:place] + b"?" + whole[place:], whole[:place] + whole[place + 1 :], whole[:place]):
            (wrong,) = spoilt(pack, file, content)
            assert wrong.file == name, (place, wrong)
    assert verify(pack) == []


@pytest.mark.parametrize("name", [*NAMES, "held.jsonl", "2026-03-01.sig"])
def test_a_file_that_is_missing_and_one_that_is_a_folder_are_named(pack: Path, name: str) -> None:
    file = Path(f"{pack}.sig") if name.endswith(".sig") else pack / name
    file.unlink()
    (missing,) = verify(pack)
    assert (missing.file, missing.what in ("is missing", "cannot be read")) == (name, True)
    file.mkdir()
    (strange,) = verify(pack)
    assert (strange.file, strange.what in ("is no file", "cannot be read")) == (name, True)


def test_whatever_is_put_beside_the_files_is_named(pack: Path) -> None:
    (pack / ".hidden").write_bytes(b"")
    (pack / "more").mkdir()
    (pack / "link.jsonl").symlink_to(pack / "held.jsonl")
    assert [wrong.file for wrong in verify(pack)] == [".hidden", "link.jsonl", "more"]
    assert {wrong.what for wrong in verify(pack)} == {"is not of this pack"}


def test_a_pack_says_nothing_of_another_day_than_the_one_that_its_folder_is_called_by(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = pack.with_name("2026-03-02")
    pack.rename(other)
    Path(f"{pack}.sig").rename(f"{other}.sig")
    told = "is of the pack 2026-03-01, and the folder is called 2026-03-02"
    assert verify(other) == [Wrong("manifest.json", told)]
    monkeypatch.chdir(other)
    assert verify(Path("../2026-03-02")) == [Wrong("manifest.json", told)]
    about = json.loads((other / "form.json").read_bytes())
    about["manifest"]["recorded_on"] = "2026-03-05"
    (other / "form.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    signs(other, Ed25519PrivateKey.generate())
    (wrong,) = verify(other)
    assert "2026-03-01.supplement-2026-03-05" in wrong.what
    supplement = other.with_name("2026-03-01.supplement-2026-03-05")
    other.rename(supplement)
    Path(f"{other}.sig").rename(f"{supplement}.sig")
    assert verify(supplement) == []


@pytest.mark.parametrize("content", [b"{}\n", b"[]\n", b"not json\n", b'{"seq":-1e9}\n'])
@pytest.mark.parametrize("name", ["ledger.jsonl", "seals.jsonl", "statement.json"])
def test_what_was_signed_though_it_is_not_of_its_form_is_said_and_does_not_break_the_verifier(
    pack: Path, name: str, content: bytes
) -> None:
    (pack / name).write_bytes(content)
    signs(pack, Ed25519PrivateKey.generate())
    assert verify(pack)


def test_one_byte_changed_in_the_signature_is_named_by_its_file(pack: Path) -> None:
    signature = Path(f"{pack}.sig")
    whole = signature.read_bytes()
    for place in range(len(whole)):
        spoiled = bytearray(whole)
        spoiled[place] = ord("A") if spoiled[place] != ord("A") else ord("B")
        signature.write_bytes(spoiled)
        assert [wrong.file for wrong in verify(pack)] == [f"{pack.name}.sig"], place


def test_more_than_a_byte_is_named_by_its_block_and_what_was_cut_off_added_or_taken_out_by_its_file(pack: Path) -> None:
    report = pack / "report.en.pdf"
    whole = report.read_bytes()
    report.write_bytes(whole[:1500] + b"??" + whole[1502:])
    assert verify(pack) == [Wrong(report.name, "was changed between byte 1,024 and byte 1,535")]
    report.write_bytes(whole[:2000])
    assert verify(pack) == [Wrong(report.name, "has 2,000 bytes instead of 3,000, and differs from byte 1,536 on")]
    report.write_bytes(whole)
    (pack / "more.txt").write_text("more")
    assert verify(pack) == [Wrong("more.txt", "is not of this pack")]
    (pack / "more.txt").unlink()
    (pack / "held.jsonl").unlink()
    assert verify(pack) == [Wrong("held.jsonl", "is missing")]
    Path(f"{pack}.sig").unlink()
    assert verify(pack) == [Wrong(f"{pack.name}.sig", "cannot be read")]


def test_a_signature_of_a_key_that_is_not_trusted_is_none(pack: Path) -> None:
    other = Ed25519PrivateKey.generate()
    known = verifier.keys_in(public_pem(other.public_key().public_bytes_raw()).decode())
    assert verify(pack, known) == [Wrong("2026-03-01.sig", "is no signature, or of a key that is not trusted")]
    _, (sealed_by,) = verifier.signers(pack)
    signs(pack, other)
    (strange,) = verify(pack, known)
    assert strange == Wrong("seals.jsonl", f"seal of record 8 is of the key {sealed_by}, which is not trusted")
    first = bytes.fromhex(json.loads((pack / "seals.jsonl").read_bytes())["public_key"])
    both = verifier.keys_in((public_pem(first) + public_pem(key_of(other))).decode())
    assert verify(pack, both) == [], "sealed by the key that was followed by the one that signed"
    assert verifier.signers(pack) == (hashlib.sha256(key_of(other)).hexdigest(), [sealed_by])


def key_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def test_what_is_no_ed25519_key_is_none_that_can_be_trusted() -> None:
    other = X25519PrivateKey.generate().public_key()
    pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    ours = public_pem(key_of(Ed25519PrivateKey.generate())).decode()
    for given in (pem, ours + pem, "", "no key", ours.replace("MCowBQ", "MCow"), ours.replace("BEGIN", "END")):
        with pytest.raises(ValueError, match=r"Ed25519|base64|padding|characters"):
            verifier.keys_in(given)


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"files": []}', b'{"files": {"held.jsonl": 3}}', b"[" * 100_000])
def test_a_manifest_that_is_signed_though_it_is_none_is_a_fault_of_the_manifest(pack: Path, content: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    (pack / "manifest.json").write_bytes(content)
    parts = (key_of(key), key.sign(CONTEXT + content))
    Path(f"{pack}.sig").write_text("".join(f"{base64.b64encode(part).decode()}\n" for part in parts), "ascii")
    wrong = verify(pack)
    assert wrong
    assert wrong[0].file in ("manifest.json", "held.jsonl"), wrong


@pytest.mark.parametrize("content", [b"3\n", b"[" * 100_000, b'{"seq":"8"}\n', b"\xff\n", b'{"records":[]}\n'])
@pytest.mark.parametrize("name", ["ledger.jsonl", "seals.jsonl", "statement.json"])
def test_a_part_that_is_signed_though_it_is_not_of_its_form_is_named(pack: Path, name: str, content: bytes) -> None:
    (pack / name).write_bytes(content)
    signs(pack, Ed25519PrivateKey.generate())
    assert {wrong.file for wrong in verify(pack)} == {name}


def test_a_second_seal_of_a_record_does_not_hide_the_first(pack: Path) -> None:
    whole = (pack / "seals.jsonl").read_bytes()
    (pack / "seals.jsonl").write_bytes(whole.replace(b'"count": 8', b'"count": 7') + whole)
    signs(pack, Ed25519PrivateKey.generate())
    assert verify(pack)[0] == Wrong("seals.jsonl", "row 2 is another seal of record 8")


def test_the_folder_that_one_stands_in_has_its_signature_beside_it(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack)
    assert verify(Path()) == []
    assert verifier.signers(Path()) == verifier.signers(pack)
    Path(f"{pack}.sig").unlink()
    assert verify(Path()) == [Wrong("2026-03-01.sig", "cannot be read")]


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        ("ledger.jsonl", {"payload": '{"a":1}'}, "record 8 was edited"),
        ("ledger.jsonl", {"prev_hash": "22" * 32}, "record 8 does not follow the one before it"),
        ("ledger.jsonl", {"seq": 9}, "record 8 is missing"),
        ("seals.jsonl", {"at": "2026-03-01T22:00:00.000000Z"}, "seal of record 8 is not genuine"),
        ("seals.jsonl", {"seq": 7}, "seal of record 7 is not genuine"),
        (
            "statement.json",
            {"records": {"after": "11" * 32, "first": 8, "last": 9, "of_the_day": 0}},
            "ends at record 8 instead",
        ),
    ],
)
def test_a_chain_that_does_not_hold_is_told_though_the_pack_is_signed(
    pack: Path, part: str, change: dict[str, object], told: str
) -> None:
    line = json.loads((pack / part).read_bytes()) | change
    (pack / part).write_text(json.dumps(line) + "\n", encoding="utf-8")
    signs(pack, Ed25519PrivateKey.generate())
    wrong = verify(pack)
    assert wrong[0].file in (part, "ledger.jsonl")
    assert told in wrong[0].what


def test_a_rewritten_record_is_not_the_one_that_was_sealed(pack: Path) -> None:
    record = json.loads((pack / "ledger.jsonl").read_bytes()) | {"payload": '{"a":1}'}
    record["hash"] = verifier._digest(record).hex()
    (pack / "ledger.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    signs(pack, Ed25519PrivateKey.generate())
    assert verify(pack) == [Wrong("ledger.jsonl", "record 8 is not the one that was sealed")]


def test_the_verifier_is_one_file_that_runs_with_python_alone(pack: Path, tmp_path: Path) -> None:
    alone = shutil.copy(verifier.__file__, tmp_path / "verifier.py")
    run = [sys.executable, "-I", "-S", str(alone), str(pack)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
    result, by, sealed, compare = done.stdout.splitlines()
    assert (done.returncode, result, done.stderr) == (0, "all is as it was signed", "")
    signed_by, (sealed_by,) = verifier.signers(pack)
    assert (by, sealed) == (f"signed by the key {signed_by}", f"sealed by the key {sealed_by}")
    assert compare.startswith("no key was given to trust: compare these (SHA-256)")
    no_key = subprocess.run([*run, str(pack / "held.jsonl")], capture_output=True, text=True, check=False)
    assert (no_key.returncode, no_key.stderr) == (2, "")
    (pack / "held.jsonl").write_bytes(b"x")
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    wrong = done.stdout.splitlines()[0]
    assert wrong == "NOT as it was signed: held.jsonl: has 1 bytes instead of 0, and differs from byte 0 on"


def test_a_signature_is_genuine_for_its_message_and_key_alone() -> None:
    key = Ed25519PrivateKey.generate()
    public, message = key.public_key().public_bytes_raw(), os.urandom(50)
    signature = key.sign(message)
    assert verifier.genuine(public, message, signature)
    assert not verifier.genuine(public, message + b"x", signature)
    assert not verifier.genuine(os.urandom(32), message, signature)
    too_large = int.from_bytes(signature[32:], "little") + verifier.ORDER
    for other in (
        signature[:-1],
        signature[:32] + bytes(32),
        bytes(64),
        signature[:32] + too_large.to_bytes(32, "little"),
    ):
        assert not verifier.genuine(public, message, other)


def test_what_the_audit_writes_is_what_the_verifier_reads_byte_for_byte(source: Make) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    for file in sorted(pack.iterdir()):
        whole = file.read_bytes()
        place = random.Random(file.name).randrange(len(whole))
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert [place_of(wrong) for wrong in verify(pack)] == [(file.name, place)]
        file.write_bytes(whole)
    assert verify(pack) == []


SPOILT = [
    ("flows.jsonl", '"events":1', '"events":2', "row 1 is not what the records tell"),
    ("flows.jsonl", None, "{}", "rows, and the records tell"),
    ("held.jsonl", '"subjects":1', '"subjects":0', "is not what the records tell"),
    ("held.jsonl", None, "{}", "rows, and the records tell"),
    ("checks.jsonl", '"check":"overdue_data"', '"check":"overdue_date"', "is not what the records tell"),
    ("checks.jsonl", '"found":0,"holds":true', '"found":1,"holds":false', "row 1 is not what the records tell"),
    ("promised.jsonl", '"value":30', '"value":31', "is not what has the hash"),
    ("promised.jsonl", None, "{}", "is not of its form"),
    ("statement.json", '"edition": "sa-2024-09-14"', '"edition": "sa-2024-09-15"', "is not what has the hash"),
    ("statement.json", '"of_the_day": ', '"of_the_day": 1', "records.of_the_day is 1"),
    ("statement.json", '"counted_at": "2026-03-01T21:00:05', '"counted_at": "2026-03-01T21:00:06', "counted_at is"),
    ("statement.json", '"day": "2026-03-01"', '"day": "2026-03-02"', "is of the day 2026-03-02"),
]
"""A file of a pack, what of it is changed (or the row that is added), and what the verifier says of it."""


def test_what_the_records_do_not_tell_is_named_though_whoever_has_the_key_signed_it(source: Make) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    for name, now, then, told in SPOILT:
        whole = (pack / name).read_text("utf-8")
        changed = f"{whole}{then}\n" if now is None else whole.replace(now, then, 1)
        assert changed != whole, (name, now)
        (pack / name).write_text(changed, "utf-8")
        signs(pack, Ed25519PrivateKey.generate())
        wrong = verify(pack)
        assert wrong, (name, then)
        assert told in wrong[0].what, (then, wrong)
        assert wrong[0].file in (name, "promised.jsonl"), wrong
        (pack / name).write_text(whole, "utf-8")
    seal = json.loads((pack / "statement.json").read_bytes())["seal"]
    whole = (pack / "statement.json").read_text("utf-8")
    (pack / "statement.json").write_text(whole.replace(seal["key"], "ab" * 32), "utf-8")
    signs(pack, Ed25519PrivateKey.generate())
    assert [(wrong.file, wrong.what[:8]) for wrong in verify(pack)] == [("statement.json", "seal is ")]


def place_of(wrong: Wrong) -> tuple[str, int | None]:
    return wrong.file, wrong.byte
