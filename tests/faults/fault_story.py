"""The story that is told with and without kills: two deliveries, letters, silence, destruction, and seals between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Any

from builders import START, TERMS, person, terms, write
from dying import SHARD
from two_deliveries import FIRST, SECOND

__all__ = ["Step", "story_in"]

UNREACHABLE = {"id": "m1", "name": "مؤسسة فهد العتيبي للمقاولات", "phone": "0500000012", "city": "الرياض"}
NEXT = [*SECOND, *(person(number) for number in range(40, 44)), UNREACHABLE]
"""The second delivery, with people who have to be told of it, and one who cannot be."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PASSES = 2
"""How often letters are sent on a day: one that was put off goes out in the next pass."""


@dataclass(frozen=True)
class Step:
    """One process of the pipeline: its name, the errand that it does, and what it is told."""

    name: str
    work: str
    given: dict[str, Any] = field(default_factory=dict)

    look: bool = False
    """Whether what stands after it is compared too, and not in the end only."""

    @property
    def sends(self) -> bool:
        """Whether the step speaks with the mail server."""
        return self.work == "relay"


def story_in(folder: Path) -> list[Step]:
    """Write the deliveries into a folder and return the steps of the whole story, in their order."""
    files = [folder / name for name in ("first.csv", "second.csv")]
    for file, rows in zip(files, (FIRST, NEXT), strict=True):
        write(file, list(TERMS["columns"]), rows)
    return [
        *_collected(files[0], 0, ceil(len(FIRST) / SHARD)),
        *_told(0),
        _step("seal", 0, 6),
        *_collected(files[1], 1, ceil(len(NEXT) / SHARD)),
        *_told(1),
        *_told(5),  # what was undetermined had its days for a person's decision
        replace(_step("watch", 5, 6), look=True),
        *_ended(17),  # who cannot be reached
        *_ended(32),  # who was told and is silent
        *_ended(40),
    ]


def _collected(file: Path, day: int, shards: int) -> list[Step]:
    given = {"file": str(file), "contract": terms().model_dump_json(), "run": f"nightly:{day}"}
    tasks = [(name, 0) for name in ("receive", "land", "check")]
    tasks += [("prepare", shard + 1) for shard in range(shards)]
    tasks += [("register", 0), ("publish", 0)]
    told = given | {"at": (START + day * DAY).isoformat()}
    return [Step(f"{name} {day}", "task", told | {"name": name, "shard": shard}) for name, shard in tasks]


def _told(day: int) -> list[Step]:
    return [_step("notify", day, 1), *(_step("relay", day, 2 + number) for number in range(PASSES))]


def _ended(day: int) -> list[Step]:
    return [_step("destroy", day, 1), _step("watch", day, 2), _step("relay", day, 3), _step("seal", day, 4)]


def _step(work: str, day: int, hours: int) -> Step:
    return Step(f"{work} {day}", work, {"at": (START + day * DAY + hours * HOUR).isoformat()})
