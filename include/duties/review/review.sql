-- name: starts
select distinct source.jurisdiction, point.received_at
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.class = 'undetermined';

-- name: calendar
create temp table calendar (jurisdiction text, received_at timestamptz, decided_by timestamptz, due_at timestamptz)
    on commit drop;

-- name: waiting
select point.id, listing.source_key, point.kind, point.score, point.reasons, point.received_at, calendar.decided_by,
       calendar.due_at
  from calendar
  join register.source using (jurisdiction)
  join register.listing on listing.source_key = source.key
  join register.contact_point point on point.listing_id = listing.id and point.received_at = calendar.received_at
 where point.class = 'undetermined'
 order by calendar.decided_by, calendar.due_at, point.id
 limit :limit;

-- name: point
select point.id, point.kind, point.value, point.source_column, listing.source_key, listing.fields ->> 'organisation' as name,
       point.class, point.score, point.reasons, point.edition, point.rules, point.decided_at, point.decided_by
  from register.contact_point point join register.listing on listing.id = point.listing_id where point.id = :point;

-- name: past
select class, score, reasons, edition, rules, decided_at, decided_by
  from register.past_decision where contact_point_id = :point order by id desc;

-- name: reviews
select id, class, reason, at, ended_at, ended_by from register.review where contact_point_id = :point order by id desc;

-- name: labels
-- A site's normalised form is its domain, and a name's is for matching only: what they are is read of them as given.
select case when point.kind in ('phone', 'email') then coalesce(point.normalised, point.value) else point.value end as value,
       point.kind, coalesce(listing.country, '') as region,
       case review.class when 'personal' then 'person' else 'organisation' end as label,
       listing.source_key as source, 'review:' || review.reason as basis,
       coalesce(listing.fields ->> 'organisation', '') as owner_name,
       coalesce(point.number_type, '') as number_type, '' as split
  from register.review
  join register.contact_point point on point.id = review.contact_point_id and point.listing_id = review.listing_id
  join register.listing on listing.id = point.listing_id
 where review.ended_at is null
 order by review.id;
