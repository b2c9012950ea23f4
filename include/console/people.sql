-- What the page of one person shows: ids, codes and times, each list by an index and never without its end.

-- name: person
select id, jurisdiction, language, created_at from register.subject where id = :subject;

-- name: points
select point.id, point.kind, listing.source_key, point.source_column, listing.provenance, point.received_at, point.class,
       point.score, point.reasons, point.edition, point.decided_at, point.decided_by, point.permission
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.subject_id = :subject and point.id > :after
 order by point.id
 limit :limit;

-- name: past_decisions
select contact_point_id, class, reasons, edition, decided_at, decided_by
  from register.past_decision where contact_point_id = any(:points) order by contact_point_id, id desc limit 200;

-- name: own
select id, purpose, channel, kind, provenance, received_at
  from duties.own_contact where subject_id = :subject order by received_at, id limit :limit;

-- name: consents_now
-- As `duties.consent_state`: that somebody was asked counts only until something is said.
select distinct on (purpose, channel) purpose, channel, action, means, at
  from duties.consent_event where subject_id = :subject
 order by purpose, channel, action = 'asked', at desc, id desc;

-- name: consents
select purpose, channel, action, provenance, text_version, language, means, at
  from duties.consent_event where subject_id = :subject order by at desc, id desc limit :limit;

-- name: notices
select id, source_key, purpose, state, outcome, channel, edition, received_at, send_by, told_at, due_at
  from duties.notice where subject_id = :subject order by due_at desc, id limit :limit;

-- name: requests
select id, reference, "right", means, state, received_at, due_at
  from duties.request where subject_id = :subject order by received_at desc, id limit :limit;

-- name: restrictions
select kind, purpose, means, since, ended_at
  from duties.restriction where subject_id = :subject order by since desc, id limit :limit;

-- name: wishes
select trigger, asked_at, closed_at from duties.destruction_request
 where subject_id = :subject order by asked_at desc limit :limit;

-- name: plans_of
select distinct destruction.id, destruction.trigger, destruction.state, destruction.planned_at
  from duties.notice
  join duties.destruction_target target on target.notice_id = notice.id
  join duties.destruction on destruction.id = target.destruction_id
 where notice.subject_id = :subject
 order by destruction.planned_at desc, destruction.id
 limit :limit;

-- name: holds_of
select hold.id, hold.case_ref, hold.system, hold.table_name, hold.placed_at
  from duties.hold_of_subject held join duties.hold on hold.id = held.hold_id
 where held.subject_id = :subject order by hold.placed_at, hold.id limit :limit;

-- name: business
select point.id, point.kind, listing.source_key, point.class, point.received_at
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.id = any(:points) order by point.id;
