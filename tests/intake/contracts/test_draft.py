"""A drafted contract is whole but for its basis, says nothing that stands in the file, and loads when complete."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from invented import column

from include.errors import NeverRetry
from include.intake.contracts import Contract, Field, gate, load_contract
from include.intake.contracts.draft import draft

COLUMNS = {
    "#": "number",
    "Listing ID": "code:LX",
    "الاسم التجاري": "org:ar",
    "Contact": "person:en",
    "Mobile": "mobile:sa",
    "E-mail": "mail",
    "Website": "site",
    "City": "city:ar",
    "Opt out": "word:yes|no",
    "National ID": "identity:100",
    "Birth date": "date",
    "رقم المريض": "identity:7",
    "Map": "maps",
    "Rating, of 5: stars?": "word:4.5|3.8|5",
    "Notes": "word:call back|closed on Fridays",
}
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a CSV file of invented columns."""

    def write(columns: dict[str, str] = COLUMNS, name: str = "guide.csv", headed: bool = True) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as sink:
            rows = zip(*(column(kind) for kind in columns.values()), strict=True)
            csv.writer(sink).writerows([*([list(columns)] if headed else []), *rows])
        return path

    return write


def loaded(text: str, folder: Path) -> Contract:
    saved = folder / "drafted.yml"
    saved.write_text(text, encoding="utf-8")
    return load_contract(saved)


def test_the_basis_is_left_to_a_person_and_the_gate_names_both_lines(written: Written, tmp_path: Path) -> None:
    lure = {**COLUMNS, "basis": "word:public_source", "case": "word:consent", "proof": "word:DOC-2026-001"}
    text = draft(written(lure))
    assert re.findall(r"(?m)^  (case|proof): +#", text) == ["case", "proof"]
    contract = loaded(text, tmp_path)
    assert (contract.basis.case, contract.basis.proof, contract.basis.expires) == ("", "", None)
    refusal = gate(contract, date(2026, 3, 1))
    assert refusal is not None
    assert "basis.case is empty" in refusal.message
    assert "basis.proof is empty" in refusal.message


def test_every_other_field_is_there_and_what_was_assumed_says_so(written: Written, tmp_path: Path) -> None:
    text = draft(written())
    lines = {line.partition(":")[0]: line for line in text.splitlines() if re.match(r"[a-z_]+:", line)}
    assert set(lines) == set(Contract.model_fields)
    found = {"basis", "format", "columns", "ignore", "assessment"}
    assert {name for name, line in lines.items() if "# assumed" not in line} == found
    assert loaded(text, tmp_path).assessment is None


def test_every_column_is_taken_or_left_out_with_a_reason_in_the_order_of_the_file(
    written: Written, tmp_path: Path
) -> None:
    contract = loaded(draft(written()), tmp_path)
    places = list(COLUMNS)
    for part in (contract.columns, contract.ignore):
        assert list(part) == sorted(part, key=places.index)
    assert set(contract.columns) | set(contract.ignore) == set(places)
    assert {name: column.field.value for name, column in contract.columns.items()} == {
        "Listing ID": "row_id",
        "الاسم التجاري": "organisation",
        "Contact": "person",
        "Mobile": "phone",
        "E-mail": "email",
        "Website": "website",
        "City": "city",
        "Opt out": "opt_out",
    }


def test_a_file_without_names_gets_a_contract_that_says_so(written: Written, tmp_path: Path) -> None:
    text = draft(written({"E-mail": "mail", "Phone": "mobile:sa"}))
    contract = loaded(text, tmp_path)
    assert {name: column.field.value for name, column in contract.columns.items()} == {
        "E-mail": "email",
        "Phone": "phone",
    }
    assert "# No column was recognised as a name" in text
    assert "recognised as a name" not in draft(written())


def test_columns_of_what_no_source_may_bring_are_left_out_for_that_reason(written: Written, tmp_path: Path) -> None:
    ignored = loaded(draft(written()), tmp_path).ignore
    assert "identity cards" in ignored["National ID"]
    assert "birth dates" in ignored["Birth date"]
    assert "health" in ignored["رقم المريض"]


def test_an_empty_column_of_birth_dates_is_still_one(written: Written, tmp_path: Path) -> None:
    path = written({"Shop": "org:en", "Phone": "landline:sa", "Date of birth": "word:"})
    assert "birth dates" in loaded(draft(path), tmp_path).ignore["Date of birth"]


def test_sensitive_cells_are_seen_under_a_heading_that_says_nothing(written: Written, tmp_path: Path) -> None:
    path = written({"Shop": "org:en", "Phone": "landline:sa"})
    cards = ["4000000000000002", "4000000000000010", "4000000000000028", "4000000000000036"]
    lines = path.read_text(encoding="utf-8").splitlines()
    numbered = [f"{line},{cards[place % 4]}" for place, line in enumerate(lines[1:])]
    path.write_text("\n".join([f"{lines[0]},Code", *numbered]), encoding="utf-8")
    assert "payment cards" in loaded(draft(path), tmp_path).ignore["Code"]


def test_a_field_outside_the_six_says_why_it_is_needed(written: Written, tmp_path: Path) -> None:
    contract = loaded(draft(written()), tmp_path)
    assert all(contract.columns[name].why for name in ("Listing ID", "Website", "Opt out"))
    assert contract.row_id == ("Listing ID",)
    assert contract.opt_out is not None
    assert contract.opt_out.refuses("Yes")
    assert not contract.opt_out.refuses("no")


def test_a_row_id_that_comes_twice_is_none(written: Written, tmp_path: Path) -> None:
    path = written()
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    contract = loaded(draft(path), tmp_path)
    assert contract.row_id == ()
    assert "Listing ID" in contract.ignore


def test_no_value_of_the_file_is_in_its_contract(written: Written) -> None:
    text = draft(written())
    for kind in set(COLUMNS.values()) - {"number", "word:yes|no", "word:4.5|3.8|5"}:
        assert not [cell for cell in column(kind) if cell in text], kind


def test_a_first_row_of_data_does_not_become_headings(written: Written, tmp_path: Path) -> None:
    columns = {"a": "org:en", "b": "person:en", "c": "mobile:sa", "d": "street:en"}
    text = draft(written(columns, headed=False))
    assert [cell for kind in columns.values() for cell in column(kind) if cell in text] == []
    contract = loaded(text, tmp_path)
    assert contract.format.header_rows == 0
    assert contract.named(Field.PHONE) == ("column 3",)
    assert contract.floors.rows == 18


@pytest.mark.parametrize("above", ["", "Shop,Owner\n", "Our members\n", "Our members\n\n"])
def test_names_in_the_first_row_do_not_become_headings(above: str, tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    kinds = ("org:en", "person:en", "city:pk", "street:en")
    rows = [list(cells) for cells in zip(*map(column, kinds), strict=True)]
    rows[0][3] = rows[1][3] = ""  # so that nothing in them is a number
    path.write_text(above + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows), encoding="utf-8")
    text = draft(path)
    assert [cell for row in rows for cell in row if cell and cell in text] == []
    assert set(loaded(text, tmp_path).named(Field.ORGANISATION)) == {"column 1"}


def test_a_persons_name_or_number_in_a_heading_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "team.json"
    rows = zip(column("org:en"), column("mobile:sa"), column("mobile:us"), strict=True)
    records = [{"shop": shop, "tel": tel, "team": {"Nadia Sample": {"cell": cell}}} for shop, tel, cell in rows]
    path.write_text(json.dumps(records), encoding="utf-8")
    text = draft(path)
    assert "Nadia" not in text
    assert "team.*.cell" in loaded(text, tmp_path).ignore


def test_a_heading_that_may_be_somebodys_name_alone_ignores_no_other_column(tmp_path: Path) -> None:
    path = tmp_path / "team.json"
    rows = zip(column("org:en"), column("mobile:sa"), strict=True)
    path.write_text(json.dumps([{"shop": a, "tel": b, "Nadia Sample": "yes"} for a, b in rows]), encoding="utf-8")
    text = draft(path)
    assert "Nadia" not in text
    assert list(loaded(text, tmp_path).ignore) == ["N???????????"]


def test_a_column_of_numbered_groups_is_no_column_of_persons(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    rows = zip(column("org:en"), column("mobile:sa"), strict=True)
    path.write_text("Shop,Tel,CL\n" + "".join(f"{a},{b},Ali ({at % 3})\n" for at, (a, b) in enumerate(rows)), "utf-8")
    assert loaded(draft(path), tmp_path).named(Field.PERSON) == ()


def test_the_header_says_what_to_do_next(written: Written) -> None:
    above = draft(written()).partition("\nkey:")[0]
    assert all(line.startswith("#") for line in above.strip().splitlines())
    assert "Fill in the two empty lines" in above
    assert re.findall(r"python -m include (\w+)", above) == ["classify", "intake"]


def test_a_file_in_the_inbox_is_named_relative_to_it(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written()
    assert loaded(draft(path), tmp_path).location.path == str(path.resolve())
    monkeypatch.setenv("AMANAH_INBOX", str(tmp_path))
    assert loaded(draft(path), tmp_path).location.path == "guide.csv"


def test_a_key_that_another_source_has_is_not_given_again(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path / "sources"))
    (tmp_path / "sources" / "guide").mkdir(parents=True)
    assert loaded(draft(written()), tmp_path).key == "guide_2"


def test_the_same_file_gives_the_same_contract(written: Written) -> None:
    path = written()
    assert draft(path) == draft(path)


HOPELESS = {
    "empty.csv": (b"", "empty"),
    "blank.csv": (b"\xef\xbb\xbf \r\n", "empty"),
    "headings.csv": (b"Name,Phone\n", "no rows"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "picture"),
    "program.bin": (bytes(range(256)) * 40, "binary"),
    "half.json": (b'{"data": [{"name": "CANARY', "JSON"),
    "numbers.csv": (b"a,b\n1,2\n3,4\n5,6\n", "no column was recognised"),
    "names.csv": (b"Name\nSample Shop\nModel Shop\nTest Shop\n", "no column was recognised"),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_a_file_for_which_there_is_no_contract_says_why(name: str, tmp_path: Path) -> None:
    content, why = HOPELESS[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NeverRetry, match=why) as told:
        draft(path)
    assert name in str(told.value)
    assert "CANARY" not in str(told.value)
    assert "Sample" not in str(told.value)
