"""What cells of every shape say, as tables: `tables/<field>.yml`, one row a cell and all that is read of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.intake.normalise import Reading, is_placeholder, read_cell

TABLES = Path(__file__).parent / "tables"
FIELDS = ("phones", "emails", "websites", "addresses", "persons")
NOTHING = yaml.safe_load((TABLES / "nothing.yml").read_text(encoding="utf-8"))


def shown(reading: Reading, field: str, region: str | None) -> str:
    """Write a reading as the tables do."""
    traits = set(reading.traits)
    words = [
        reading.normalised if reading.unparsed is None else f"?{reading.unparsed} {reading.value}",
        reading.number_type,
        *sorted(traits),
        f"x{reading.detail}" if reading.detail else None,
        f"@{reading.country}" if reading.country not in (None, region) else None,
        f"({reading.beside})" if reading.beside and reading.unparsed is None else None,
    ]
    said = " ".join(word for word in words if word)
    return said if reading.kind == field else f"{reading.kind}: {said}"


def rows(name: str) -> Iterator[Any]:
    table = yaml.safe_load((TABLES / f"{name}.yml").read_text(encoding="utf-8"))
    for shape, listed in table["shapes"].items():
        region = listed.get("region", table["region"])
        for cell in listed.get("cells", ()):
            yield pytest.param(table["field"], cell, region, None, listed["gives"], id=f"{shape}: {cell!r}")
        for cell, *gives in listed.get("rows", ()):
            own = gives[0] if gives and isinstance(gives[0], dict) else {"gives": gives}
            at_sign = own.get("at_sign")
            yield pytest.param(
                table["field"], cell, own.get("region", region), at_sign, own["gives"], id=f"{shape}: {cell!r}"
            )


@pytest.mark.parametrize(
    ("field", "cell", "region", "at_sign", "gives"), [row for name in FIELDS for row in rows(name)]
)
def test_a_cell_says_what_its_table_says(
    field: str, cell: str, region: str | None, at_sign: str | None, gives: list[str]
) -> None:
    readings = read_cell(field, cell, region, at_sign=at_sign)
    assert [shown(reading, field, region) for reading in readings] == [str(said) for said in gives]


@pytest.mark.parametrize("cell", NOTHING["nothing"])
def test_a_word_for_nothing_gives_no_reading_in_any_column(cell: str) -> None:
    assert is_placeholder(cell)
    assert [read_cell(field, cell, "SA") for field in ("phone", "email", "website", "address", "person")] == [()] * 5


@pytest.mark.parametrize("cell", NOTHING["something"])
def test_what_only_looks_like_nothing_is_kept(cell: str) -> None:
    assert not is_placeholder(cell)
    assert read_cell("person", cell, "SA")


def test_the_tables_hold_no_number_or_mailbox_that_could_be_somebodys() -> None:
    cells = [row.values for name in FIELDS for row in rows(name)]
    assert len(cells) > 700
    for field, cell, region, at_sign, _ in cells:
        for reading in read_cell(field, cell, region, at_sign=at_sign):
            if reading.kind == "phone" and reading.normalised and "vanity" not in reading.traits:
                assert re.search("0000|0001[1-9]$|55501|7946", reading.normalised), cell
