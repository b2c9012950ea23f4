from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from include.errors import NeverRetry
from include.law.strict_yaml import BrokenYaml, load_strict


class Column(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    language: str | None = None


class Plan(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str
    columns: dict[str, Column] = {}
    floors: list[Column] = []
    best: Column | str | None = None
    share: float = 0.0
    opens: str = ""
    ready: bool = False
    names: list[str] = []


def write(folder: Path, text: str) -> Path:
    path = folder / "plan.yml"
    path.write_text(text, encoding="utf-8")
    return path


def fault_of(folder: Path, text: str) -> str:
    with pytest.raises(BrokenYaml) as caught:
        load_strict(write(folder, text), Plan)
    return str(caught.value).removeprefix(f"{folder}/")


def test_a_file_means_what_it_seems_to_mean(tmp_path: Path) -> None:
    text = "publisher: no\nopens: 09:00\nready: true\nshare: 0.25\nnames: [on, 0500, '12', 2026-01-31]\n"
    plan = load_strict(write(tmp_path, text), Plan)
    assert (plan.publisher, plan.opens, plan.ready, plan.share) == ("no", "09:00", True, 0.25)
    assert plan.names == ["on", "0500", "12", "2026-01-31"]


def test_keys_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    plan = load_strict(
        write(tmp_path, "publisher: a\ncolumns:\n  2024: {field: phone}\n  null: {field: email}\n"), Plan
    )
    assert list(plan.columns) == ["2024", "null"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("publisher: a\npublischer: b\n", "plan.yml:2: publischer: is not a known field; did you mean 'publisher'?"),
        (
            "publisher: a\ncolumns:\n  tel:\n    field: phone\n    langauge: ar\n",
            "plan.yml:5: columns.tel.langauge: is not a known field; did you mean 'language'?",
        ),
        (
            "publisher: a\nfloors:\n  - field: phone\n  - {feild: x, field: y}\n",
            "plan.yml:4: floors[1].feild: is not a known field; did you mean 'field'?",
        ),
        (
            "publisher: a\ncolumns: {x: {field: a, zzz: 1}}\n",
            "plan.yml:2: columns.x.zzz: is not a known field; known here: field, language",
        ),
        ("publisher: a\ncolumns:\n  tel: {language: ar}\n", "plan.yml:3: columns.tel.field: is missing; add it"),
        ("share: 0.5\n", "plan.yml:1: publisher: is missing; add it"),
        ("", "plan.yml:1: publisher: is missing; add it"),
        ("publisher: a\nshare: 1\npublisher: b\n", "plan.yml:3: publisher: stands twice (first on line 1); remove one"),
        ("publisher: a\nshare: much\n", "plan.yml:2: share: Input should be a valid number"),
        ("publisher: 7\n", "plan.yml:1: publisher: Input should be a valid string"),
        ("publisher: &a x\nopens: *a\n", "plan.yml:2: aliases (*name) are not read; write the value out"),
        ("publisher: !!binary aGk=\n", "plan.yml:1: publisher: the tag tag:yaml.org,2002:binary is not read"),
        ("publisher: [a\nshare: 1\n", "plan.yml:2: is not YAML:"),
        ("publisher: a\n? [x, y]\n: 1\n", "plan.yml:2: a field name must be plain text"),
        ("- a\n", "plan.yml:1: Input should be a valid dictionary"),
    ],
)
def test_a_fault_names_the_file_the_line_and_the_field(tmp_path: Path, text: str, message: str) -> None:
    assert fault_of(tmp_path, text).startswith(message)


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(BrokenYaml) as caught:
        load_strict(write(tmp_path, "share: much\nwrong: 1\npublisher: 7\n"), Plan)
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (1, "share"),
        (2, "wrong"),
        (3, "publisher"),
    ]


def test_the_branches_of_a_union_name_the_place_in_the_file(tmp_path: Path) -> None:
    assert "plan.yml:3: best.feild: is not a known field" in fault_of(tmp_path, "publisher: a\nbest:\n  feild: x\n")


def test_an_absent_or_unreadable_file_says_so_and_is_never_retried(tmp_path: Path) -> None:
    with pytest.raises(NeverRetry, match="there is no such file"):
        load_strict(tmp_path / "gone.yml", Plan)
    path = tmp_path / "cp1256.yml"
    path.write_bytes("publisher: دليل".encode("cp1256"))
    with pytest.raises(NeverRetry, match=r"cp1256\.yml: is not UTF-8"):
        load_strict(path, Plan)
