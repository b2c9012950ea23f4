"""A sound contract, and the same with something changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.intake.contracts import Contract, load_contract

SOUND: dict[str, Any] = {
    "key": "riyadh_trade",
    "title": {"ar": "دليل الرياض التجاري", "en": "Riyadh Trade Directory"},
    "publisher": "Example Publishing",
    "kind": "public_directory",
    "basis": {"case": "public_source", "proof": "DOC-2026-014"},
    "purposes": ["business_contact"],
    "licence": "free to consult",
    "jurisdiction": "sa",
    "language": "ar",
    "delivery": "full",
    "location": "trade.csv",
    "format": "csv",
    "columns": {"Name": "organisation", "Phone": "phone", "City": "city"},
    "ignore": {"Rating": "ratings serve no purpose of ours"},
}

Changed = Callable[..., dict[str, Any]]


@pytest.fixture
def terms() -> Changed:
    """Return the sound terms with some of them replaced; a term set to `...` is left out."""

    def changed(**changes: Any) -> dict[str, Any]:
        merged = {**copy.deepcopy(SOUND), **changes}
        return {name: value for name, value in merged.items() if value is not ...}

    return changed


@pytest.fixture
def contract(terms: Changed) -> Callable[..., Contract]:
    return lambda **changes: Contract.model_validate(terms(**changes))


@pytest.fixture
def written(tmp_path: Path, terms: Changed) -> Callable[..., Path]:
    """Write the terms as the contract of a source folder."""

    def write(root: Path = tmp_path, folder: str = "riyadh_trade", **changes: Any) -> Path:
        path = root / folder / "contract.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(terms(**changes), allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def complaint(written: Callable[..., Path]) -> Callable[..., str]:
    """Return what is said of the terms when their file is loaded; they must not load."""

    def said(**changes: Any) -> str:
        from include.errors import NeverRetry

        with pytest.raises(NeverRetry) as error:
            load_contract(written(**changes))
        return str(error.value)

    return said
