"""The note of a run: counts in a table, sentences below it, never longer than Airflow keeps."""

from __future__ import annotations

from include.workflow.notes import HEADING, LONGEST, note_of, written

COUNTS = {
    "received": 12_000, "new": 0, "unchanged": 11_990, "changed": 4, "duplicates": 0, "suppressed": 1, "quarantined": 5,
    "contact_points": {"business": 30_000, "personal": 7, "undetermined": 0},
}  # fmt: skip


def test_a_delivery_is_told_by_its_rows_and_points_and_the_people_to_be_told() -> None:
    note = note_of({}, {"receive": "an id", "land": [1, 2], "register": COUNTS, "publish": {"notices_owed": 3}}, {})
    first, empty, *table = note.splitlines()
    assert first.startswith(f"{HEADING}: 12,000 rows received, 5 set aside, 1 suppressed, 4 changed, 11,990 unchanged")
    assert first.endswith(", 30,000 business, 7 personal, 3 people to be told"), "what is nothing is left out"
    assert not empty
    assert table == [
        "| | |",
        "|---|--:|",
        "| rows received | 12,000 |",
        "| set aside | 5 |",
        "| suppressed | 1 |",
        "| changed | 4 |",
        "| unchanged | 11,990 |",
        "| business contact points | 30,000 |",
        "| personal contact points | 7 |",
        "| undetermined contact points | 0 |",
        "| people to be told | 3 |",
    ]


def test_other_runs_are_told_by_what_their_tasks_counted_and_by_nothing_where_there_was_nothing() -> None:
    assert "| plan | 2 |" in note_of({}, {"plan": 2, "destroy": {"destroyed": 0}}, {})
    assert note_of({}, {"plan": 0, "destroy": {"destroyed": 0}}, {}) == f"{HEADING}: nothing to do"
    assert note_of({"relay": "failed"}, {}, {}) == f"{HEADING}: relay failed: its log says why"


def test_a_task_that_failed_says_why_in_the_first_line_and_no_sentence_makes_the_note_too_long() -> None:
    said = {"check": "email: 0 of 4 rows", "publish": "x" * 2000}
    note = note_of({"check": "failed", "publish": "failed"}, {"register": COUNTS}, said)
    assert note.startswith(f"{HEADING}: check failed: email: 0 of 4 rows\n\npublish failed: xxx")
    assert len(note) == LONGEST


def test_what_a_person_wrote_stays_above_and_our_own_earlier_note_is_replaced() -> None:
    once = written("Asked for by the auditor.", f"{HEADING}\none")
    assert once.startswith("Asked for by the auditor.\n\n")
    assert written(once, f"{HEADING}\ntwo") == f"Asked for by the auditor.\n\n{HEADING}\ntwo"
    assert written(None, f"{HEADING}\none") == f"{HEADING}\none"
    assert len(written("y" * 990, f"{HEADING}\none")) == LONGEST
