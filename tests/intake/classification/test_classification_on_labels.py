"""The classifier on labelled names and contact points of others, where the folder of test data is there.

The floors are loose: they fail when something breaks, not when a figure moves. The figures are printed with `-s`.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from include.intake.classification import Klass, ListingFacts, NameKind, classify_name, decide
from include.intake.normalise import read_cell

pytestmark = pytest.mark.directories

FIELD_OF = {"phone_cell": "phone", "fax": "phone", "email_cell": "email"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shares(counted: Counter[str]) -> dict[str, float]:
    return {key: round(count / counted.total(), 4) for key, count in sorted(counted.items())}


@pytest.fixture(scope="module")
def names(labels: Path) -> dict[tuple[str, str, str], Counter[str]]:
    counted: dict[tuple[str, str, str], Counter[str]] = {}
    for row in rows(labels / "person_org_names.csv"):
        script = "ar" if "ar" in row["lang"] else "en"
        group = counted.setdefault((script, row["label"], row["has_org_word"]), Counter())
        group[str(classify_name(row["name"]).kind)] += 1
    for key, group in sorted(counted.items()):
        print(key, group.total(), shares(group))
    return counted


@pytest.fixture(scope="module")
def points(labels: Path) -> dict[tuple[str, str], Counter[str]]:
    counted: dict[tuple[str, str], Counter[str]] = {}
    for row in rows(labels / "contact_points.csv"):
        owners = (row["owner_name"],) if row["owner_name"] else ()
        means = "fax" if row["kind"] == "fax" else None
        readings = read_cell(FIELD_OF.get(row["kind"], row["kind"]), row["value"], row["region"] or None, means)
        group = counted.setdefault((row["kind"], row["label"]), Counter())
        group.update(str(found.klass) for found in decide(ListingFacts(organisations=owners), readings))
    for key, group in sorted(counted.items()):
        print(key, group.total(), shares(group))
    return counted


@pytest.fixture(scope="module")
def labels() -> Path:
    folder = os.environ.get("AMANAH_TEST_DATA")
    if not folder:
        pytest.skip("AMANAH_TEST_DATA names no folder of test data")
    return Path(folder) / "labels"


def share(counted: dict[tuple[str, str, str], Counter[str]], script: str, label: str, word: str, kind: str) -> float:
    group = counted[script, label, word]
    return group[kind] / group.total()


@pytest.mark.parametrize("script", ["ar", "en"])
def test_persons_are_rarely_taken_for_organisations(
    script: str, names: dict[tuple[str, str, str], Counter[str]]
) -> None:
    assert share(names, script, "person", "0", NameKind.ORGANISATION) < 0.02


@pytest.mark.parametrize(("script", "floor"), [("ar", 0.5), ("en", 0.75)])
def test_most_persons_are_known(script: str, floor: float, names: dict[tuple[str, str, str], Counter[str]]) -> None:
    assert share(names, script, "person", "0", NameKind.PERSON) > floor


@pytest.mark.parametrize("script", ["ar", "en"])
def test_organisations_with_a_word_that_says_so_are_known(
    script: str, names: dict[tuple[str, str, str], Counter[str]]
) -> None:
    assert share(names, script, "organisation", "1", NameKind.ORGANISATION) > 0.93


@pytest.mark.parametrize(
    "label", ["named_mailbox_own_domain", "named_mailbox_free_mail", "other_mailbox_free_mail", "person_in_office"]
)
def test_mailboxes_of_persons_are_almost_never_business(
    label: str, points: dict[tuple[str, str], Counter[str]]
) -> None:
    group = points["email", label]
    assert group[Klass.BUSINESS] / group.total() <= 0.006


@pytest.mark.parametrize("label", ["person", "office_of_person"])
def test_numbers_of_listed_persons_are_almost_never_business(
    label: str, points: dict[tuple[str, str], Counter[str]]
) -> None:
    group = points["phone", label]
    assert group[Klass.BUSINESS] / group.total() <= 0.005


@pytest.mark.parametrize(
    ("kind", "label", "floor"),
    [("email", "role_mailbox", 0.85), ("fax", "organisation", 0.88), ("website", "organisation", 0.85)],
)
def test_business_is_not_lost_by_calling_everything_personal(
    kind: str, label: str, floor: float, points: dict[tuple[str, str], Counter[str]]
) -> None:
    group = points[kind, label]
    assert group[Klass.BUSINESS] / group.total() > floor
