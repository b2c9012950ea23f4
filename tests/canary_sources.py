"""Sources whose deliveries are full of planted values: one that is taken in, and others that fail on the way.

Each of the others fails at a place whose error could quote what it read.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import yaml
from builders import TERMS
from canaries import NATIONAL_ID, arabic, landline, latin, mobile

__all__ = ["FAILURES", "GOOD", "MARKS", "REFUSED", "ROWS", "SET_ASIDE", "TOLD", "write_sources"]

GOOD = "canary"
COLUMNS: dict[str, Any] = {
    "ref": {"field": "row_id", "why": "recognises the entry again"},
    "الاسم": {"field": "organisation", "language": "ar"},
    "name": {"field": "organisation", "language": "en"},
    "contact": {"field": "person", "language": "ar"},
    "contact name": {"field": "person", "language": "en"},
    "job": "role",
    "staff": "company_size",
    "trade": {"field": "activity", "why": "tells a trade from a person"},
    "phone": "phone",
    "mobile": {"field": "phone", "means": "mobile"},
    "email": "email",
    "site": {"field": "website", "why": "shows whose contact it is"},
    "street": "address",
    "box": "po_box",
    "district": "district",
    "city": "city",
    "region": "region",
    "zip": "postal_code",
    "land": "country",
    "speaks": {"field": "language", "why": "chooses the language of the notice"},
    "changed": {"field": "updated_on", "why": "tells how old the details are"},
}
OPT_OUT = {"column": "objects", "values": ["no calls"]}
IGNORED = {"notes": "what others wrote about a person serves no purpose of ours"}

FAILURES = {
    "canary_heading": ("land", "unknown: column"),
    "canary_keys": ("land", "unknown: 'team."),
    "canary_encoding": ("land", "format.encoding says utf-8"),
    "canary_broken": ("land", "is not JSON"),
    "canary_floor": ("check", "email: 0 of 4"),
    "canary_constraint": ("register", "violates check constraint"),
}
"""For each delivery that fails: the task that says so, and what the operator reads."""


def planted(row: int, **changes: str) -> dict[str, str]:
    """Make a row with a planted value in every column."""
    return {
        "ref": latin("ref", row),
        "الاسم": f"مؤسسة سعد {arabic(row)} للتجارة",
        "name": f"Saad {latin('firm', row).title()} Trading Est.",
        "contact": f"سعد {arabic(row)}",
        "contact name": f"Saad {latin('name', row).title()}",
        "job": latin("job", row),
        "staff": latin("staff", row),
        "trade": latin("trade", row),
        "phone": landline(row),
        "mobile": mobile(row),
        "email": f"saad.{latin('name', row)}@{latin('host', row)}.example",
        "site": f"https://www.{latin('host', row)}.example/{latin('path', row)}",
        "street": f"{latin('street', row)} 7، شارع {arabic(row)}",
        "box": latin("box", row),
        "district": latin("district", row),
        "city": latin("city", row),
        "region": latin("region", row),
        "zip": latin("zip", row),
        "land": latin("land", row),
        "speaks": latin("speaks", row),
        "changed": latin("changed", row),
        "objects": "",
        "notes": f"{latin('notes', row)}, {arabic(row)}",
    } | changes


ROWS = {
    "received": 12,
    "new": 5,
    "unchanged": 0,
    "changed": 0,
    "duplicates": 1,
    "suppressed": 0,
    "quarantined": 6,
}
SET_ASIDE = {
    "broken_quoting": 1,
    "health": 1,
    "national_id": 1,
    "nul_character": 1,
    "row_id_repeated": 1,
    "too_many_cells": 1,
}
WHOLE = [
    planted(0),
    planted(1),
    planted(2, objects="no calls"),
    planted(
        3,
        phone=f"{latin('call', 3)} at nine",
        mobile=f"{mobile(3)}{mobile(3)}{mobile(3)}",
        email=f"{latin('mail', 3)}(at){latin('host', 3)}",
        site=f"no {latin('site', 3)} yet",
    ),
    planted(4, job=NATIONAL_ID),
    planted(5, notes="", trade=f"سعد {arabic(5)}, مصاب بالسكري"),
    planted(6),
    planted(6, job=latin("other", 6)),
    planted(0),
]
TOLD = [WHOLE[number]["email"] for number in (0, 2, 6)]
REFUSED = WHOLE[1]["email"]
"""A mailbox that its server refuses, naming it."""
MARKS = [*TOLD, REFUSED, *(f"+966{mobile(row)[1:]}" for row in range(4)), NATIONAL_ID]


def write_sources(folder: Path) -> list[str]:
    """Write every contract with the file that it names; return the keys."""
    plain = table(planted(row) for row in range(8, 12))
    files = {
        GOOD: ("csv", table(WHOLE) + broken_lines()),
        "canary_heading": ("csv", table(planted(row) | headings() for row in range(8, 12))),
        "canary_keys": ("json", json.dumps([planted(8) | {"team": {f"Saad {latin('key', 8)}": "x"}}]).encode()),
        "canary_encoding": ("csv", plain.decode().encode("windows-1256")),
        "canary_broken": ("json", json.dumps([planted(8), planted(9)], ensure_ascii=False).encode()[:-90]),
        "canary_floor": ("csv", table(planted(row, email="") for row in range(8, 12))),
        "canary_constraint": ("csv", plain),
    }
    for key, (kind, content) in files.items():
        file = folder / "files" / f"{key}.{kind}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        contract = folder / "sources" / key / "contract.yml"
        contract.parent.mkdir(parents=True)
        contract.write_text(yaml.safe_dump(terms(key, kind, file), allow_unicode=True), encoding="utf-8")
    return list(files)


def terms(key: str, kind: str, file: Path) -> dict[str, Any]:
    """Make the contract of one of these sources."""
    return TERMS | {
        "key": key,
        "refresh": "manual",
        "location": str(file),
        "format": {"type": kind, "encoding": "utf-8"},
        "row_id": ["ref"],
        "columns": COLUMNS,
        "opt_out": OPT_OUT,
        "ignore": IGNORED,
        "assessment": "DPIA-2026-900",
        "floors": {"rows": 1, "email": 0.5} if key == "canary_floor" else {"rows": 1},
    }


def headings() -> dict[str, str]:
    """Make columns that the contract does not know, each headed by a planted value."""
    return dict.fromkeys(
        (f"saad@{latin('head', 8)}.example", mobile(8), f"سعد {arabic(8)}", f"Saad {latin('head', 9)}"), "x"
    )


def table(rows: Any) -> bytes:
    """Write rows as CSV, the columns in the order in which they come."""
    rows = list(rows)
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


def broken_lines() -> bytes:
    """Make lines that cannot be read: one too long, one that holds a NUL, and a quote without its end."""
    line = table([planted(12)]).splitlines()[1]
    return b"\r\n".join([line + b",,extra", line.replace(b"ref", b"\0"), b'"' + line])
