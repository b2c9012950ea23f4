"""The restore drill: a real copy, a real destruction, a real restore, and a proof that could have failed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from builders import ask
from copied import COPIED, LATER, PERSONAL, Copied, copied
from sqlalchemy import text

from include.duties.backups.drilling import NAMES, drill
from include.duties.backups.journal import head_of, journal_file
from include.duties.backups.model import Proof
from include.store import Role, begin, home

__all__ = ["copied"]


def test_a_drill_proves_that_a_restore_forgets_again_and_touches_nobody_else(copied: Copied) -> None:
    before = copied.held(copied.name, *PERSONAL, "duties.notice", "channels.message")
    journal = head_of(journal_file())
    report = drill(LATER)
    assert report.proof.proven
    assert (report.proof.left, report.proof.changed) == (0, ())
    assert report.proof.held_before == report.proof.held_restored == 8
    assert report.proof.rows > 20
    assert copied.held(copied.name, *PERSONAL, "duties.notice", "channels.message") == before
    assert head_of(journal_file()) == journal, "a drill has a journal of its own"
    with psycopg.connect(copied.address("postgres")) as connection:
        scratch = connection.execute("select 1 from pg_database where starts_with(datname, %s)", (NAMES,)).fetchall()
    assert scratch == []
    assert not (home() / "drills" / "scratch").exists()
    said = json.loads(report.json.read_text(encoding="utf-8"))
    assert (said["proven"], said["left"]) == (True, 0)
    page = report.html.read_text(encoding="utf-8")
    assert "ثبت" in page
    assert "Proven" in page
    assert ask_auditor(
        "select payload::json #>> '{codes,outcome}' from evidence.ledger where kind = 'restore_drilled'"
    ) == ["proven"]


@pytest.mark.parametrize(
    "found",
    [
        {"left": 1},
        {"changed": ("register.listing",)},
        {"held_before": 0, "held_restored": 0},
        {"held_restored": 0},
        {"refused_before": False},
    ],
    ids=lambda found: ", ".join(found),
)
def test_a_drill_proves_nothing_where_somebody_is_left_or_it_could_not_have_failed(found: dict[str, Any]) -> None:
    good = Proof(
        id=uuid4(), at=LATER, tables=48, rows=400, changed=(), held_before=8, held_restored=8, refused_before=True,
        left=0, dump_bytes=100_000, seconds=10.0,
    )  # fmt: skip
    assert good.proven
    assert not replace(good, **found).proven


def ask_auditor(query: str) -> list[str]:
    with begin(Role.AUDITOR) as connection:
        return [row[0] for row in connection.execute(text(query))]


def test_others_whose_time_is_over_are_left_alone_by_a_drill(copied: Copied) -> None:
    ask(
        """
        insert into duties.destruction_request (subject_id, trigger, asked_at)
        select distinct subject_id, 'deletion_asked', cast(:at as timestamptz) from register.contact_point
         where subject_id is not null returning 1
        """,
        at=COPIED,
    )
    before = copied.held(copied.name, *PERSONAL, "duties.destruction_request")
    landed = {file: file.read_bytes() for file in home().rglob("*.parquet")}
    assert drill(LATER).proof.proven
    assert copied.held(copied.name, *PERSONAL, "duties.destruction_request") == before
    assert {file: file.read_bytes() for file in home().rglob("*.parquet")} == landed
