"""The sample directories: invented through and through, messy, always the same, and as their contracts say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import phonenumbers
import pytest

from include.commands.demo.samples import blocks, jeddah, opted_out, riyadh, write_samples
from include.commands.demo.samples.partner import OPTED_OUT_AT_SOURCE
from include.commands.demo.samples.writing import WRITERS
from include.intake.contracts import Contract, check_columns, contracts
from include.intake.normalise import read_cell
from include.intake.quality import scan
from include.intake.reading import Chunk, read

BLOCKS = re.compile(
    r"\+9665[01345689]000\d{4}|\+96611000\d{4}|\+96612200\d{4}|\+966920000\d{3}"
    r"|\+201[0125]0000\d{4}|\+2020000\d{4}|\+97150000\d{4}"
)
DOMAIN = re.compile(r"(?<![\w.-])(?:[a-z0-9-]+\.)*[a-z0-9-]+\.(?:example|com|net|org|test|sa|eg|ae)\b", re.I)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The four directories."""
    return write_samples(tmp_path_factory.mktemp("samples"))


@cache
def known() -> dict[str, Contract]:
    return contracts()


def chunks(files: dict[str, Path], key: str) -> Iterator[Chunk]:
    yield from read(files[key], known()[key].format, chunk_rows=5_000)


def cells(files: dict[str, Path], key: str) -> Iterator[str]:
    for chunk in chunks(files, key):
        for column in chunk.frame.columns:
            yield from chunk.frame[column]


def test_the_same_seed_gives_the_same_bytes(files: dict[str, Path], tmp_path: Path) -> None:
    again = write_samples(tmp_path)
    assert {key: path.read_bytes() for key, path in again.items()} == {
        key: path.read_bytes() for key, path in files.items()
    }


def test_another_seed_gives_other_people(files: dict[str, Path], tmp_path: Path) -> None:
    other = write_samples(tmp_path, seed=7)
    assert all(other[key].read_bytes() != path.read_bytes() for key, path in files.items())


def test_there_are_about_five_thousand_rows(files: dict[str, Path]) -> None:
    rows = {key: sum(len(chunk.frame) + len(chunk.faults) for chunk in chunks(files, key)) for key in WRITERS}
    assert 4_800 <= sum(rows.values()) <= 5_200
    assert all(known()[key].floors.rows < count < (known()[key].ceilings.rows or 0) for key, count in rows.items())


@pytest.mark.parametrize("key", WRITERS)
def test_the_file_lies_where_its_contract_says_and_fits_it(files: dict[str, Path], key: str) -> None:
    contract = known()[key]
    found: dict[str, None] = {}
    for chunk in chunks(files, key):
        found.update(dict.fromkeys(map(str, chunk.frame.columns)))
    check = check_columns(contract, list(found))
    assert files[key].name == contract.location.path
    assert check.fits, check.message


@pytest.mark.parametrize("key", WRITERS)
def test_no_phone_of_the_samples_can_be_somebody(files: dict[str, Path], key: str) -> None:
    contract, numbers = known()[key], set()
    for chunk in chunks(files, key):
        for column in contract.named("phone"):
            for cell in chunk.frame[column].unique():
                readings = read_cell("phone", cell, contract.region)
                numbers |= {reading.normalised for reading in readings if reading.normalised}
    assert len(numbers) > 400
    assert [number for number in sorted(numbers) if not BLOCKS.fullmatch(number)] == []


@pytest.mark.parametrize("key", WRITERS)
def test_no_mailbox_or_site_of_the_samples_can_be_somebodys(files: dict[str, Path], key: str) -> None:
    found = {match.lower() for cell in cells(files, key) for match in DOMAIN.findall(cell)}
    real = {name for name in found if not any(f".{name}".endswith(f".{reserved}") for reserved in blocks.DOMAINS)}
    assert len(found) > 100
    assert real == set()


def test_the_invented_numbers_are_valid_by_their_plans() -> None:
    ends = {
        blocks.saudi_mobile: 79_999,
        blocks.riyadh_landline: 9_999,
        blocks.jeddah_landline: 9_999,
        blocks.switchboard: 999,
        blocks.egyptian_mobile: 39_999,
        blocks.cairo_landline: 9_999,
        blocks.emirati_mobile: 9_999,
    }
    for block, last in ends.items():
        for number in (0, 1, 7, last // 2, last):
            assert phonenumbers.is_valid_number(phonenumbers.parse(block(number))), block(number)
            assert BLOCKS.fullmatch(block(number)), block(number)
        with pytest.raises(ValueError, match="no number"):
            block(last + 1)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("sa_riyadh_trade", riyadh.SENSITIVE), ("sa_jeddah_guide", jeddah.SENSITIVE), ("eg_cairo_directory", 0)],
)
def test_what_no_directory_may_bring_is_there_to_be_found(files: dict[str, Path], key: str, expected: int) -> None:
    contract = known()[key]
    fields = {column: mapping.field for column, mapping in contract.columns.items()}
    found = pd.concat(
        [scan(chunk.frame[[c for c in chunk.frame if c in fields]], fields) for chunk in chunks(files, key)]
    )
    assert found["row"].nunique() == expected


def test_some_rows_cannot_be_read(files: dict[str, Path]) -> None:
    reasons = Counter(fault.reason for chunk in chunks(files, "sa_riyadh_trade") for fault in chunk.faults)
    assert reasons == {"too_many_cells": riyadh.TORN}


def test_people_who_opted_out_earlier_come_again(files: dict[str, Path]) -> None:
    contract, met = known()["sa_riyadh_trade"], set()
    for chunk in chunks(files, contract.key):
        for field in ("phone", "email"):
            for column in contract.named(field):
                for cell in chunk.frame[column].unique():
                    met |= {(field, reading.normalised) for reading in read_cell(field, cell, contract.region)}
    assert len(set(opted_out())) == len(opted_out()) > 25
    assert len(met.intersection(opted_out())) > 20


def test_the_partner_says_who_opted_out_there(files: dict[str, Path]) -> None:
    contract = known()["partner_english"]
    assert contract.opt_out is not None
    cells = [cell for chunk in chunks(files, contract.key) for cell in chunk.frame[contract.opt_out.column]]
    assert sum(contract.opt_out.refuses(cell) for cell in cells) == OPTED_OUT_AT_SOURCE


def test_the_samples_are_as_messy_as_reality(files: dict[str, Path]) -> None:
    riyadh_cells, jeddah_cells, cairo_cells, partner_cells = (list(cells(files, key)) for key in WRITERS)
    numbers = [read_cell("phone", cell, "SA") for cell in riyadh_cells if cell.startswith("01")]
    assert sum(len(readings) > 1 for readings in numbers) > 100, "two phones in a cell"
    assert any("تحويلة" in cell for cell in riyadh_cells), "extensions"
    assert any(cell.startswith("00966") for cell in riyadh_cells)
    assert any(cell.startswith("9200") for cell in riyadh_cells), "switchboards"
    assert any("مؤسسة" in cell for cell in riyadh_cells), "sole proprietors"
    assert any("\u2066" in cell or "\u202a" in cell for cell in jeddah_cells), "bidi marks"
    assert any("\n" in cell for cell in jeddah_cells), "line breaks"
    assert any(re.search("[٠-٩]{7}", cell) for cell in jeddah_cells), "Arabic-Indic digits"
    assert any(re.fullmatch("5\\d{8}", cell) for cell in jeddah_cells), "numbers as numbers"
    assert any(cell.count("@") == 2 for cell in cairo_cells), "lists"
    assert set(partner_cells) & set(jeddah_cells), "duplicates across files"
