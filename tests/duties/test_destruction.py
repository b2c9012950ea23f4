"""Destruction: planned with exact targets, halted when too large, done everywhere, and looked at again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders import START, Held, ask, person
from sqlalchemy import text

from include.duties.destruction.actions import allow, destroy_due
from include.duties.notice.actions import plan_notices
from include.errors import NeverRetry
from include.evidence import verify
from include.store import Role, begin

Make = Callable[..., Held]
DAY = timedelta(days=1)
TOO_LATE = START + 17 * DAY
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}


def delivered(source: Make, people: int) -> Held:
    guide = source()
    guide.delivers([COMPANY, *(person(number) for number in range(people))])
    plan_notices(START + timedelta(hours=1))
    return guide


def everything_under(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_whose_clock_ran_out_is_destroyed_in_the_register_and_in_the_landing_files(
    source: Make, tmp_path: Path
) -> None:
    delivered(source, 3)
    done = destroy_due(TOO_LATE)
    assert done == {"planned": 1, "destroyed": 3, "halted": 0}
    assert [row[0] for row in ask("select distinct class from register.contact_point")] == ["business"]
    assert not ask("select 1 from register.subject union all select 1 from register.identity")
    landing = tmp_path / "home" / "landing"
    assert b"info@alnoor.example" in everything_under(landing)
    assert b"person.1@people.example" not in everything_under(landing)
    assert [row[0] for row in ask("select state from duties.destruction")] == ["verified"]


def test_destroying_again_finds_nothing_to_do(source: Make) -> None:
    delivered(source, 2)
    destroy_due(TOO_LATE)
    events = verify().events
    assert destroy_due(TOO_LATE + DAY) == {"planned": 0, "destroyed": 0, "halted": 0}
    assert verify().events == events


def test_a_destroyed_person_does_not_come_back_with_the_next_delivery(source: Make) -> None:
    guide = delivered(source, 2)
    destroy_due(TOO_LATE)
    counts = guide.delivers([COMPANY, person(0), person(1), person(2)], later=20 * DAY)
    assert (counts["suppressed"], counts["new"], counts["unchanged"]) == (2, 1, 1)
    assert not ask("select 1 from register.contact_point where normalised = 'person.1@people.example'")


def test_a_plan_over_the_blast_radius_halts_until_it_is_allowed_by_its_hash(source: Make) -> None:
    delivered(source, 51)
    assert destroy_due(TOO_LATE)["halted"] == 1
    assert ask("select count(*) from register.subject")[0][0] == 51, "nothing was destroyed"
    plan = ask("select id, encode(plan_hash, 'hex') as hash, counts from duties.destruction")[0]
    assert plan.counts["subjects"] == 51
    with pytest.raises(NeverRetry, match="no halted plan"):
        allow(UUID(str(plan.id)), "00" * 32, by="dpo", at=TOO_LATE)
    allow(UUID(str(plan.id)), plan.hash, by="dpo", at=TOO_LATE)
    assert destroy_due(TOO_LATE + DAY)["destroyed"] == 51
    assert not ask("select 1 from register.subject")


def test_a_plan_that_no_longer_fits_what_was_shown_is_not_carried_out_but_made_anew(source: Make) -> None:
    guide = delivered(source, 51)
    destroy_due(TOO_LATE)
    plan = ask("select id, encode(plan_hash, 'hex') as hash from duties.destruction")[0]
    allow(UUID(str(plan.id)), plan.hash, by="dpo", at=TOO_LATE)
    guide.delivers([COMPANY, *({**person(n), "phone": "0500000077"} for n in range(51))], later=17 * DAY)
    assert destroy_due(TOO_LATE + DAY) == {"planned": 1, "destroyed": 0, "halted": 1}
    states = [row[0] for row in ask("select state from duties.destruction order by planned_at")]
    assert states == ["replaced", "halted"], "what nobody saw is not allowed"


def test_a_destruction_cut_short_after_the_register_goes_on_with_the_files(source: Make, tmp_path: Path) -> None:
    delivered(source, 2)
    landing = tmp_path / "home" / "landing"
    before = {file: file.read_bytes() for file in landing.rglob("*.parquet")}
    destroy_due(TOO_LATE)
    for file, content in before.items():
        file.write_bytes(content)
    with begin(Role.DUTIES) as connection:
        connection.execute(text("update duties.destruction set state = 'destroyed', verified_at = null"))
    assert b"person.1@people.example" in everything_under(landing)
    destroy_due(TOO_LATE + DAY)
    assert b"person.1@people.example" not in everything_under(landing)
    assert [row[0] for row in ask("select state from duties.destruction")] == ["verified"]


def test_a_companys_listing_stays_when_its_employees_data_goes(source: Make, tmp_path: Path) -> None:
    guide = source()
    both = {**COMPANY, "contact": "سعد القحطاني", "email": "saad.alqahtani@alnoor.example"}
    guide.delivers([both])
    plan_notices(START + timedelta(hours=1))
    destroy_due(TOO_LATE)
    assert [row.normalised for row in ask("select normalised from register.contact_point")] == ["+966920000001"]
    landed = everything_under(tmp_path / "home" / "landing")
    assert b"920000001" in landed
    assert b"saad.alqahtani" not in landed
    assert "سعد".encode() not in landed


def test_every_destruction_is_in_the_evidence_with_its_counts(source: Make) -> None:
    delivered(source, 2)
    destroy_due(TOO_LATE)
    kinds = [row[0] for row in ask_evidence("select kind from evidence.ledger order by seq")]
    assert kinds[-3:] == ["destruction_planned", "destruction_done", "destruction_verified"]
    assert verify().ok


def ask_evidence(query: str) -> list[tuple[str, ...]]:
    with begin(Role.AUDITOR) as connection:
        return [tuple(row) for row in connection.execute(text(query))]
