"""JSON as the world writes it: maps, keys that stand twice, no numbers, towers of brackets, a directory on one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.intake.reading import UnreadableFile, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]

GEOGRAPHIC = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:example"}},
    "authors": [{"name": "Example Mapping"}],
    "features": [
        {
            "type": "Feature",
            "properties": {"name:ar": "شركة المثال", "phone": "+966 11 000 0001"},
            "geometry": {"type": "Point", "coordinates": [46.70, 24.60]},
        },
        {"type": "Feature", "properties": {"phone": None}, "geometry": None},
    ],
}
OVERPASS = {
    "version": 0.6,
    "osm3s": {"copyright": "example"},
    "elements": [
        {"type": "node", "id": 1, "lat": 24.6, "tags": {"name": "Example", "contact:phone": "+966 11 000 0002"}},
        {"type": "way", "id": 2, "nodes": [11, 12], "tags": {"name": "Sample"}},
    ],
}


def test_a_collection_of_places_is_read_by_itself(given: Given, taken: Taken) -> None:
    path = given(json.dumps(GEOGRAPHIC))
    found = detect(path)
    assert (found.type, found.records) == ("json", "features")
    result = taken(path, "json", records="features")
    assert result.columns == ["type", "properties.name:ar", "properties.phone", "geometry.type", "geometry.coordinates"]
    assert result.rows == [
        ["Feature", "شركة المثال", "+966 11 000 0001", "Point", "46.7\n24.6"],
        ["Feature", "", "", "", ""],
    ]


def test_elements_with_tags_are_read_by_themselves(given: Given, taken: Taken) -> None:
    path = given(json.dumps(OVERPASS))
    assert detect(path).records == "elements"
    result = taken(path, "json", records="elements")
    assert result.columns == ["type", "id", "lat", "tags.name", "tags.contact:phone", "nodes"]
    assert result.rows[1] == ["way", "2", "", "Sample", "", "11\n12"]


@pytest.mark.parametrize("type", ["json", "jsonl"])
def test_every_value_of_a_key_that_stands_twice_is_kept(type: str, given: Given, taken: Taken) -> None:
    record = '{"a": "1", "b": {"c": "x", "c": ["y"]}, "a": "2", "a": "3"}'
    result = taken(given(f"[{record}]" if type == "json" else record), type)
    assert (result.columns, result.rows) == (["a", "b.c"], [["1\n2\n3", "x\ny"]])


@pytest.mark.parametrize("type", ["json", "jsonl"])
def test_what_python_writes_for_no_number_is_nothing(type: str, given: Given, taken: Taken) -> None:
    record = '{"a": NaN, "b": [-Infinity, 5, Infinity], "c": "NaN, -Infinity\\" NaN", "d": "\\\\"}'
    text = f"[{record}, {record}]" if type == "json" else f"{record}\n{record}"
    assert taken(given(text), type).rows == [["", "5", 'NaN, -Infinity" NaN', "\\"]] * 2


def test_no_number_is_nothing_wherever_the_file_is_cut_while_it_is_read(given: Given, taken: Taken) -> None:
    blocks = 64 << 10
    for shift in range(-12, 3):
        filling = "x" * (blocks + shift - len('[{"f": "", "a": '))
        text = f'[{{"f": "{filling}", "a": -Infinity, "b": NaN, "c": "\\"NaN"}}]'
        assert taken(given(text), "json").rows == [[filling, "", "", '"NaN']]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": ' + "[" * 200_000,
        '[{"a": ' + '{"a":' * 200_000,
        '[{"a": ' + "[" * 200_000 + "]" * 200_000 + "}]",
        '[{"a": ' + "[" * 300 + "]" * 300 + "}]",
        '[{"a": "' + "x" * 65_000 + '", "b": ' + "[[]," * 5_000,
    ],
    ids=["lists", "objects", "closed again", "closed at once", "between others"],
)
def test_a_tower_of_brackets_is_refused_before_it_fills_the_memory(text: str, given: Given, taken: Taken) -> None:
    for attempt in (lambda: taken(given(text), "json"), lambda: detect(given(f'{{"records": {text}'))):
        with pytest.raises(UnreadableFile, match=r"delivery\.raw: its brackets open deeper than 256 levels"):
            attempt()


def test_brackets_are_counted_over_the_whole_file(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="deeper than 256 levels"):
        taken(given('[{"a": ' + f'["{"x" * 65_000}", ' * 300), "json")


def test_brackets_in_texts_are_no_levels(given: Given, taken: Taken) -> None:
    text = "[" * 1000 + '\\"[{' * 50_000
    path = given(f'[{{"a": "{text}"}}, {{"a": "x"}}]')
    assert taken(path, "json").rows == [[text.replace("\\", "")], ["x"]]


@pytest.mark.parametrize("rest", ["x", "]", '[{"a": 2}]', "\0", "<html>"])
def test_what_follows_the_document_makes_it_no_json(rest: str, given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="is not JSON, or breaks off"):
        taken(given(f'[{{"a": 1}}] {rest}'), "json")


def test_a_whole_directory_on_one_line_is_read_piece_by_piece(given: Given, taken: Taken) -> None:
    records = ",".join(f'{{"name": "Example {number}", "phone": "+966 11 000 0001"}}' for number in range(20_000))
    path = given(f'{{"rows":[{records}]}}')
    found = detect(path)
    assert (found.type, found.records) == ("json", "rows")
    result = taken(path, "json", records="rows", chunk_rows=5_000)
    assert [len(chunk) for chunk in result.chunks] == [5_000] * 4


def test_lines_of_json_may_begin_with_a_byte_order_mark(given: Given, taken: Taken) -> None:
    path = given('{"a": "x"}\n{"a": "y"}\n', "utf-8-sig")
    assert detect(path).type == "jsonl"
    assert taken(path, "jsonl").rows == [["x"], ["y"]]


def test_a_document_in_utf_16_is_known_too(given: Given) -> None:
    assert detect(given('{"rows": [{"a": "x"}]}', "utf-16")).records == "rows"
