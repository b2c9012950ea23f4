"""In the demo somebody asks for a copy, and a breach is rehearsed: both by what the rooms themselves offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

from builders import Held, person
from people_told import MORNING, controller, tells
from rich.console import Console

from include.commands.demo import report
from include.commands.demo.asking import ask_for_a_copy, clocks_of_requests
from include.commands.demo.officer import Officer
from include.commands.demo.rehearsing import ANSWERS, BY, clocks_of_breaches, note_rehearsal, run_of
from include.duties.breach import allow_notice, close, draft, notice_of, scope, tell, weigh
from include.duties.breach.reporting import approve, file
from include.duties.breach.telling import settle


def test_who_was_told_asks_for_a_copy_and_its_clock_is_listed(source: Callable[..., Held]) -> None:
    assert ask_for_a_copy(controller(), MORNING) is None, "nobody was told yet"
    source().delivers([person(1)])
    tells()
    reference = ask_for_a_copy(controller(), MORNING + timedelta(days=1))
    (clock,) = clocks_of_requests(MORNING)
    assert (clock["reference"], clock["right"], clock["proof"]) == (reference, "copy", "api")
    assert clocks_of_requests(MORNING + timedelta(days=2)) == []


def test_a_rehearsal_has_all_that_its_report_needs_and_is_noted_once(source: Callable[..., Held]) -> None:
    source().delivers([person(1)])
    breach = note_rehearsal(MORNING)
    assert breach is not None
    assert run_of(breach) == f"incident_{breach}"
    scope(breach, MORNING, {})
    weigh(breach, ANSWERS["assess"][1], by=BY, at=MORNING)
    made = draft(breach, controller(), at=MORNING, deferred={}, delays=())
    approve(breach, made.hash.hex(), controller(), by=BY, at=MORNING)
    allow_notice(breach, notice_of(breach, controller())[1].hex(), controller(), by=BY, at=MORNING)
    tell(breach, controller(), at=MORNING, settings={})
    settle(breach, MORNING)
    file(breach, ANSWERS["report.file"][1]["reference"], by=BY, at=MORNING)
    assert note_rehearsal(MORNING) == breach, "it is open, and goes on"
    (clock,) = clocks_of_breaches()
    assert (clock["rehearsal"], clock["people"]) == (True, 1)
    shown = StringIO()
    console = Console(file=shown, width=120)
    console.print(report._clock(clock))
    assert "reported in hour 1" in shown.getvalue()
    close(breach, by=BY, at=MORNING)
    assert note_rehearsal(MORNING) is None


def test_the_officer_answers_each_form_by_its_task() -> None:
    answered = []

    class Airflow:
        def log_in(self, *_: str) -> None: ...

        def requests(self, _dag: str) -> list[dict[str, object]]:
            tasks = ({"id": name, "task_id": name, "state": "awaiting_input"} for name in ("assess", "allow"))
            return [{"task_instance": task, "subject": "?"} for task in tasks]

        def answer(self, task: dict[str, str], option: str, said: object) -> None:
            answered.append((task["task_id"], option, said))

    officer = Officer("http://127.0.0.1", "dpo", "x", lambda _: None, reads=0, forms=ANSWERS)
    officer._airflow = Airflow()  # type: ignore[assignment]
    officer.look("respond_to_breach")
    assert answered == [("assess", *ANSWERS["assess"]), ("allow", "Allow", {})]
