"""Requests from a call centre's file and by word of mouth, on the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders import Held, ask, recorded
from command import Said, call
from journeys_house import CONTROLLER
from rights_asked import ASKED_AT, DAY, WHO, on_page

Terminal = Callable[..., Said]
HEAD = "right,contact,received_at,language,details,answers,capacity,guardianship,reply_to\n"
WHEN = (ASKED_AT - DAY).isoformat()
GOOD = f"access,{WHO},{WHEN},en,,called_back_on_held_number,,,\n"
UGLY = (
    "\ufeff Right ,CONTACT,received_at,Details,answers\r\n"
    "\r\n"
    f'access,{WHO},{WHEN},"two\nlines, and a comma",knew_order_number knew_last_contact\r\n'
    f"object,٠٥٠٠٠٠٠٠٠١,{WHEN},,\r\n"
    ",,,,\r\n"
)


@pytest.fixture
def terminal(
    people: Held, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Terminal:
    """The command line, at the day after the call centre took its calls."""
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", ASKED_AT.isoformat())
    monkeypatch.setenv("AMANAH_CONTROLLER", str(CONTROLLER))

    def run(*words: str, given: str | bytes | None = None, typed: str = "") -> Said:
        if given is not None:
            (tmp_path / "calls.csv").write_bytes(given.encode() if isinstance(given, str) else given)
            words = (*words, str(tmp_path / "calls.csv"), "--by", "agent.7")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
        return call(monkeypatch, capsys, "request", *words)

    return run


def test_a_file_is_taken_over_with_the_clock_of_each_call_and_again_changes_nothing(terminal: Terminal) -> None:
    said = terminal("import", given=UGLY)
    assert said.code == 0, said.error
    assert said.counts == {"rows": 2, "received": 2, "joined": 0, "known": 0}
    rows = ask('select * from duties.request order by "right"')
    assert [(row.right, row.state, row.means) for row in rows] == [
        ("access", "checked", "file"), ("object", "received", "file")
    ]  # fmt: skip
    assert {row.due_at for row in rows} == {ASKED_AT + 29 * DAY}
    assert rows[0].details == "two\nlines, and a comma"
    assert rows[0].answers == ["knew_order_number", "knew_last_contact"]
    assert terminal("import", given=UGLY).counts["known"] == 2
    assert recorded("request_merged") == 0
    again = GOOD.replace(WHEN, ASKED_AT.isoformat())
    assert terminal("import", given=HEAD + again).counts["joined"] == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (HEAD + GOOD + GOOD.replace("access", "acces"), "row 3: right"),
        (HEAD + GOOD + GOOD.replace(WHO, "call me"), "row 3: contact"),
        (HEAD + GOOD.replace(WHEN, "2026-03-02"), "row 2: received_at"),
        (HEAD + GOOD.replace(WHEN, "2030-01-01T00:00:00Z"), "row 2: received_at"),
        (HEAD + GOOD.replace("called_back_on_held_number", "passport_seen"), "row 2: answers (nobody proves"),
        (HEAD + GOOD.replace("called_back_on_held_number", "nice_voice"), "row 2: answers"),
        (HEAD + GOOD.replace(",,,\n", ",uncle,,\n"), "row 2: capacity"),
        (HEAD + GOOD.replace(",,,\n", ",guardian,neighbour,\n"), "row 2: guardianship"),
        (HEAD + GOOD.replace(",,,\n", ",guardian,parent,nobody\n"), "row 2: reply_to"),
        (HEAD + GOOD.replace(",,,\n", ",other,,another@people.example\n"), "row 2: reply_to"),
        (HEAD + GOOD.replace(",,,\n", ",,,another@people.example\n"), "row 2: reply_to"),
        (HEAD + GOOD + "access," + WHO + "\n", "row 3: it has 2 cells"),
        (HEAD.replace("contact,", "") + "access\n", "lacks the column contact"),
        (HEAD.replace("\n", ",passport\n") + GOOD.replace("\n", ",A123\n"), "the columns are"),
        (HEAD, "there is no row"),
        ("", "lacks the column right"),
        ((HEAD + GOOD).encode("utf-16"), "is no CSV in UTF-8"),
        ((HEAD + 'access,"open').encode(), "is no CSV in UTF-8"),
    ],
)
def test_a_broken_file_is_taken_over_not_at_all_and_its_row_is_named(
    terminal: Terminal, given: str | bytes, told: str
) -> None:
    said = terminal("import", given=given)
    assert said.code == 1
    assert told in " ".join(said.error.split())
    assert "@" not in said.error
    assert "A123" not in said.error
    assert not ask("select 1 from duties.request")


def test_what_is_asked_by_word_of_mouth_is_documented_worked_on_and_read_with_a_trace(terminal: Terminal) -> None:
    run = terminal
    typed = f"{WHO}\nmy name is written otherwise\nplease\n"
    said = run("enter", "correct", "--by", "agent.7", "--language", "en", typed=typed)
    assert said.code == 0, said.error
    told = json.loads(said.out)
    (row,) = ask("select * from duties.request")
    assert (told["reference"], row.means, row.proof) == (row.reference, "operator", None)
    assert row.details == "my name is written otherwise\nplease"
    listed = run("list")
    assert row.reference in listed.out
    assert "unproven" in listed.out
    assert json.loads(run("list", "--json").out)[0]["right"] == "correct"
    assert "written otherwise" in run("show", row.reference, "--by", "dpo").out
    assert recorded("value_read") == 1
    told = run("identify", row.reference, "--by", "agent.7", "--answer", "national_id")
    assert "identity document" in told.error
    for words in (
        ("identify", row.reference, "--by", "agent.7", "--answer", "wrote_from_held_mailbox"),
        ("extend", row.reference, "--by", "dpo", "--reason", "unusual_effort", "--days", "10"),
        ("withdraw", row.reference, "--by", "dpo", "--through", "phone", "--evidence", "CALL-7"),
    ):
        assert run(*words).code == 0
    (row,) = ask("select * from duties.request")
    assert (row.state, row.extension_due) == ("withdrawn", ASKED_AT + 40 * DAY)
    refused = run("refuse", row.reference, "--by", "dpo", "--ground", "harm")
    assert "the request is closed" in refused.error
    assert row.reference in run("list", "--all").out
    assert row.reference not in run("list").out
    held = run("list", "--held-back").out
    assert f"{row.reference}  contested_accuracy" in held
    assert "its letter is ready" in held
    assert "told already" in run("lift", row.reference, "--by", "dpo", "--reason", "person_asked").error
    told = ("lift", row.reference, "--by", "dpo", "--reason", "person_asked", "--told", "CALL-8")
    assert "told already" in run(*told).error


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("enter", "be_forgotten"), WHO),
        (("enter", "access"), ""),
        (("enter", "access"), "call me\n"),
        (("enter", "access", "--capacity", "guardian"), f"{WHO}\n"),
        (("enter", "access", "--answer", "id_card"), WHO),
        (("enter", "access", "--received-at", "yesterday"), WHO),
        (("answer", "FFFFFFFF"), ""),
    ],
)
def test_what_cannot_be_written_down_is_one_sentence_and_changes_nothing(
    terminal: Terminal, words: tuple[str, ...], typed: str
) -> None:
    said = terminal(*words, "--by", "agent.7", typed=typed)
    assert said.code == 1
    assert said.error.startswith("error:")
    assert "@" not in said.error
    assert not ask("select 1 from duties.request")


def test_an_oral_request_received_yesterday_is_due_a_day_earlier(terminal: Terminal) -> None:
    when = (ASKED_AT - timedelta(days=1)).isoformat()
    said = terminal("enter", "access", "--by", "a", "--received-at", when, typed=WHO)
    assert json.loads(said.out)["due_at"] == (ASKED_AT + 29 * DAY).isoformat()


def test_a_call_that_is_brought_later_keeps_its_own_clock_beside_a_request_that_came_after_it(
    terminal: Terminal,
) -> None:
    on_page("access", at=ASKED_AT - DAY)
    earlier = (ASKED_AT - 10 * DAY).isoformat()
    assert terminal("import", given=HEAD + GOOD.replace(WHEN, earlier)).counts["joined"] == 0
    assert [row.due_at for row in ask("select due_at from duties.duty where kind = 'rights_request' order by 1")] == [
        ASKED_AT + 20 * DAY, ASKED_AT + 29 * DAY
    ]  # fmt: skip


def test_two_corrections_of_one_call_are_two_requests_and_neither_is_taken_for_known(terminal: Terminal) -> None:
    row = f"correct,{WHO},{WHEN},en,{{}},called_back_on_held_number,,,\n"
    calls = HEAD + row.format("my name is another") + row.format("my number is another")
    assert terminal("import", given=calls).counts == {"rows": 2, "received": 2, "joined": 0, "known": 0}
    assert terminal("import", given=calls).counts["known"] == 2
