"""The drill with kills, in short: a story ends as it would have, and a bug that was put in on purpose is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from drill import kills_of_processes

pytestmark = pytest.mark.journey

SEEDS = (4, 5, 6, 7, 15, 17)
"""Among them each kind of victim."""


def test_a_story_in_which_somebody_is_killed_ends_as_if_nobody_had_been(ground: Path, tmp_path: Path) -> None:
    kills = list(kills_of_processes(ground / tmp_path.name, SEEDS))
    assert {kill.victim for kill in kills} == {"task", "database", "connection", "mail server"}
    assert sum(kill.hit for kill in kills) >= len(SEEDS) - 1
    assert {kill.seed: kill.said for kill in kills if kill.said} == {}


@pytest.mark.parametrize(
    ("planted", "step"), [("proof_apart", "relay"), ("evidence_apart", "register")], ids=["relay", "register"]
)
def test_a_bug_that_was_put_in_on_purpose_is_found_in_a_handful_of_kills(
    ground: Path, tmp_path: Path, planted: str, step: str
) -> None:
    place = ground / tmp_path.name
    for kill in kills_of_processes(place, range(1, 13), planted, step, ["task"], until="relay 0"):
        if kill.said:
            assert kill.hit
            assert any(sentence.startswith(("evidence.ledger: more", "ledger")) for sentence in kill.said)
            return
    pytest.fail("twelve kills, and the bug was not seen")
