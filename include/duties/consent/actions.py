"""What a person says to a question: each verb in the caller's unit of work, each safe to do again.

Nothing here is inferred: a consent is written where somebody did something for it, and nowhere else (IR 11, 12).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from include.duties.consent.model import ALL, Contact, Outcome, Question, Said
from include.duties.notice.calendar import HOME
from include.errors import NeverRetry
from include.evidence import Kind, record
from include.law import edition_for
from include.store import keyed
from include.store.sql import Steps

__all__ = ["delete_asked", "grant", "questions", "refuse", "withdraw", "withdraw_by_key"]

STEPS = Steps("include.duties.consent", "consent.sql")
KIND_OF = {"email": "email", "sms": "phone", "whatsapp": "phone", "phone": "phone"}
"""What a channel reaches somebody at."""


class Standing(NamedTuple):
    """How one purpose and channel stands: the last word, whence its contact is, and when it was said."""

    action: str
    provenance: str
    key: bytes | None
    at: datetime


class UnfitContact(NeverRetry):
    """A contact and a channel do not fit: no message goes to a number by e-mail."""


def questions(connection: Connection, subject: UUID) -> tuple[Question, ...]:
    """Give what a person was asked, and how each question stands."""
    rows = STEPS.rows(connection, "questions", {"subject": subject})
    return tuple(Question(row.purpose, row.state, row.asked_at, row.answer_by) for row in rows)


def grant(connection: Connection, said: Said, at: datetime) -> Outcome:
    """Write down a consent to one purpose and its channels at `at` (UTC), with the contact given for it.

    A question whose time is over cannot be answered by it any more, and nothing is agreed to by who is being destroyed.
    A contact takes the place of the one before it, unless another system brings it and the person gave theirs
    themselves. Raises UnfitContact.
    """
    assert said.purpose is not None, "a consent is to one purpose"
    _check(said)
    if not _known(connection, said.subject):
        return Outcome.UNKNOWN
    values = {"subject": said.subject, "purpose": said.purpose, "at": at}
    anew = said.provenance == "other_system" and said.contact is not None
    if STEPS.one(connection, "destroying", {**values, "anew": anew}):
        return Outcome.CLOSED
    answers = said.provenance == "directory" or ALL in said.channels
    if answers and STEPS.one(connection, "overdue", values):
        return Outcome.CLOSED
    standing = _standing(connection, said.subject)
    new = [channel for channel in said.channels if _is_new(said, standing.get((said.purpose, channel)))]
    _say(connection, said, ((said.purpose, channel) for channel in new), "granted", at)
    if said.contact is not None:
        for channel in new:
            STEPS.run(connection, "give", {**values, "channel": channel, **_given(said.contact, said.provenance)})
    if not new:
        return Outcome.ALREADY
    if answers:
        STEPS.run(connection, "answered", values)
    _tell(connection, Kind.CONSENT_GIVEN, said, at, purpose=said.purpose, provenance=said.provenance)
    return Outcome.RECORDED


def refuse(connection: Connection, said: Said, at: datetime) -> Outcome:
    """Write down a refusal of one purpose or all, of the channels named or (with `all`) of every one, at `at` (UTC).

    While the question of a purpose is open, a no to any way of it is the answer: doubt destroys. Where no other purpose
    is agreed to or still open, everything that we hold of the person is to be destroyed at once (CON-08): `destroy_due`
    does it within minutes.
    """
    if not _known(connection, said.subject):
        return Outcome.UNKNOWN
    standing = _standing(connection, said.subject)
    about = _about(said, standing, at, "asked", "granted")
    if said.purpose is not None:
        question = standing.get((said.purpose, ALL))
        answered = {ALL} if question is not None and question.action == "asked" else set()
        more = answered | {channel for channel in said.channels if (said.purpose, channel) not in standing}
        about += [(said.purpose, channel) for channel in sorted(more) if (said.purpose, channel) not in about]
    return _ended(connection, said, about, "refused", Kind.CONSENT_REFUSED, at)


def withdraw(connection: Connection, said: Said, at: datetime) -> Outcome:
    """Take a consent back at `at` (UTC): of one purpose or all, of the channels named or (with `all`) of every one.

    What was done before stays lawful (IR 12(3)). What was kept on this consent alone is to be destroyed at once.
    """
    if not _known(connection, said.subject):
        return Outcome.UNKNOWN
    standing = _standing(connection, said.subject)
    about = _about(said, standing, at, "granted")
    agreed = standing.get((said.purpose or "", ALL))
    if said.purpose is not None and agreed is not None and agreed.action == "granted":  # one way less, no more
        about += [(said.purpose, channel) for channel in said.channels if (said.purpose, channel) not in standing]
    return _ended(connection, said, about, "withdrawn", Kind.CONSENT_WITHDRAWN, at)


def delete_asked(connection: Connection, said: Said, at: datetime) -> Outcome:
    """Have everything destroyed that we hold of a person, at their word at `at` (UTC); only keyed hashes stay.

    Every consent ends with it, and every open question is answered with no.
    """
    if not _known(connection, said.subject):
        return Outcome.UNKNOWN
    standing = _standing(connection, said.subject)
    for before, after in (("granted", "withdrawn"), ("asked", "refused")):
        _say(connection, said, (about for about, stands in standing.items() if stands.action == before), after, at)
    if not STEPS.run(connection, "request", {"subject": said.subject, "trigger": "deletion_asked", "at": at}):
        return Outcome.ALREADY
    STEPS.run(connection, "tell")
    _tell(connection, Kind.DELETION_ASKED, said, at)
    return Outcome.RECORDED


def withdraw_by_key(
    connection: Connection, keys: Collection[bytes], purposes: Collection[str], message: UUID | None, at: datetime
) -> int:
    """Withdraw what was agreed to for these addresses (keyed hashes) and purposes, because somebody stopped them.

    Returns of how many people. Both ways to stop are one: who stops by a link needs no second step.
    """
    held = STEPS.rows(connection, "holders", {"keys": list(keys), "purposes": list(purposes)})
    for row in held:
        said = Said(subject=row.subject_id, purpose=row.purpose, channels=(row.channel,), means="stop", message=message)
        withdraw(connection, said, at)
    return len({row.subject_id for row in held})


def _check(said: Said) -> None:
    if said.contact is None:
        return
    for channel in said.channels:
        if KIND_OF.get(channel) != said.contact.kind:
            raise UnfitContact(f"a consent for the channel {channel} needs a contact that it reaches")


def _known(connection: Connection, subject: UUID) -> bool:
    """Wait until nobody else speaks for this person, and say whether anything is known of them."""
    STEPS.run(connection, "turn", {"subject": subject})
    return STEPS.one(connection, "known", {"subject": subject}) > 0


def _standing(connection: Connection, subject: UUID) -> dict[tuple[str, str], Standing]:
    rows = STEPS.rows(connection, "standing", {"subject": subject})
    return {
        (row.purpose, row.channel): Standing(row.action, row.provenance, row.key and bytes(row.key), row.at)
        for row in rows
    }


def _is_new(said: Said, stands: Standing | None) -> bool:
    """Say whether a consent adds to what stands: itself, another contact, or one from the person directly."""
    if stands is None or stands.action != "granted":
        return True
    if said.contact is None or (stands.provenance == "direct_from_subject" and said.provenance == "other_system"):
        return False
    return (stands.key, stands.provenance) != (_key(said.contact), said.provenance)


def _about(
    said: Said, standing: Mapping[tuple[str, str], Standing], at: datetime, *actions: str
) -> list[tuple[str, str]]:
    """Name the purposes and channels that somebody speaks of, as far as they stand so and nothing was said later."""
    return [
        (purpose, channel)
        for (purpose, channel), stands in standing.items()
        if stands.action in actions
        and (stands.action == "asked" or stands.at <= at)
        and said.purpose in (None, purpose)
        and (ALL in said.channels or channel in said.channels)
    ]


def _ended(
    connection: Connection, said: Said, about: list[tuple[str, str]], action: str, kind: Kind, at: datetime
) -> Outcome:
    """Write a no down and draw its consequence: what was given goes with it, at once or with everything else."""
    if not about:
        return Outcome.ALREADY
    _say(connection, said, about, action, at)
    _tell(connection, kind, said, at, **({"purpose": said.purpose} if said.purpose else {}))
    values = {"subject": said.subject, "trigger": action, "at": at}
    if STEPS.one(connection, "remaining", values):
        STEPS.run(connection, "take_back", values)
    elif STEPS.run(connection, "request", values):  # what they gave goes with the rest, and does not come back either
        STEPS.run(connection, "tell")
    return Outcome.RECORDED


def _key(contact: Contact) -> bytes:
    return keyed(contact.kind, contact.value.casefold())


def _given(contact: Contact, provenance: str) -> dict[str, Any]:
    value = contact.value.casefold()
    return {"kind": contact.kind, "key": _key(contact), "value": value, "provenance": provenance}


def _say(connection: Connection, said: Said, about: Iterable[tuple[str, str]], action: str, at: datetime) -> None:
    key = _key(said.contact) if said.contact else None
    for purpose, channel in about:
        values = {
            "subject": said.subject,
            "purpose": purpose,
            "channel": channel,
            "action": action,
            "provenance": said.provenance,
            "key": key,
            "text_version": said.text_version,
            "language": said.language,
            "means": said.means,
            "actor": said.actor,
            "message": said.message,
            "proof": said.proof,
            "edition": edition_for(HOME, at).name,
            "at": at,
        }
        STEPS.run(connection, "say", values)


def _tell(connection: Connection, kind: Kind, said: Said, at: datetime, **codes: str) -> None:
    """Put into evidence that it was said: an id, codes, and the hash of the proof."""
    record(
        connection,
        kind,
        at=at,
        edition=edition_for(HOME, at).name,
        refs={"subject": said.subject} | ({"message": said.message} if said.message else {}),
        codes={"means": said.means, "actor": said.actor, **codes},
        hashes={"proof": said.proof} if said.proof else {},
    )
