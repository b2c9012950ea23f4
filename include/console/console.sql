-- What the pages show. Every count ends at :many, and every list goes on from a place in an index: a page costs the
-- same over a thousand rows and over ten million. Nothing here may name a value: the role may not read one.

-- name: missed
select count(*) from (
    select from duties.duty where state = 'missed' and closed_at > :since limit :many
) found;

-- name: clocks_soon
select count(*) from (select from duties.duty where state = 'open' and due_at <= :soon limit :many) found;

-- name: next_due
select min(due_at) as at from duties.duty where state = 'open';

-- name: unsent
select count(*) from (
    select from duties.notice
     where state in ('owed', 'queued') and send_by < :at limit :many
) found;

-- name: owed
select count(*) from (
    select from duties.notice
     where state in ('owed', 'queued') and send_by >= :at limit :many
) found;

-- name: undetermined
select count(*) from (select from register.contact_point where class = 'undetermined' limit :many) found;

-- name: first_undetermined
select point.received_at, source.jurisdiction
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.class = 'undetermined'
 order by point.received_at, point.id
 limit 1;

-- name: plans
select count(*) from duties.destruction where state = 'halted';

-- name: asked_late
select count(*) from (
    select from duties.destruction_request where closed_at is null and asked_at < :asked limit :many
) found;

-- name: standstill
select reason, begun_at from duties.standstill where ended_at is null;

-- name: failed_deliveries
select count(*) from register.receipt where state = 'failed' and received_at > :night;

-- name: bulk_readers
select count(*) from duties.reader where alarmed_at > :week;

-- name: last_of
select payload, recorded_at from evidence.ledger where kind = :kind order by recorded_at desc, seq desc limit 1;

-- name: breaches
select count(*) as open, min(due_at) filter (where reported_at is null) as due_at
  from duties.breach where closed_at is null and not rehearsal;

-- name: breach_words
select element, min(written_at) as written_at, count(*) as languages
  from duties.breach_words where breach_id = :breach group by element;

-- name: breach_steps
select step, office, due_at, done_at from duties.breach_step where breach_id = :breach order by due_at, step;

-- name: breach_answers
select distinct on (question) question, answer from duties.breach_answer where breach_id = :breach
 order by question, answered_at desc;

-- name: breach_decisions
select whom, verdict, reasons, decided_at from duties.breach_decision where breach_id = :breach order by decided_at;

-- name: breach_reports
select number, state, encode(hash, 'hex') as hash, deferred, delays, drafted_at, approved_at, filed_at,
       authority_reference
  from duties.breach_report where breach_id = :breach and state <> 'replaced' order by number;

-- name: seals
select head.seq as events, coalesce(sealed.seq, 0) as sealed, sealed.at
  from evidence.head left join lateral (select seq, at from evidence.seal order by seq desc limit 1) sealed on true;

-- name: queue
select point.id, listing.source_key, source.jurisdiction, point.kind, point.score, point.reasons, point.received_at
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.class = 'undetermined' and (point.received_at, point.id) > (:received_at, :id)
 order by point.received_at, point.id
 limit :limit;

-- name: point
select point.id, listing.source_key, source.jurisdiction, point.kind, point.source_column, point.received_at,
       point.class, point.score, point.reasons, point.edition, point.decided_at, point.decided_by,
       (select review.id from register.review where contact_point_id = point.id and ended_at is null) as review
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.id = :point;

-- name: halted
select id, trigger, encode(plan_hash, 'hex') as hash, counts, edition, state, planned_at, system, rule, scope
  from duties.destruction where state = 'halted' order by planned_at, id limit 100;

-- name: past_plans
select id, trigger, encode(plan_hash, 'hex') as hash, counts, edition, state, planned_at, system, rule
  from duties.destruction
 where state <> 'halted' and (planned_at, id) < (:planned_at, cast(:id as uuid))
 order by planned_at desc, id desc
 limit :limit;

-- name: holds
select id, case_ref, system, table_name, since, until, placed_at,
       (select count(*) from duties.hold_person person where person.hold_id = hold.id) as people
  from duties.hold
 where released_at is null and (placed_at, id) > (:placed_at, cast(:id as uuid))
 order by placed_at, id
 limit :limit;

-- name: kinds
select kind.name, found.count
  from evidence.kind
  cross join lateral (
      select count(*) from (
          select from evidence.ledger
           where ledger.kind = kind.name and recorded_at >= :begin and recorded_at < :end limit :many
      ) counted
  ) found
 where found.count > 0
 order by kind.name;

-- name: events
select seq, payload, recorded_at
  from evidence.ledger
 where kind = :kind and (recorded_at, seq) < (:recorded_at, :seq)
 order by recorded_at desc, seq desc
 limit :limit;

-- name: planned_at
select planned_at from duties.destruction where id = :id;

-- name: placed_at
select placed_at from duties.hold where id = :id;

-- name: at_seq
select recorded_at from evidence.ledger where seq = :seq;
