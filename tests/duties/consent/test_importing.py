"""Consents of other systems come by file: with their proof, or not at all, and nothing else is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders import Held, ask, person
from people_told import MORNING, tells

from include.duties.consent.importing import COLUMNS, import_consents
from include.duties.destruction.actions import destroy_due
from include.errors import NeverRetry

Make = Callable[..., Held]
NEXT = MORNING + timedelta(days=1)
WHOLE = {
    "contact": "Buyer@people.example",
    "action": "granted",
    "purpose": "promotion",
    "channel": "email",
    "said_at": "2026-02-01T10:00:00+03:00",
    "proof": "CALL-2026-0001",
    "text_version": "phone_script/2",
    "language": "ar",
}


def file_of(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "consents.csv"
    with file.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.DictWriter(sink, COLUMNS)
        writer.writeheader()
        writer.writerows(WHOLE | row for row in rows)
    return file


def state() -> dict[tuple[str, str], str]:
    return {(row.purpose, row.channel): row.action for row in ask("select * from duties.consent_state")}


def test_a_consent_comes_in_with_its_proof_its_time_and_its_contact(database: str, tmp_path: Path) -> None:
    found = import_consents(file_of(tmp_path, {}), at=NEXT)
    assert (found.rows, found.outcomes, found.broken) == (1, {"recorded": 1}, ())
    event = ask("select * from duties.consent_event")[0]
    assert (event.provenance, event.means, event.text_version) == ("other_system", "file", "phone_script/2")
    assert len(event.proof) == 32
    assert event.at.isoformat() == "2026-02-01T07:00:00+00:00"
    assert [row.value for row in ask("select value from duties.own_contact")] == ["buyer@people.example"]


def test_the_same_file_again_changes_nothing_and_the_later_word_counts_in_any_order(
    database: str, tmp_path: Path
) -> None:
    file = file_of(tmp_path, {"action": "withdrawn", "said_at": "2026-02-03T10:00:00+03:00"}, {})
    for outcome in ({"recorded": 2}, {"already": 2}):
        assert import_consents(file, at=NEXT).outcomes == outcome
        assert state() == {("promotion", "email"): "withdrawn"}
    assert destroy_due(NEXT)["destroyed"] == 1
    assert not ask("select 1 from duties.own_contact")
    assert import_consents(file, at=NEXT).outcomes == {"suppressed": 1, "unknown": 1}
    assert not ask("select 1 from register.subject")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("proof", ""),
        ("contact", "nobody"),
        ("contact", "0500000001"),
        ("action", "yes"),
        ("purpose", "Everything we like"),
        ("channel", "pigeon"),
        ("said_at", ""),
        ("said_at", "2026-02-01T10:00:00"),
        ("said_at", "2199-01-01T10:00:00+03:00"),
        ("said_at", "1999-01-01T10:00:00+03:00"),
        ("said_at", "0001-01-01T00:00:00+03:00"),
        ("text_version", ""),
        ("language", "fr"),
    ],
)
def test_a_broken_row_is_named_by_its_number_and_column_and_the_rest_is_taken(
    database: str, tmp_path: Path, column: str, value: str
) -> None:
    other = {"contact": "0500000044", "channel": "sms"}
    found = import_consents(file_of(tmp_path, {column: value}, other), at=NEXT)
    assert found.broken == ((2, column),)
    assert found.outcomes == {"recorded": 1}
    assert "nobody" not in repr(found)


def test_a_refusal_from_elsewhere_destroys_what_we_hold_and_says_nothing_of_strangers(
    source: Make, tmp_path: Path
) -> None:
    source().delivers([person(1)])
    rows = [
        {"contact": "person.1@people.example", "action": "refused"},
        {"contact": "stranger@people.example", "action": "refused"},
    ]
    assert import_consents(file_of(tmp_path, *rows), at=NEXT).outcomes == {"recorded": 1, "unknown": 1}
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["refused"]


def test_a_file_may_bring_a_wish_to_be_deleted_and_a_no_to_the_purpose_itself(source: Make, tmp_path: Path) -> None:
    source().delivers([person(1), person(2), person(3)])
    tells()
    rows = [
        {"contact": "person.1@people.example", "action": "delete", "purpose": "", "channel": ""},
        {"contact": "person.2@people.example", "action": "refused", "purpose": "business_contact", "channel": "all"},
        {"contact": "person.3@people.example", "action": "refused", "purpose": "", "channel": "all"},
    ]
    said = [row | {"said_at": "2026-03-01T20:00:00+03:00"} for row in rows]
    found = import_consents(file_of(tmp_path, *said), at=NEXT, system="call_centre")
    assert (found.outcomes, found.broken) == ({"recorded": 2}, ((4, "purpose"),))
    assert destroy_due(NEXT)["destroyed"] == 2
    events = ask("select distinct actor from duties.consent_event where means = 'file'")
    assert [row.actor for row in events] == ["call_centre"]
    with pytest.raises(NeverRetry, match="by a code"):
        import_consents(file_of(tmp_path, *said), at=NEXT, system="The call centre")


def test_a_file_that_lacks_a_column_is_refused_whole(database: str, tmp_path: Path) -> None:
    file = tmp_path / "consents.csv"
    file.write_text("contact,action\nbuyer@people.example,granted\n", encoding="utf-8")
    with pytest.raises(NeverRetry, match="lacks the column purpose"):
        import_consents(file, at=NEXT)
    assert not ask("select 1 from duties.consent_event")
