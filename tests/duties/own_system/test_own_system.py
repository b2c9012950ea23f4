"""Our own store, files and logs are one more system of record: nothing of a person lies there without a rule."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command import call
from sqlalchemy import Column, MetaData, Table, Text

from include.duties.own_system import Places, manifest_of, open_questions, own_system, places
from include.law import edition_for
from include.store import Category
from include.store.migration import load_tables
from include.systems import Table as Mapped
from include.systems import findings, unexplained
from include.systems.manifest import load_map

EDITION = edition_for("sa", datetime(2026, 6, 1, tzinfo=UTC))
INCLUDE = Path(__file__).resolve().parents[3] / "include"


def changed(**parts: object) -> Places:
    """What is said of our places, with one part put otherwise."""
    said = places().model_dump()
    for part, values in parts.items():
        said[part] = said[part] | values
    return Places.model_validate(said)


def parts_of(table: Mapped) -> tuple[object, ...]:
    """A table without the order of its columns, for which the open format does not care."""
    return table.name, table.subject, sorted(table.key), sorted(map(repr, table.columns))


def test_everything_of_a_person_in_our_store_and_beside_it_has_a_rule_that_somebody_sees_to() -> None:
    assert open_questions(EDITION) == ()


def test_a_personal_column_without_a_rule_is_told() -> None:
    grown = MetaData()
    for table in load_tables().sorted_tables:
        table.to_metadata(grown)
    Table("guest", grown, Column("name", Text, info={"personal": Category.IDENTITY}), schema="register")
    assert open_questions(EDITION, grown) == (
        "register.guest.name: it can hold personal data, and no rule says until when",
    )


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"tables": {"register.nobody": {"purposes": ["x"], "basis": "none"}}}, "there is no such table"),
        ({"references": {"duties.alert.nobody": {"to": "duties.duty.id", "kind": "owned"}}}, "no such column"),
        (
            {"places": {"seals": places().places["seals"].model_dump() | {"rules": ["nobody"]}}},
            "there is no rule nobody",
        ),
        ({"rules": {"idle": places().rules["logged"].model_dump()}}, "the rule idle holds for nothing"),
        (
            {"rules": {"logged": places().rules["logged"].model_dump() | {"by": ["step:nobody"]}}},
            "the rule logged is seen to by step:nobody, which is not there",
        ),
        (
            {"rules": {"logged": places().rules["logged"].model_dump() | {"by": ["include.law.nobody"]}}},
            "the rule logged is seen to by include.law.nobody, which is not there",
        ),
        (
            {"rules": {"logged": places().rules["logged"].model_dump() | {"period": {"figure": "consent.no_days"}}}},
            "sa-2024-09-14 has no figure consent.no_days",
        ),
    ],
    ids=["table", "reference", "place", "idle", "step", "function", "figure"],
)
def test_what_is_said_in_vain_is_told(part: dict[str, object], told: str) -> None:
    assert any(told in fault for fault in open_questions(EDITION, said=changed(**part)))


def test_every_folder_that_code_makes_is_a_place_with_a_rule() -> None:
    made = {
        folder
        for file in INCLUDE.rglob("*.py")
        if "demo" not in file.parts  # whose people are invented
        for folder in re.findall(r'private_folder\("(\w+)"', file.read_text(encoding="utf-8"))
    }
    told = " ".join(place.what for place in places().places.values())
    assert {folder for folder in made if f"AMANAH_HOME/{folder}" not in told} == set()
    assert "staging" in made


def test_every_reference_has_a_meaning_and_every_person_is_found_by_one_or_by_a_key() -> None:
    ours, _ = own_system()
    unreached = {fault.table for fault in findings(ours) if "no subject reaches it" in fault.what}
    by_key = {name.replace(".", "_") for name, table in places().tables.items() if table.found_by != "reference"}
    assert unreached == by_key
    assert [str(fault) for fault in findings(ours) if fault.table not in unreached] == []


def test_every_column_says_why_it_is_there() -> None:
    assert [str(fault) for system in own_system() for fault in unexplained(system)] == []


def test_our_own_map_is_an_open_manifest_that_reads_back_as_it_was_derived(tmp_path: Path) -> None:
    file = tmp_path / "ours.yml"
    file.write_text(manifest_of(), encoding="utf-8")
    read = {system.key: system for system in load_map(file)}
    for system in own_system():
        back = read[system.key]
        assert sorted(map(parts_of, back.tables)) == sorted(map(parts_of, system.tables))
        assert {edge.name: edge.kind for edge in back.edges} == {edge.name: edge.kind for edge in system.edges}


def test_the_command_prints_until_when_each_column_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = call(monkeypatch, capsys, "systems", "ours")
    assert said.code == 0
    words = " ".join(said.out.split())
    assert "from the request was closed: for authority.complaint_window_days (Law 34, IR 37(1))" in words
    assert "airflow db clean --clean-before-timestamp" in words
