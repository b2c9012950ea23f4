"""People, audiences, certificates and drills to be looked at, and the pages that show them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from builders import Held, ask, person
from operators_here import NOW, Visitor
from people_told import says, subject_of, tells
from sqlalchemy import text

from include.console.forms import seal_for
from include.duties.backups.model import Proof
from include.duties.backups.report import write_report
from include.duties.certificates import certify_verified
from include.duties.consent import delete_asked, grant
from include.duties.destroying import destroy_everywhere
from include.duties.marketing.restricting import Restriction, restrict
from include.duties.marketing.tallying import tally
from include.duties.notice.actions import plan_notices
from include.evidence import Kind, record
from include.store import Role, begin, private_folder

__all__ = [
    "AUDIENCE", "DISCLOSED", "MAILBOX", "NAME", "PRESSED", "REMOVED", "STOPPED", "body", "drilled", "more_paths",
    "people_and_proofs", "seek", "send", "told",
]  # fmt: skip

MAILBOX = "person.1@people.example"
NAME = "سعد القحطاني"

AUDIENCE = """
    insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, edition, made_at,
                                 expires_at)
    values (:id, 'promotion', :recipient, 'AE', 'csv', 'exported', 'somebody.signed.in', :run,
            '{"members": 420, "stopped": 7}', 'sa-2024-09-14', :at, cast(:at as timestamptz) + interval '7 days')
    returning id
"""
DISCLOSED = """
    insert into duties.disclosure (audience_id, recipient, country, purpose, method, abroad, safeguard, contact_points,
                                   edition, at)
    values (:id, 'mailer', 'AE', 'promotion', 'csv', true, 'standard_clauses', 420, 'sa-2024-09-14', :at) returning id
"""
REMOVED = """
    insert into duties.removal (audience_id, state, contact_points, made_at, confirmed_at)
    values (:id, 'confirmed', 3, :at, cast(:at as timestamptz) + interval '1 hour'),
           (:id, 'told', 5, :at, null) returning id
"""
STOPPED = """
    insert into duties.stop (key, kind, key_version, purpose, means, asked_at)
    select sha256(convert_to('stop' || n, 'UTF8')), 'email', 1, 'promotion', 'link',
           cast(:at as timestamptz) + n * interval '1 minute' from generate_series(1, :count) n returning id
"""
PRESSED = {
    "person-read": 'form[action$="/read"] button',
    "person-would": 'form[action$="#would"] button',
    "rules-due": 'form[action$="/due#systems"] button',
}
"""Pages that a form leads to, with its button."""


def people_and_proofs(guide: Held) -> None:
    """Let there be people who were told, agreed, objected and went, an audience, a certificate and drills."""
    guide.delivers([person(number) for number in (101, 102)])
    plan_notices(NOW)
    tells(NOW + timedelta(minutes=30))
    stays, goes = (subject_of(f"person.{number}@people.example") for number in (101, 102))
    says(grant, stays, at=NOW + timedelta(hours=1), purpose="business_contact")
    says(delete_asked, goes, at=NOW + timedelta(hours=1))
    with begin(Role.DUTIES) as connection:
        restrict(connection, Restriction(kind="objection", means="page", subject=stays), NOW)
    audience = uuid4()
    ask(AUDIENCE, id=audience, recipient="mailer", run="one", at=NOW)
    ask(DISCLOSED, id=audience, at=NOW)
    ask(REMOVED, id=audience, at=NOW)
    ask(STOPPED, at=NOW, count=3)
    destroy_everywhere(NOW + timedelta(hours=2))
    certify_verified()
    drilled()
    drilled(left=2)
    tally(NOW)


def drilled(*, left: int = 0) -> tuple[UUID, Path]:
    """Report and record a drill that found so many rows of its person; return its id and its report's file."""
    proof = Proof(uuid4(), NOW, 40, 12_345, (), 9, 9, True, left, 1_000, 4.2)
    report = write_report(proof, private_folder("drills"))
    codes = {"outcome": "proven" if proof.proven else "not_proven"}
    counts = {"tables": proof.tables, "rows": proof.rows, "left": proof.left, "changed": 0}
    with begin(Role.DUTIES) as connection:
        record(connection, Kind.RESTORE_DRILLED, at=NOW, refs={"drill": proof.id}, counts=counts, codes=codes,
               hashes={"report": report.sha256})  # fmt: skip
    return proof.id, report.json


def more_paths() -> dict[str, str]:
    """Give the pages of all that by name."""
    person = f"/people/{subject_of('person.101@people.example')}"
    ((plan,),) = ask("select id from duties.destruction where state = 'verified' limit 1")
    ((audience,),) = ask("select id from duties.audience")
    with begin(Role.AUDITOR) as connection:
        told = connection.execute(
            text("select payload::json #>> '{refs,drill}' from evidence.ledger where kind = 'restore_drilled' limit 1")
        ).scalar_one()
    return {
        "people": "/people", "person": person, "person-read": person, "person-would": person, "consent": "/consent",
        "audience": f"/consent/audience/{audience}", "rules": "/retention/rules", "rules-due": "/retention/rules",
        "proofs": "/retention/proofs", "certificate": f"/retention/certificate/{plan}",
        "drill": f"/retention/drill/{told}", "nobody": f"/retention/certificate/{uuid4()}",
    }  # fmt: skip


def told(kind: str) -> list[dict[str, Any]]:
    """Give what the ledger says of a kind."""
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select payload from evidence.ledger where kind = :kind"), {"kind": kind})
        return [json.loads(row.payload) for row in rows]


def seek(officer: Visitor, contact: str) -> Any:
    """Look for a contact."""
    return officer.http.post("/people/find", data={"contact": contact, "seal": seal_for("dpo", "/people/find", NOW)})


def send(officer: Visitor, action: str, **fields: str) -> Any:
    """Send a form of the officer's."""
    return officer.http.post(action, data=fields | {"seal": seal_for("dpo", action, NOW)})


def body(answer: Any) -> str:
    """What a page says, without the seals of its forms."""
    return re.sub(r'name="seal" value="[^"]*"', "", answer.text)
