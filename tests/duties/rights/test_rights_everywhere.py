"""Whoever asks to be destroyed goes everywhere, and is told what stays, by which article and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import Held, ask
from rights_asked import ASKED_AT, DAY, WHO, answers, brings, night, on_page, request_of
from sqlalchemy import Connection, text

from include.duties.holds import place, release
from include.errors import MayBeRetried

ROWS = 10_000


def left(company: Connection, table: str = "account") -> int:
    return int(company.execute(text(f"select count(*) from {table}")).scalar_one())


def test_who_asks_to_be_destroyed_is_gone_everywhere_and_then_told_so(company: Connection) -> None:
    asked = on_page("destroy")
    assert night(ASKED_AT + timedelta(hours=1)) == {"destroyed": 1}
    assert left(company) == 1
    assert not ask("select 1 from register.contact_point where normalised = :who", who=WHO)
    (letter,) = answers()
    assert "destroyed your data everywhere" in letter.text_body
    assert "This was kept" not in letter.text_body
    row = request_of(asked)
    assert (row.state, row.outcome, row.reply_to, row.subject_id) == ("answered", "destroyed", None, None)


def test_ten_thousand_rows_are_one_request_and_leave_nobody_elses(company: Connection) -> None:
    company.execute(
        text("insert into session select n, 1, '192.0.2.1', now() from generate_series(10, :last) n"),
        {"last": ROWS + 9},
    )
    brings("destroy", proof="api")
    assert night(ASKED_AT + timedelta(hours=1)) == {"destroyed": 1}
    assert (left(company), left(company, "session")) == (1, 1)
    ((counts,),) = ask("select counts from duties.destruction where system = 'books'")
    assert counts["rows"] == ROWS + 3


def test_what_a_law_wants_kept_is_named_with_its_article_and_its_end(company: Connection) -> None:
    company.execute(text("update invoice set issued_on = '2026-01-01'"))
    on_page("destroy")
    assert night(ASKED_AT + timedelta(hours=1)) == {"partly_kept": 1}
    (letter,) = answers()
    assert "records that a law requires to be kept" in letter.text_body
    assert "(VAT IR 66), until" in letter.text_body
    assert "2032 at the latest" in letter.text_body
    assert "(VAT IR 66)، حتى" in letter.text_body


@pytest.mark.parametrize("system", ["register", "books", None])
def test_what_a_case_needs_is_kept_and_named_and_goes_when_the_case_ends(
    company: Connection, system: str | None
) -> None:
    hold = place("CASE-9", by="dpo", at=ASKED_AT, people=(WHO,), system=system)
    asked = on_page("destroy")
    assert night(ASKED_AT + timedelta(hours=1)) == {"partly_kept": 1}
    (letter,) = answers()
    assert "what a pending case needs (Law 18(2)(b)), until the case ends" in letter.text_body
    assert "CASE-9" not in letter.text_body
    assert left(company) == (1 if system == "register" else 2)
    assert bool(ask("select 1 from register.contact_point where normalised = :who", who=WHO)) is (system != "books")
    release(hold, by="dpo", at=ASKED_AT + DAY)
    night(ASKED_AT + 2 * DAY)
    assert left(company) == 1
    assert not ask("select 1 from register.contact_point where normalised = :who", who=WHO)
    assert request_of(asked).outcome == "partly_kept"


def test_a_system_that_is_away_is_waited_for_before_anything_is_said_to_be_destroyed(
    company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from people_told import controller

    from include.duties.destroying import destroy_everywhere
    from include.duties.rights import answer_due
    from include.duties.rights.answering import begin_due

    address = os.environ["AMANAH_SYSTEM_BOOKS"]
    on_page("destroy")
    begin_due(ASKED_AT)
    with monkeypatch.context() as away:
        away.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://me:letmein@127.0.0.1:9/books")
        with pytest.raises(MayBeRetried):
            destroy_everywhere(ASKED_AT)
        assert answer_due(ASKED_AT, controller()).counts == {"in_work": 1}
    assert os.environ["AMANAH_SYSTEM_BOOKS"] == address
    assert night(ASKED_AT + DAY) == {"destroyed": 1}


def test_of_whom_nothing_is_held_nothing_goes(people: Held) -> None:
    brings("destroy", who="nobody@people.example", proof="api")
    assert night(ASKED_AT + DAY) == {"nothing_held": 1}
    assert len(ask("select 1 from register.contact_point where kind = 'email'")) == 3
