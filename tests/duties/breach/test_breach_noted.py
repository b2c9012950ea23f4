"""A breach is written down once, its clock is the law's, and it is said how far it has come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from breach_case import ENDED, HARMFUL, HARMLESS, KNOWN, WHO, given, hour, noted, ready, written
from builders import ask, recorded

from include.duties.breach import Unfit, close, decide, do_step, end, note, say, scope, weigh
from include.duties.breach.incidents import incident
from include.duties.breach.model import Means
from include.duties.breach.noting import take_run
from include.duties.breach.rules import assess, authority_due, check, stage_of, warnings_due
from include.duties.breach.waiting import waiting
from include.duties.breach.warning import raise_warnings, warn
from include.duties.watch import watch
from include.law import edition_for
from include.store import Role, begin

SA, EU = edition_for("sa", KNOWN), edition_for("eu", KNOWN)


def levels() -> list[str]:
    return [row[0] for row in ask("select level from duties.alert order by raised_at, level")]


def test_the_authority_is_told_within_72_hours_of_knowing_through_the_weekend() -> None:
    assert authority_due(SA, KNOWN) == datetime(2026, 3, 22, 12, 30, tzinfo=UTC)


def test_where_the_law_gives_no_period_there_is_no_clock_and_still_an_incident(database: str) -> None:
    breach = noted(jurisdiction="ae")
    assert ask("select due_at, people_due_at from duties.breach") == [(None, None)]
    assert ask("select due_at from duties.duty where id = :id", id=breach) == [(None,)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"known_at": hour(1), "discovered_at": hour(1)}, "discovered_at lies in the future"),
        ({"ended_at": hour(1)}, "ended_at lies in the future"),
        ({"began_at": KNOWN.replace(tzinfo=None)}, "began_at has no time zone"),
        ({"discovered_at": KNOWN + timedelta(minutes=4), "known_at": KNOWN}, "known_at lies before discovered_at"),
        ({"began_at": KNOWN}, "began_at lies after discovered_at"),
        ({"ended_at": KNOWN - timedelta(days=9)}, "ended_at lies before began_at"),
        ({"kind": "other"}, "kind is one of"),
        ({"systems": ()}, "systems names"),
        ({"systems": ("Ali's laptop",)}, "systems names"),
        ({"evidence": "what Ali said"}, "evidence is a reference"),
    ],
)
def test_an_incident_that_cannot_be_is_refused_by_its_field_and_nothing_is_repeated(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unfit) as refused:
        check(given(**changes), KNOWN)
    assert field in str(refused.value)
    assert "Ali" not in str(refused.value)


def test_the_same_incident_twice_is_one_and_its_clock_is_not_moved(database: str) -> None:
    breach = noted()
    assert noted(hour(3)) == breach
    assert ask("select count(*) from duties.duty where kind = 'breach_authority'") == [(1,)]
    assert recorded("breach_noted") == 1
    with pytest.raises(Unfit, match="known_at"):
        noted(hour(3), known_at=hour(2))
    assert ask("select known_at from duties.breach") == [(KNOWN,)]
    assert noted(hour(3), rehearsal=True) != breach


def test_a_late_incident_is_taken_and_its_missed_clock_raised(database: str) -> None:
    noted(hour(100))
    assert watch(hour(100), WHO)["missed"] == 2, "the authority's clock and that of the people"
    assert ask("select distinct state from duties.duty") == [("missed",)]


def test_warnings_come_at_24_48_and_66_hours_each_once_and_none_after_the_report(database: str) -> None:
    assert [warnings_due(SA, KNOWN, hour(72), hour(at)) for at in (23.99, 24, 50, 66, 72)] == [
        (), (24,), (24, 48), (24, 48, 66), (),
    ]  # fmt: skip
    breach = noted()
    assert [watch(hour(at), WHO)["warned"] for at in (23, 24, 25)] == [0, 1, 0]
    assert [each.hour for each in warn(breach, WHO, hour(49))] == [48]
    assert warn(breach, WHO, hour(50)) == []
    assert [level for level in levels() if level.startswith("hour")] == ["hour_24", "hour_48"]
    mails = ask("select kind, text_body from channels.message where text_body like '%48 hours have passed%'")
    assert [kind for kind, _ in mails] == ["promise_alert"]
    due = "Sunday, 22 March 2026, 15:30 Riyadh time (2026-03-22 12:30 UTC)"
    assert due in str(ask("select text_body from channels.message where text_body like '%48 hours%'"))
    assert "الساعة 15:30 بتوقيت الرياض (2026-03-22 12:30 UTC)" in str(ask("select text_body from channels.message"))
    ask("update duties.duty set state = 'done' where id = :id returning 1", id=breach)
    with begin(Role.DUTIES) as connection:
        assert raise_warnings(connection, hour(67)) == []


def test_the_end_of_the_clock_is_raised_once_by_the_runs_deadline_or_by_the_watch(database: str) -> None:
    breach = noted()
    assert warn(breach, WHO, hour(72)) == [], "at the last instant of it, it has not ended"
    assert [each.hour for each in warn(breach, WHO, hour(72.01))] == [72]
    assert warn(breach, WHO, hour(73)) == []
    assert ask("select state from duties.duty where id = :id", id=breach) == [("missed",)]
    assert watch(hour(74), WHO)["missed"] == 1, "the clock of the people concerned alone"
    assert levels().count("missed") == 2


def test_a_rehearsal_has_no_clock_that_anybody_is_alarmed_by(database: str) -> None:
    noted(rehearsal=True)
    assert ask("select 1 from duties.duty") == []
    assert not any(watch(hour(200), WHO)[name] for name in ("warned", "missed"))


def test_what_nobody_knows_may_harm_and_encryption_exempts_from_nothing() -> None:
    unknown = assess(HARMLESS | {"against_rights": "unknown"}, SA)
    assert (unknown.authority, unknown.people, unknown.reasons) == (True, True, ("against_rights",))
    assert assess(HARMFUL | {"protected": "yes"}, SA).authority
    assert not assess(HARMLESS, SA).authority
    with pytest.raises(Unfit, match="harms_data"):
        assess({each: answer for each, answer in HARMLESS.items() if each != "harms_data"}, SA)


def test_the_harm_test_is_a_switch_of_the_edition() -> None:
    rule = SA.breach.harm_test
    assert rule is not None
    without = SA.model_copy(
        update={"breach": SA.breach.model_copy(update={"harm_test": rule.model_copy(update={"value": False})})}
    )
    assert assess(HARMLESS, without).reasons == ("no_harm_test",)
    assert assess(HARMLESS, without).authority
    assert assess(HARMLESS, edition_for("ae", KNOWN)).authority, "left open by the law, it is told"


def test_not_to_tell_is_decided_by_a_person_with_reasons_and_only_where_nothing_may_harm(database: str) -> None:
    breach = noted()
    with pytest.raises(Unfit, match="weighed"):
        decide(breach, "authority", ["no_harm"], by="dpo", at=KNOWN)
    weigh(breach, HARMFUL, by="dpo", at=hour(1))
    with pytest.raises(Unfit, match="harms_person"):
        decide(breach, "authority", ["no_harm"], by="dpo", at=hour(2))
    weigh(breach, HARMLESS, by="dpo", at=hour(3))
    with pytest.raises(Unfit, match="reasons"):
        decide(breach, "authority", [], by="dpo", at=hour(4))
    for whom in ("authority", "people"):
        decide(breach, whom, ["no_harm", "unreadable"], by="dpo", at=hour(4))  # type: ignore[arg-type]
    assert ask("select distinct state, outcome from duties.duty") == [("done", "not_notified")]
    rows = ask("select whom, reasons from duties.breach_decision where verdict = 'not_notify' order by whom")
    assert rows == [("authority", ["no_harm", "unreadable"]), ("people", ["no_harm", "unreadable"])]
    weigh(breach, HARMFUL, by="dpo", at=hour(5))
    assert ask("select distinct state, due_at from duties.duty") == [("open", hour(72))], "the clock began at knowing"


def test_who_did_what_is_in_the_ledger_by_keyed_hashes_and_no_word_of_it(database: str) -> None:
    breach = ready()
    with begin(Role.AUDITOR) as connection:
        from sqlalchemy import text

        told = " ".join(connection.execute(text("select payload from evidence.ledger")).scalars())
    assert "dpo" not in told
    assert "SOC-2026-17" not in told
    assert "internal server" not in told
    assert str(breach) in told


def test_every_stage_is_reached_in_its_order_and_nothing_closes_before_all_is_done(database: str) -> None:
    breach = noted()

    def stage() -> str:
        with begin(Role.DUTIES) as connection:
            return stage_of(incident(connection, breach)).value

    assert stage() == "received"
    scope(breach, hour(1))
    assert stage() == "scoped"
    weigh(breach, HARMLESS, by="dpo", at=hour(2))
    assert stage() == "assessed"
    with pytest.raises(Unfit) as refused:
        close(breach, by="dpo", at=hour(3))
    assert all(word in str(refused.value) for word in ("no report", "not told", "cut_access", "tell_nca"))
    for whom in ("authority", "people"):
        decide(breach, whom, ["contained_in_time"], by="dpo", at=hour(4))  # type: ignore[arg-type]
    assert stage() == "told"
    for step, _ in ask("select step, office from duties.breach_step"):
        do_step(breach, step, by="engineer", at=hour(5))
    close(breach, by="dpo", at=hour(6))
    assert stage() == "closed"
    with pytest.raises(Unfit, match="closed"):
        say(breach, "how", {"ar": "x", "en": "x"}, by="dpo", at=hour(7))


def test_steps_of_containment_have_an_owner_and_a_time_and_are_ticked_once(database: str) -> None:
    breach = noted()
    steps = dict(ask("select step, office from duties.breach_step"))
    assert steps["change_secrets"] == "engineer"
    assert steps["announce"] == "communications"
    for at in (hour(1), hour(2)):
        do_step(breach, "cut_access", by="engineer", at=at)
    assert ask("select done_at from duties.breach_step where step = 'cut_access'") == [(hour(1),)]
    assert recorded("breach_step_done") == 1
    with pytest.raises(Unfit, match="no such step"):
        do_step(breach, "pray", by="engineer", at=hour(1))
    damage = noted(kind="damage", evidence="SOC-2")
    assert "change_secrets" not in dict(
        ask("select step, office from duties.breach_step where breach_id = :b", b=damage)
    )


def test_an_officer_writes_in_both_languages(database: str) -> None:
    breach = noted()
    with pytest.raises(Unfit, match="missing in en"):
        say(breach, "how", {"ar": "كذا"}, by="dpo", at=KNOWN)
    with pytest.raises(Unfit, match="writes one of"):
        say(breach, "subjects", {"ar": "كذا", "en": "so"}, by="dpo", at=KNOWN)
    written(breach, KNOWN)
    assert recorded("breach_said") == 8


def test_of_several_runs_that_note_an_incident_at_once_one_sees_to_it(database: str) -> None:
    def by(run: str) -> str:
        try:
            note(given(), means=Means.FORM, by="dpo", at=KNOWN, run=run)
        except Unfit as refused:
            return str(refused)
        return run

    with ThreadPoolExecutor(6) as at_once:
        ended = list(at_once.map(by, [f"run_{number}" for number in range(6)]))
    won = [each for each in ended if each.startswith("run_")]
    assert len(won) == 1
    assert sum("another run sees to this incident" in each for each in ended) == 5
    assert ask("select run from duties.breach") == [(won[0],)]
    assert not waiting()
    one_unit = "select breach.xmin = step.xmin from duties.breach join duties.breach_step step on breach_id = breach.id"
    assert {*ask(one_unit)} == {(True,)}, "whoever starts runs for incidents without one never sees it without"


def test_an_incident_and_its_run_are_written_in_one_unit_of_work(database: str) -> None:
    noted()
    with pytest.raises(Unfit, match="another ended_at"):
        note(given(ended_at=KNOWN), means=Means.FORM, by="dpo", at=KNOWN, run="run_1")
    assert ask("select run from duties.breach") == [(None,)]
    take_run(noted(), "run_2", by="dpo", at=KNOWN)
    with pytest.raises(Unfit, match="another run"):
        note(given(evidence="SOC-2026-17"), means=Means.FORM, by="dpo", at=KNOWN, run="run_3")


@pytest.mark.parametrize("by_id", [False, True])
def test_a_run_that_is_cleared_leaves_the_end_as_an_officer_corrected_it(database: str, by_id: bool) -> None:
    def received() -> None:
        if by_id:
            take_run(noted(ended_at=None), "run_1", ENDED, by="dpo", at=hour(2))
        else:
            note(given(), means=Means.FORM, by="dpo", at=hour(2), run="run_1")

    received()
    assert ask("select ended_at, run from duties.breach") == [(ENDED, "run_1")]
    end(noted(ended_at=None), hour(1), by="officer", at=hour(2))
    received()
    assert ask("select ended_at, run from duties.breach") == [(hour(1), "run_1")]
    with pytest.raises(Unfit, match="another ended_at"):
        note(given(), means=Means.FORM, by="dpo", at=hour(2), run="run_2")


def test_a_breach_at_a_processor_is_noted_as_its(database: str) -> None:
    note(given(processor="mailer"), means=Means.API, by="mailer_key", at=KNOWN)
    assert ask("select means, processor from duties.breach") == [("api", "mailer")]
    assert ask("select distinct source_key from duties.duty") == [("mailer",)]
