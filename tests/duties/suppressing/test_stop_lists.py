"""A list of others is taken over whole or not at all, and whoever is on it is not used and does not come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import START, Held, ask, person
from command import call
from sqlalchemy import text

from include.duties.suppressing import Imported, import_list, look_up
from include.duties.suppressing.importing import BLOCK, BrokenList
from include.errors import NeverRetry
from include.store import Role, begin, keyed

Make = Callable[..., Held]


def written(folder: Path, text: str, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def entries() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in ask("select kind, reason from suppression.entry order by kind, key")]


@pytest.mark.parametrize(
    "content",
    [
        "phone\n0500000011\n+966 50 000 0012\n٠٥٠٠٠٠٠٠١٣\n",
        "0500000011\n0500000012\n966500000013\n",
        "name,الجوال,note\nA,0500000011,\nB,0500000012,x\nC,00966500000013,\n",
        "\ufeffcontact\r\n0500000011\r\n\r\n0500000012\r\n0500000013\r\n",
    ],
)
def test_a_do_not_call_file_becomes_keyed_hashes_however_it_is_written(
    database: str, tmp_path: Path, content: str
) -> None:
    found = import_list(written(tmp_path, content), reason="do_not_call", at=START)
    assert found == Imported(rows=3, added=3, known=0)
    assert entries() == [("phone", "do_not_call")] * 3
    with begin(Role.DUTIES) as connection:
        wanted = keyed("phone", "+966500000013")
        assert look_up(connection, [(wanted, "phone"), (keyed("phone", "+966500000099"), "phone")]) == {wanted}


def test_whoever_is_on_a_list_does_not_come_in_with_the_next_delivery(source: Make, tmp_path: Path) -> None:
    import_list(written(tmp_path, "Person.1@People.Example\n"), reason="opted_out", at=START)
    counts = source().delivers([person(1), person(2)])
    assert (counts["suppressed"], counts["new"]) == (1, 1)


def test_the_same_list_again_adds_nothing(database: str, tmp_path: Path) -> None:
    file = written(tmp_path, "email\na@shop.example\nA@SHOP.example\nb@shop.example\n")
    assert import_list(file, reason="opted_out", at=START) == Imported(rows=3, added=2, known=1)
    assert import_list(file, reason="opted_out", at=START) == Imported(rows=3, added=0, known=3)
    with begin(Role.AUDITOR) as connection:
        kinds = connection.execute(text("select count(*) from evidence.ledger where kind = 'suppression_imported'"))
        assert kinds.scalar_one() == 2


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("email\na@shop.example\nCANARY@@x\nb@shop.example\n", "rows 3"),
        ("phone\n0500000011\nCANARY\n", "rows 3"),
        ("phone\n0500000011\n12\n", "rows 3"),
        ('name,phone\nx,0500000011\n"CANARY,0500000012\n', "row"),
        ("name,phone\nx,0500000011\nCANARY\n", "row 3"),
    ],
)
def test_one_broken_row_keeps_the_whole_list_out_and_is_not_quoted(
    database: str, tmp_path: Path, content: str, place: str
) -> None:
    with pytest.raises(BrokenList, match=place) as refused:
        import_list(written(tmp_path, content), reason="opted_out", at=START)
    assert "CANARY" not in str(refused.value)
    assert not entries()


def test_a_broken_row_behind_many_good_ones_undoes_them_too(database: str, tmp_path: Path) -> None:
    rows = "".join(f"a{number}@shop.example\n" for number in range(BLOCK + 5))
    with pytest.raises(BrokenList, match=f"rows {BLOCK + 7}"):
        import_list(written(tmp_path, f"email\n{rows}nobody\n"), reason="opted_out", at=START)
    assert not entries()


def test_bytes_that_are_no_text_are_refused(database: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"email\na@shop.example\n\xff\xfe\n")
    with pytest.raises(BrokenList, match="UTF-8"):
        import_list(file, reason="opted_out", at=START)


@pytest.mark.parametrize("content", ["", "email\n", "a,b\n1,2\n"])
def test_a_file_that_is_no_list_is_refused(database: str, tmp_path: Path, content: str) -> None:
    with pytest.raises(NeverRetry, match=r"list\.csv"):
        import_list(written(tmp_path, content), reason="opted_out", at=START)


def test_an_unknown_reason_and_a_missing_file_are_refused(database: str, tmp_path: Path) -> None:
    with pytest.raises(NeverRetry, match="do_not_call"):
        import_list(written(tmp_path, "a@shop.example\n"), reason="because", at=START)
    with pytest.raises(NeverRetry, match=r"gone\.csv"):
        import_list(tmp_path / "gone.csv", reason="opted_out", at=START)


def test_the_command_says_counts_and_never_a_contact(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path, "email\na@shop.example\n"))
    said = call(monkeypatch, capsys, "suppression", "import", file, "--reason", "do_not_call")
    assert (said.code, said.counts) == (0, {"rows": 1, "added": 1, "known": 0})
    assert "shop.example" not in said.out + said.error
