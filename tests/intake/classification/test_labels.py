"""Files of labels are read as they were meant, and one that cannot be read says which, where, and what to do."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.documents import harmless
from include.intake.classification.labels import (
    LabelledPoints,
    LabelsUnreadable,
    names_beside,
    read_labels,
    read_many_names,
    read_names,
)
from include.intake.classification.point_truth import STRATA, stratum_of
from include.intake.normalise import read_cell

HEAD = "value,kind,region,label,source,basis,owner_name\n"
REVIEWED = "review:answered_by_a_person"


def points(file: Path) -> LabelledPoints:
    found = read_labels(file)
    assert isinstance(found, LabelledPoints)
    return found


@pytest.mark.parametrize(
    ("field", "value", "label", "klass"),
    [
        ("phone", "+966 50 000 0011", "organisation", "business"),
        ("phone", "+966 11 000 0012", "person", "personal"),
        ("email", "firm@gmail.com", "organisation", "business"),
        ("email", "info@firm.example", "person", "personal"),
        ("website", "firm.example", "person", "personal"),
        ("address", "مكتب 12 شارع العليا، الرياض", "person", "personal"),
        ("person", "سعد القحطاني", "person", "personal"),
        ("person", "قسم المبيعات", "organisation", "business"),
    ],
)
def test_what_a_person_decided_is_taken_at_its_word(field: str, value: str, label: str, klass: str) -> None:
    assert STRATA[stratum_of(field, label, read_cell(field, value, "SA"), reviewed=True)] == klass


@pytest.mark.parametrize("field", ["website", "address", "person"])
def test_what_a_source_calls_a_person_s_is_personal_of_every_kind(field: str) -> None:
    assert STRATA[stratum_of(field, "person", ())] == "personal"
    assert STRATA[stratum_of(field, "organisation", ())] == "business"


@pytest.mark.parametrize("name", ["=شركة الواحة", "@handle", "+1+1", " =1", "شركة الواحة", "'Round the Clock"])
def test_the_apostrophe_of_an_export_is_no_part_of_a_cell(tmp_path: Path, name: str) -> None:
    file = tmp_path / "export.csv"
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(["value", "kind", "label", "basis", "owner_name"])
        writer.writerow(map(harmless, (name, "person", "organisation", REVIEWED, name)))
    (point,) = points(file).points
    assert (point.value, point.owner) == (name, name)
    assert read_names(file).names == (name,)


def test_names_that_people_decided_are_read_as_names_and_other_rows_are_not(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(
        f"{HEAD}سعد القحطاني,person,SA,person,guide,{REVIEWED},\n"
        f"Fahad Saleh,person,SA,person,guide,listing,\n"
        f"info@firm.example,email,SA,organisation,guide,{REVIEWED},\n",
        encoding="utf-8",
    )
    found = read_names(file)
    assert (found.names, found.persons) == (("سعد القحطاني",), (True,))
    assert found.group(0) == {"kind": "name", "lang": "ar", "source": "guide", "has_org_word": ""}
    assert not points(file).points[1].reviewed


def test_an_export_without_names_says_so(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{HEAD}info@firm.example,email,SA,organisation,guide,{REVIEWED},\n", encoding="utf-8")
    with pytest.raises(LabelsUnreadable, match=r"export\.csv.*kind 'person'"):
        read_names(file)


def test_several_files_are_one_and_are_found_again_by_their_hashes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("name,label,source\nFahad Saleh,person,a\n", encoding="utf-8")
    other.write_text("name,label,source\nPalm Clinic,organisation,b\n", encoding="utf-8")
    both = read_many_names([other, one])
    assert both.groups["source"] == ("b", "a")
    assert names_beside(tmp_path / "points.csv", both.hash) == both
    other.unlink()
    assert names_beside(tmp_path / "points.csv", both.hash) is None


@pytest.mark.parametrize("read", [read_labels, read_names])
def test_a_file_of_another_encoding_is_refused_by_name_and_row_with_what_to_do(tmp_path: Path, read: object) -> None:
    file = tmp_path / "older.csv"
    file.write_bytes("name,label\nPalm Clinic,organisation\nسعد,person\n".encode("windows-1256"))
    with pytest.raises(LabelsUnreadable, match=r"older\.csv, row 3: .*CSV UTF-8") as refused:
        read(file)  # type: ignore[operator]
    assert "سعد" not in str(refused.value)


def test_a_kind_that_is_none_is_refused_by_file_and_row(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(f"{HEAD}info@firm.example,email,SA,organisation,,,\n0110000012,telex,SA,organisation,,,\n")
    with pytest.raises(LabelsUnreadable, match=r"points\.csv, row 3: its kind is none of phone,") as refused:
        read_labels(file)
    assert "0110000012" not in str(refused.value)


@pytest.fixture
def _short_cells() -> Iterator[None]:
    before = csv.field_size_limit(100)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("_short_cells")
def test_what_is_no_csv_is_refused_by_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(f'{HEAD}"{"x" * 200}",email,SA,organisation,,,\n')
    with pytest.raises(LabelsUnreadable, match=r"points\.csv, line 2"):
        read_labels(file)


def test_a_row_that_ends_early_has_empty_cells(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("value,kind,label,basis\ninfo@firm.example,email,organisation\n")
    assert points(file).points[0].groups["source"] == ""
