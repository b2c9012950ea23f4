"""Floors fail a delivery and ceilings warn, with exact numbers and without values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.intake.contracts import Contract
from include.intake.quality import QualityReport, Rule, check_delivery
from include.intake.quality.expectations import CheckBroken, Expected, validate

Builder = Callable[..., Contract]


def delivery(rows: int, **columns: list[str]) -> pd.DataFrame:
    """Rows as they land: every column of the contract, text, an empty cell where nothing is given."""
    cells = {name: columns.get(name, []) for name in ("Name", "Tel", "Tel 2", "Mail", "City")}
    cells["Name"] = cells["Name"] or [f"مؤسسة المثال {row}" for row in range(rows)]
    landed = {name: [*given, *[""] * (rows - len(given))] for name, given in cells.items()}
    return pd.DataFrame({"_row": range(1, rows + 1), "_key": [b"\x00" * 32] * rows, **landed})


def phones(number: int) -> list[str]:
    return ["0500000012"] * number


def messages(report: QualityReport) -> list[str]:
    return [breach.message for breach in (*report.failures, *report.warnings)]


def test_a_delivery_that_keeps_every_term_passes(contract: Builder) -> None:
    report = check_delivery([delivery(4, Tel=phones(2))], contract(floors={"rows": 4, "phone": 0.5}))
    assert (report.passed, report.rows, messages(report)) == (True, 4, [])


def test_too_few_rows_fail_a_delivery(contract: Builder) -> None:
    report = check_delivery([delivery(3)], contract(floors={"rows": 1_000}), received=999, quarantined=0)
    assert not report.passed
    assert [(f.rule, f.column, f.limit, f.found) for f in report.failures] == [(Rule.FEWEST_ROWS, None, 1_000, 999)]
    assert messages(report) == ["999 rows were received, the floor is 1,000"]


def test_rows_that_were_set_aside_or_suppressed_still_were_received(contract: Builder) -> None:
    assert check_delivery([delivery(3)], contract(floors={"rows": 5}), received=5).passed
    assert check_delivery([delivery(3)], contract(floors={"rows": 5}), quarantined=2).passed


def test_a_field_that_is_filled_too_seldom_fails_a_delivery(contract: Builder) -> None:
    report = check_delivery([delivery(8, Tel=phones(3))], contract(floors={"phone": 0.5}))
    assert not report.passed
    assert messages(report) == ["phone: 3 of 8 rows are filled (37.50%), the floor is 50.00%"]


def test_a_field_is_filled_where_any_of_its_columns_is(contract: Builder) -> None:
    frame = delivery(4, **{"Tel": ["0500000012", "", "  ", ""], "Tel 2": ["", "0500000013", "", ""]})
    report = check_delivery([frame], contract(floors={"phone": 0.51}))
    assert messages(report) == ["phone: 2 of 4 rows are filled (50.00%), the floor is 51.00%"]


def test_shares_are_those_of_the_delivery_and_not_of_its_shards(contract: Builder) -> None:
    shards = [delivery(2), delivery(8, Tel=phones(5))]
    terms = contract(floors={"phone": 0.5}, ceilings={"phone": 0.5})
    report = check_delivery(shards, terms)
    assert (report.passed, report.rows, messages(report)) == (True, 10, [])


def test_too_many_rows_too_much_set_aside_and_too_much_filled_warn(contract: Builder) -> None:
    terms = contract(ceilings={"rows": 3, "quarantined": 0.1, "phone": 0.5})
    report = check_delivery([delivery(4, Tel=phones(3))], terms, received=5, quarantined=1)
    assert report.passed
    assert not report.failures
    assert messages(report) == [
        "5 rows were received, the ceiling is 3",
        "phone: 3 of 4 rows are filled (75.00%), the ceiling is 50.00%",
        "1 of 5 rows were set aside (20.00%), the ceiling is 10.00%",
    ]


def test_columns_that_do_not_look_like_phones_or_mailboxes_warn(contract: Builder) -> None:
    frame = delivery(4, Tel=["Riyadh", "٠٥٠٠٠٠٠٠١٢"], Mail=["info@example.com", "someone(at)example.com"])
    report = check_delivery([frame], contract())
    assert report.passed
    assert messages(report) == [
        "phone: 1 of 2 filled rows look like one (50.00%), the floor is 90.00%",
        "email: 1 of 2 filled rows look like one (50.00%), the floor is 90.00%",
    ]


def test_a_source_that_writes_another_sign_for_the_at_sign_is_read_so(contract: Builder) -> None:
    columns = {"Name": "organisation", "Mail": {"field": "email", "at_sign": "&"}}
    frame = delivery(1, Mail=["info&example.com"])[["Name", "Mail"]]
    assert messages(check_delivery([frame], contract(columns=columns))) == []


def test_an_empty_delivery_fails_by_its_rows_alone(contract: Builder) -> None:
    report = check_delivery([], contract(floors={"phone": 0.5}), received=0)
    assert messages(report) == ["0 rows were received, the floor is 1"]


def test_a_delivery_of_which_nothing_landed_is_not_judged_by_what_is_filled(contract: Builder) -> None:
    assert check_delivery([], contract(floors={"phone": 0.5}), received=9).passed


def test_a_column_that_is_not_in_the_contract_fails_a_delivery(contract: Builder) -> None:
    shards = [delivery(2), delivery(2).assign(Extra="x")]
    report = check_delivery(shards, contract())
    assert not report.passed
    assert messages(report) == ["the landed columns are not those of the contract"]


def test_a_missing_cell_fails_a_delivery_whichever_shard_it_is_in(contract: Builder) -> None:
    holed = delivery(2)
    holed.loc[1, "City"] = None
    for shards in ([delivery(2), holed], [holed, delivery(2)]):
        report = check_delivery(shards, contract())
        assert [(f.rule, f.column) for f in report.failures] == [(Rule.NOTHING_MISSING, "City")]


def test_an_optional_column_may_be_away_in_some_shards(contract: Builder) -> None:
    columns = {"Name": "organisation", "Tel": {"field": "phone", "optional": True}}
    with_phone, without = delivery(2, Tel=phones(2))[["Name", "Tel"]], delivery(2)[["Name"]]
    for shards in ([with_phone, without], [without, with_phone]):
        assert check_delivery(shards, contract(columns=columns, floors={"phone": 0.5})).passed


def test_files_are_checked_as_frames_are_however_long_they_are(contract: Builder, tmp_path: Path) -> None:
    long = pd.concat([delivery(30_000, Tel=phones(12_000)), delivery(15_000)], ignore_index=True)
    pq.write_table(pa.Table.from_pandas(long, preserve_index=False), tmp_path / "rows-00001.parquet")
    terms = contract(floors={"phone": 0.3})
    from_file = check_delivery([tmp_path / "rows-00001.parquet"], terms)
    assert from_file == check_delivery([long], terms)
    assert messages(from_file) == ["phone: 12,000 of 45,000 rows are filled (26.67%), the floor is 30.00%"]


def test_the_verdict_is_great_expectations_own(contract: Builder) -> None:
    report = check_delivery([delivery(2)], contract(floors={"phone": 0.5}, ceilings={"rows": 1}))
    profile, rows = report.results
    held = {each["expectation_config"]["meta"]["rule"]: each["success"] for each in profile["results"]}
    assert (held["filled_at_least"], held["most_rows"], held["fewest_rows"]) == (False, False, True)
    grave = {
        each["expectation_config"]["meta"]["rule"]: each["expectation_config"]["severity"]
        for each in profile["results"]
    }
    assert (grave["filled_at_least"], grave["most_rows"]) == ("critical", "warning")
    assert rows["success"]
    assert all(each["result"] == {} for each in rows["results"])


def test_what_cannot_be_evaluated_says_so_without_quoting_a_cell() -> None:
    frame = pd.DataFrame({"Name": ["canary-5d1f"]})
    no_column = Expected(
        "ExpectColumnMinToBeBetween", {"column": "gone", "min_value": 1}, Rule.FEWEST_ROWS, None, True, ""
    )
    result = validate("sample", frame, [no_column], "BASIC")
    assert result["results"][0]["exception_info"] == {
        "raised_exception": True,
        "exception_message": None,
        "exception_traceback": None,
    }
    not_a_number = Expected(
        "ExpectColumnMinToBeBetween", {"column": "Name", "min_value": 1}, Rule.FEWEST_ROWS, None, True, ""
    )
    assert "canary" not in json.dumps(
        validate("sample", frame, [not_a_number], "BASIC")["results"][0]["exception_info"]
    )
    unknown = Expected("ExpectNothing", {}, Rule.FEWEST_ROWS, None, True, "")
    with pytest.raises(CheckBroken, match=r"the suite sample could not be run \(AttributeError\)") as raised:
        validate("sample", frame, [unknown], "BASIC")
    assert raised.value.__context__ is None
