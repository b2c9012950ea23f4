"""What somebody answers by mail, in their own words: a person reads it, and says here what it says."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from include.duties.consent.actions import delete_asked, grant, questions, refuse, withdraw
from include.duties.consent.model import Outcome, Said
from include.errors import NeverRetry
from include.store import Role, begin

__all__ = ["Word", "said_in_reply"]

Word = Literal["accept", "refuse", "delete", "withdraw"]
VERBS = {"accept": grant, "refuse": refuse, "delete": delete_asked, "withdraw": withdraw}
REFERENCE = re.compile(r"[0-9A-Fa-f]{8}")
MESSAGE_ID = re.compile(r"<?([0-9a-f]{32})@\S+?>?")


def said_in_reply(reference: str, word: Word, *, proof: str, at: datetime, purpose: str | None = None) -> Outcome:
    """Write down what somebody answered to a letter at `at` (UTC), as their page would.

    `reference` is that of the letter, or its Message-ID as the answer quotes it; `proof` is what their mail is found
    again by, its own Message-ID say, of which the SHA-256 is kept. Without a purpose a no is to all of them. Raises
    NeverRetry for a reference that leads to nobody or to several, and for a yes that does not say to what.
    """
    if not proof.strip():
        raise NeverRetry("name the proof: the Message-ID of their mail, or where it is kept")
    with begin(Role.DUTIES) as connection:
        letter = _letter(connection, reference.strip())
        if word == "accept":
            purpose = _asked(connection, letter.subject_id, purpose)
        said = Said(
            subject=letter.subject_id,
            means="reply",
            purpose=None if word == "delete" else purpose,
            actor="operator",
            language=letter.language,
            text_version=letter.template,
            message=letter.message_id,
            proof=sha256(proof.strip().encode()).digest(),
        )
        return VERBS[word](connection, said, at)


def _letter(connection: Connection, reference: str) -> Any:
    if REFERENCE.fullmatch(reference):
        low, high = (UUID(hex=reference + sign * 24) for sign in "0f")
        found = connection.execute(BY_REFERENCE, {"low": low, "high": high}).all()
    elif quoted := MESSAGE_ID.fullmatch(reference):
        found = connection.execute(BY_MESSAGE, {"message": UUID(hex=quoted[1])}).all()
    else:
        raise NeverRetry("a reference is the eight signs of a letter, or the Message-ID of a letter of ours")
    if not found:
        raise NeverRetry("no letter with this reference leads to anybody whom we still hold; nothing was changed")
    if len({row.subject_id for row in found}) > 1:
        raise NeverRetry("more than one letter has this reference: name the Message-ID that the answer refers to")
    return found[0]


def _asked(connection: Connection, subject: UUID, purpose: str | None) -> str:
    """Say which question a yes answers: the one that is named, or the only one."""
    asked = [question.purpose for question in questions(connection, subject)]
    if purpose in asked:
        return str(purpose)
    if purpose is not None or len(asked) != 1:
        raise NeverRetry(f"a yes is to one purpose that was asked for: {', '.join(asked) or 'none was'}; use --purpose")
    return asked[0]


BY_REFERENCE = text("""
    select notice.subject_id, notice.language, notice.message_id, message.template
      from duties.notice left join channels.message on message.id = notice.message_id
     where notice.id between :low and :high and notice.subject_id is not null
     order by notice.id
""")
BY_MESSAGE = text("""
    select notice.subject_id, notice.language, notice.message_id, message.template
      from duties.notice join channels.message on message.id = notice.message_id
     where notice.message_id = :message and notice.subject_id is not null
     order by notice.id
""")
