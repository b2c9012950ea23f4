"""What the hourly watch does for open breaches: letters that came back go another way, clocks end when all are told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from include.duties.breach.actions import RETURNS_TAKE
from include.duties.breach.ending import count_outgrown
from include.duties.breach.model import IncompleteReport, Moved, Unfit
from include.duties.breach.telling import tell
from include.errors import MayBeRetried, NeverRetry
from include.law import Controller
from include.store import Role, begin

__all__ = ["follow"]

BEGUN = text("""
    select id from duties.breach
     where closed_at is null and notice_hash is not null and not rehearsal
       and (told_at is null or exists (
           select from duties.breach_person where breach_id = breach.id and state in ('owed', 'queued', 'told')))
        or closed_at >= :since and notice_hash is not null and not rehearsal and exists (
           select from duties.breach_person person left join channels.message on message.id = person.message_id
            where person.breach_id = breach.id
              and (person.state = 'owed'
                   or person.state in ('queued', 'told') and message.state in ('bounced', 'failed', 'expired')))
     order by known_at, id
""")


def follow(at: datetime, controller: Controller, settings: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Go on telling the people of every open breach whose notice was allowed; return counts.

    So it does of one that was closed lately, where a letter came back since: its person is told another way, or counted
    for the public announcement.
    Before, those are counted anew whose end was told since they were counted, or of which a system was away then.
    `waiting` counts those whose notice reads otherwise by now than an officer allowed it. What keeps one breach from
    being counted or told (a system that is away, a map that does not fit) is raised once all others are seen to.
    """
    recounted, faults = count_outgrown(at, settings)
    with begin(Role.DUTIES) as connection:
        breaches = list(connection.execute(BEGUN, {"since": at - RETURNS_TAKE}).scalars())
    counts = {"recounted": recounted, "breaches": len(breaches), "queued": 0, "told": 0, "unreachable": 0, "waiting": 0}
    for breach in breaches:
        try:
            found = tell(breach, controller, at=at, settings=settings)
        except (IncompleteReport, Moved, Unfit):
            counts["waiting"] += 1
            continue
        except (MayBeRetried, NeverRetry) as error:
            faults.append(error)
            continue
        for name in ("queued", "told", "unreachable"):
            counts[name] += getattr(found, name)
    if faults:
        raise faults[0]
    return counts
