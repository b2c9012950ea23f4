"""The journal of destructions: append-only, free of values, and refused by its line where it is not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import ask
from copied import LATER, TOO_LATE, Copied, copied
from sqlalchemy import text

from include.duties.backups.journal import append, head_of, journal_file, read
from include.duties.backups.model import Head, JournalBroken
from include.duties.backups.noting import write_down
from include.duties.backups.restoring import restore, restore_check
from include.duties.destruction.actions import destroy_due
from include.store import Role, begin

__all__ = ["copied"]


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal of three lines."""
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "ab" * 32)
    file = tmp_path / "destroyed.jsonl"
    for number in range(3):
        append(f"batch-{number}", [{"what": "own", "own": str(number)}], file=file)
    return file


def test_a_journal_reads_as_it_was_written_and_lies_closed_to_others(three: Path) -> None:
    assert [(line.number, line.items[0]["own"]) for line in read(three)] == [(1, "0"), (2, "1"), (3, "2")]
    assert three.stat().st_mode & 0o777 == 0o600
    assert three.with_name("destroyed.jsonl.head").stat().st_mode & 0o777 == 0o600


def test_the_same_batch_is_not_written_twice(three: Path) -> None:
    before = three.read_bytes()
    append("batch-2", [{"what": "own", "own": "2"}], file=three)
    assert three.read_bytes() == before


def test_a_line_that_lost_its_end_with_the_power_is_written_anew(three: Path) -> None:
    whole = three.read_bytes()
    with three.open("ab") as stream:
        stream.write(b'{"hash":"00","said":{"batch":"x"')
    assert len(list(read(three))) == 3
    append("batch-3", [], file=three)
    assert three.read_bytes().startswith(whole)
    assert len(list(read(three))) == 4


def edited(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b'"own":"1"', b'"own":"9"'), lines[2]]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda lines: lines[:2], 3),
        (lambda lines: lines[:0], 1),
        (lambda lines: [*lines[:2], lines[2][:-20]], 3),
        (edited, 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
        (lambda lines: [*lines, lines[2]], 4),
    ],
    ids=["cut", "emptied", "cut within a line", "edited", "one taken out", "changed about", "one twice"],
)
def test_a_journal_that_is_not_whole_is_refused_by_its_line(three: Path, spoil: object, line: int) -> None:
    three.write_bytes(b"".join(spoil(three.read_bytes().splitlines(keepends=True))))  # type: ignore[operator]
    with pytest.raises(JournalBroken, match=f"line {line} "):
        list(read(three))


def test_a_journal_cut_together_with_its_head_is_found_out_by_the_head_that_the_database_keeps(three: Path) -> None:
    known = head_of(three)
    three.write_bytes(b"".join(three.read_bytes().splitlines(keepends=True)[:2]))
    three.with_name("destroyed.jsonl.head").unlink()
    with pytest.raises(JournalBroken, match="line 3 is missing"):
        list(read(three, [known]))
    with pytest.raises(JournalBroken, match="line 3 is missing"):
        append("another", [], known, three)


def test_a_line_of_another_key_is_refused(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "cd" * 32)
    with pytest.raises(JournalBroken, match="line 1 "):
        list(read(three))


def test_a_head_that_is_another_than_what_was_written_is_refused(three: Path) -> None:
    with pytest.raises(JournalBroken, match="line 2 is not the line"):
        list(read(three, [Head(2, "00")]))


def test_nothing_is_restored_by_a_journal_that_was_cut(copied: Copied) -> None:
    file = copied.copy()
    destroy_due(TOO_LATE)
    lines = journal_file().read_bytes().splitlines(keepends=True)
    journal_file().write_bytes(b"".join(lines[:-1]))
    database = copied.new()
    with pytest.raises(JournalBroken, match=f"line {len(lines)} is missing"):
        restore(file, database, LATER)
    assert copied.ask("postgres", "select 1 from pg_database where datname = %(name)s", name=database) == []
    with pytest.raises(JournalBroken):
        restore_check(LATER)


def test_no_value_is_in_the_journal_and_everything_that_went_is(copied: Copied) -> None:
    destroy_due(TOO_LATE)
    said = journal_file().read_text(encoding="utf-8")
    for value in ("people.example", "alnoor.example", "person.", "920000001", "الرياض", "سعد", "\\u0633"):
        assert value not in said
    items = [item for line in read(journal_file()) for item in line.items]
    rows = {item["row"] for item in items if item["what"] == "row"}
    assert rows == {row[0] for row in ask("select encode(row_key, 'hex') from duties.destruction_row")}
    keys = {item["key"] for item in items if item["what"] == "key"}
    assert keys == {row[0] for row in ask("select encode(key, 'hex') from suppression.entry")}
    assert not ask("select 1 from duties.unjournalled")


def test_a_plan_that_is_resumed_is_not_written_down_again(copied: Copied) -> None:
    destroy_due(TOO_LATE)
    before = journal_file().read_bytes()
    with begin(Role.DUTIES) as connection:
        connection.execute(text("update duties.destruction set state = 'destroyed', verified_at = null"))
    destroy_due(LATER)
    assert journal_file().read_bytes() == before


def test_what_a_crash_kept_from_the_journal_is_written_before_anything_else(copied: Copied) -> None:
    destroy_due(TOO_LATE)
    written = [line.items for line in read(journal_file())]
    with begin(Role.DUTIES) as connection:  # as if the process had died between the commit and the first line
        connection.execute(text("update duties.journal_head set lines = 0, hash = ''"))
        for items in written:
            rows = [{"said": json.dumps(item)} for item in items]
            connection.execute(text("insert into duties.unjournalled (said) values (cast(:said as jsonb))"), rows)
    for file in (journal_file(), journal_file().with_name("destroyed.jsonl.head")):
        file.unlink()
    destroy_due(LATER)
    assert [line.items for line in read(journal_file())] == written


def test_a_line_that_was_written_and_not_struck_out_is_not_written_twice(copied: Copied) -> None:
    destroy_due(TOO_LATE)
    (line,) = read(journal_file())
    before = journal_file().read_bytes()
    with begin(Role.DUTIES) as connection:  # as if the process had died between the disk and the commit
        connection.execute(text("update duties.journal_head set lines = 0, hash = ''"))
        rows = [{"said": json.dumps(item), "batch": line.batch} for item in line.items]
        statement = "insert into duties.unjournalled (batch, said) values (cast(:batch as uuid), cast(:said as jsonb))"
        connection.execute(text(statement), rows)
    assert write_down() == 1
    assert journal_file().read_bytes() == before
    assert not ask("select 1 from duties.unjournalled")
