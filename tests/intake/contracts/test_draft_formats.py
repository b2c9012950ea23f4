"""Whatever type of file the same listings come in, their contract takes the same columns and fits the file."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from invented import column

from include.intake.contracts import check_columns, load_contract
from include.intake.contracts.draft import draft
from include.intake.reading import read

KINDS = {
    "Ref": "code:LX",
    "Shop": "org:en",
    "Owner": "person:en",
    "Phone": "landline:us",
    "Email": "mail",
    "Address": "street:en",
    "Stars": "word:3|4|5",
}
EXPECTED = {
    "Ref": "row_id",
    "Shop": "organisation",
    "Owner": "person",
    "Phone": "phone",
    "Email": "email",
    "Address": "address",
}


CARD = ("person:en", "org:en", "mobile:us", "landline:us", "mail", "word:1 Example Street|5 Model Road|9 Sample Lane")


def table() -> pd.DataFrame:
    return pd.DataFrame({name: column(kind) for name, kind in KINDS.items()})


def records() -> list[dict[str, str]]:
    return [{str(name): cell for name, cell in row.items()} for row in table().to_dict("records")]


def as_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("guide.csv", table().to_csv(index=False))


def as_xml(path: Path) -> None:
    rows = ("".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in record.items()) for record in records())
    path.write_text(f"<guide><shops>{''.join(f'<shop>{row}</shop>' for row in rows)}</shops></guide>", encoding="utf-8")


def as_pairs(path: Path) -> None:
    blocks = ("\n".join(f"{name}: {cell}" for name, cell in record.items()) for record in records())
    path.write_text("\n\n".join(blocks), encoding="utf-8")


def as_nameless_workbook(path: Path) -> None:
    table().to_excel(path.with_suffix(".xlsx"), index=False)
    path.with_suffix(".xlsx").rename(path)


WRITERS: dict[str, Callable[[Path], object]] = {
    "guide.csv": lambda path: table().to_csv(path, index=False),
    "guide.tsv": lambda path: table().to_csv(path, index=False, sep="\t"),
    "guide.txt": lambda path: table().to_csv(path, index=False, sep="|"),
    "guide_bom.csv": lambda path: table().to_csv(path, index=False, encoding="utf-8-sig"),
    "guide_wide.csv": lambda path: table().to_csv(path, index=False, encoding="utf-16"),
    "guide.csv.gz": lambda path: path.write_bytes(gzip.compress(table().to_csv(index=False).encode())),
    "guide.zip": as_zip,
    "guide.xlsx": lambda path: table().to_excel(path, index=False),
    "guide.parquet": lambda path: table().to_parquet(path),
    "guide.json": lambda path: path.write_text(json.dumps(records())),
    "guide.jsonl": lambda path: path.write_text("\n".join(map(json.dumps, records()))),
    "guide.xml": as_xml,
    "pairs.txt": as_pairs,
    "wrong_name.pdf": lambda path: table().to_csv(path, index=False),
    "without_suffix": as_nameless_workbook,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_any_type_is_drafted(name: str, tmp_path: Path) -> None:
    path, saved = tmp_path / name, tmp_path / "contract.yml"
    WRITERS[name](path)
    saved.write_text(draft(path), encoding="utf-8")
    contract = load_contract(saved)
    assert {column: taken.field.value for column, taken in contract.columns.items()} == EXPECTED
    chunks = list(read(path, contract.format))
    assert sum(len(chunk.frame) for chunk in chunks) == len(table())
    assert all(check_columns(contract, list(chunk.frame.columns)).fits for chunk in chunks)


def test_cards_are_drafted(tmp_path: Path) -> None:
    path, saved = tmp_path / "people.vcf", tmp_path / "contract.yml"
    parts = zip(*(column(kind) for kind in CARD), strict=True)
    path.write_text(
        "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:{person}\nORG:{shop}\nTITLE:Manager\nTEL;TYPE=CELL:{cell}\n"
            f"TEL;TYPE=HOME:{home}\nEMAIL:{mail}\nADR;TYPE=WORK:;;{street};Riverton;;;\nEND:VCARD\n"
            for person, shop, cell, home, mail, street in parts
        ),
        encoding="utf-8",
    )
    saved.write_text(draft(path), encoding="utf-8")
    found = {name: (taken.field.value, taken.means) for name, taken in load_contract(saved).columns.items()}
    assert found == {
        "FN": ("person", None),
        "ORG": ("organisation", None),
        "TITLE": ("role", None),
        "TEL CELL": ("phone", "mobile"),
        "TEL HOME": ("phone", "personal"),
        "EMAIL": ("email", None),
        "ADR WORK": ("address", None),
    }
