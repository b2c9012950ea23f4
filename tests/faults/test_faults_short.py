"""The drill with kills, in short: a story ends as it would have, and a bug that was put in on purpose is found."""

from __future__ import annotations

from contextlib import closing
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


def test_a_bug_that_was_put_in_on_purpose_is_found_in_a_handful_of_kills(ground: Path, tmp_path: Path) -> None:
    place = ground / tmp_path.name
    with closing(kills_of_processes(place, range(1, 9), "proof_apart", "relay", ["task"], until="relay 0")) as kills:
        found = next((kill for kill in kills if kill.said), None)
    assert found is not None, "eight kills, and the bug was not seen"
    assert found.hit
    assert any(sentence.startswith("evidence.ledger: more") for sentence in found.said), found.said
