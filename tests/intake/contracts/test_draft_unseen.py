"""A directory that nobody has seen is drafted as well as a known one: by its headings, or by its cells alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from more_unseen_directories import MORE_UNSEEN
from other_unseen_directories import OTHER_UNSEEN
from unseen_directories import GROUPS, UNSEEN, Unseen

from include.intake.contracts import Column, Contract, load_contract
from include.intake.contracts.draft import draft

ALL = [*UNSEEN, *MORE_UNSEEN, *OTHER_UNSEEN]


def drafted(directory: Unseen, folder: Path) -> Contract:
    saved = folder / "contract.yml"
    saved.write_text(draft(directory.write(folder)), encoding="utf-8")
    return load_contract(saved)


def spelled(column: Column | None) -> str:
    parts = [column.field, column.language, column.means, column.at_sign] if column else []
    return " ".join(part for part in parts if part)


def own(name: str) -> str:
    """Return a column's own heading, without that of the group it stands in."""
    return name.rpartition(" / ")[2] if name.partition(" / ")[0] in GROUPS else name


def wrong(directory: Unseen, contract: Contract) -> dict[str, tuple[str, str]]:
    found = dict.fromkeys(directory.expected, "") | {own(name): spelled(it) for name, it in contract.columns.items()}
    return {
        name: (right, found[name])
        for name, right in directory.expected.items()
        if found[name] not in right.split(" | ")
    }


@pytest.mark.parametrize("directory", ALL, ids=lambda directory: directory.file)
def test_every_column_of_an_unseen_directory_is_told(directory: Unseen, tmp_path: Path) -> None:
    contract = drafted(directory, tmp_path)
    assert {own(name) for name in (*contract.columns, *contract.ignore)} == set(directory.expected)
    assert wrong(directory, contract) == {}
    assert contract.region == directory.region
