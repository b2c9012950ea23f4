"""The note of a run: what came of it, in one line that Airflow shows on the run's page, and a table when opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["BACKFILL", "HEADING", "LONGEST", "SAID", "note_of", "summed", "written"]

HEADING = "**What came of it**"
"""How our note begins: below what a person wrote."""
LONGEST = 1000
"""Characters that Airflow's database keeps of a note."""
SAID = "said"
"""The XCom key under which a task leaves a sentence for the note: why it failed, was skipped, or waits."""
BACKFILL = "backfill"
"""The key of a run's conf under which the scheduler puts the number of the backfill that began it last."""
ORDER = (
    "received", "quarantined", "suppressed", "new", "changed", "unchanged", "duplicates", "withdrawn",
    "changed_since", "withdrawn_since", "destroyed_since", "business", "personal", "undetermined",
    "decided_alike", "decided_otherwise", "notices_owed",
)  # fmt: skip
POINTS = " contact points"
NAMES = {
    "received": "rows received",
    "quarantined": "set aside",
    "withdrawn": "withdrawn by the source",
    "business": f"business{POINTS}",
    "personal": f"personal{POINTS}",
    "undetermined": f"undetermined{POINTS}",
    "decided_alike": "decided as before",
    "decided_otherwise": "decided otherwise than before",
    "notices_owed": "people to be told",
}
ALWAYS = ("received", "quarantined", "suppressed", "business", "personal", "undetermined")


def note_of(states: Mapping[str, str], returned: Mapping[str, Any], said: Mapping[str, str]) -> str:
    """Write the note of a run from its tasks' states, the counts they returned, and what they said.

    The first line alone is seen before the note is opened: it says what failed or was skipped and why, else the counts.
    A task that says nothing and returns no count is not in it. What is too long for Airflow is cut at its end.
    """
    rows = [(name, f"{count:,}") for name, count in _rows(returned)]
    silent = {task: "its log says why" for task, state in states.items() if state == "failed" and task not in said}
    sentences = [f"{task} {states.get(task, '')}: {sentence}" for task, sentence in {**said, **silent}.items()]
    counted = ", ".join(f"{count} {name.removesuffix(POINTS)}" for name, count in rows if count != "0")
    first, *others = [*sentences, counted or "nothing to do"][: len(sentences) or 1]
    lines = [f"{HEADING}: {first}", *others]
    if rows:
        lines.append("\n".join(["| | |", "|---|--:|", *(f"| {name} | {count} |" for name, count in rows)]))
    return "\n\n".join(lines)[:LONGEST]


def written(before: str | None, note: str) -> str:
    """Put our note below what a person wrote; an earlier one of ours is replaced."""
    theirs = (before or "").partition(HEADING)[0].rstrip()
    return f"{theirs}\n\n{note}"[:LONGEST] if theirs else note


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Add up the counts of tasks that did the same work side by side."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def _rows(returned: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Name each count: those of a delivery in their order, any other under the name of its task."""
    counts: dict[str, int] = {}
    for task, value in returned.items():
        for name, count in _counts(task, value):
            counts[name] = count
    delivery = "received" in counts
    ordered = [name for name in ORDER if name in counts] + [name for name in counts if name not in ORDER]
    for name in ordered:
        if counts[name] or (delivery and name in ALWAYS):
            yield NAMES.get(name, name.replace("_", " ")), counts[name]


def _counts(task: str, value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield task, value
    elif isinstance(value, Mapping):
        for name, count in value.items():
            yield from _counts(str(name), count)
