-- name: link
select subject_id, message_id, language from portal.link where hash = :hash and expires_at > :at;

-- name: subject
select language from register.subject where id = :subject;

-- name: held
-- What is held of a person, by source: the contact itself, where it came from and when.
select listing.source_key, source.kind as source_kind, source.contract -> 'title' as title, point.kind, point.value, listing.fields,
       min(point.received_at) over (partition by listing.source_key) as received_at
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.subject_id = :subject
 order by listing.source_key, point.kind, point.id;

-- name: going
select count(*) from duties.destruction_request where subject_id = :subject and closed_at is null;

-- name: own
select purpose, channel, kind, value, received_at from duties.own_contact where subject_id = :subject order by 1, 2;

-- name: agreed
select distinct purpose from duties.consent_state where subject_id = :subject and action = 'granted' order by 1;

-- name: asked
-- Requests that joined another are that one's.
select reference, "right", due_at, state, closed_at, outcome from duties.request
 where subject_id = :subject and state <> 'merged' order by received_at;

-- name: mailbox
-- Where a person can be written to: a mailbox by which they alone are known first; of these what they gave themselves.
select value, shared from (
    select ways.first, ways.value,
           exists (select from register.contact_point other
                    where other.key = ways.key and other.subject_id is distinct from :subject)
           or exists (select from duties.own_contact other
                       where other.key = ways.key and other.subject_id <> :subject) as shared
      from (select 0 as first, value, key from duties.own_contact where subject_id = :subject and kind = 'email'
            union all
            select 1, normalised, key from register.contact_point
             where subject_id = :subject and kind = 'email' and normalised is not null) ways) known
 order by shared, first, value limit 1;

-- name: known_alone
-- The contacts by which a person alone is known; what they gave themselves comes first, then mailboxes.
select kind, value from (
    select own.kind, own.value, own.key, 0 as first from duties.own_contact own where own.subject_id = :subject
    union all
    select point.kind, point.normalised, point.key, 1 from register.contact_point point
     where point.subject_id = :subject and point.kind in ('email', 'phone') and point.normalised is not null) ways
 where not exists (select from register.contact_point other
                    where other.key = ways.key and other.subject_id is distinct from :subject)
   and not exists (select from duties.own_contact other
                    where other.key = ways.key and other.subject_id <> :subject)
 group by kind, value order by min(first), kind, value;

-- name: whose
-- Whom a contact leads to, and nobody else too: by a code to a number that two share, one would open the other's page.
select subject_id from (
    select subject_id from register.identity where key = :key
    union
    select subject_id from duties.own_contact where key = :key) known
 where not exists (select from register.contact_point other
                    where other.key = :key and other.subject_id <> known.subject_id)
   and not exists (select from duties.own_contact other
                    where other.key = :key and other.subject_id <> known.subject_id)
 limit 1;

-- name: old_codes
delete from portal.code where expires_at <= :at;

-- name: code
insert into portal.code (id, subject_id, hash, purpose, channel, value, expires_at)
values (:id, :subject, :hash, :purpose, :channel, :value, :expires);

-- name: try_code
-- Each try counts before it is judged, so that nobody tries twice at once.
update portal.code set tries = tries + 1 where id = :id and expires_at > :at and tries < :most 
returning subject_id, hash, purpose, channel, value;

-- name: used_code
delete from portal.code where id = :id;

-- name: attempt
insert into portal.attempt (bucket, since) values (:bucket, :at)
on conflict (bucket) do update
   set count = case when attempt.since <= :begin then 1 else attempt.count + 1 end,
       since = case when attempt.since <= :begin then :at else attempt.since end
returning count;

-- name: to_correct
-- What of a person can be corrected, listing by listing.
select point.id, point.kind, point.value, point.listing_id, listing.source_key, listing.fields,
       source.contract -> 'title' as title,
       exists (select from register.contact_point other
                where other.listing_id = point.listing_id and other.subject_id <> :subject) as shared
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.subject_id = :subject
 order by listing.source_key, point.listing_id, point.kind, point.id;
