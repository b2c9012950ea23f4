"""What a breach costs: counting whom it concerns among a million, writing their letters, and handing these over.

Run: `python tests/benchmarks/bench_breach.py [PEOPLE] [LETTERS] [SENT]` (1,000,000, 100,000 and 3,000). The mail server
is a process of its own that keeps nothing.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/duties/breach")]
SUBJECTS = """
insert into register.subject (id, jurisdiction, language, created_at)
select cast(md5(id::text) as uuid), 'sa', case when id % 4 = 0 then 'en' else 'ar' end, :then from register.listing
"""
POINTS = """
insert into register.contact_point (listing_id, kind, key, value, normalised, number_type, traits, source_column,
                                    delivery_id, received_at, class, score, reasons, edition, rules, decided_at,
                                    decided_by, permission, subject_id)
select id, kind, sha256(convert_to(kind || id, 'UTF8')), address, address, type, '{}', kind, gen_random_uuid(), :then,
       'personal', 0, array['person_named'], 'sa-2024-09-14', 'rules/1', :then, 'rules', 'blocked',
       cast(md5(id::text) as uuid)
  from register.listing,
       lateral (values ('email', 'person.' || id || '@people.example', null),
                       ('phone', '+96650' || lpad(id::text, 7, '0'), 'mobile')) given (kind, address, type)
"""


def main() -> None:
    from benchmarks.gate_world import business_world

    given = [*sys.argv[1:], *("1000000", "100000", "3000")[len(sys.argv) - 1 :]]
    people, letters, sent = (int(each) for each in given)
    with business_world():
        _fill(people)
        _run(people, min(letters, people), min(sent, letters, people))


def _run(people: int, letters: int, sent: int) -> None:
    from benchmarks.mail_sink import mail_sink
    from breach_case import ready
    from sqlalchemy import text

    from include.duties.breach import allow_notice, notice_of, scope, tell
    from include.duties.relaying import relay_outbox
    from include.law import load_controller, now
    from include.store import Role, begin

    at, controller = now(), load_controller()
    facts = {"discovered_at": at, "known_at": at, "began_at": at - timedelta(hours=2), "ended_at": None}
    breach = ready(at=at, **facts)
    began = time.perf_counter()
    found = scope(breach, now())
    counting = time.perf_counter() - began
    assert found.people == people
    allow_notice(breach, notice_of(breach, controller)[1].hex(), controller, by="dpo", at=now())
    with begin(Role.DUTIES) as connection:
        connection.execute(text(
            "delete from duties.breach_person where id in (select id from duties.breach_person order by id offset :n)"
        ), {"n": letters})  # fmt: skip
    began = time.perf_counter()
    assert tell(breach, controller, at=now(), settings={}).queued == letters
    queueing = letters / (time.perf_counter() - began)
    with mail_sink() as port:
        os.environ["AMANAH_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        began = time.perf_counter()
        assert relay_outbox(datetime.now(UTC), limit=sent).sent == sent
        relaying = sent / (time.perf_counter() - began)
    print("| what | measured |\n|---|--:|")
    print(f"| counting whom a breach concerns, {people:,} people in the register | {counting:.1f} s |")
    print(f"| letters written into the outbox a second, of {letters:,} | {queueing:,.0f} |")
    print(f"| letters handed to a mail server a second, one relay, {letters:,} waiting | {relaying:,.0f} |")


def _fill(people: int) -> None:
    from benchmarks.gate_world import LISTINGS, SOURCE, settle
    from sqlalchemy import text

    from include.store import Role, begin

    then = datetime.now(UTC) - timedelta(days=9)
    with begin(Role.INTAKE) as connection:
        connection.execute(text(SOURCE))
        connection.execute(text(LISTINGS), {"listings": people})
        connection.execute(text(SUBJECTS), {"then": then})
        connection.execute(text(POINTS), {"then": then})
    settle()


if __name__ == "__main__":
    main()
