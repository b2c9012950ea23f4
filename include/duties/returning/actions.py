"""Take a mailbox's returns up one by one: what each means is committed before the mail leaves the mailbox."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from include.channels.mailboxes import Mailbox
from include.channels.mailboxes.model import Folder
from include.channels.returns import About, House, Reason, Return, ReturnKind, read_return
from include.channels.rules import SOFT_RETURNS_AT_MOST, write_again_at
from include.duties.notice.calendar import HOME
from include.duties.stopping import StopAsked, stop_asked
from include.evidence import Kind, learn, record
from include.law import Controller, edition_for
from include.store import Role, begin, keyed
from include.store.sql import Steps

__all__ = ["AT_ONCE", "Outcome", "Taken", "read_returns", "take"]

STEPS = Steps("include.duties.returning", "returning.sql")
AT_ONCE = 2000
"""Mails of one run; what is left waits for the next."""


class Outcome(enum.StrEnum):
    """What followed from a mail."""

    TOLD_OTHERWISE = "told_otherwise"
    """The address leads to nobody: the notice is owed again, by another way."""
    TOLD_AGAIN = "told_again"
    """Something that may pass: the notice is owed again, later."""
    STOPPED = "stopped"
    FORGED = "forged"
    """It bears a token that we never gave out."""
    UNMATCHED = "unmatched"
    """It answers no message of ours."""
    FOR_PEOPLE = "for_people"
    """Somebody has to read it."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Taken:
    """What followed from one mail, and whether somebody has to look at it all the same."""

    outcome: Outcome
    aside: Folder | None
    """`people`, `unreadable` or `unmatched`: the folder it is kept in. None: it is done with."""
    known: bool = False
    """Whether it had been read before."""


def read_returns(box: Mailbox, controller: Controller, at: datetime, *, limit: int = AT_ONCE) -> dict[str, int]:
    """Read what came back, at most `limit` mails; return counts by kind and by what followed.

    Each mail is a transaction of its own, and leaves the mailbox only afterwards: a killed run loses none, and a mail
    that is read twice changes nothing the second time. Raises what the mailbox raises.
    """
    house, counts = _house(controller), Counter[str]()
    for letter in box.letters(limit):
        with letter.opened() as lines:
            returned = read_return(lines, house)
        with begin(Role.DUTIES) as connection:
            taken = take(connection, returned, controller, at)
        if taken.aside is None:
            letter.remove()
        else:
            letter.keep(taken.aside)
        counts["read"] += 1
        counts["known" if taken.known else returned.kind.value] += 1
        if not taken.known and taken.outcome not in (Outcome.NOTHING, Outcome.FOR_PEOPLE):
            counts[taken.outcome.value] += 1
        counts["kept_for_people"] += taken.aside is not None
    return {name: count for name, count in counts.items() if count}


def take(connection: Connection, returned: Return, controller: Controller, at: datetime) -> Taken:
    """Do what a return asks for, once, and write down that it came. Everything is in the caller's transaction."""
    key = keyed("returned_mail", returned.digest.hex())
    if earlier := STEPS.rows(connection, "known", {"key": key}):
        outcome = Outcome(earlier[0].outcome)
        return Taken(outcome, _aside(returned, outcome), known=True)
    message = _message(connection, returned.message_id)
    outcome = _follow(connection, returned, message, controller, at)
    values = {
        "key": key,
        "kind": returned.kind.value,
        "reason": returned.reason.code if returned.reason else None,
        "message": message.id if message else None,
        "outcome": outcome.value,
        "at": at,
    }
    STEPS.run(connection, "read", values)
    _record(connection, returned, message, outcome, key, at)
    return Taken(outcome, _aside(returned, outcome))


def _follow(
    connection: Connection, returned: Return, message: Any | None, controller: Controller, at: datetime
) -> Outcome:
    if returned.forged and returned.kind is not ReturnKind.STOP:  # which needs no proof
        return Outcome.FORGED
    match returned.kind:
        case ReturnKind.HARD_BOUNCE | ReturnKind.SOFT_BOUNCE if returned.reason is not None:
            return _bounced(connection, returned.reason, message, at)
        case ReturnKind.STOP:
            asked = StopAsked(means="reply", message=message.id if message else None, address=returned.sender)
            return Outcome.STOPPED if stop_asked(connection, asked, controller, at) else Outcome.FOR_PEOPLE
        case ReturnKind.COMPLAINT:
            if message is None:
                return Outcome.UNMATCHED
            asked = StopAsked(means="complaint", message=message.id, confirm=False)
            return Outcome.STOPPED if stop_asked(connection, asked, controller, at) else Outcome.NOTHING
        case ReturnKind.REPLY | ReturnKind.UNREADABLE:
            return Outcome.FOR_PEOPLE
        case _:
            return Outcome.NOTHING


def _bounced(connection: Connection, reason: Reason, message: Any | None, at: datetime) -> Outcome:
    """Owe the notice again: elsewhere where the address is gone, else to the same address after a pause.

    Somebody else's servers quarrelling with ours never cost a person the address at which they can be told.
    """
    if message is None:
        return Outcome.UNMATCHED
    if message.state != "sent":
        return Outcome.NOTHING
    STEPS.run(connection, "bounce", {"message": message.id, "reason": reason.code})
    returns = STEPS.one(connection, "returns", {"message": message.id})
    of_mailbox = reason.about in (About.ADDRESS, About.MAILBOX)
    gone = reason.gone or (of_mailbox and returns >= SOFT_RETURNS_AT_MOST)
    values = {"message": message.id, "gone": gone, "from": at if gone else write_again_at(returns, at)}
    if not STEPS.run(connection, "owe_again", values):
        return Outcome.NOTHING
    return Outcome.TOLD_OTHERWISE if gone else Outcome.TOLD_AGAIN


def _message(connection: Connection, message: UUID | None) -> Any | None:
    """Lock the message: a relay that is sending it at this moment is waited for."""
    if message is None:
        return None
    return next(iter(STEPS.rows(connection, "message", {"message": message})), None)


def _aside(returned: Return, outcome: Outcome) -> Folder | None:
    if returned.kind is ReturnKind.UNREADABLE:
        return "unreadable"
    if outcome in (Outcome.FORGED, Outcome.UNMATCHED):
        return "unmatched"
    return "people" if returned.also_for_people or outcome is Outcome.FOR_PEOPLE else None


def _record(
    connection: Connection, returned: Return, message: Any | None, outcome: Outcome, key: bytes, at: datetime
) -> None:
    """Put into evidence what came back and what followed: ids, codes and a keyed hash."""
    codes = {"kind": returned.kind.value, "outcome": outcome.value}
    if returned.reason is not None:
        learn(connection, returned.reason.code)
        codes["reason"] = returned.reason.code
    refs = {"message": message.id} if message else {}
    if message and message.duty_id:
        refs["duty"] = message.duty_id
    jurisdiction = message.jurisdiction if message else HOME
    edition = edition_for(jurisdiction, at).name
    record(connection, Kind.MAIL_RETURNED, at=at, edition=edition, refs=refs, codes=codes, hashes={"mail": key})


def _house(controller: Controller) -> House:
    sender = controller.sender
    address = (sender.address if sender else None) or ""
    return House(address.rpartition("@")[2], sender.returns if sender else None)
