"""The installation's folder is closed to others, and opening it never touches its parents."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest

from include.errors import NeverRetry
from include.store import home, private_folder
from include.store.home import PROJECT, read_private, write_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An open folder in which the home is to be."""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_home_is_closed_and_its_parent_keeps_its_mode(parent: Path) -> None:
    assert home() == parent / "home"
    assert (mode(parent / "home"), mode(parent)) == (0o700, 0o755)


def test_a_home_that_was_open_is_closed(parent: Path) -> None:
    (parent / "home").mkdir(mode=0o777)
    assert mode(home()) == 0o700


def test_every_step_to_a_private_folder_is_closed(parent: Path) -> None:
    folder = private_folder("landing", "one")
    assert folder == parent / "home" / "landing" / "one"
    assert mode(folder) == mode(folder.parent) == 0o700


def test_without_a_setting_the_home_lies_in_the_project() -> None:
    assert Path(__file__).parents[2] == PROJECT


def test_a_home_that_cannot_be_made_is_a_clear_error(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (parent / "file").write_text("")
    monkeypatch.setenv("AMANAH_HOME", str(parent / "file" / "home"))
    with pytest.raises(NeverRetry, match="AMANAH_HOME"):
        home()


def test_a_private_file_is_closed_and_whole(parent: Path) -> None:
    file = home() / "file"
    assert read_private(file) is None
    assert write_private(file, "one")
    assert write_private(file, "two")
    assert (read_private(file), mode(file)) == ("two", 0o600)
    assert list(home().iterdir()) == [file]


def test_of_many_first_writers_one_wins_and_all_know_who(parent: Path) -> None:
    file, start, won = home() / "file", Barrier(8), []

    def write(text: str) -> None:
        start.wait()
        if write_private(file, text, replace=False):
            won.append(text)

    threads = [Thread(target=write, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [read_private(file)]
