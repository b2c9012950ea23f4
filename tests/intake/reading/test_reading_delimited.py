"""CSV and TSV as they come: quoted, ragged, broken, blank; a broken record never costs its neighbours."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, columns, read
from include.intake.reading.gathering import RECORD_CHARACTERS

Given = Callable[..., Path]
Taken = Callable[..., Any]


def test_cells_are_text_as_they_stand(given: Given, taken: Taken) -> None:
    result = taken(given("id,name,phone\n007, شركة المثال ,+966 50 000 0001\n"))
    assert result.columns == ["id", "name", "phone"]
    assert result.rows == [["007", " شركة المثال ", "+966 50 000 0001"]]


def test_nothing_is_an_empty_text_and_no_missing_value(given: Given, taken: Taken) -> None:
    frame = taken(given("a,b\n,NA\nnull,NaN\n")).chunks[0].frame
    assert frame.values.tolist() == [["", "NA"], ["null", "NaN"]]
    assert not frame.isna().any().any()
    assert {str(dtype) for dtype in frame.dtypes} == {"str"}


def test_records_are_counted_from_one_after_the_headings(given: Given, taken: Taken) -> None:
    result = taken(given("a,b\n1,2\n\n3\n4,5\n\r\n6,7\n"))
    assert result.numbers == [1, 3, 4]
    assert result.faults == [(2, "too_few_cells")]
    assert result.chunks[0].frame.index.name == "row"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str, given: Given, taken: Taken) -> None:
    assert taken(given(end.join(["a,b", "1,2", "3,4", ""]))).rows == [["1", "2"], ["3", "4"]]


def test_a_file_may_end_without_a_line_break(given: Given, taken: Taken) -> None:
    assert taken(given("a,b\n1,2")).rows == [["1", "2"]]


def test_a_quoted_cell_may_hold_line_breaks_delimiters_and_quotes(given: Given, taken: Taken) -> None:
    result = taken(given('name,address\r\n"شركة ""المثال""","شارع أ,\r\nالرياض"\r\nx,y\r\n'))
    assert result.rows == [['شركة "المثال"', "شارع أ,\r\nالرياض"], ["x", "y"]]


def test_ragged_rows_are_set_aside_and_the_rest_goes_on(given: Given, taken: Taken) -> None:
    result = taken(given("a,b,c\n1,2,3\n1,2\n1,2,3,4\n5,6,7\n"))
    assert result.rows == [["1", "2", "3"], ["5", "6", "7"]]
    assert result.faults == [(2, "too_few_cells"), (3, "too_many_cells")]


def test_empty_cells_beyond_the_headings_are_nothing(given: Given, taken: Taken) -> None:
    result = taken(given("a,b,,\n1,2,,\n3,4\n5,6,,7\n"))
    assert result.columns == ["a", "b"]
    assert result.rows == [["1", "2"], ["3", "4"]]
    assert result.faults == [(3, "too_many_cells")]


def test_a_row_of_empty_cells_is_a_row(given: Given, taken: Taken) -> None:
    assert taken(given("a,b\n,\n1,2\n")).rows == [["", ""], ["1", "2"]]


def test_a_quote_that_never_closes_costs_one_row(given: Given, taken: Taken) -> None:
    body = "".join(f"{number},name {number}\n" for number in range(2, 500))
    result = taken(given(f'id,name\n1,"name\n{body}'))
    assert result.faults == [(1, "broken_quoting")]
    assert result.numbers == list(range(2, 500))


def test_a_quote_that_closes_rows_later_costs_one_row(given: Given, taken: Taken) -> None:
    result = taken(given('id,name,city\n1,"name,x\n2,b,c\n3,d,e\n4,"f ""g""",h\n5,"i",j\n'))
    assert result.faults[0] == (1, "broken_quoting")
    assert result.rows == [["2", "b", "c"], ["3", "d", "e"], ["4", 'f "g"', "h"], ["5", "i", "j"]]


@pytest.mark.parametrize("last", ['6,f",g,h,i', '6,f",g,h'], ids=["ragged", "as wide as a row"])
def test_rows_that_a_stray_quote_swallowed_are_read_again(last: str, given: Given, taken: Taken) -> None:
    body = '1,"name,x,y\n2,b,c,d\n3,b,c,d\n4,b,c,d\n5,b,c,d\n'
    result = taken(given(f"id,name,city,note\n{body}{last}\n7,b,c,d\n"))
    assert result.faults[0] == (1, "broken_quoting")
    assert [row[0] for row in result.rows if row[1] == "b"] == ["2", "3", "4", "5", "7"]


def test_a_long_cell_of_many_lines_is_one_cell(given: Given, taken: Taken) -> None:
    cell = "line one, part\nline two, part\nline three\nline four, part, part\nline five"
    assert taken(given(f'id,name,city,note\n1,"{cell}",x,y\n')).rows == [["1", cell, "x", "y"]]


def test_a_ragged_row_with_a_real_line_break_is_one_fault(given: Given, taken: Taken) -> None:
    result = taken(given('id,name,city\n1,"line one\nline two"\n2,b,c\n'))
    assert result.faults == [(1, "too_few_cells")]
    assert result.rows == [["2", "b", "c"]]


def test_text_after_a_closing_quote_is_broken_quoting(given: Given, taken: Taken) -> None:
    result = taken(given('a,b\n1,"x"y\n2,z\n'))
    assert (result.faults, result.rows) == ([(1, "broken_quoting")], [["2", "z"]])


def test_a_huge_cell_is_set_aside(given: Given, taken: Taken) -> None:
    huge = "x" * (10 << 20)
    for cell in (huge, f'"{huge}"'):
        result = taken(given(f"a,b\n1,{cell}\n2,y\n"))
        assert (result.faults, result.rows) == ([(1, "record_too_large")], [["2", "y"]])


def test_a_nul_or_a_stray_byte_costs_its_row(given: Given, taken: Taken) -> None:
    good = "".join(f"شركة {number},x\n" for number in range(100)).encode()
    result = taken(given(b"a,b\n" + good + b"c\x00d,x\n" + b"caf\xe9,x\n" + "آخر,y\n".encode()))
    assert result.faults == [(101, "nul_character"), (102, "undecodable")]
    assert result.rows[-1] == ["آخر", "y"]


def test_faults_stand_in_the_order_of_the_file(given: Given, taken: Taken) -> None:
    assert taken(given("a,b\n1,\0\n2\n3,4\n")).faults == [(1, "nul_character"), (2, "too_few_cells")]


def test_chunks_hold_so_many_records_and_no_more(given: Given, taken: Taken) -> None:
    body = "".join(f"{number},x\n" if number % 7 else "broken\n" for number in range(1, 101))
    result = taken(given("a,b\n" + body), chunk_rows=30)
    assert [len(chunk) for chunk in result.chunks] == [30, 30, 30, 10]
    assert sorted(result.numbers + [row for row, _ in result.faults]) == list(range(1, 101))


def test_chunks_are_cut_when_cells_are_large(given: Given, taken: Taken) -> None:
    wide = "x" * (RECORD_CHARACTERS - 100)
    assert len(taken(given("a,b\n" + f"1,{wide}\n" * 40)).chunks) > 1


def test_headings_without_rows_are_one_empty_chunk(given: Given, taken: Taken) -> None:
    result = taken(given("a,b\n"))
    assert (len(result.chunks), result.columns, result.rows) == (1, ["a", "b"], [])


def test_a_banner_above_the_headings_is_passed_over(given: Given, taken: Taken) -> None:
    path = given('دليل, "2026\n\nname,phone\nx,1\n')
    assert taken(path, header_row=3).rows == [["x", "1"]]


def test_one_more_empty_cell_at_the_end_of_a_row_is_nothing(given: Given, taken: Taken) -> None:
    result = taken(given("a,b\n1,2,\n3,4, \n5,6\n"))
    assert (result.rows, result.faults) == ([["1", "2"], ["3", "4"], ["5", "6"]], [])


def test_headings_below_the_end_are_an_error(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"format\.header_row"):
        taken(given("a,b\n1,2\n"), header_row=9)


def test_columns_without_a_name_are_called_by_their_place(given: Given, taken: Taken) -> None:
    assert taken(given(",name,,phone\n0,x,y,1\n")).columns == ["column 1", "name", "column 3", "phone"]


def test_columns_of_the_same_name_are_counted(given: Given, taken: Taken) -> None:
    assert taken(given("Phone,Phone,Phone (2),Phone\n1,2,3,4\n")).columns == [
        "Phone",
        "Phone (3)",
        "Phone (2)",
        "Phone (4)",
    ]


def test_columns_that_differ_by_unseen_marks_are_of_the_same_name(given: Given, taken: Taken) -> None:
    assert taken(given("Phone,\u200fPhone,\u200e,x\n1,2,3,4\n")).columns == [
        "Phone",
        "\u200fPhone (2)",
        "column 3",
        "x",
    ]


def test_a_header_row_of_nothing_is_an_error(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="header row is empty"):
        taken(given(",,\n1,2,3\n"))


def test_a_hundred_thousand_columns_are_an_error(given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match="100,000 columns"):
        taken(given(",".join(f"c{number}" for number in range(100_000)) + "\n"))


def test_a_file_may_have_one_column(given: Given, taken: Taken) -> None:
    assert taken(given("name\nشركة المثال\n\nأخرى\n")).rows == [["شركة المثال"], ["أخرى"]]


def test_cells_may_stand_without_quotes_of_any_kind(given: Given, taken: Taken) -> None:
    assert taken(given('a,b\n1,"x\n2,y"\n'), quote=None).rows == [["1", '"x'], ["2", 'y"']]


@pytest.mark.parametrize(
    ("delimiter", "text"),
    [
        (";", 'name;address;phone\nشركة;"شارع, حي, مدينة";1\nx;a, b, c;2\n'),
        ("\t", "name\taddress\tphone\nx\ta, b\t1\ny\tc; d\t2\n"),
        ("|", "name|address\nx|a, b; c\ny|d, e\n"),
        (",", 'name,address,phone\nx,"a; b; c",1\ny,d;e,2\n'),
    ],
)
def test_the_delimiter_is_found_out(delimiter: str, text: str, given: Given, taken: Taken) -> None:
    found = taken(given(text))
    assert found.rows == taken(given(text), delimiter=delimiter).rows
    assert len(found.columns) == text.split("\n")[0].count(delimiter) + 1


def test_a_tsv_is_parted_by_tabs(given: Given, taken: Taken) -> None:
    assert taken(given("a\tb,c\n1\t2,3\n"), "tsv").rows == [["1", "2,3"]]


def test_columns_are_peeked_at(given: Given) -> None:
    assert columns(given("name;phone\nx;1\n"), Format(type="csv")) == ["name", "phone"]


def test_no_chunk_shows_its_cells_when_printed(given: Given, taken: Taken) -> None:
    result = taken(given("name\nSomeone Invented\n\x00Another Invented\n"))
    assert "Invented" not in repr(result.chunks[0])


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t")), min_size=3, max_size=3
        ),
        max_size=12,
    )
)
def test_whatever_is_written_as_csv_is_read_back(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b", "c"], *rows])
    format = Format(type="csv", encoding="utf-8", delimiter=",")
    back = [list(row) for chunk in read(path, format, 5) for row in chunk.frame.itertuples(index=False)]
    assert back == rows
