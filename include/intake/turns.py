"""Whose turn a source is: of two runs over one source, on whatever machines, the second waits for the first to end."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from include.errors import NeverRetry, NotYet
from include.store import Role, StoreAway, advisory_lock, at_work, begin, somebody_at_work

__all__ = ["BETWEEN_TASKS", "NotYetOurTurn", "Overtaken", "end_turn", "in_turn", "refuse_overtaken"]

log = logging.getLogger("amanah.intake")

BETWEEN_TASKS = timedelta(minutes=45)
"""So long a run keeps its turn with no process at work: more than the longest pause before a task is tried again."""
LOOK_AGAIN = 5.0
"""Seconds between two looks, and so between two lines that say who is waited for."""
HELD = text("""
    select run, to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as since,
           to_char(rests_until at time zone 'UTC', 'HH24:MI') as until, rests_until > clock_timestamp() as rests
      from register.turn where source_key = :source and run <> :run
""")
TAKE = text("""
    insert into register.turn (source_key, run, since, rests_until)
    values (:source, :run, clock_timestamp(), clock_timestamp() + :rests)
    on conflict (source_key) do update
       set run = excluded.run, rests_until = excluded.rests_until,
           since = case when turn.run = excluded.run then turn.since else excluded.since end
""")
REST = text("""
    update register.turn set rests_until = clock_timestamp() + :rests where source_key = :source and run = :run
""")


NEWER = text("""
    select newer.run
      from register.receipt mine
      join register.receipt newer on newer.source_key = mine.source_key and newer.received_at > mine.received_at
                                 and newer.delivery_id <> mine.delivery_id and newer.state = 'registered'
     where mine.id = :receipt
     order by newer.received_at desc limit 1
""")


class NotYetOurTurn(NotYet):
    """Another run has the source, and it is at work or will be."""


class Overtaken(NeverRetry):
    """A later delivery of the source is registered: an earlier one would put back what it replaced."""


@contextmanager
def in_turn(
    source_key: str, run: str, *, rests: timedelta = timedelta(0), patience: timedelta = timedelta(0)
) -> Iterator[None]:
    """Work on a source while the block runs, if it is this run's turn or nobody's; for `patience` wait until it is.

    A run whose work is several blocks keeps its turn between them for as long as it `rests`, and ends it by
    `end_turn`; one that does not rest ends it with the block. Of a run that was killed the turn ends when its rest is
    over, or at once if it has none: the database knows by the connection whether anybody is at work.
    Raises NotYetOurTurn, which says who has the source and since when.
    """
    end = time.monotonic() + patience.total_seconds()
    with at_work(_name(source_key, run)):
        while (waiting := _take(source_key, run, rests)) is not None:
            if time.monotonic() >= end:
                raise NotYetOurTurn(waiting)
            log.info("%s", waiting)
            time.sleep(LOOK_AGAIN)
        try:
            yield
        finally:
            with suppress(StoreAway):  # then it ends by itself
                _pause(source_key, run, rests)


def end_turn(source_key: str, run: str) -> None:
    """Let the source go, if it is this run's turn."""
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("delete from register.turn where source_key = :source and run = :run"),
            {"source": source_key, "run": run},
        )


def refuse_overtaken(connection: Connection, source_key: str, receipt_id: UUID) -> None:
    """Raise Overtaken where the source's register has gone on to a later delivery than this receipt's.

    So it is where a run lay dead until it lost its turn, or an old one is cleared in the middle.
    """
    newer = connection.execute(NEWER, {"receipt": receipt_id}).scalar()
    if newer is not None:
        raise Overtaken(
            f"source {source_key}: run {newer} has registered a later delivery, so nothing of this one is taken in; "
            "if its file is the right one, deliver it again"
        )


def _pause(source_key: str, run: str, rests: timedelta) -> None:
    if not rests:
        end_turn(source_key, run)
        return
    with begin(Role.INTAKE) as connection:
        connection.execute(REST, {"source": source_key, "run": run, "rests": rests})


def _take(source_key: str, run: str, rests: timedelta) -> str | None:
    """Take the turn and return nothing, or say who has it."""
    values = {"source": source_key, "run": run, "rests": rests}
    with begin(Role.INTAKE) as connection:
        advisory_lock(connection, f"turns of {source_key}")
        held = connection.execute(HELD, values).one_or_none()
        if held is not None:
            told = f"source {source_key}: waits for run {held.run}, whose turn it is since {held.since} UTC"
            if somebody_at_work(connection, _name(source_key, held.run)):
                return f"{told} and which is at work"
            if held.rests:
                return f"{told} and which goes on, or loses it at {held.until} UTC"
        connection.execute(TAKE, values)
    return None


def _name(source_key: str, run: str) -> str:
    return f"turn {source_key} {run}"
