"""The note of a run: what came of it, as a table of counts that Airflow shows on the run's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["HEADING", "LONGEST", "SAID", "note_of", "written"]

HEADING = "### What came of it"
LONGEST = 1000
"""Characters that Airflow's database keeps of a note."""
SAID = "said"
"""The XCom key under which a task leaves a sentence for the note: why it failed, was skipped, or waits."""
ORDER = (
    "received", "quarantined", "suppressed", "new", "changed", "unchanged", "duplicates", "withdrawn",
    "changed_since", "withdrawn_since", "destroyed_since", "business", "personal", "undetermined",
    "decided_alike", "decided_otherwise", "notices_owed",
)  # fmt: skip
NAMES = {
    "received": "rows received",
    "quarantined": "set aside",
    "withdrawn": "withdrawn by the source",
    "business": "business contact points",
    "personal": "personal contact points",
    "undetermined": "undetermined contact points",
    "decided_alike": "decided as before",
    "decided_otherwise": "decided otherwise than before",
    "notices_owed": "people to be told",
}
ALWAYS = ("received", "quarantined", "suppressed", "business", "personal", "undetermined")


def note_of(states: Mapping[str, str], returned: Mapping[str, Any], said: Mapping[str, str]) -> str:
    """Write the note of a run from its tasks' states, the counts they returned, and what they said.

    A task that says nothing and returns no count is not in it. The longest sentence is cut where the note would grow
    beyond what Airflow keeps.
    """
    rows = list(_rows(returned))
    table = ["| | |", "|---|--:|", *(f"| {name} | {count:,} |" for name, count in rows)] if rows else []
    sentences = [f"**{task}** {states.get(task, '')}: {sentence}" for task, sentence in said.items()]
    text = "\n".join([HEADING, *table])
    for sentence in sentences:
        room = LONGEST - len(text) - 2
        text += f"\n\n{sentence}"[: room + 2] if room > 20 else ""
    return text[:LONGEST]


def written(before: str | None, note: str) -> str:
    """Put our note below what a person wrote; an earlier one of ours is replaced."""
    theirs = (before or "").partition(HEADING)[0].rstrip()
    return f"{theirs}\n\n{note}"[:LONGEST] if theirs else note


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
    if not delivery and counts and not any(counts.values()):
        yield "nothing to do", 0


def _counts(task: str, value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield task, value
    elif isinstance(value, Mapping):
        for name, count in value.items():
            yield from _counts(str(name), count)
