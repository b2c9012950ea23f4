"""After a subscription ends one backup is kept for three to six months, comes back if asked, and is gone after it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import books
import pytest
from builders import Held, ask, person
from people_told import MORNING, says, subject_of, tells
from sqlalchemy import Connection, create_engine, text
from typer.testing import CliRunner

from include.commands.app import app
from include.duties.archives.ending import Ended, end_archives, end_archives_of
from include.duties.archives.reminding import ending_soon, write_reminders
from include.duties.archives.restoring import Hindered, ask_restore, find_archives, restore
from include.duties.archives.sealing import Unreadable, open_archive, write_archive
from include.duties.consent import delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.destruction.actions import allow
from include.duties.holds import Standstill, begin_standstill, place, release
from include.duties.retention import enforce
from include.duties.retention.pace import Rhythm
from include.errors import MayBeRetried, NeverRetry
from include.evidence import verify
from include.store import Role, begin, home

AT = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SMALL = Rhythm(large=4, first=3, least=1, batches=1000, seconds=0.0)
"""Batches of three, then two, then one."""
ENDED = "2026-05-20"
LATEST = datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
"""The first second of 20 November in Riyadh: six months after the end, by no way of counting late."""

RULE = "        then: archive\n        article: policy 4\n"
MAP = books.MAP.replace("        article: policy 4\n", RULE)
LAWLESS = MAP.replace("        statute: true\n        columns: [buyer]\n", "")
"""The same without a law that wants invoices kept."""

ODD = """
create table oddity (id bigint generated always as identity primary key, account_id integer not null references account,
    noted text, paid numeric(12,4), ratio double precision, bits bytea, said json, tags text[], spell interval,
    at timestamp with time zone, code char(6), kind uuid, doubled numeric generated always as (paid * 2) stored);
insert into oddity (account_id, noted, paid, ratio, bits, said, tags, spell, at, code, kind) values
    (1, E'line\\nbreak \\' "quote" \\u0639', 12.5000, 0.1::float8 + 0.2::float8, '\\x00ff10', '{"b":  1, "a": null}',
     array['x', null, 'y,z'], interval '1 month 2 days 03:00', 'infinity', 'ab',
     '6ecd8c99-4036-403d-bf84-cf8400f67836'),
    (1, null, null, 'NaN', null, null, null, null, '2026-03-01 10:00:00.123456+03', null, null)
"""
ODD_MAP = """
      - name: oddity
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - name: account_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: books, field: account.id, direction: from}]}
"""


class Killed(BaseException):
    """A kill -9."""


def killed(*_: object, **__: object) -> None:
    raise Killed


def mapped(folder: Path, told: str) -> None:
    (folder / "systems").mkdir(exist_ok=True)
    (folder / "systems" / "books.yml").write_text(told, encoding="utf-8")


@pytest.fixture
def company(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A mapped database of the company's, in which ended accounts are archived; each statement is kept at once."""
    engine = create_engine(other_database, isolation_level="AUTOCOMMIT")
    mapped(tmp_path, LAWLESS)
    monkeypatch.setenv("AMANAH_SYSTEMS", str(tmp_path / "systems"))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", other_database)
    monkeypatch.setenv("AMANAH_BOOKS_FILES", str(tmp_path / "calls"))
    with engine.connect() as connection:
        books.make(connection)
        yield connection
    engine.dispose()


def night(at: datetime = AT) -> None:
    """Plan, allow as the officer, carry out."""
    for plan in enforce(at).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=at)
    enforce(at)


def rows(company: Connection, *tables: str) -> dict[str, list[str]]:
    names = tables or ("account", "invoice", "session", "recording")
    return {
        name: [row[0] for row in company.execute(text(f"select t::text from {name} t order by id"))] for name in names
    }


def kept(states: str = "kept") -> list[UUID]:
    return [row.id for row in ask("select id from duties.archive where state = :s order by event_at, id", s=states)]


def archive_files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "home" / "archives"
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def bring_back(archive: UUID, at: datetime = AT + DAY) -> dict[str, int]:
    return restore(ask_restore(archive, at).reference, at)


def test_an_ended_account_leaves_the_system_at_once_and_comes_back_byte_identical(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED), (2, None))
    company.execute(text("update session set seen_at = '2026-05-20'"))
    file = books.record(company, tmp_path / "calls", 1, 1, ENDED)
    before = rows(company)
    night()
    assert [row.split(",")[0] for row in rows(company)["account"]] == ["(2"]
    assert not file.exists()
    (archive,) = kept()
    done = bring_back(archive)
    assert rows(company) == before
    assert file.read_bytes() == b"RIFF....WAVE"
    assert done == {"account": 1, "invoice": 1, "session": 1, "recording": 1}
    assert archive_files(tmp_path) == [], "nothing is held twice"


def test_every_kind_of_value_comes_back_as_it_was(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    for statement in ODD.split(";\ninsert"):
        company.exec_driver_sql(statement if "create" in statement else f"insert{statement}")
    whole = LAWLESS.replace("amanah:\n", f"{ODD_MAP.strip(chr(10))}\namanah:\n").replace(
        "      session: {ret", "      oddity: {references: {account_id: {kind: owned}}}\n      session: {ret"
    )
    mapped(tmp_path, whole)
    before = rows(company, "oddity")
    night()
    assert rows(company, "oddity") == {"oddity": []}
    bring_back(kept()[0])
    assert rows(company, "oddity") == before


def test_rows_come_back_byte_identical_on_sqlite(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{tmp_path / 'company.db'}"
    mapped(tmp_path, LAWLESS)
    monkeypatch.setenv("AMANAH_SYSTEMS", str(tmp_path / "systems"))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", address)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    tables = ("account", "invoice", "session")

    def stored() -> list[Any]:
        columns = {"account": ("email", "ended_on"), "invoice": ("buyer", "remark", "issued_on"), "session": ("ip",)}
        with engine.connect() as connection:
            return [
                connection.exec_driver_sql(f"select id, {c}, typeof({c}), hex({c}) from {name} order by id").all()
                for name in tables
                for c in columns[name]
            ]

    with engine.connect() as connection:
        for statement in filter(str.strip, books.MADE.split(";\n")):
            if "create index" not in statement:
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"insert into account values (1, 'a''ع', '{ENDED}'), (2, 'b', null)")
        connection.exec_driver_sql(
            f"insert into invoice values (1, 1, x'00ff', 0.1, '{ENDED}'), (2, 2, '', 7, '{ENDED}')"
        )
        connection.exec_driver_sql(f"insert into session values (1, 1, 12, '{ENDED} 10:00:00.000000')")
    before = stored()
    night()
    assert stored() != before
    bring_back(kept()[0])
    assert stored() == before
    engine.dispose()


def test_what_a_law_keeps_stays_and_is_whole_again_after_a_restore(company: Connection, tmp_path: Path) -> None:
    mapped(tmp_path, MAP)
    books.fill(company, (1, ENDED))
    before = rows(company)
    night()
    assert company.execute(text("select buyer, remark from invoice")).all() == [("Owner", None)]
    assert company.execute(text("select left(email, 5) from account")).all() == [("hmac:",)]
    bring_back(kept()[0])
    assert rows(company) == before


def test_no_value_of_a_person_can_be_read_in_an_archive_or_in_what_is_known_of_it(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED))
    books.record(company, tmp_path / "calls", 1, 1, ENDED)
    night()
    (file,) = archive_files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    told = file.read_bytes() + file.name.encode()
    for table in ("duties.archive", "duties.destruction"):
        told += ask(f"select string_agg(to_jsonb(t)::text, '') as told from {table} t")[0].told.encode()
    for planted in (b"owner", b"people.example", b"Owner", b"192.0.2.1", b"called", b"RIFF", b"call-1"):
        assert planted not in told


def test_an_archive_that_was_changed_cut_or_moved_is_not_restored(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    night()
    (file,), (archive,) = archive_files(tmp_path), kept()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Hindered, match="was changed"):
        bring_back(archive)
    assert rows(company)["account"] == []
    with pytest.raises(Unreadable):
        list(open_archive(file, archive))
    file.write_bytes(whole)
    with pytest.raises(Unreadable):
        list(open_archive(file, uuid4()))


def test_no_piece_of_a_long_archive_can_be_cut_off_unseen(database: str, tmp_path: Path) -> None:
    archive, place = uuid4(), tmp_path / "long.archive"
    lines = [str(number) * 100_000 for number in range(30)]
    write_archive(place, archive, lines)
    assert list(open_archive(place, archive)) == lines
    whole = place.read_bytes()
    first = 17 + 16 + 4 + int.from_bytes(whole[33:37])
    place.write_bytes(whole[:first])
    with pytest.raises(Unreadable):
        list(open_archive(place, archive))


def test_an_archive_is_destroyed_before_six_months_are_over_and_not_before_three(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED))
    night()
    (row,) = ask("select earliest, latest, due_at from duties.archive")
    assert (row.earliest, row.latest) == (datetime(2026, 8, 20, 20, 59, 59, tzinfo=UTC), LATEST)
    assert row.earliest < row.due_at < row.latest
    enforce(row.due_at - timedelta(minutes=1))
    assert kept()
    enforce(row.due_at)
    assert archive_files(tmp_path) == []
    assert kept("destroyed")
    gone, whole = ask(
        "select state, scope -> 'tables' as rows from duties.destruction where scope ? 'archives' order by begun_at"
    )
    assert (gone.state, gone.rows) == ("verified", {"session": 1})
    assert (whole.state, whole.rows) == ("verified", {"account": 1, "invoice": 1})
    with begin(Role.AUDITOR) as store:
        begun = text("select payload from evidence.ledger where kind = 'destruction_begun'")
        codes = [json.loads(row.payload)["codes"]["rule"] for row in store.execute(begun)]
    assert codes.count("archive") == 2, "that it begins to go is in the ledger"


def test_only_what_was_destroyed_is_certified_an_archive_is_no_destruction(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    night()
    certificates = tmp_path / "home" / "certificates"
    (plan,) = ask("select id from duties.destruction where scope ? 'archived'")
    assert not list(certificates.glob(f"*{plan.id}*"))
    enforce(LATEST - timedelta(hours=20))
    (end,) = ask("select id from duties.destruction where scope ? 'archives' order by planned_at desc limit 1")
    assert list(certificates.glob(f"*{end.id}.json"))


def test_an_account_that_ended_long_ago_is_destroyed_without_an_archive(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, "2025-06-01"))
    night()
    assert rows(company)["account"] == []
    assert archive_files(tmp_path) == []
    assert kept() == []


def test_rows_with_a_shorter_rule_of_their_own_leave_the_archive_at_its_end(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED))
    night()
    later = datetime(2026, 8, 25, tzinfo=UTC)
    (before,) = ask("select sha256, rows from duties.archive")
    assert "session" in before.rows
    assert end_archives(later) == {"archives_destroyed": 0, "archives_shortened": 1}
    (after,) = ask("select sha256, rows from duties.archive")
    assert (after.rows, after.sha256 != before.sha256) == ({"account": 1, "invoice": 1}, True)
    assert end_archives(later) == {"archives_destroyed": 0, "archives_shortened": 0}
    assert bring_back(kept()[0], later) == {"account": 1, "invoice": 1}


def test_a_restore_after_the_window_is_refused_and_says_so(company: Connection) -> None:
    books.fill(company, (1, ENDED))
    night()
    (archive,) = kept()
    asked = ask_restore(archive, LATEST)
    assert asked.hindrances == ("window_over",)
    with pytest.raises(Hindered, match="the time in which it could be restored is over"):
        restore(asked.reference, LATEST)
    assert rows(company)["account"] == []
    (told,) = ask("select result, hindrances, closed_at from duties.restore_request")
    assert (told.result, told.hindrances, told.closed_at) == ("refused", ["window_over"], LATEST)
    with pytest.raises(NeverRetry, match="no open request"):
        restore(asked.reference, LATEST)


def test_a_fee_is_the_products_and_never_for_a_rights_request(company: Connection) -> None:
    books.fill(company, (1, ENDED))
    night()
    (archive,) = kept()
    assert ask_restore(archive, AT, quote=4900).quote == 4900
    assert ask_restore(archive, AT, quote=4900, by_right=True).quote is None
    with pytest.raises(NeverRetry, match="a fee is nothing or more"):
        ask_restore(archive, AT, quote=-1)


def test_another_row_in_its_place_hinders_a_restore_and_nothing_is_changed(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    file = books.record(company, tmp_path / "calls", 1, 1, ENDED)
    night()
    company.execute(text("insert into account values (9, 'other@people.example', null)"))
    company.execute(text("insert into session values (1, 9, '192.0.2.9', '2026-05-30')"))
    before = rows(company)
    with pytest.raises(Hindered, match="other rows stand"):
        bring_back(kept()[0])
    assert rows(company) == before
    assert not file.exists()
    assert archive_files(tmp_path), "it can be tried again"
    company.execute(text("delete from session"))
    bring_back(kept()[0])
    assert file.exists()


def test_a_restored_account_is_not_due_again_until_its_subscription_ends_again(company: Connection) -> None:
    books.fill(company, (1, ENDED))
    before = rows(company)
    night()
    bring_back(kept()[0])
    night(AT + 2 * DAY)
    assert rows(company) == before
    company.execute(text("update account set ended_on = '2026-07-10'"))
    night(datetime(2026, 7, 12, tzinfo=UTC))
    assert rows(company)["account"] == []
    assert len(kept()) == 1


def test_a_restored_account_that_nobody_takes_up_goes_when_its_window_is_over(company: Connection) -> None:
    books.fill(company, (1, ENDED))
    night()
    bring_back(kept()[0])
    night(LATEST + DAY)
    assert rows(company)["account"] == []
    assert kept() == []


@pytest.mark.parametrize(
    "seam",
    [
        "include.duties.archives.keeping.write_archive",
        "include.duties.archives.keeping.put_whole",
        "include.systems.forgetting.described",
        "include.duties.archives.keeping.destroy_paths",
        "include.duties.retention.carrying.see_what_went",
        "include.duties.archives.keeping.settle",
        "include.duties.retention.carrying.mark",
    ],
)
def test_killed_anywhere_between_file_and_rows_it_ends_as_one_that_was_not(
    company: Connection, tmp_path: Path, seam: str
) -> None:
    books.fill(company, (1, ENDED))
    file = books.record(company, tmp_path / "calls", 1, 1, ENDED)
    before = rows(company)
    for plan in enforce(AT).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=AT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seam, killed)
        with pytest.raises(Killed):
            enforce(AT)
    live, archived = (
        bool(rows(company)["account"]),
        [each for each in archive_files(tmp_path) if each.suffix == ".archive"],
    )
    assert live or archived, "the rows are there, or their archive is"
    assert file.exists() or archived
    enforce(AT + timedelta(minutes=5))
    assert (rows(company)["account"], file.exists()) == ([], False)
    assert len(archive_files(tmp_path)) == 1
    (archive,) = kept()
    bring_back(archive)
    assert rows(company) == before
    assert file.exists()


def test_many_accounts_are_archived_batch_by_batch_and_a_kill_between_two_changes_nothing_in_the_end(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, *((number, ENDED) for number in range(1, 8)))
    file = books.record(company, tmp_path / "calls", 1, 1, ENDED)
    before = rows(company)
    for plan in enforce(AT).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=AT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("include.duties.retention.batches.see_what_went", killed)
        with pytest.raises(Killed):
            enforce(AT, rhythm=SMALL)
    assert 0 < len(rows(company)["account"]) < 7, "the first batch had gone, and no other"
    enforce(AT + timedelta(minutes=5), rhythm=SMALL)
    assert rows(company)["account"] == []
    assert not file.exists()
    assert len(kept()) == len(archive_files(tmp_path)) == 7
    with begin(Role.AUDITOR) as store:
        told = text("select kind from evidence.ledger where kind in ('archive_kept', 'destruction_done')")
        assert Counter(store.execute(told).scalars()) == {"archive_kept": 7, "destruction_done": 1}
    assert verify().first_fault is None
    for archive in kept():
        bring_back(archive)
    assert rows(company) == before


def test_an_archive_of_rows_that_did_not_go_after_all_is_taken_back(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    for plan in enforce(AT).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=AT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("include.systems.forgetting.remains", killed)
        with pytest.raises(Killed):
            enforce(AT)
    place("CASE-1", by="dpo", at=AT, system="books")
    enforce(AT + timedelta(minutes=5))
    assert len(rows(company)["account"]) == 1
    assert archive_files(tmp_path) == []
    assert ask("select 1 from duties.archive") == []


def test_a_restore_that_was_killed_before_it_could_say_so_ends_the_same(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    before = rows(company)
    night()
    (archive,) = kept()
    asked = ask_restore(archive, AT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("include.duties.archives.restoring.settle", killed)
        with pytest.raises(Killed):
            restore(asked.reference, AT)
    assert rows(company) == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("include.duties.archives.restoring.destroy_file", killed)
        with pytest.raises(Killed):
            restore(asked.reference, AT + DAY)
    assert rows(company) == before
    end_archives(AT + DAY)
    assert archive_files(tmp_path) == []


def test_a_legal_hold_keeps_the_archive_past_its_end_and_its_release_lets_it_go(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED), (2, ENDED))
    night()
    hold = place("CASE-2", by="dpo", at=AT, people=("owner.1@people.example",))
    enforce(LATEST)
    assert len(archive_files(tmp_path)) == 1
    assert find_archives({"email": "Owner.1@people.example"})[0].id == kept()[0]
    with pytest.raises(Hindered, match="is over"):
        bring_back(kept()[0], LATEST)
    release(hold, by="dpo", at=LATEST + DAY)
    enforce(LATEST + DAY)
    assert archive_files(tmp_path) == []


def test_nothing_of_an_archive_goes_while_destruction_stands_still(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED))
    night()
    begin_standstill(reason="investigation", by="dpo", at=AT)
    with pytest.raises(Standstill):
        end_archives(LATEST)
    assert len(archive_files(tmp_path)) == 1


def test_whoever_asks_to_be_destroyed_goes_from_their_archive_at_once_and_nobody_else_does(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED), (2, ENDED))
    night()
    first, second = (("email", f"owner.{number}@people.example") for number in (1, 2))
    assert end_archives_of("books", [first], uuid4(), AT) == Ended(destroyed=1)
    assert len(archive_files(tmp_path)) == len(kept()) == 1
    assert find_archives(dict([first])) == []
    assert find_archives(dict([second]))
    place("CASE-3", by="dpo", at=AT, people=(second[1],))
    assert end_archives_of("books", [second], uuid4(), AT) == Ended(held=1)
    assert len(archive_files(tmp_path)) == 1


@pytest.mark.parametrize("seam", ["destroy_file", "settle", "mark", "is_there"])
def test_an_end_that_was_killed_is_carried_through_by_the_next_night(
    company: Connection, tmp_path: Path, seam: str
) -> None:
    books.fill(company, (1, ENDED))
    night()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"include.duties.archives.ending.{seam}", killed)
        with pytest.raises(Killed):
            end_archives(LATEST)
    end_archives(LATEST + DAY)
    assert archive_files(tmp_path) == []
    assert [row.state for row in ask("select state from duties.destruction where scope ? 'archives'")] == ["verified"]
    assert kept("destroyed")


def test_who_ends_soon_is_named_by_the_products_ids_alone(company: Connection) -> None:
    books.fill(company, (1, "2026-06-10"), (2, "2026-06-20"), (3, None), (4, "2026-05-01"))
    (told,) = ending_soon(AT)
    assert (told["ids"], told["count"], told["table"]) == ([1], 1, "account")
    assert next(ending_soon(AT, days=30))["ids"] == [1, 2]
    assert "people.example" not in json.dumps(told)


def test_an_archive_that_cannot_be_read_hides_no_other_and_is_named(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, ENDED), (2, ENDED))
    night()
    archive_files(tmp_path)[0].write_bytes(b"nothing")
    with pytest.raises(NeverRetry, match=r"1 archive\(s\) of books cannot be read"):
        end_archives(datetime(2026, 8, 25, tzinfo=UTC))
    assert sorted(len(row.rows) for row in ask("select rows from duties.archive")) == [2, 3]


def test_who_is_destroyed_everywhere_is_destroyed_in_archives_too(
    company: Connection, source: Callable[..., Held], tmp_path: Path
) -> None:
    books.fill(company, (1, MORNING.date().isoformat()), (2, MORNING.date().isoformat()))
    company.execute(text("update account set email = 'person.' || id || '@people.example'"))
    noon = MORNING + timedelta(days=2)
    night(noon)
    assert len(archive_files(tmp_path)) == 2
    source().delivers([person(number) for number in range(1, 4)])
    tells()
    says(delete_asked, subject_of(), at=noon)
    assert destroy_everywhere(noon)["elsewhere_destroyed"] == 1
    assert len(archive_files(tmp_path)) == 1
    assert find_archives({"email": "person.1@people.example"}) == []
    assert find_archives({"email": "person.2@people.example"})
    assert ask("select 1 from duties.elsewhere") == []


def test_of_an_account_that_is_anothers_only_their_own_rows_go(company: Connection, tmp_path: Path) -> None:
    users = """
      - name: member
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - name: account_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: books, field: account.id, direction: from}]}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
      - name: letter
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - name: member_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: books, field: member.id, direction: from}]}
"""
    tables = """      member: {subject: true, references: {account_id: {kind: owned}}}
      letter: {references: {member_id: {kind: owned}}}
      session: {ret"""
    told = LAWLESS.replace("amanah:\n", f"{users.strip(chr(10))}\namanah:\n").replace("      session: {ret", tables)
    mapped(tmp_path, told)
    company.execute(
        text("create table member (id integer primary key, account_id integer references account, email text)")
    )
    company.execute(text("create table letter (id integer primary key, member_id integer references member)"))
    books.fill(company, (1, ENDED))
    company.execute(text("insert into member values (1, 1, 'amal@people.example'), (2, 1, 'badr@people.example')"))
    company.execute(text("insert into letter values (1, 1), (2, 2)"))
    night()
    assert end_archives_of("books", [("email", "badr@people.example")], uuid4(), AT) == Ended(shortened=1)
    bring_back(kept()[0])
    assert rows(company, "member", "letter") == {"member": ["(1,1,amal@people.example)"], "letter": ["(1,1)"]}


def test_by_command_an_account_is_listed_quoted_and_restored(
    company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_SIMULATED_NOW", "2026-06-02T08:00:00+00:00")
    books.fill(company, (1, ENDED), (2, "2026-06-10"))
    night()
    archive = told("archive", "list", "--person", given="owner.1@people.example\n")["archive"]
    quoted = told("archive", "quote", archive, "--right", "--fee", "100")
    assert (quoted["quote"], quoted["note"], quoted["hindrances"]) == (None, "a rights request is free", [])
    assert told("archive", "restore", quoted["reference"])["account"] == 1
    assert told("archive", "remind")["ids"] == [2]


def test_every_night_names_the_accounts_that_end_soon_for_the_product_and_the_same_night_names_the_same(
    company: Connection, tmp_path: Path
) -> None:
    books.fill(company, (1, ENDED), (2, "2026-06-10"), (3, "2026-06-20"), (4, None))
    folder = home() / "reminders"
    assert write_reminders(AT) == {"files": 1, "accounts": 1}
    first = (folder / "books.account.json").read_bytes()
    assert json.loads(first)["ids"] == [2]
    (folder / "gone.account.json").write_text("{}")
    write_reminders(AT)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"books.account.json": first}
    write_reminders(datetime(2026, 6, 12, tzinfo=UTC))
    assert json.loads((folder / "books.account.json").read_text())["ids"] == [3], "whose end has come is not reminded"


def test_a_system_that_is_away_keeps_its_reminders_of_the_night_before(
    company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.fill(company, (2, "2026-06-10"))
    write_reminders(AT)
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://x:y@127.0.0.1:1/away")
    with pytest.raises(MayBeRetried):
        write_reminders(AT)
    assert json.loads((home() / "reminders/books.account.json").read_text())["ids"] == [2]


def told(*words: str, given: str = "") -> dict[str, Any]:
    done = CliRunner().invoke(app, list(words), input=given)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
