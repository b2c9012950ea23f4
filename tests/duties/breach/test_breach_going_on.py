"""An incident that goes on ends at some time: it is counted anew, supplemented, and who was not told is told then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import books
import pytest
from breach_case import BEGAN, ENDED, KNOWN, WHO, WORDS, given, hour, noted, ready
from builders import Held, ask, person, recorded
from journeys_house import Mailbox, mailbox
from sqlalchemy import text

from include.duties.breach import (
    IncompleteReport,
    Means,
    Unfit,
    allow_notice,
    approve,
    close,
    do_step,
    draft,
    end,
    file,
    note,
    notice_of,
    say,
    scope,
    tell,
)
from include.duties.breach.ending import count_outgrown
from include.duties.breach.following import follow
from include.duties.breach.incidents import incident
from include.duties.breach.owing import owed_of
from include.duties.breach.reporting import document
from include.duties.breach.words import LANGUAGES
from include.duties.relaying import relay_outbox
from include.store import Role, begin

__all__ = ["mailbox"]
Make = Callable[..., Held]


def delivered(register: Held, people: int, at: float) -> None:
    register.delivers([person(number) for number in range(people)], later=hour(at) - register.at)


def filed(breach: UUID, at: float, reference: str, **said: object) -> UUID:
    made = draft(breach, WHO, at=hour(at), **said)  # type: ignore[arg-type]
    approve(breach, made.hash.hex(), WHO, by="dpo", at=hour(at))
    file(breach, reference, by="dpo", at=hour(at))
    return made.id


def owed(breach: UUID) -> tuple[str, ...]:
    with begin(Role.DUTIES) as connection:
        return owed_of(connection, incident(connection, breach))


def clocks() -> list[tuple[str, str | None]]:
    return [(state, outcome) for state, outcome in ask(
        "select state, outcome from duties.duty where kind = 'breach_people' order by starts_at"
    )]  # fmt: skip


def allowed(breach: UUID, at: float) -> None:
    allow_notice(breach, notice_of(breach, WHO)[1].hex(), WHO, by="dpo", at=hour(at))


def test_its_end_is_recorded_later_counted_over_the_whole_time_and_supplemented_with_the_reason(
    register: Held,
) -> None:
    breach = ready("delay", ended_at=None)
    filed(breach, 50, "NDGP-1")
    assert owed(breach) == ()
    delivered(register, 5, 52)
    end(breach, hour(55), by="dpo", at=hour(60))
    with pytest.raises(Unfit, match="counted anew"):
        close(breach, by="dpo", at=hour(60))
    found = scope(breach, hour(60))
    assert found.people == 5, "two were received while it went on, after it was known"
    assert owed(breach) == ("data_types", "subjects", "when") or owed(breach) == ("subjects", "when")
    with pytest.raises(IncompleteReport, match="delay"):
        draft(breach, WHO, at=hour(80), delays=["investigation"])
    with pytest.raises(Unfit, match="a supplement is due: subjects, when"):
        close(breach, by="dpo", at=hour(80))
    say(breach, "delay", dict(zip(LANGUAGES, WORDS["delay"], strict=True)), by="dpo", at=hour(80))
    second = filed(breach, 80, "NDGP-2", delays=["investigation"])
    with begin(Role.DUTIES) as connection:
        told = document(connection, second, "json", "en").decode()
    assert '"supplied": [\n  "subjects",\n  "when"\n ]' in told
    assert "5 people by count" in told
    assert owed(breach) == ()
    assert ask("select state, due_at from duties.duty where kind = 'breach_authority'") == [("done", hour(72))]


def test_what_is_received_after_its_end_is_not_in_it(register: Held) -> None:
    breach = ready(ended_at=None)
    delivered(register, 5, 10)
    end(breach, hour(9), by="dpo", at=hour(20))
    assert scope(breach, hour(20)).people == 3
    end(breach, hour(11), by="dpo", at=hour(21))
    assert scope(breach, hour(21)).people == 5, "the end that was told last stands"


def test_while_it_goes_on_each_count_reaches_to_its_own_moment(register: Held) -> None:
    breach = ready(ended_at=None)
    delivered(register, 4, 10)
    assert scope(breach, hour(9)).people == 3
    assert scope(breach, hour(11)).people == 4


def test_an_end_that_cannot_be_is_refused_and_a_closed_incident_keeps_its_own(database: str) -> None:
    breach = noted(ended_at=None)
    with pytest.raises(Unfit, match="future"):
        end(breach, hour(9), by="dpo", at=hour(8))
    with pytest.raises(Unfit, match="before began_at"):
        end(breach, BEGAN - timedelta(days=1), by="dpo", at=hour(8))
    with pytest.raises(Unfit, match="time zone"):
        end(breach, hour(1).replace(tzinfo=None), by="dpo", at=hour(8))
    with pytest.raises(Unfit, match="when it ended"):
        close(breach, by="dpo", at=hour(8))
    ask("update duties.breach set closed_at = :at where id = :id returning 1", at=hour(9), id=breach)
    with pytest.raises(Unfit, match="closed"):
        end(breach, hour(2), by="dpo", at=hour(10))


def test_told_again_with_its_end_it_is_the_same_incident_and_is_counted_anew_by_the_hour(register: Held) -> None:
    breach = ready(ended_at=None)
    delivered(register, 4, 10)
    for _ in range(2):
        assert note(given(ended_at=hour(11)), means=Means.API, by="mailer", at=hour(12)) == breach
    assert ask("select ended_at, known_at from duties.breach") == [(hour(11), KNOWN)]
    said = recorded("breach_said")
    assert count_outgrown(hour(13), {}) == (1, [])
    assert ask("select people from duties.breach") == [(4,)]
    assert follow(hour(14), WHO, {})["recounted"] == 0
    assert noted(hour(15), ended_at=None) == breach, "told without an end, what is known of it stays"
    assert ask("select ended_at from duties.breach") == [(hour(11),)]
    with pytest.raises(Unfit, match="another ended_at"):
        noted(hour(15), ended_at=ENDED)
    assert recorded("breach_said") == said


def test_who_is_found_once_all_were_told_is_told_by_a_clock_of_their_own_and_nobody_twice(
    register: Held, mailbox: Mailbox
) -> None:
    breach = ready(ended_at=None)
    allowed(breach, 1)
    tell(breach, WHO, at=hour(12), settings={})
    relay_outbox(hour(12))
    follow(hour(13), WHO, {})
    assert clocks() == [("done", "told")]
    delivered(register, 5, 80)
    end(breach, hour(90), by="dpo", at=hour(100))
    scope(breach, hour(100))
    assert clocks() == [("done", "told"), ("open", None)]
    assert ask("select due_at from duties.duty where kind = 'breach_people' and state = 'open'") == [(hour(172),)]
    assert ask("select people_due_at, told_at from duties.breach") == [(hour(172), None)]
    scope(breach, hour(101))
    assert len(clocks()) == 2, "another count that finds nobody new begins none"
    allowed(breach, 101)  # it says when it ended by now
    assert tell(breach, WHO, at=hour(101), settings={}).queued == 2
    relay_outbox(hour(101))
    follow(hour(102), WHO, {})
    assert clocks() == [("done", "told"), ("done", "told")]
    assert sorted(to for to, _ in mailbox.mails) == [f"person.{number}@people.example" for number in range(5)]


def test_somebody_told_as_one_of_another_system_is_not_told_again_as_a_subject(
    register: Held, mailbox: Mailbox, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with books.mapped(other_database, tmp_path, monkeypatch) as company:
        company.execute(text("insert into account (id, email) values (1, 'person.3@people.example')"))
        breach = ready(systems=("register", "books"), ended_at=None)
        allowed(breach, 1)
        tell(breach, WHO, at=hour(12))
        relay_outbox(hour(12))
        assert len(mailbox.mails) == 4
        delivered(register, 4, 13)
        assert scope(breach, hour(14)).people == 4
        ask("update register.contact_point set normalised = 'other@people.example', key = '\\x00' "
            "where normalised = 'person.0@people.example' returning 1")  # fmt: skip
        company.execute(text("insert into account (id, email) values (2, 'person.0@people.example')"))
        assert scope(breach, hour(15)).people == 4, "nor as one of another system who was a subject then"
        assert tell(breach, WHO, at=hour(16)).queued == 0
    relay_outbox(hour(16))
    assert len(mailbox.mails) == 4


def test_who_was_destroyed_since_is_said_by_system_and_nobody_is_counted_as_two(register: Held) -> None:
    breach = noted()
    for system, rows in (("books", 7), ("crm", 2)):
        ask(
            "insert into duties.breach_scope (breach_id, system, table_name, category, people) values "
            "(:breach, :system, 'account', 'destroyed_since', :rows) returning 1",
            breach=breach, system=system, rows=rows,
        )  # fmt: skip
    from include.duties.breach.scoping import STEPS, scope_of

    with begin(Role.DUTIES) as connection:
        STEPS.rows(connection, "settle", {"breach": breach, "at": hour(1)})
        found = scope_of(connection, breach)
    assert found.destroyed_by_system == {"books": 7, "crm": 2}
    assert found.destroyed_since == 7, "the two may be among the seven"


def test_a_report_says_those_destroyed_since_system_by_system(register: Held) -> None:
    from include.duties.breach.report import destroyed_of
    from include.duties.breach.scoping import Line, Scope
    from include.duties.breach.words import words_in

    lines = tuple(Line(system, "", "destroyed_since", n, None) for system, n in (("register", 1), ("books", 7)))
    assert destroyed_of(Scope(3, 7, lines, ()), words_in("en")) == [
        "besides them those whose data was destroyed since, system by system:",
        "in our register: 1",
        "in books: 7",
        "of these, different people: 7 at least; who was destroyed in several systems is counted in each",
    ]
    assert destroyed_of(Scope(3, 0, (), ()), words_in("en")) == ["besides them nobody whose data was destroyed since"]


def test_an_incident_that_has_ended_and_was_counted_closes(register: Held) -> None:
    breach = ready(rehearsal=True, ended_at=None)
    filed(breach, 20, "REHEARSED")
    end(breach, hour(2), by="dpo", at=hour(21))
    scope(breach, hour(21))
    filed(breach, 22, "REHEARSED-2", delays=["investigation"])
    allowed(breach, 22)
    tell(breach, WHO, at=hour(22), settings={})
    for (step,) in ask("select step from duties.breach_step"):
        do_step(breach, step, by="engineer", at=hour(23))
    close(breach, by="dpo", at=hour(24))
    assert ask("select 1 from duties.duty") == [], "a rehearsal has no clock, however often it is counted"
