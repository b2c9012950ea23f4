"""What the policy promises to keep no longer goes in time, and nothing goes that was not planned, shown and allowed."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import books
import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from include.duties.destruction.actions import Unverified, allow, reject
from include.duties.holds import Standstill, begin_standstill, end_standstill, place, release
from include.duties.retention import enforce, preview
from include.duties.retention.actions import Incomplete
from include.errors import MayBeRetried, NeverRetry
from include.store import Role, begin
from include.systems.maps import all_maps
from include.systems.retention import stricter

AT = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
NIGHT = timedelta(days=1)


@pytest.fixture
def company(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A mapped database of the company's, empty; each statement is kept at once."""
    with books.mapped(other_database, tmp_path, monkeypatch) as connection:
        yield connection


def held(company: Connection, table: str) -> list[int]:
    return [row[0] for row in company.execute(text(f"select id from {table} order by id"))]


def allow_all(at: datetime = AT) -> None:
    for plan in enforce(at).halted:
        allow(UUID(plan["plan"]), plan["hash"], by="dpo", at=at)


def plans() -> list[tuple[str, str]]:
    with begin(Role.DUTIES) as store:
        rows = store.execute(
            text("select rule, state from duties.destruction where system is not null order by planned_at, rule")
        )
        return [(row.rule, row.state) for row in rows]


def ledger(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as store:
        rows = store.execute(
            text("select payload from evidence.ledger where kind = :kind order by seq"), {"kind": kind}
        )
        return [json.loads(row.payload) for row in rows]


def test_an_account_goes_three_months_after_its_subscription_ended_and_not_before(company: Connection) -> None:
    books.fill(company, (1, "2026-03-01"), (2, "2026-02-28"), (3, None))
    allow_all()
    enforce(AT)
    assert [
        row[0] for row in company.execute(text("select id from account where email like 'owner%' order by id"))
    ] == [1, 3]
    enforce(AT + NIGHT)
    assert [row[0] for row in company.execute(text("select id from account where email like 'owner%'"))] == [3]


def test_the_first_run_of_a_rule_waits_for_an_officer_and_the_next_small_one_goes_by_itself(
    company: Connection,
) -> None:
    books.fill(company, (1, "2026-01-01"))
    first = enforce(AT)
    assert held(company, "session") == [1], "nothing goes that nobody allowed"
    assert {tuple(plan["why"]) for plan in first.halted} == {("first_run",)}
    allow_all()
    enforce(AT)
    assert held(company, "session") == []
    books.fill(company, (2, "2026-01-02"))
    enforce(AT + NIGHT)
    assert held(company, "session") == []


def test_a_plan_that_was_rejected_leaves_everything_and_is_made_anew_the_next_night(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    for plan in enforce(AT).halted:
        reject(UUID(plan["plan"]), plan["hash"], by="dpo", at=AT)
    enforce(AT)
    assert held(company, "session") == [1]
    assert ("session:technical", "rejected") in plans()
    assert ("session:technical", "halted") in plans()


def test_what_was_allowed_is_what_goes_and_what_moved_meanwhile_is_planned_anew(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    books.fill(company, (2, "2025-12-01"))
    assert enforce(AT).counts["replaced"]
    assert held(company, "session") == [1, 2]
    allow_all()
    enforce(AT)
    assert held(company, "session") == []


def test_the_invoice_that_the_law_wants_stays_with_its_buyer_and_the_account_is_a_shell(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    enforce(AT)
    assert company.execute(text("select buyer, remark from invoice")).all() == [("Owner", None)]
    assert company.execute(text("select left(email, 5) from account")).all() == [("hmac:",)]
    company.execute(text("update invoice set issued_on = '2020-01-01'"))
    allow_all(AT + NIGHT)
    enforce(AT + NIGHT)
    enforce(AT + 2 * NIGHT)
    assert held(company, "invoice") == []
    assert held(company, "account") == []


def test_a_legal_hold_on_a_person_keeps_everything_of_theirs_and_its_release_lets_it_go(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"), (2, "2026-01-01"))
    hold = place("CASE-7", by="dpo", at=AT, people=("owner.1@people.example",))
    allow_all()
    enforce(AT)
    assert held(company, "session") == [1]
    assert company.execute(text("select email from account where id = 1")).scalar_one() == "owner.1@people.example"
    release(hold, by="dpo", at=AT + NIGHT)
    allow_all(AT + NIGHT)
    enforce(AT + NIGHT)
    assert held(company, "session") == []
    with begin(Role.DUTIES) as store:
        assert store.execute(text("select value from duties.hold_person")).scalar_one() is None


def test_a_hold_that_is_placed_after_the_plan_was_allowed_still_wins(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    place("CASE-8", by="dpo", at=AT, system="books")
    enforce(AT)
    assert held(company, "session") == [1]
    assert ("session:technical", "replaced") in plans()


def test_a_hold_on_a_table_and_a_time_keeps_these_rows_alone(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"), (2, "2026-01-20"))
    span = {"since": datetime(2026, 1, 15, tzinfo=UTC), "until": datetime(2026, 1, 31, tzinfo=UTC)}
    place("CASE-9", by="dpo", at=AT, system="books", table="session", **span)
    allow_all()
    enforce(AT)
    assert held(company, "session") == [2]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"case_ref": "Amal's divorce"}, "no name"),
        ({"case_ref": "C-1"}, "a hold on everything"),
        ({"case_ref": "C-1", "table": "session", "people": ("a@people.example",)}, "name the system"),
        ({"case_ref": "C-1", "people": ("nonsense",)}, "cannot be read"),
    ],
)
def test_a_hold_that_says_too_little_or_too_much_is_refused(database: str, given: dict[str, Any], told: str) -> None:
    with pytest.raises(NeverRetry, match=told) as error:
        place(given.pop("case_ref"), by="dpo", at=AT, **given)
    assert "nonsense" not in str(error.value)


def test_nothing_goes_while_destruction_stands_still(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    begin_standstill(reason="runaway", by="dpo", at=AT)
    with pytest.raises(Standstill, match="destruction go"):
        enforce(AT)
    assert held(company, "session") == [1]
    end_standstill(by="dpo", at=AT)
    enforce(AT)
    assert held(company, "session") == []


def test_a_plan_over_the_editions_share_waits_though_the_rule_has_run_before(company: Connection) -> None:
    books.fill(company, (1, None))
    allow_all()
    enforce(AT)
    books.fill(company, *((number, None) for number in range(2, 62)))
    later = enforce(AT + NIGHT)
    assert {plan["rule"]: plan["why"] for plan in later.halted}["session:technical"] == ["too_large"]
    assert len(held(company, "session")) == 60


def test_a_dry_run_says_what_is_due_and_writes_nothing(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    counts = enforce(AT, dry_run=True).counts
    assert counts["rows"] > 0
    assert plans() == []
    assert [row["rule"] for row in preview(AT)] == ["accounts", "technical"]


def test_files_of_rows_go_with_them_and_none_outside_of_their_folder(company: Connection, tmp_path: Path) -> None:
    books.fill(company, (1, None))
    old = books.record(company, tmp_path / "calls", 1, 1, "2025-01-01")
    new = books.record(company, tmp_path / "calls", 2, 1, "2026-05-01")
    allow_all()
    enforce(AT)
    assert (old.exists(), new.exists()) == (False, True)
    outside = tmp_path / "outside.wav"
    outside.write_bytes(b"x")
    company.execute(text("update recording set path = '../outside.wav', began_at = '2025-01-01'"))
    with pytest.raises(Incomplete, match="outside of where"):
        enforce(AT + NIGHT)
    assert outside.exists()
    assert held(company, "recording") == [2]


def test_a_second_look_that_finds_something_fails_the_night(
    company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.fill(company, (1, "2026-01-01"))
    company.execute(
        text("""
            create function kept() returns trigger language plpgsql as $$ begin
                insert into session values (old.id + 1000, old.account_id, old.ip, old.seen_at); return old; end $$
        """)
    )
    allow_all()
    company.execute(
        text("create trigger kept after delete on session for each row when (old.id < 1000) execute function kept()")
    )
    with pytest.raises(Unverified, match="session: 1"):
        enforce(AT)
    assert ("account:accounts", "destroyed") in plans(), "it is not verified"


def test_that_rows_begin_to_go_is_in_the_ledger_before_they_do(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    company.execute(
        text("create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$")
    )
    company.execute(text("create trigger fail before delete on session for each row execute function fail()"))
    with pytest.raises(Incomplete):
        enforce(AT)
    assert ledger("destruction_begun")
    assert not ledger("destruction_done")


def test_one_that_was_killed_before_it_could_say_so_is_recorded_once(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    with begin(Role.DUTIES) as store:
        store.execute(text("update duties.destruction set begun_at = :at where rule = 'session:technical'"), {"at": AT})
    company.execute(text("delete from session"))
    enforce(AT)
    assert ("session:technical", "verified") in plans()
    assert len([one for one in ledger("destruction_done") if one["codes"]["rule"] == "session.technical"]) == 1


def test_a_system_that_is_away_hides_no_other_and_is_tried_again(
    company: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = books.MAP.replace("fides_key: books", "fides_key: away").replace("  books:\n", "  away:\n")
    other = other.replace("dataset: books", "dataset: away").replace("AMANAH_SYSTEM_BOOKS", "AMANAH_SYSTEM_AWAY")
    (tmp_path / "systems/away.yml").write_text(other, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEM_AWAY", "postgresql://me:letmein@127.0.0.1:9/away")
    books.fill(company, (1, "2026-01-01"))
    with pytest.raises(MayBeRetried, match="away") as error:
        enforce(AT)
    assert "letmein" not in str(error.value)
    assert ("session:technical", "halted") in plans()


def test_a_system_that_goes_away_in_the_middle_keeps_all_its_rows_and_the_next_night_ends_it(
    company: Connection,
) -> None:
    books.fill(company, (1, "2026-01-01"), (2, "2026-01-01"))
    allow_all()
    company.execute(
        text("""
            create function goes_away() returns trigger language plpgsql as
            $$ begin perform pg_terminate_backend(pg_backend_pid()); return old; end $$
        """)
    )
    company.execute(text("create trigger away after delete on session for each row execute function goes_away()"))
    with pytest.raises(MayBeRetried, match=r"books: .*away"):
        enforce(AT)
    assert held(company, "session") == [1, 2]
    assert ledger("destruction_done") == []
    company.execute(text("drop trigger away on session"))
    enforce(AT + NIGHT)
    assert held(company, "session") == []
    begun = [(told["refs"]["plan"]) for told in ledger("destruction_begun")]
    assert len(begun) == len(set(begun)), "each plan began once"


def test_two_rules_on_one_table_are_told_and_whichever_ends_first_lets_the_rows_go(company: Connection) -> None:
    (system,) = all_maps()
    told = [str(finding) for finding in stricter(system)]
    assert "session: kept by technical, and by account's accounts: the stricter wins" in told
    books.fill(company, (1, "2026-01-01"), (2, None))
    company.execute(text("update session set seen_at = '2026-05-20' where id = 1"))
    company.execute(text("update session set seen_at = '2026-01-20' where id = 2"))
    allow_all()
    enforce(AT)
    assert held(company, "session") == [], "one by its account's end, the other by its own though the account goes on"


def test_a_clock_that_went_backwards_plans_nothing(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    enforce(AT)
    with pytest.raises(NeverRetry, match="set the clock right"):
        enforce(AT - 30 * NIGHT)


def test_a_maximum_below_the_minimum_is_refused_by_name(company: Connection, tmp_path: Path) -> None:
    wrong = books.MAP.replace("maximum: {months: 6}", "minimum: {months: 9}, maximum: {months: 6}")
    (tmp_path / "systems/books.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(Incomplete, match=r"recordings: the maximum \(6 months\) is below the minimum \(9 months\)"):
        enforce(AT)


def test_where_the_edition_allows_less_than_the_map_the_stricter_wins_and_the_plan_says_so(
    company: Connection, tmp_path: Path
) -> None:
    longer = books.MAP.replace("maximum: {figure: retention.backup_max_months}", "maximum: {months: 24}")
    (tmp_path / "systems/books.yml").write_text(longer, encoding="utf-8")
    books.fill(company, (1, "2026-01-01"))
    (row,) = [row for row in preview(AT) if row["rule"] == "accounts"]
    assert row["remarks"] == ["retention.backup_max_months of sa-2024-09-14 allows 6 months"]


def test_no_value_of_a_person_is_in_a_plan_or_in_the_ledger(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"), (2, "2026-01-01"))
    place("CASE-10", by="somebody.login", at=AT, people=("owner.1@people.example",))
    allow_all()
    enforce(AT)
    with begin(Role.DUTIES) as store:
        told = store.execute(
            text("select string_agg(to_jsonb(destruction)::text, '') from duties.destruction")
        ).scalar_one()
    with begin(Role.AUDITOR) as store:
        told += store.execute(text("select string_agg(payload::text, '') from evidence.ledger")).scalar_one()
    assert "owner" not in told
    assert "somebody" not in told


def test_a_large_table_without_an_index_is_refused_and_the_message_names_the_index(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    company.execute(text("update pg_class set reltuples = 100000000 where relname = 'session'"))
    with pytest.raises(Incomplete, match=r"books: session.seen_at: no index serves it: create index on session"):
        enforce(AT)
    company.execute(text("create index on session (seen_at)"))
    assert enforce(AT).halted


def test_a_login_that_may_only_read_is_told_so_and_nothing_goes(
    company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    reader = f"reader_{secrets.token_hex(4)}"
    company.execute(text(f"create role {reader} login password 'a'"))
    company.execute(text(f"grant select on all tables in schema public to {reader}"))
    address = make_url(os.environ["AMANAH_SYSTEM_BOOKS"]).set(username=reader, password="a")
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", address.render_as_string(hide_password=False))
    with pytest.raises(Incomplete, match="books: the postgresql server refused a statement or a login"):
        enforce(AT)
    assert held(company, "session") == [1]
    company.execute(text(f"drop owned by {reader}"))
    company.execute(text(f"drop role {reader}"))


def test_a_lock_that_somebody_holds_is_not_waited_for_without_end(
    company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.fill(company, (1, "2026-01-01"))
    allow_all()
    address = make_url(os.environ["AMANAH_SYSTEM_BOOKS"])
    short = address.update_query_dict({"options": "-c lock_timeout=300"}).render_as_string(hide_password=False)
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", short)
    engine = create_engine(address)
    with engine.begin() as other:
        other.execute(text("lock table session in share mode"))
        with pytest.raises(MayBeRetried, match=r"books: .*away or busy"):
            enforce(AT)
        assert held(company, "session") == [1]
    engine.dispose()
    enforce(AT)
    assert held(company, "session") == []
