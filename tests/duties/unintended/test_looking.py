"""Free text and unmapped columns are looked through on every database, and emptied only where something stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text
from text_case import CLEAN, IDENTITY, MAIL, PHONE, WRITTEN, make, notes, system, write

from include.duties.unintended.emptying import empty
from include.duties.unintended.looking import Mark, Seen, look_through
from include.duties.unintended.recognising import recognised
from include.errors import NeverRetry
from include.systems import Strategy, Table


@pytest.fixture
def crm(any_database: str) -> Iterator[Connection]:
    engine = create_engine(any_database)
    with engine.begin() as connection:
        make(connection)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def looked(
    connection: Connection, marks: dict[tuple[str, str], Mark] | None = None, at_most: int = 100
) -> dict[str, Seen]:
    with connection.begin():
        return {".".join(seen.place): seen for seen in look_through(connection, system(), marks or {}, at_most=at_most)}


def test_what_people_wrote_and_what_no_map_knows_is_looked_through(crm: Connection) -> None:
    crm.execute(text("insert into chat values (1, 1, :said), (1, 2, 'hello')"), {"said": f"mail {MAIL}"})
    crm.execute(text("update ticket set extra = :said where id = 1"), {"said": PHONE})
    crm.commit()
    seen = looked(crm)
    assert {name: (each.why, each.new, sorted(each.kinds)) for name, each in seen.items()} == {
        "ticket.note": ("free_text", 3, ["email", "national_id", "phone"]),
        "ticket.extra": ("unmapped", 1, ["phone"]),
        "chat.body": ("free_text", 1, ["email"]),
    }
    assert "canary" not in repr(seen)


def test_the_next_night_looks_at_new_rows_and_round_and_round_at_the_others(crm: Connection) -> None:
    place = ("ticket", "note")
    first = looked(crm, at_most=2)["ticket.note"]
    assert (first.new, first.mark.up_to) == (1, 2)
    rest = looked(crm, {place: first.mark})["ticket.note"]
    assert (rest.new, rest.again, rest.mark) == (2, 1, Mark(6, None))
    write(crm, [(7, f"and {PHONE}")])
    crm.execute(text("update ticket set note = :said where id = 1"), {"said": MAIL})
    crm.commit()
    new = looked(crm, {place: rest.mark}, at_most=2)["ticket.note"]
    assert (new.new, new.again, new.mark) == (1, 1, Mark(7, 1)), "one row was new; one old one was looked at again"
    older = looked(crm, {place: new.mark}, at_most=2)["ticket.note"]
    assert (older.new, older.again, older.mark) == (0, 2, Mark(7, 3))


@pytest.mark.parametrize(
    ("strategy", "more", "left"),
    [
        (Strategy.NULL, {}, [None, None, None]),
        (Strategy.FIXED, {"fixed": "[removed]"}, ["[removed]"] * 3),
        (Strategy.GENERALISE, {}, ["cal", "الهوية"[:3], "wri"]),
    ],
)
def test_a_column_is_emptied_by_its_strategy_in_the_rows_where_something_stands(
    crm: Connection, strategy: Strategy, more: dict[str, str], left: list[str | None]
) -> None:
    with crm.begin():
        assert empty(crm, system(strategy, **more), ("ticket", "note")) == (3, 0)
    after = notes(crm)
    assert [after[key] for key in (2, 3, 4)] == left
    assert {key: after[key] for key in (1, 5, 6)} == {key: WRITTEN[key] for key in (1, 5, 6)}
    with crm.begin():
        assert empty(crm, system(strategy, **more), ("ticket", "note")) == (0, 0)


def test_a_keyed_hash_is_nobodys_number(crm: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "ab" * 32)
    with crm.begin():
        assert empty(crm, system(Strategy.KEYED_HASH), ("ticket", "note")) == (3, 0)
    assert notes(crm)[2].startswith("hmac:")  # type: ignore[union-attr]
    assert recognised(["hmac:" + "1000000008" * 6 + "abcd"], "note", "SA") == {}


def test_a_column_that_has_to_hold_something_holds_an_empty_text(crm: Connection) -> None:
    crm.execute(text("insert into chat values (1, 1, :said), (1, 2, 'hello')"), {"said": f"mail {MAIL}"})
    crm.commit()
    with crm.begin():
        assert empty(crm, system(), ("chat", "body")) == (1, 0)
        assert list(crm.execute(text("select body from chat order by b")).scalars()) == ["", "hello"]


def test_what_a_second_look_still_finds_is_no_destruction(crm: Connection) -> None:
    with pytest.raises(NeverRetry, match=r"ticket.note: 3 rows still hold personal data") as told, crm.begin():
        empty(crm, system(Strategy.FIXED, fixed=PHONE), ("ticket", "note"))
    assert PHONE not in str(told.value)
    assert notes(crm) == WRITTEN


def test_rows_that_nothing_tells_apart_are_not_emptied_by_guess(crm: Connection) -> None:
    crm.execute(text("create table log (line varchar(200))"))
    crm.execute(text("insert into log values (:said)"), {"said": MAIL})
    crm.commit()
    note = system().table("ticket").column("note").model_copy(update={"name": "line"})
    of = system().model_copy(update={"tables": (Table(name="log", key=(), columns=(note,)),)})
    with crm.begin():
        (seen,) = look_through(crm, of, {})
        assert (seen.new, seen.whole) == (1, True)
        with pytest.raises(NeverRetry, match="log has no key by which its rows are told apart"):
            empty(crm, of, ("log", "line"))


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        (f"reach me at {MAIL}", {"email"}),
        ("٠٥٠١٢٣٤٥٦٧", {"phone"}),
        ("tel +966 50 123 4567.", {"phone"}),
        ("(050) 123-4567", {"phone"}),
        (f"iqama {IDENTITY.replace('1', '2', 1)}", {"iqama"}),
        ("SA0380000000608010167519", {"iban"}),
        (CLEAN, set()),
        ("order 501234567, invoice 12345678", set()),
        ("2024-01-17 10:30, 3 x 1,200.00 SAR", set()),
        ("see @handle", set()),
        ("a@b", set()),
    ],
)
def test_a_kind_is_told_for_what_stands_in_a_text(said: str, kinds: set[str]) -> None:
    assert recognised([None, said, ""], "note", "SA").get(1, set()) == kinds
