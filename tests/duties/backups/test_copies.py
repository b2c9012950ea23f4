"""Copies of our store: closed to others, registered with their end, and gone by it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import START, ask
from copied import COPIED, DAY, LATER, TOO_LATE, Copied, copied

from include.duties.backups.copies import backups_folder, copies, copies_left, make_backup
from include.duties.backups.rules import KEPT_DAYS, copies_left_until, expires
from include.duties.destruction.actions import destroy_due
from include.errors import NeverRetry
from include.law import Rule, edition_named
from include.store.dumping import NoProgram, dump

__all__ = ["copied"]
SHOP = """
dataset:
  - fides_key: shop
    name: Shop
    collections:
      - name: customers
        fields:
          - name: email
            data_categories: [user.contact.email]
            fidesops_meta: {primary_key: True}
amanah:
  shop:
    backups: [{name: weekly, months: 2}]
    tables:
      customers: {subject: true}
"""
SA = edition_named("sa-2024-09-14")


@pytest.mark.parametrize(
    ("days", "end"),
    [(30, datetime(2026, 3, 31, 6, tzinfo=UTC)), (400, datetime(2026, 8, 31, 21, tzinfo=UTC))],
    ids=["the house value", "the edition's ceiling"],
)
def test_a_copy_is_kept_for_the_house_value_and_never_past_the_ceiling_of_the_edition(days: int, end: datetime) -> None:
    kept = Rule[int](value=days, article="policy 4", confidence="R")
    assert expires(SA, START, kept) == end


def test_what_was_destroyed_is_gone_everywhere_when_the_last_copy_that_may_hold_it_is() -> None:
    day = [START + number * DAY for number in range(10)]
    kept = [(day[0], day[3]), (day[1], day[5]), (day[4], day[9])]
    assert copies_left_until(day[2], kept) == day[5], "a copy made afterwards does not hold it"
    assert copies_left_until(day[3], kept) == day[5]
    assert copies_left_until(day[9], kept) is None


def test_a_copy_lies_closed_to_others_and_is_registered_with_its_hash(copied: Copied) -> None:
    file = copied.copy()
    assert file.stat().st_mode & 0o777 == 0o600
    assert backups_folder().stat().st_mode & 0o777 == 0o700
    (copy,) = copies()
    assert (copy.system, copy.name, copy.state) == ("amanah", file.name, "kept")
    assert copy.expires_at == COPIED + timedelta(days=KEPT_DAYS.value)
    assert copy.size_bytes == file.stat().st_size


def test_copies_go_to_another_disk_where_the_setting_names_one(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_BACKUPS", str(tmp_path / "other"))
    assert copied.copy().parent == tmp_path / "other"
    assert (tmp_path / "other").stat().st_mode & 0o777 == 0o700


def test_a_copy_whose_time_is_over_is_destroyed_and_recorded(copied: Copied) -> None:
    first = copied.copy()
    end = COPIED + timedelta(days=KEPT_DAYS.value)
    assert make_backup(end - timedelta(seconds=1))["gone"] == 0
    assert first.exists()
    assert make_backup(end) == {"made": 1, "declared": 0, "gone": 1}
    assert not first.exists()
    assert [copy.state for copy in copies()] == ["gone", "kept", "kept"]
    assert len(list(backups_folder().iterdir())) == 2


def test_a_copy_that_a_killed_run_left_unregistered_or_unfinished_is_known_with_the_next(copied: Copied) -> None:
    file = copied.copy()
    ask("delete from duties.unjournalled returning 1")
    left = backups_folder() / "amanah-20260302T000000Z-00000000-0000-4000-8000-000000000001.dump"
    left.write_bytes(file.read_bytes())
    (backups_folder() / "amanah-x.dump.unfinished").write_bytes(b"half")
    assert make_backup(LATER)["made"] == 2
    known = {copy.name: copy.made_at for copy in copies()}
    assert known[left.name] == datetime(2026, 3, 2, tzinfo=UTC)
    assert not list(backups_folder().glob("*.unfinished"))


def test_a_plan_has_copies_left_until_the_last_one_goes(copied: Copied) -> None:
    copied.copy()
    destroy_due(TOO_LATE)
    (plan,) = copies_left(LATER)
    end = COPIED + timedelta(days=KEPT_DAYS.value)
    assert plan["copies_left_until"] == end.isoformat()
    assert copies_left(end)[0]["copies_left_until"] is None


def test_a_copy_that_is_made_elsewhere_counts_from_the_moment_of_the_destruction(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "shop.yml").write_text(SHOP, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEMS", str(maps))
    assert make_backup(COPIED)["declared"] == 1
    (weekly,) = (copy for copy in copies() if copy.system == "shop")
    assert (weekly.name, weekly.sha256, weekly.state) == ("weekly", None, "kept")
    destroy_due(TOO_LATE)
    (plan,) = copies_left(LATER, ["amanah", "shop"])
    assert plan["copies_left_until"].startswith("2026-05-18T20:59:59"), "two months from the destruction"


def test_no_password_is_in_an_argument_or_an_error(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = copied.server.url("amanah_owner", copied.name)
    file = tmp_path / "programs" / "pg_dump"
    file.parent.mkdir()
    said = f'echo "$@" >> {tmp_path}/seen; echo "pg_dump (PostgreSQL) {major(copied)}"; [ "$1" = --version ] || '
    file.write_text(f'#!/bin/sh\n{said}{{ echo "error: secret row" >&2; exit 3; }}\n', encoding="utf-8")
    file.chmod(0o700)
    monkeypatch.setenv("AMANAH_PG_BIN", str(file.parent))
    with pytest.raises(NeverRetry, match="ended with 3") as caught:
        dump(address, tmp_path / "copy.dump")
    password = copied.server.passwords["amanah_owner"]
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "--format=custom" in seen
    assert password not in seen
    assert "secret row" not in str(caught.value)
    assert list(tmp_path.glob("copy*")) == []


def major(copied: Copied) -> int:
    return int(copied.ask("postgres", "show server_version_num")[0][0]) // 10000


def test_a_program_of_another_version_is_not_used(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "programs" / "pg_dump"
    file.parent.mkdir()
    file.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n", encoding="utf-8")
    file.chmod(0o700)
    monkeypatch.setenv("AMANAH_PG_BIN", str(file.parent))
    with pytest.raises(NoProgram, match=f"no pg_dump of PostgreSQL {major(copied)}"):
        dump(copied.server.url("amanah_owner", copied.name), tmp_path / "copy.dump")


def test_the_command_line_lists_what_is_kept_and_checks_a_restore(copied: Copied) -> None:
    copied.copy()
    for words, code in ((("backups", "list"), 0), (("restore-check",), 0)):
        done = subprocess.run(
            [sys.executable, "-m", "include", *words], env=os.environ, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, done.stderr
    assert '"suppressed": 0' in done.stdout
