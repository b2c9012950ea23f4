"""Keys are followed by others: nobody who is suppressed is used or comes back meanwhile, or afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders import START, Held, ask, person
from command import call
from journeys_house import CONTROLLER
from people_told import MORNING, says, subject_of, tells
from sqlalchemy import text

from include.channels.model import Channel
from include.duties.consent import delete_asked
from include.duties.destruction.actions import destroy_due
from include.duties.marketing import Restriction, restrict
from include.duties.stopping import StopAsked, is_stopped, stop_asked
from include.duties.suppressing import Rotated, import_list, look_up, raise_told, rotate
from include.errors import NeverRetry
from include.law import load_controller
from include.store import Role, StoreRefused, begin, keyed

Make = Callable[..., Held]
FIRST, SECOND = f"1:{secrets.token_hex(32)}", f"2:{secrets.token_hex(32)}"
LATER = "AMANAH_SUPPRESSION_KEYS"


def suppressed(*mailboxes: str) -> frozenset[bytes]:
    with begin(Role.DUTIES) as connection:
        return look_up(connection, [(keyed("email", mailbox), "email") for mailbox in mailboxes])


def versions() -> list[int]:
    return [row[0] for row in ask("select distinct key_version from suppression.entry order by 1")]


@pytest.fixture
def listed(database: str, tmp_path: Path) -> list[str]:
    """People who are on a stop list."""
    people = [f"person.{number}@people.example" for number in range(5)]
    file = tmp_path / "list.csv"
    file.write_text("email\n" + "\n".join(people) + "\n", encoding="utf-8")
    import_list(file, reason="opted_out", at=START)
    return people


def test_every_entry_is_put_under_the_next_key_and_is_still_recognised(
    listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {bytes(row[0]) for row in ask("select key from suppression.entry")}
    monkeypatch.setenv(LATER, FIRST)
    assert rotate(START) == Rotated(version=1, entries=5, stops=0, restrictions=0)
    assert versions() == [1]
    assert before.isdisjoint({bytes(row[0]) for row in ask("select key from suppression.entry")})
    assert suppressed(*listed, "other@people.example") == {keyed("email", mailbox) for mailbox in listed}


def test_who_is_destroyed_while_keys_rotate_stands_in_the_list_once_and_the_rotation_ends(
    source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    source().delivers([person(1), person(2)])
    tells()
    mailboxes = [f"person.{number}@people.example" for number in (1, 2)]
    for mailbox in mailboxes:  # as lists of others have them, and one that is no contact of theirs
        ask("insert into suppression.entry (key, kind, key_version, reason, since) "
            "values (:key, 'email', 0, 'opted_out', now()) returning 1", key=keyed("email", mailbox))  # fmt: skip
    monkeypatch.setenv(LATER, FIRST)
    with monkeypatch.context() as short:
        short.setattr("include.duties.suppressing.rotating._batch", lambda *_: 0)
        rotate(MORNING)
    says(delete_asked, subject_of(), at=MORNING)
    destroy_due(MORNING)
    rotate(MORNING)
    assert versions() == [1]
    assert suppressed(*mailboxes) == {keyed("email", mailbox) for mailbox in mailboxes}
    assert ask("select count(*) from suppression.entry where kind = 'email'") == [(2,)]


def test_both_keys_hold_before_while_and_after_it_runs(listed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LATER, FIRST)
    everybody = {keyed("email", mailbox) for mailbox in listed}
    assert suppressed(*listed) == everybody
    monkeypatch.setattr("include.duties.suppressing.rotating.BATCH", 2)
    seen = []
    monkeypatch.setattr(
        "include.duties.suppressing.rotating.Progress.add", lambda *_: seen.append((versions(), suppressed(*listed)))
    )
    rotate(START)
    assert [held for _, held in seen] == [everybody] * 3
    assert [of for of, _ in seen] == [[0, 1], [0, 1], [1]]


def test_a_second_rotation_goes_on_from_the_first(listed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LATER, FIRST)
    rotate(START)
    monkeypatch.setenv(LATER, f"{FIRST} {SECOND}")
    assert rotate(START).entries == 5
    assert versions() == [2]
    assert len(suppressed(*listed)) == 5
    assert rotate(START) == Rotated(version=2, entries=0, stops=0, restrictions=0)


def test_whoever_was_rotated_does_not_come_back_with_the_next_delivery(
    source: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Person.1@People.Example\n", encoding="utf-8")
    import_list(file, reason="opted_out", at=START)
    monkeypatch.setenv(LATER, FIRST)
    rotate(START)
    counts = source().delivers([person(1), person(2)])
    assert (counts["suppressed"], counts["new"]) == (1, 1)
    assert import_list(file, reason="opted_out", at=START).added == 0


def test_what_is_suppressed_later_stands_under_the_key_in_force(
    listed: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(LATER, FIRST)
    file = tmp_path / "more.csv"
    file.write_text("email\none.more@people.example\n", encoding="utf-8")
    import_list(file, reason="opted_out", at=START)
    assert versions() == [0], "another process may not have the key yet"
    rotate(START)
    file.write_text("email\ntwo.more@people.example\n", encoding="utf-8")
    import_list(file, reason="opted_out", at=START)
    assert versions() == [1]
    assert len(suppressed("one.more@people.example", "two.more@people.example")) == 2


def test_a_process_without_the_key_in_use_is_refused_whatever_it_wants(
    listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LATER, FIRST)
    rotate(START)
    for wrong in ("", SECOND, f"1:{secrets.token_hex(32)}"):
        monkeypatch.setenv(LATER, wrong)
        with pytest.raises(StoreRefused, match="the key of version 1 is in use here"), begin(Role.API):
            pass


def test_a_rotation_that_is_cut_short_goes_on_where_it_stopped(
    listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LATER, FIRST)
    monkeypatch.setattr("include.duties.suppressing.rotating.BATCH", 2)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as short:
        short.setattr("include.duties.suppressing.rotating.Progress.add", cut)
        with pytest.raises(KeyboardInterrupt):
            rotate(START)
    assert versions() == [0, 1]
    assert len(suppressed(*listed)) == 5
    assert rotate(START).entries == 3
    with begin(Role.AUDITOR) as connection:
        kinds = connection.execute(
            text("select kind from evidence.ledger where kind like 'keys%' order by seq")
        ).scalars()
        assert list(kinds) == ["keys_rotating", "keys_rotated"]


def test_stops_and_objections_hold_under_the_next_key(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with begin(Role.DUTIES) as connection:
        stop_asked(
            connection, StopAsked(means="api", address="buyer@people.example"), load_controller(CONTROLLER), START
        )
        restrict(connection, Restriction(kind="objection", means="api", key=keyed("email", "x@people.example")), START)
    monkeypatch.setenv(LATER, FIRST)
    assert rotate(START) == Rotated(version=1, entries=0, stops=0, restrictions=1)
    assert raise_told(START + timedelta(hours=25)) == 1
    with begin(Role.DUTIES) as connection:
        assert is_stopped(connection, Channel.EMAIL, "buyer@people.example")
        assert not is_stopped(connection, Channel.EMAIL, "other@people.example")
    assert ask("select key_version from duties.stop union all select key_version from duties.restriction") == [
        (1,),
        (1,),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "there is no later key"),
        ("0:" + "ab" * 32, "the versions rise"),
        (f"{SECOND} {FIRST}", "the versions rise"),
        ("1:abcd", "at least 32 random bytes"),
        ("one:" + "ab" * 32, "the key's version, a number"),
    ],
)
def test_a_setting_that_cannot_be_is_told_by_its_name(
    database: str, monkeypatch: pytest.MonkeyPatch, given: str, says: str
) -> None:
    monkeypatch.setenv(LATER, given)
    with pytest.raises(NeverRetry, match=says) as refused:
        rotate(START)
    assert LATER in str(refused.value)
    assert "ab" * 8 not in str(refused.value)


def test_the_command_says_what_it_did(
    listed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LATER, FIRST)
    said = call(monkeypatch, capsys, "suppression", "rotate")
    assert said.counts == {"version": 1, "entries": 5, "stops": 0, "restrictions": 0}


def test_a_hash_under_a_later_key_is_an_hmac_of_the_hash(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib
    import hmac

    monkeypatch.setenv(LATER, f"{FIRST} {SECOND}")
    first = keyed("email", "a@people.example")
    second = hmac.digest(bytes.fromhex(FIRST[2:]), first, hashlib.sha256)
    third = hmac.digest(bytes.fromhex(SECOND[2:]), second, hashlib.sha256)
    with begin(Role.DUTIES) as connection:
        forms = connection.execute(text("select suppression.forms(:key)"), {"key": first}).scalar_one()
    assert [bytes(form) for form in forms] == [first, second, third]


def test_no_key_is_kept_in_the_database(listed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LATER, FIRST)
    rotate(START)
    rows = ask("select version, encode(mark, 'hex') from suppression.rung order by 1")
    assert [row[0] for row in rows] == [0, 1]
    assert all(len(mark) == 16 and mark not in FIRST for _, mark in rows)
