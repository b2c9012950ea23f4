"""JSON and JSON Lines: nested records laid flat, numbers with all their digits, broken lines set aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, columns
from include.intake.reading.flattening import flatten

Given = Callable[..., Path]
Taken = Callable[..., Any]


@pytest.mark.parametrize(
    ("record", "flat"),
    [
        ({"a": "x", "b": ""}, {"a": "x", "b": ""}),
        ({"a": {"b": {"c": "x"}, "d": "y"}}, {"a.b.c": "x", "a.d": "y"}),
        ({"phones": ["1", "2", None]}, {"phones": "1\n2"}),
        ({"a": [{"b": "x", "c": "y"}, {"b": "z"}]}, {"a[].b": "x\nz", "a[].c": "y"}),
        ({"a": [{"b": [{"c": "x"}, {"c": "y"}]}, {"b": []}]}, {"a[].b[].c": "x\ny", "a[].b": ""}),
        ({"a": [["x", "y"], ["z"]]}, {"a": "x\ny\nz"}),
        ({"a": ["x", {"b": "y"}]}, {"a": "x", "a[].b": "y"}),
        ({"a": None, "b": [], "c": {}}, {"a": "", "b": "", "c": ""}),
        ({"a": True, "b": False}, {"a": "true", "b": "false"}),
        ({"a": 5, "b": 1.5}, {"a": "5", "b": "1.5"}),
        ({"a.b": "x", "a": {"b": "y"}}, {"a.b": "x\ny"}),
        (
            {
                "phones": [
                    {"type": "Mobile", "value": "1"},
                    {"type": "fax", "value": "2"},
                    {"type": "fax", "value": "3"},
                ]
            },
            {"phones[mobile].value": "1", "phones[fax].value": "2\n3"},
        ),
        ({"t": [{"system": "phone", "use": "work", "value": "1"}]}, {"t[phone work].value": "1"}),
        (
            {"names": [{"lang": "ar", "text": "x"}, {"language": "en", "text": "y"}]},
            {"names[ar].text": "x", "names[en].text": "y"},
        ),
        ({"a": [{"type": "Sara", "b": "x"}]}, {"a[].type": "Sara", "a[].b": "x"}),
        ({"a": {"type": "work", "b": "x"}}, {"a.type": "work", "a.b": "x"}),
        (
            {"tags": [{"k": "phone", "v": "1"}, {"k": "addr:city", "v": "x"}]},
            {"tags.phone": "1", "tags.addr:city": "x"},
        ),
        ({"tags": [{"key": "phone", "value": {"main": "1"}}]}, {"tags.phone.main": "1"}),
        ({"tags": [{"k": "", "v": "1"}, {"k": 5, "v": "2"}]}, {"tags[].k": "\n5", "tags[].v": "1\n2"}),
    ],
)
def test_nested_values_are_laid_flat(record: dict[str, Any], flat: dict[str, str]) -> None:
    assert flatten(record) == flat


@pytest.mark.parametrize("type", ["json", "jsonl"])
def test_numbers_keep_their_digits(type: str, given: Given, taken: Taken) -> None:
    record = '{"id": 336216070, "long": 966500000001966500000001, "lat": 24.66461090, "x": 10.0}'
    result = taken(given(f"[{record}]" if type == "json" else record), type)
    assert result.rows == [["336216070", "966500000001966500000001", "24.66461090", "10.0"]]


@pytest.mark.parametrize("type", ["json", "jsonl"])
def test_nothing_is_an_empty_text(type: str, given: Given, taken: Taken) -> None:
    records = '{"a": null, "b": "x"}', '{"b": "y"}'
    text = f"[{', '.join(records)}]" if type == "json" else "\n".join(records)
    result = taken(given(text), type)
    assert (result.columns, result.rows) == (["a", "b"], [["", "x"], ["", "y"]])


def test_records_may_lie_inside_the_document(given: Given, taken: Taken) -> None:
    path = given('{"total": 2, "data": {"items": [{"a": "x"}, {"a": "y"}]}, "more": [{"b": 1}]}')
    assert taken(path, "json", records="data.items").rows == [["x"], ["y"]]


def test_a_document_that_is_no_list_must_name_one(given: Given, taken: Taken) -> None:
    path = given('{"data": {"items": []}}')
    with pytest.raises(UnreadableFile, match=r"name the list in format\.records"):
        taken(path, "json")
    with pytest.raises(UnreadableFile, match=r"no list at data\.rows"):
        taken(path, "json", records="data.rows")
    assert taken(path, "json", records="data.items").rows == []


def test_a_chunk_has_the_columns_of_its_own_records(given: Given, taken: Taken) -> None:
    path = given(json.dumps([{"a": "1"}, {"a": "2", "b": "x"}, {"c": "y"}]))
    result = taken(path, "json", chunk_rows=2)
    assert [list(chunk.frame.columns) for chunk in result.chunks] == [["a", "b"], ["c"]]
    assert result.numbers == [1, 2, 3]


def test_the_empty_form_of_a_nested_value_is_no_column_of_its_own(given: Given, taken: Taken) -> None:
    records = [{"t": None}, {"t": {"name": "x"}}, {"t": {}}, {"t": None}]
    result = taken(given(json.dumps(records)), "json", chunk_rows=3)
    assert [list(chunk.frame.columns) for chunk in result.chunks] == [["t.name"], []]
    assert taken(given(json.dumps([{"t": None}, {"t": "y"}, {"t": {"name": "x"}}])), "json").columns == ["t", "t.name"]


def test_what_is_no_object_is_set_aside(given: Given, taken: Taken) -> None:
    result = taken(given('[{"a": "x"}, 5, ["y"], {"a": "z"}]'), "json")
    assert result.faults == [(2, "not_an_object"), (3, "not_an_object")]
    assert result.rows == [["x"], ["z"]]


def test_a_broken_line_costs_one_row(given: Given, taken: Taken) -> None:
    result = taken(given('{"a": "x"}\n{"a": \n\n7\n{"a": "y"}\n'), "jsonl")
    assert result.faults == [(2, "not_json"), (3, "not_an_object")]
    assert (result.rows, result.numbers) == ([["x"], ["y"]], [1, 4])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('"a\\u0000b"', "nul_character"),
        ('"a\\ud800b"', "undecodable"),
        ("[" * 40 + "]" * 40, "nested_too_deeply"),
        ('{"b":' * 40 + "1" + "}" * 40, "nested_too_deeply"),
        ("[" * 100_000, "nested_too_deeply"),
        (f'"{"x" * (2 << 20)}"', "record_too_large"),
    ],
    ids=["nul", "half a letter", "lists", "objects", "bomb", "huge"],
)
def test_a_record_that_cannot_be_held_is_set_aside(value: str, reason: str, given: Given, taken: Taken) -> None:
    result = taken(given(f'{{"a": {value}}}\n{{"a": "y"}}\n'), "jsonl")
    assert (result.faults, result.rows) == ([(1, reason)], [["y"]])


@pytest.mark.parametrize(
    "text", ['[{"name": "Invented"}, {"name": "Invented"', '[{"name": "Invented"} {"name": 2}]', "[}"]
)
def test_a_document_that_is_not_json_is_an_error_without_its_content(text: str, given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="is not JSON, or breaks off") as error:
        taken(given(text), "json")
    assert "Invented" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
@pytest.mark.parametrize("type", ["json", "jsonl"])
def test_json_comes_in_other_encodings_too(type: str, encoding: str, given: Given, taken: Taken) -> None:
    record = '{"الاسم": "شركة المثال للتجارة", "المدينة": "الرياض"}'
    path = given(f"[{record}]" if type == "json" else record, encoding)
    result = taken(path, type)
    assert (result.columns, result.rows) == (["الاسم", "المدينة"], [["شركة المثال للتجارة", "الرياض"]])


def test_a_document_in_the_wrong_encoding_names_the_byte(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"format\.encoding says utf-8, but at byte 8 "):
        taken(given('[{"a": "شركة"}]', "windows-1256"), "json", encoding="utf-8")


def test_records_under_keys_of_their_own_are_an_error(given: Given, taken: Taken) -> None:
    records = [{f"id-{number}-{inner}": 1 for inner in range(10)} for number in range(300)]
    with pytest.raises(UnreadableFile, match="more than 2,000 different fields by record 201"):
        taken(given(json.dumps(records)), "json")


def test_an_empty_list_is_one_empty_chunk(given: Given, taken: Taken) -> None:
    result = taken(given("[]"), "json")
    assert (len(result.chunks), len(result.chunks[0])) == (1, 0)


def test_columns_are_those_of_the_first_thousand_records(given: Given) -> None:
    records = [{"a": number} for number in range(999)] + [{"b": 1}, {"c": 1}]
    assert columns(given(json.dumps(records)), Format(type="json")) == ["a", "b"]
