"""A register as large as the console's pages are measured over, written by the database itself: invented, no delivery.

Six points in ten are businesses', three are a person's, one waits for a decision. Each person is owed a notice: two in
three were told in time and asked, none is late, some agreed; beside them stand messages, requests, plans, holds,
audiences, disclosures, stops, an incident and the ledger's events.
"""

from __future__ import annotations

import re
import time
from datetime import datetime
from uuid import UUID

from benchmarks.bulk import written_in_bulk
from benchmarks.gate_world import LISTINGS, SOURCE, settle
from builders import terms
from sqlalchemy import text

__all__ = ["AUDIENCE", "EVENTS", "INCIDENT", "LARGE", "MAILBOX", "PERSON", "fill"]

MAILBOX = "bench.person@people.example"
PERSON = UUID("0b8f7c62-6c1d-4b7e-9a35-2f4f1f6d9c10")
AUDIENCE = UUID("5d0f6f5a-9f0e-4b59-8a1c-0c9f0f3b7a21")
INCIDENT = "SOC-1"
LARGE = (
    "register.subject", "register.listing", "register.contact_point", "register.identity", "duties.duty",
    "duties.notice", "duties.consent_event", "duties.stop", "duties.request", "channels.message", "channels.returned",
)  # fmt: skip
"""Tables whose indexes are made when they are full."""
EVENTS = 12_000
"""Events of one kind and day in the ledger, more than a page counts: writers pass it one at a time."""
STEPS = """
insert into register.subject (id, jurisdiction, language, created_at)
select made('subject' || id), 'sa', 'ar', :at from register.listing where id % 10 >= 6;

insert into register.contact_point (listing_id, kind, key, value, normalised, traits, source_column, delivery_id,
                                    received_at, class, score, reasons, edition, rules, decided_at, decided_by,
                                    permission, subject_id)
select id, kind, sha256(convert_to(kind || id, 'UTF8')), address, address, '{}', kind, gen_random_uuid(),
       cast(:at as timestamptz) - (id % 20) * interval '1 day', klass, 0.7, array['name_of_organisation'],
       'sa-2024-09-14', 'rules/1', :at, 'rules', case klass when 'business' then 'business_use' else 'blocked' end,
       case klass when 'business' then null else made('subject' || id) end
  from register.listing,
       lateral (values ('email', 'info@shop-' || id || '.example'), ('phone', '+96611' || lpad(id::text, 8, '0')))
           given (kind, address),
       lateral (select case when id % 10 < 6 then 'business' when id % 10 < 9 then 'personal' else 'undetermined' end)
           decided (klass);

insert into register.identity (key, subject_id)
select key, subject_id from register.contact_point where subject_id is not null on conflict do nothing;

insert into duties.duty (id, kind, source_key, state, outcome, edition, article, opened_at, starts_at, due_at,
                         closed_at)
select id, 'source_notice', 'bench', case when n % 200 = 0 then 'missed' when n % 3 = 0 then 'open' else 'done' end,
       case when n % 200 = 0 or n % 3 = 0 then null else 'told' end, 'sa-2024-09-14', 'IR 4(3)', :at, :at,
       cast(:at as timestamptz) + case when n % 3 = 0 then 21 + n % 9 else 1 + n % 29 end * interval '1 day',
       case when n % 200 = 0 or n % 3 <> 0 then cast(:at as timestamptz) - (n % 29) * interval '1 day' end
  from (select id, row_number() over (order by id) as n from register.subject) people;

insert into duties.notice (id, subject_id, source_key, purpose, jurisdiction, edition, received_at, not_before, send_by,
                           last_sending, due_at, state, language, told_at)
select duty.id, duty.id, 'bench', 'business_contact', 'sa', 'sa-2024-09-14', :at, :at,
       duty.due_at - interval '20 days', duty.due_at - interval '12 days', duty.due_at,
       case duty.state when 'open' then 'owed' else 'told' end, 'ar', case duty.state when 'open' then null else :at end
  from duties.duty where kind = 'source_notice';

insert into duties.consent_event (subject_id, purpose, channel, action, provenance, language, means, actor, edition, at)
select subject_id, purpose, 'all', action, 'directory', 'ar', means, 'subject', edition, cast(:at as timestamptz)
  from (select subject_id, purpose, edition, row_number() over (order by id) as n from duties.notice
         where state = 'told') told
 cross join lateral (values ('asked', 'letter', 1), ('granted', 'page', 3), ('refused', 'page', 7))
       said (action, means, each)
 where n % each = 0;

insert into duties.stop (key, kind, key_version, purpose, means, asked_at)
select sha256(convert_to('stop' || n, 'UTF8')), 'email', 1, 'promotion', 'link',
       cast(:at as timestamptz) - n * interval '1 second' from generate_series(1, :points / 20) n;

insert into duties.restriction (subject_id, kind, since, means, edition)
select id, 'objection', :at, 'page', 'sa-2024-09-14' from register.subject
 where substr(id::text, 1, 2) = '00';

insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, edition, made_at,
                             expires_at)
select case n when 1 then cast(:audience as uuid) else gen_random_uuid() end, 'promotion', 'mailer', 'SA', 'csv',
       'exported', 'bench', 'run ' || n, '{"members": 1000}', 'sa-2024-09-14',
       cast(:at as timestamptz) - n * interval '1 hour', cast(:at as timestamptz) + interval '7 days'
  from generate_series(1, 5000) n;

insert into duties.removal (audience_id, state, contact_points, made_at)
select id, 'told', 5, made_at from duties.audience cross join generate_series(1, 7);

insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, destroyed_at,
                                verified_at)
select gen_random_uuid(), 'notice_clock', sha256(convert_to('plan' || n, 'UTF8')), '{"subjects": 9, "notices": 9}',
       'edition', 'sa-2024-09-14', case when n <= 20 then 'halted' else 'verified' end,
       cast(:at as timestamptz) - n * interval '1 hour', cast(:at as timestamptz) - n * interval '1 hour',
       cast(:at as timestamptz) - n * interval '1 hour' from generate_series(1, 20000) n;

insert into duties.disclosure (audience_id, recipient, country, purpose, method, abroad, safeguard, contact_points,
                               edition, at)
select id, 'mailer' || n % 7, 'AE', 'promotion', 'csv', true, 'standard_clauses', 1000, 'sa-2024-09-14', made_at
  from (select id, made_at, row_number() over (order by made_at) as n from duties.audience) handed;

insert into duties.duty (id, kind, source_key, state, outcome, edition, article, opened_at, starts_at, due_at,
                         closed_at)
select made('request' || n), 'rights_request', 'api', case when n % 6 = 0 then 'open' else 'done' end, null,
       'sa-2024-09-14', 'Law 21', at, at, at + interval '30 days', case when n % 6 = 0 then null else :at end
  from generate_series(1, :points / 100) n,
       lateral (select cast(:at as timestamptz) - (n % 25) * interval '1 day' - n * interval '1 second') came (at);

insert into duties.request (id, reference, "right", subject_id, means, language, state, edition, received_at, due_at,
                            first_due_at, proof, checked_at, outcome, closed_at, details)
select made('request' || n), lpad(upper(to_hex(n)), 8, '0'),
       (array['correct', 'access', 'complain', 'destroy'])[1 + n % 4], made('subject' || n * 10 + 6 + n % 3),
       'api', 'ar', state, 'sa-2024-09-14', at, at + interval '30 days',
       at + interval '30 days', case state when 'received' then null else 'api' end,
       case state when 'received' then null else at end, case state when 'answered' then 'provided' end,
       case state when 'answered' then at + interval '3 days' end, 'invented'
  from generate_series(1, :points / 100) n,
       lateral (select cast(:at as timestamptz) - (n % 25) * interval '1 day' - n * interval '1 second') came (at),
       lateral (select case when n % 6 > 0 then 'answered' when n % 12 = 0 then 'checked' else 'received' end)
           stands (state);

insert into duties.proposal (id, request_id, field, listing_id, value, state, at)
select made('proposal' || n), made('request' || n), 'role', n, 'invented', 'proposed', :at
  from generate_series(12, :points / 100, 12) n;

insert into channels.message (id, duty_id, kind, channel, recipient, language, template, jurisdiction, state,
                              not_before, message_id, created_at, sent_at)
select made('message' || id), id, 'source_notice', 'email', case state when 'owed' then 'somebody@people.example' end,
       'ar', 'source_notice/3', 'sa', case state when 'owed' then 'ready' else 'sent' end, received_at,
       case state when 'owed' then null else '<' || id || '@bench.example>' end, received_at,
       case state when 'owed' then null else told_at end
  from duties.notice;

insert into channels.returned (key, kind, reason, message_id, outcome, read_at)
select sha256(convert_to('returned' || n, 'UTF8')), 'hard_bounce', 'mailbox_unknown', null, 'told_otherwise',
       cast(:at as timestamptz) - n * interval '1 second' from generate_series(1, :points / 100) n;

update register.source set contract = cast(:contract as jsonb) where key = 'bench';

insert into duties.hold (id, case_ref, placed_by, placed_at)
select made('hold' || n), 'CASE-' || n, 'bench', cast(:at as timestamptz) - n * interval '1 hour'
  from generate_series(1, 500) n;

insert into duties.hold_person (hold_id, key, kind)
select made('hold' || n), sha256(convert_to('email' || n * 10 + each, 'UTF8')), 'email'
  from generate_series(1, 500) n cross join generate_series(6, 8) each;

insert into register.delivery (id, source_key, sha256, size_bytes, received_at, state)
select made('delivery' || n), 'bench', sha256(convert_to('delivery' || n, 'UTF8')), 1, :at, 'registered'
  from generate_series(1, 2000) n;

insert into register.receipt (id, source_key, delivery_id, received_at, state, run, reason, counts)
select made('receipt' || n), 'bench', made('delivery' || n), cast(:at as timestamptz) - n * interval '1 hour',
       'registered', 'run ' || n, 'scheduled', '{}' from generate_series(1, 2000) n;

insert into register.subject (id, jurisdiction, language, created_at) values (:person, 'sa', 'ar', :at);

update register.contact_point set subject_id = :person where listing_id in (
    select id from register.listing where id % 10 = 7 order by id limit 30);

insert into register.identity (key, subject_id) values (:key, :person)
"""
"""What is written, one statement after the other; `made('word' || number)` is an id of its own. The person who is
looked for stands in thirty listings."""


MADE = r"overlay(overlay(md5(\1) placing '4' from 13) placing '8' from 17)::uuid"


def fill(points: int, at: datetime) -> None:
    """Write so many contact points with all that stands beside them, as of `at` (UTC)."""
    from include.duties.marketing.tallying import tally
    from include.store import keyed

    contract = terms(key="bench").model_dump_json()
    values = {"at": at, "points": points, "person": PERSON, "audience": AUDIENCE, "key": keyed("email", MAILBOX),
              "contract": contract}  # fmt: skip
    with written_in_bulk(LARGE) as connection:
        connection.execute(text(SOURCE))
        connection.execute(text(LISTINGS), {"listings": points // 2})
        for statement in STEPS.split(";\n\n"):
            connection.execute(text(re.sub(r"\bmade\((.*?)\)", MADE, statement)), values)
    _tell(at)
    _breaks(at)
    settle()
    began = time.perf_counter()
    tally(at)
    print(f"consents, stops and restrictions counted anew in {time.perf_counter() - began:.1f} s", flush=True)


def _breaks(at: datetime) -> None:
    """Note an incident."""
    from include.duties.breach import Given, Means, note

    given = Given(
        kind="disclosure", evidence=INCIDENT, known_at=at, discovered_at=at, began_at=at, systems=("register",)
    )
    note(given, means=Means.COMMAND, by="bench", at=at)


def _tell(at: datetime) -> None:
    """Write the ledger's events, each by its own way in."""
    from include.evidence import Kind
    from include.evidence.payload import payload
    from include.store import Role, begin

    told = payload(at=at, edition="sa-2024-09-14", codes={"reason": "to_decide"})
    append = text("select count(evidence.append(:kind, :payload, '{}')) from generate_series(1, :events)")
    with begin(Role.DUTIES) as connection:
        connection.execute(append, {"kind": str(Kind.VALUE_READ), "payload": told, "events": EVENTS})
