"""An archive that ended, or lost rows, stays so: whichever copy of our store, or of the folder of files, comes back."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import books
import pytest
from builders import ask
from duties.backups.copied import DAY, LATER, Copied, copied
from sqlalchemy import Connection
from test_archives import AT, ENDED, LATEST, archive_files, company, night

from include.duties.archives.ending import Ended, end_archives, end_archives_of
from include.duties.archives.keeping import lines_of
from include.duties.archives.model import Archive
from include.duties.archives.storing import archives
from include.duties.backups.journal import journal_file
from include.duties.backups.model import StillThere
from include.duties.backups.noting import write_down
from include.duties.backups.restoring import bring_into, engine_of, look_again, restore, restore_check
from include.store import Role, begin

__all__ = ["company", "copied"]
SHORTER = datetime(2026, 8, 25, tzinfo=UTC)
"""When the sessions of the archived accounts have reached the end of their own rule."""

STANDS = (
    "select id, state, rows, identities, root, shorten_at, ended_at, end_plan, plan_id from duties.archive order by 1"
)


def folder(tmp_path: Path) -> Path:
    return tmp_path / "home/archives/books"


def known(database: str) -> list[Archive]:
    with engine_of(database) as engine, begin(Role.DUTIES, at=engine) as store:
        return archives(store, "state = 'kept'", {})


def asked(number: int, at: datetime = AT + DAY) -> Ended:
    return end_archives_of("books", [("email", f"owner.{number}@people.example")], uuid4(), at)


def test_an_older_store_with_an_older_folder_learns_what_ended_was_cut_short_or_was_made_since(
    copied: Copied, company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED), (2, ENDED))
    night()
    file = copied.copy()
    older = shutil.copytree(folder(tmp_path), tmp_path / "older")
    books.fill(company, (3, ENDED))
    night(AT + DAY)
    assert asked(1) == Ended(destroyed=1)
    end_archives(SHORTER)
    shutil.copytree(older, folder(tmp_path), dirs_exist_ok=True)
    assert len(archive_files(tmp_path)) == 3, "the file of the ended one is back"
    done = restore(file, copied.new(), LATER)
    assert len(archive_files(tmp_path)) == 2
    assert copied.ask(done.database, STANDS) == copied.ask(copied.name, STANDS)
    found = known(done.database)
    assert len(found) == 2
    for archive in found:
        assert {line.table for line in lines_of(archive)} == {"account", "invoice"}, "and so is no session"
    told = journal_file().read_text("utf-8")
    assert "people.example" not in told


def test_without_the_replay_the_second_look_finds_the_archive_and_nobody_gets_in(
    copied: Copied, company: Connection
) -> None:
    books.fill(company, (1, ENDED))
    night()
    file = copied.copy()
    asked(1)
    write_down()
    name = copied.new()
    bring_into(file, name)
    with pytest.raises(StillThere, match="1 archives"):
        look_again(name, journal_file())


def test_an_older_folder_alone_is_found_by_a_check_and_mended(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED), (2, ENDED))
    night()
    older = shutil.copytree(folder(tmp_path), tmp_path / "older")
    asked(1)
    end_archives(SHORTER)
    write_down()
    assert not any(restore_check(LATER).values())
    shutil.copytree(older, folder(tmp_path), dirs_exist_ok=True)
    assert {name: left for name, left in restore_check(LATER).items() if left} == {"archive_files": 2}
    assert not any(restore_check(LATER, apply=True).values())
    (file,) = archive_files(tmp_path)
    (row,) = ask("select sha256, file from duties.archive where state = 'kept'")
    assert file.name == row.file
    end_archives(LATEST)
    write_down()
    assert archive_files(tmp_path) == []
    assert not any(restore_check(LATER).values())


def test_what_the_journal_lacks_yet_is_not_undone_by_it(company: Connection) -> None:
    books.fill(company, (1, ENDED), (2, ENDED))
    night()
    write_down()
    asked(1)
    end_archives(SHORTER)
    assert not any(restore_check(LATER, apply=True).values())
    states = {row.state: row.rows for row in ask("select state, rows from duties.archive")}
    assert set(states) == {"destroyed", "kept"}
    assert states["kept"] == {"account": 1, "invoice": 1}
    write_down()
    assert not any(restore_check(LATER).values())
