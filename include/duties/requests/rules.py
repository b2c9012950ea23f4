"""Who asks, and whether it was asked before: decisions at receipt, without a look at anything that is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from include.duties.requests.model import Asked, Open, Proof
from include.errors import NeverRetry

__all__ = [
    "ANSWERS",
    "DEED",
    "DOCUMENTS_TOLD",
    "ENOUGH",
    "GUARDIANSHIPS",
    "IdentityDocument",
    "joined",
    "proven",
    "speaks_of_document",
]

ANSWERS: Mapping[str, int] = {
    "called_back_on_held_number": 2,
    "wrote_from_held_mailbox": 2,
    "knew_recent_invoice": 1,
    "knew_order_number": 1,
    "knew_contract_date": 1,
    "knew_last_contact": 1,
    "guardianship_deed_seen": 0,
}
"""What an operator can find out about who asks, and how much each says (house; IR 3(1)(c))."""
ENOUGH = 2
"""So much together proves who asks: one contact that we hold, or two things that only they know (house)."""
DEED = "guardianship_deed_seen"
GUARDIANSHIPS = ("parent", "court_guardian", "court_trustee")
"""On what a guardian acts for somebody who cannot (IR 3(3), 13)."""
DOCUMENTS = ("id", "identity", "passport", "iqama", "licence", "license", "selfie", "scan", "photo", "هوية", "جواز")
"""Words in a code that speak of an identity document: none is ever asked for, seen or kept."""
DOCUMENTS_TOLD = "nobody proves who they are by an identity document here: ask what only they know"


class IdentityDocument(NeverRetry):
    """Somebody was identified by a document, which is not to be done: ask what only they know, or send a code."""


def proven(asked: Asked) -> Proof | None:
    """Say by what a request is proven to come from whose data it is about, or from their guardian; None by nothing.

    Whoever asks about somebody else is never proven to be them. Raises IdentityDocument, and NeverRetry for a code that
    nobody knows.
    """
    for code in asked.answers:
        if code not in ANSWERS:
            _refuse(code)
    if asked.guardianship is not None and asked.guardianship not in GUARDIANSHIPS:
        raise NeverRetry(f"a guardian acts on one of {', '.join(GUARDIANSHIPS)}")
    if asked.capacity == "other":
        return None
    if asked.capacity == "guardian" and (asked.guardianship is None or DEED not in asked.answers):
        return None
    if asked.proof == "operator" or (asked.capacity == "guardian" and asked.proof is not None):
        return "operator" if sum(ANSWERS[code] for code in {*asked.answers}) >= ENOUGH else None
    return asked.proof


def joined(
    asked: Asked, proof: Proof | None, facts: bytes | None, due: datetime, standing: Iterable[Open]
) -> Open | None:
    """Say which open request of the same right and person another one joins; the first, or none.

    `due` is when its own clock ends (UTC). What was received earlier, and is only brought later, joins nothing whose
    first period ends after its own: thirty days are counted from its receipt (Law 21, IR 3(1)).

    New facts make a new request. What is proven joins nothing that is not: somebody else may have made that, and their
    words would then count. Nor does what a person proves themselves join what only an operator's word proves, for that
    waits for an officer. Two guardians of one ward are two: each is answered where they asked. The clock of the joint
    request is the first's, however often it is asked.
    """
    known = [
        each
        for each in standing
        if each.capacity == asked.capacity
        and (asked.capacity != "guardian" or (each.asker is not None and each.asker == asked.asker))
        and (each.proven or proof is None)
        and (not each.by_word or proof in (None, "operator"))
        and facts in (None, each.facts)
        and each.first_due_at <= due
    ]
    return min(known, key=lambda each: (each.due_at, each.reference), default=None)


def speaks_of_document(code: str) -> bool:
    """Say whether a code that is none of ours speaks of an identity document."""
    parts = code.casefold().replace("-", "_").split("_")
    return any(part.startswith(word) for part in parts for word in DOCUMENTS if word != "id") or "id" in parts


def _refuse(code: str) -> None:
    if speaks_of_document(code):
        raise IdentityDocument(DOCUMENTS_TOLD)
    raise NeverRetry(f"an answer is one of {', '.join(ANSWERS)}")
