-- What the pages of requests show: ids, codes, counts and times, each list by an index and never without its end.

-- name: open
select id, reference, "right", subject_id, means, language, state, edition, received_at, due_at,
       coalesce(first_due_at, due_at) as first_due_at, proof, capacity, extended_at, extension_due, extension_message,
       shown_at, destruction_request
  from duties.request
 where state in ('received', 'checked', 'in_work') and (due_at, id) > (:at, cast(:id as uuid))
 order by due_at, id
 limit :limit;

-- name: closed
select id, reference, "right", means, state, due_at, closed_at, ground, outcome, received_at, answer_returned_at
  from duties.request
 where closed_at is not null and (closed_at, id) < (:at, cast(:id as uuid))
 order by closed_at desc, id desc
 limit :limit;

-- name: count
select (select count(*) from (select from duties.request where state in ('received', 'checked', 'in_work')
                               limit :many) found) as open,
       (select count(*) from (select from duties.request
                               where state = 'checked' and ("right" = any(:officer) or proof = 'operator')
                               limit :many) found)
       + (select count(*) from (select from duties.request where answer_returned_at is not null
                                 limit :many) found) as officer,
       least((select min(due_at) from duties.request where state in ('received', 'checked', 'in_work')),
             (select min(due_at) from duties.request where answer_returned_at is not null)) as due_at;

-- name: named
select id from duties.request where reference = :reference;

-- name: beside
select answers, guardianship, merged_into, checked_at, begun_at, extension_reason, ground, outcome, closed_at,
       extension_message as notice, (select state from channels.message where message.id = extension_message) as notice_state,
       (select closed_at from duties.destruction_request wish where wish.id = destruction_request) as destroyed_at
  from duties.request where id = :id;

-- name: joined
select id, reference, received_at from duties.request where merged_into = :id order by received_at, id limit :limit;

-- name: proposals
select id, field, point_id, listing_id, state, reason, systems, at, decided_at
  from duties.proposal where request_id = :id order by at, id limit :limit;

-- name: restriction
select kind, since, ended_at from duties.restriction where id = :id;

-- name: correctable
select point.id, point.kind, point.listing_id, listing.source_key
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.subject_id = :subject order by point.listing_id, point.id limit :limit;
