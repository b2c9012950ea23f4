#!/usr/bin/env python3
"""Verify an audit pack with Python 3.11 or later and nothing else: no database, no installation of Amanah.

    python verifier.py FOLDER [PUBLIC_KEY.pem]

FOLDER is the pack; its signature lies beside it as FOLDER.sig. Give the public keys that you were handed by another way
(one file may hold several: a pack may be sealed by an earlier key than the one that signed it): without them a
signature is checked by the key that it brings itself, and anybody can make one. The fingerprints of the keys, SHA-256
over the 32 bytes of each, are always said. Exit code 0 where all is as it was signed, 1 where not: the first wrong file
is named, and the byte, if one was changed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

FORM = "amanah audit 1"
CONTEXT = b"amanah audit pack 1\n"
SEAL_CONTEXT = b"amanah evidence seal 1\n"
ED25519 = bytes.fromhex("302a300506032b6570032100")
"""Stands before the 32 bytes of a public key in DER (RFC 8410)."""
BLOCK = 512
"""Bytes of a block: each has a hash of its own in the manifest, so that a changed byte is found, not only noticed."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Wrong(NamedTuple):
    """What is not as it was signed."""

    file: str
    what: str
    byte: int | None = None
    """Counted from 0; None where no single byte can be named."""

    def __str__(self) -> str:
        return f"{self.file}: {self.what}" + ("" if self.byte is None else f" (byte {self.byte:,})")


class NotOfItsForm(ValueError):
    """A file that says something else than such a file can say; the words say which one, and where."""


@contextmanager
def _read(name: str) -> Iterator[None]:
    """Name the file whose content the block reads, where that is not of its form."""
    try:
        yield
    except NotOfItsForm:
        raise
    except OSError:
        raise NotOfItsForm(name, "cannot be read") from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise NotOfItsForm(name, "is not of its form") from None


def verify(pack: Path, trusted: frozenset[bytes] | None = None) -> list[Wrong]:
    """Say what in a pack is not as it was signed, the first wrong file first; nothing where all is.

    With the keys that are trusted (all that the installation ever had), signature and seals have to be of one of them.
    """
    pack = pack.resolve()
    try:
        written = (pack / "manifest.json").read_bytes()
        signature = Path(f"{pack}.sig").read_bytes()
    except OSError as error:
        return [Wrong(Path(str(error.filename or pack)).name, "cannot be read")]
    signed = _is_signed(written, signature, trusted)
    if signed is None:
        return [Wrong(f"{pack.name}.sig", "is no signature, or of a key that is not trusted")]
    if not signed:
        return [_unsigned(pack, written, signature, trusted)]
    return contents(pack) or list(_strange_seals(pack, trusted))


def contents(pack: Path) -> list[Wrong]:
    """Say what in a pack is not as its manifest and its records have it, whoever signed that."""
    try:
        with _read("manifest.json"):
            manifest = json.loads((pack / "manifest.json").read_bytes())
            wrong = [*_wrong_name(pack, manifest), *_wrong_files(pack, manifest)]
        return wrong or list(chain_faults(pack)) or list(_contradictions(pack, manifest))
    except NotOfItsForm as fault:
        return [Wrong(*fault.args)]


def signers(pack: Path) -> tuple[str | None, list[str]]:
    """Give the fingerprints (SHA-256) of the key that a pack's signature brings, and of the keys of its seals."""
    pack = pack.resolve()
    try:
        key = base64.b64decode(Path(f"{pack}.sig").read_bytes().split(b"\n")[0], validate=True)
        by: str | None = _fingerprint(key)
    except (OSError, ValueError):
        by = None
    try:
        return by, sorted({_fingerprint(key) for _, key in _seal_keys(pack)})
    except NotOfItsForm:
        return by, []


def manifest_of(pack: Path, **about: Any) -> bytes:
    """Write the manifest of the files in a folder: their sizes, hashes, and the hashes of their blocks."""
    files = {file.name: _described(file) for file in sorted(pack.iterdir()) if file.name != "manifest.json"}
    return _canonical({"form": FORM, **about, "block": BLOCK, "files": files}) + b"\n"


def chain_faults(pack: Path) -> Iterator[Wrong]:
    """Follow the records by their hashes to the seal that lies over the last one, and so over all of them."""
    with _read("seals.jsonl"):
        seals: dict[int, dict[str, Any]] = {}
        for row, seal in enumerate(_lines(pack / "seals.jsonl"), 1):
            if seal["seq"] in seals:
                yield Wrong("seals.jsonl", f"row {row:,} is another seal of record {seal['seq']}")
            seals[seal["seq"]] = seal
        yield from (Wrong("seals.jsonl", f"seal of record {seq} is not genuine") for seq in _forged(seals))
    with _read("statement.json"):
        about = json.loads((pack / "statement.json").read_bytes())["records"]
        last, number, ends = bytes.fromhex(about["after"]), about["first"] - 1, about["last"] + 0
    if number in seals and seals[number]["hash"] != last.hex():
        yield Wrong("statement.json", f"the records follow another record {number:,} than the one that was sealed")
    with _read("ledger.jsonl"):
        for record in _lines(pack / "ledger.jsonl"):
            number += 1
            if record["seq"] != number:
                yield Wrong("ledger.jsonl", f"record {number} is missing")
                number = record["seq"]
            elif record["prev_hash"] != last.hex():
                yield Wrong("ledger.jsonl", f"record {number} does not follow the one before it")
            last = _digest(record)
            if last.hex() != record["hash"]:
                yield Wrong("ledger.jsonl", f"record {number} was edited")
            if number in seals and seals[number]["hash"] != last.hex():
                yield Wrong("ledger.jsonl", f"record {number} is not the one that was sealed")
        if number != ends or number not in seals:
            yield Wrong("ledger.jsonl", f"ends at record {number:,} instead of the sealed record {ends:,}")


def _contradictions(pack: Path, manifest: dict[str, Any]) -> Iterator[Wrong]:
    """Make of the records what the other files say, as LAYOUT 1 has it, and name the row that says something else."""
    with _read("statement.json"):
        said = json.loads((pack / "statement.json").read_bytes())
        begins, ends = said["begins"] + "", said["ends"] + ""
        if said["day"] != manifest["day"]:
            yield Wrong("statement.json", f"is of the day {said['day']}, and the manifest of {manifest['day']}")
    with _read("ledger.jsonl"):
        flows, counts, closing = _added_up(pack, begins, ends)
    yield from _wrong_rows(pack, "flows.jsonl", flows)
    with _read("seals.jsonl"):
        seal = next(seal for seal in _lines(pack / "seals.jsonl") if seal["seq"] == said["records"]["last"])
        vouches = {"seq": seal["seq"], "at": seal["at"], "key": _fingerprint(bytes.fromhex(seal["public_key"]))}
    whole_day = manifest.get("kind") == "day"
    closed_at = closing["at"] if whole_day and closing and closing["codes"]["outcome"] == "counted" else None
    for name, found, told in (
        ("seal", said.get("seal"), vouches),
        ("counted_at", said.get("counted_at"), closed_at),
        ("records.of_the_day", said["records"].get("of_the_day"), sum(row["events"] for row in flows)),
    ):
        if found != told:
            yield Wrong("statement.json", f"{name} is {found}, and by the records {told}")
    if whole_day:
        with _read("ledger.jsonl"):
            held = [_held(told) for told in counts] if closing else []
            zero = {"chain_broken": 0} | (_whole(closing["counts"]) if closing else {})
        yield from _wrong_rows(pack, "held.jsonl", held)
        checks = [{"check": name, "found": zero[name], "holds": zero[name] == 0} for name in sorted(zero)]
        yield from _wrong_rows(pack, "checks.jsonl", checks)
        yield from _wrong_promises(pack, said, manifest, closing)


def _added_up(pack: Path, begins: str, ends: str) -> tuple[list[dict[str, Any]], list[Any], dict[str, Any] | None]:
    """Add up the events of the day by kind and codes; find what was counted at its end, and how it was closed."""
    flows: dict[tuple[str, str], tuple[list[int], Counter[str]]] = {}
    counts, closing = [], None
    for record in _lines(pack / "ledger.jsonl"):
        kind, payload = record["kind"], record["payload"]
        if begins <= payload[7:34] < ends:  # every payload begins with its instant
            told = json.loads(payload)
            events, summed = flows.setdefault((kind, json.dumps(told["codes"], sort_keys=True)), ([0], Counter()))
            events[0] += 1
            summed.update(told["counts"])
        if kind in ("day_counted", "day_closed") and closing is None:
            told = json.loads(payload)
            if told["times"]["ends"] == ends and kind == "day_closed":
                closing = told
            elif told["times"]["ends"] == ends:
                counts.append(told)
    rows = [
        {"kind": kind, "codes": json.loads(codes), "events": events[0], "counts": dict(summed)}
        for (kind, codes), (events, summed) in sorted(flows.items())
    ]
    return rows, counts, closing


def _wrong_rows(pack: Path, name: str, told: list[dict[str, Any]]) -> Iterator[Wrong]:
    """Hold the rows of a file to what the records tell: the fields that they tell of."""
    with _read(name):
        rows = list(_lines(pack / name))
        for at, (row, by_records) in enumerate(zip(rows, told, strict=False), 1):
            if {field: row.get(field) for field in by_records} != by_records:
                yield Wrong(name, f"row {at:,} is not what the records tell: {_canonical(by_records).decode()}")
                return
        if len(rows) != len(told):
            at = min(len(rows), len(told)) + 1
            yield Wrong(name, f"has {len(rows):,} rows, and the records tell {len(told):,}: row {at:,}")


def _wrong_promises(
    pack: Path, said: dict[str, Any], manifest: dict[str, Any], closing: dict[str, Any] | None
) -> Iterator[Wrong]:
    """Hold what was promised to the hash that the closing of the day recorded, else to the one in the manifest."""
    with _read("promised.jsonl"):
        order = ("figure", "value", "article", "confidence")
        figures = [{name: row[name] for name in order} for row in _lines(pack / "promised.jsonl")]
    with _read("statement.json"):
        law = {name: said["law"][name] for name in ("ar", "en")}
        told = {"edition": said["edition"], "sha256": said["edition_sha256"], "law": law, "zone": said["zone"]}
    written = json.dumps(told | {"figures": figures}, ensure_ascii=False, separators=(",", ":")) + "\n"
    recorded = (closing or {}).get("hashes", {}).get("promised", manifest.get("promised"))
    if hashlib.sha256(written.encode()).hexdigest() != recorded:
        yield Wrong(
            "promised.jsonl", f"with what statement.json says of the edition is not what has the hash {recorded}"
        )


def _held(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told["codes"][name] for name in ("measure", "about")} | {"counts": _whole(told["counts"])}


def _whole(counts: dict[str, int]) -> dict[str, int]:
    """Put counts together again that have more than the eight digits of a record."""
    return {
        name: n + counts.get(f"{name}.e8", 0) * 100_000_000 for name, n in counts.items() if not name.endswith(".e8")
    }


def keys_in(pem: str) -> frozenset[bytes]:
    """Read Ed25519 public keys in PEM. Raises ValueError where something in it is none, or nothing is."""
    blocks = pem.split("-----BEGIN PUBLIC KEY-----")[1:]
    keys = [base64.b64decode("".join(block.split("-----END")[0].split()), validate=True) for block in blocks]
    if not keys or any(len(key) != 44 or not key.startswith(ED25519) for key in keys):
        raise ValueError("not a file of Ed25519 public keys in PEM")
    return frozenset(key[len(ED25519) :] for key in keys)


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _seal_keys(pack: Path) -> Iterator[tuple[int, bytes]]:
    with _read("seals.jsonl"):
        for seal in _lines(pack / "seals.jsonl"):
            yield seal["seq"], bytes.fromhex(seal["public_key"])


def _strange_seals(pack: Path, trusted: frozenset[bytes] | None) -> Iterator[Wrong]:
    for seq, key in _seal_keys(pack):
        if trusted is not None and key not in trusted:
            yield Wrong("seals.jsonl", f"seal of record {seq} is of the key {_fingerprint(key)}, which is not trusted")


def _described(file: Path) -> dict[str, Any]:
    whole, blocks, size = hashlib.sha256(), [], 0
    with file.open("rb") as content:
        while part := content.read(BLOCK):
            whole.update(part)
            size += len(part)
            blocks.append(hashlib.sha256(part).hexdigest()[:16])
    return {"bytes": size, "sha256": whole.hexdigest(), "blocks": "".join(blocks)}


def _wrong_name(pack: Path, manifest: dict[str, Any]) -> Iterator[Wrong]:
    """Hold the folder's name to the day that was signed: a pack says nothing of another day."""
    later = manifest.get("recorded_on")
    name = f"{manifest.get('day')}" + (f".supplement-{later}" if later else "")
    if pack.resolve().name != name:
        yield Wrong("manifest.json", f"is of the pack {name}, and the folder is called {pack.resolve().name}")


def _wrong_files(pack: Path, manifest: dict[str, Any]) -> Iterator[Wrong]:
    there = {file.name for file in pack.iterdir()} - {"manifest.json"}
    for name in sorted(there - set(manifest["files"])):
        yield Wrong(name, "is not of this pack")
    for name, signed in sorted(manifest["files"].items()):
        if name not in there:
            yield Wrong(name, "is missing")
        elif not (pack / name).is_file():
            yield Wrong(name, "is no file")
        else:
            with _read(name):
                if (found := _described(pack / name)) != signed:
                    yield _where(pack / name, found, signed)


def _where(file: Path, found: dict[str, Any], signed: dict[str, Any]) -> Wrong:
    """Find the first block that differs and in it, if it is one, the byte."""
    ours, theirs = found["blocks"], signed["blocks"]
    pairs = range(0, max(len(ours), len(theirs)), 16)
    at = next((each for each in pairs if ours[each : each + 16] != theirs[each : each + 16]), 0) // 16 * BLOCK
    if found["bytes"] == signed["bytes"]:
        with file.open("rb") as content:
            content.seek(at)
            block = content.read(BLOCK)
        place = _changed_byte(block, theirs[at // BLOCK * 16 :][:16])
        if place is not None:
            return Wrong(file.name, "one byte was changed", at + place)
        return Wrong(file.name, f"was changed between byte {at:,} and byte {at + len(block) - 1:,}")
    return Wrong(
        file.name, f"has {found['bytes']:,} bytes instead of {signed['bytes']:,}, and differs from byte {at:,} on"
    )


def _changed_byte(block: bytes, signed: str) -> int | None:
    for place, held in enumerate(block):
        before, behind = hashlib.sha256(block[:place]), block[place + 1 :]
        for value in range(256):
            if value != held:
                tried = before.copy()
                tried.update(bytes((value,)) + behind)
                if tried.hexdigest()[:16] == signed:
                    return place
    return None


def _is_signed(written: bytes, signature: bytes, trusted: frozenset[bytes] | None) -> bool | None:
    """Tell whether a manifest is signed; None where the signature is none, or of somebody else."""
    try:
        key, signed = (base64.b64decode(line, validate=True) for line in signature.splitlines())
    except ValueError:
        return None
    as_written = b"".join(base64.b64encode(part) + b"\n" for part in (key, signed))
    if signature != as_written or (trusted is not None and key not in trusted):
        return None
    return genuine(key, CONTEXT + written, signed)


def _unsigned(pack: Path, written: bytes, signature: bytes, trusted: frozenset[bytes] | None) -> Wrong:
    """Say whether the manifest was changed or the signature: the manifest that the files make may be the signed one."""
    try:
        about = json.loads((pack / "form.json").read_bytes())["manifest"]
        meant = manifest_of(pack, **about)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Wrong("manifest.json", "is not as it was signed")
    if meant == written:
        return Wrong(f"{pack.name}.sig", "does not fit the manifest, which all files fit")
    if not _is_signed(meant, signature, trusted):
        return Wrong("manifest.json", "is not as it was signed")
    pairs = enumerate(zip(written, meant, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), min(len(written), len(meant)))
    return Wrong("manifest.json", "was changed, or cut off", at)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as lines:
        for row, line in enumerate(lines, 1):
            try:
                told = json.loads(line)
            except (ValueError, RecursionError):
                told = None
            if not isinstance(told, dict):
                raise NotOfItsForm(file.name, f"row {row:,} is not of its form")
            yield told


def _digest(record: dict[str, Any]) -> bytes:
    moment = (datetime.fromisoformat(record["recorded_at"]) - EPOCH) // timedelta(microseconds=1)
    numbers = record["seq"].to_bytes(8, "big", signed=True) + moment.to_bytes(8, "big", signed=True)
    told = record["kind"].encode() + b"\0" + record["payload"].encode()
    return hashlib.sha256(bytes.fromhex(record["prev_hash"]) + numbers + told).digest()


def _forged(seals: dict[int, dict[str, Any]]) -> Iterator[int]:
    for seq, seal in seals.items():
        said = {name: seal[name] for name in ("at", "count", "hash", "seq")}
        key, signed = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"])
        if seal["count"] != seq or not genuine(key, SEAL_CONTEXT + _canonical(said), signed):
            yield seq


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


# Ed25519 as in RFC 8032, section 5.1.7: verification alone, which needs no secret and so no care for timing.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def genuine(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature (64 bytes) of a message is of an Ed25519 key (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, first = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or first is None or scalar >= ORDER:
        return False
    said = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = _times(scalar, BASE), _plus(first, _times(said, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def _plus(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _plus(total, point)
        point, scalar = _plus(point, point), scalar >> 1
    return total


def _point(packed: bytes) -> Point | None:
    y, odd = int.from_bytes(packed, "little") & (1 << 255) - 1, packed[31] >> 7
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, P - 2, P) % P
_base = _point(BASE_Y.to_bytes(32, "little"))
assert _base is not None
BASE: Point = _base


def said_of_keys(pack: Path, trusted: frozenset[bytes] | None) -> Iterator[str]:
    """Say by which keys a pack was signed and sealed, for a person to compare with those that were handed over."""
    by, seals = signers(pack)
    yield f"signed by the key {by or 'of no signature that can be read'}"
    yield from (f"sealed by the key {key}" for key in seals)
    if trusted is None:
        yield "no key was given to trust: compare these (SHA-256) with the fingerprints that you were told another way"


def main() -> int:
    """Verify the pack that the command line names."""
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    pack = Path(sys.argv[1])
    try:
        trusted = keys_in(Path(sys.argv[2]).read_text()) if len(sys.argv) == 3 else None
    except (OSError, ValueError):
        print(f"{sys.argv[2]} is no file of Ed25519 public keys in PEM")
        return 2
    wrong = verify(pack, trusted)
    print(*(f"NOT as it was signed: {each}" for each in wrong) if wrong else ("all is as it was signed",), sep="\n")
    print(*said_of_keys(pack, trusted), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
