-- name: subject
select subject_id from register.contact_point where id = :point;

-- name: person
select id from register.subject where id = :subject;

-- name: points
-- The earliest first, as the page has them.
select point.id, point.value, listing.fields ->> 'organisation' as name, listing.fields
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.subject_id = :subject order by point.id limit :limit;

-- name: own
select id, value from duties.own_contact where subject_id = :subject order by received_at, id limit :limit;

-- name: known_by
select subject_id from register.identity where key = :key
union
select subject_id from duties.own_contact where key = :key limit 1;

-- name: business_by
select id from register.contact_point where key = :key and class = 'business' order by id limit :limit;

-- name: request
select subject_id, details from duties.request where id = :request;

-- name: proposed
-- What somebody says that their data should say, beside what is held now.
select proposal.id, proposal.field, proposal.value, coalesce(point.value, listing.fields ->> proposal.field) as held
  from duties.proposal
  left join register.contact_point point on point.id = proposal.point_id
  left join register.listing on listing.id = proposal.listing_id and proposal.point_id is null
 where proposal.request_id = :request and proposal.value is not null
 order by proposal.at, proposal.id limit :limit;

-- name: read
insert into duties.reader as reader (actor, since, undecided) values (:actor, :at, :values)
on conflict (actor) do update
   set since = case when reader.since <= :begin then :at else reader.since end,
       undecided = case when reader.since <= :begin then :values else reader.undecided + :values end
returning undecided, since, alarmed_at;

-- name: sought
insert into duties.reader as reader (actor, since, undecided, sought_since, sought) values (:actor, :at, 0, :at, 1)
on conflict (actor) do update
   set sought_since = case when reader.sought_since > :begin then reader.sought_since else :at end,
       sought = case when reader.sought_since > :begin then reader.sought + 1 else 1 end
returning sought;

-- name: alarmed
update duties.reader set alarmed_at = :at where actor = :actor;

-- name: used
update duties.reader set undecided = undecided - 1 where actor = :actor and undecided > 0;

-- name: letter
select message.kind, message.recipient, message.subject, message.text_body,
       (select notice.subject_id from duties.notice where notice.id = message.duty_id) as subject_id
  from channels.message where message.id = :message and message.state = 'ready';
