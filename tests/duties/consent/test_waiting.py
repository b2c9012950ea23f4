"""Whoever asks to be destroyed is heard of at once, by whoever listens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import Held, person
from people_told import MORNING, says, subject_of, tells

from include.duties.consent import delete_asked
from include.duties.consent.waiting import listen, waiting
from include.duties.destruction.actions import destroy_due

Make = Callable[..., Held]
NEXT = MORNING + timedelta(days=1)


def test_a_wish_to_be_deleted_is_heard_while_somebody_listens_and_again_and_again(source: Make) -> None:
    source().delivers([person(1), person(2)])
    tells()
    assert not waiting()
    for number in (1, 2):
        whom = subject_of(f"person.{number}@people.example")
        speaking = threading.Timer(0.3, lambda whom=whom: says(delete_asked, whom, at=NEXT))
        began = time.monotonic()
        speaking.start()
        assert listen(30)
        assert time.monotonic() - began < 20
        speaking.join()
    assert waiting()
    destroy_due(NEXT)
    assert not waiting()


def test_where_nobody_asks_listening_ends(database: str) -> None:
    assert not listen(0.2)


def test_the_trigger_fires_for_what_waits_and_says_nothing_of_whom(source: Make) -> None:
    from include.workflow.answers import AnswersWaiting

    source().delivers([person(1)])
    tells()
    says(delete_asked, subject_of(), at=NEXT)

    async def first() -> object:
        return (await anext(AnswersWaiting().run())).payload

    assert asyncio.run(first()) == "answers"
    assert AnswersWaiting().serialize() == ("include.workflow.answers.AnswersWaiting", {})


def test_what_no_run_can_close_starts_fewer_and_fewer_and_whoever_asks_next_is_heard_at_once(
    source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.workflow import answers

    monkeypatch.setattr(answers, "PAUSE", 0.1)
    source().delivers([person(1), person(2)])
    tells()
    first, second = subject_of(), subject_of("person.2@people.example")
    says(delete_asked, first, at=NEXT)
    began = time.monotonic()
    fired = list[float]()

    async def watched() -> None:
        async for _ in answers.AnswersWaiting().run():
            fired.append(time.monotonic() - began)
            if fired[-1] > 6:
                return

    speaking = threading.Timer(4.0, lambda: says(delete_asked, second, at=NEXT))
    speaking.start()
    asyncio.run(watched())
    speaking.join()
    alone = [moment for moment in fired if moment < 4]
    assert 3 <= len(alone) <= 7, "twice as long each time"
    after = next(moment for moment in fired if moment >= 4)
    assert after < 5.5, "who asks next does not wait for what cannot be closed"
