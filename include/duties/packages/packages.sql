-- name: request
select request.id, request.reference, request."right", request.subject_id, request.language, request.received_at,
       request.edition, subject.jurisdiction
  from duties.request left join register.subject on subject.id = request.subject_id
 where request.id = :request;

-- name: of_request
select * from duties.package where request_id = :request for update;

-- name: asked_by
select capacity, reply_to, channel, due_at from duties.request where id = :request;

-- name: one
select * from duties.package where id = :id for update;

-- name: open
insert into duties.package (id, request_id, subject_id, language, counts, state, edition, made_at, expires_at)
values (:id, :request, :subject, :language, '{}', 'writing', :edition, :at, :expires)
on conflict (request_id) do update
   set state = 'writing', sha256 = null, counts = '{}', made_at = excluded.made_at, expires_at = excluded.expires_at,
       language = excluded.language, edition = excluded.edition, subject_id = excluded.subject_id, ended_at = null,
       recipient = null, channel = null;

-- name: ready
update duties.package set state = 'ready', sha256 = :sha256, counts = cast(:counts as jsonb) where id = :id;

-- name: deliver
update duties.package
   set state = 'delivered', delivered_at = :at, expires_at = :expires, recipient = :recipient, channel = :channel,
       letter = :letter
 where id = :id;

-- name: over
-- Past its time, or its person is gone, or it was begun and nobody went on.
select id, edition, downloads from duties.package
 where state <> 'destroyed'
   and (expires_at <= :at
        or not exists (select from register.subject where subject.id = package.subject_id)
        or state = 'writing' and made_at <= cast(:at as timestamptz) - interval '1 day')
 order by made_at, id;

-- name: destroyed
update duties.package
   set state = 'destroyed', ended_at = :at, sha256 = null, subject_id = null, recipient = null, channel = null
 where id = :id and state <> 'destroyed';

-- name: identities
-- By which contacts somebody is known, and what else is theirs: their names, as their listings give them.
select kind, normalised as value from register.contact_point
 where subject_id = :subject and kind in ('email', 'phone') and normalised is not null
union
select kind, value from duties.own_contact where subject_id = :subject
 order by 1, 2;

-- name: own_values
select kind, value from register.contact_point where subject_id = :subject
union
select kind, normalised from register.contact_point where subject_id = :subject and normalised is not null
union
select kind, value from duties.own_contact where subject_id = :subject
 order by 2, 1;

-- name: reachable
-- The contacts by which this person alone is known: who shares a number could read a code that goes there. In the
-- order of `ways` in rights.sql: mailboxes before numbers, that of which nothing came back before another, and what they
-- gave themselves before what we were given.
select kind, value from (
    select own.kind, own.value, own.key, 0 as first from duties.own_contact own where own.subject_id = :subject
    union all
    select point.kind, point.normalised, point.key, 1 from register.contact_point point
     where point.subject_id = :subject and point.kind in ('email', 'phone') and point.normalised is not null) ways
 where not exists (select from register.contact_point other
                    where other.key = ways.key and other.subject_id is distinct from :subject)
   and not exists (select from duties.own_contact other
                    where other.key = ways.key and other.subject_id <> :subject)
 group by kind, value, key
 order by kind, exists (select from channels.message
                         where message.recipient_key = ways.key and message.state in ('bounced', 'failed')),
       min(first), value;

-- name: sources
select source.key, source.kind, source.contract -> 'title' as title, source.basis_case, source.purposes,
       min(point.received_at) as received_at
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where point.subject_id = :subject
 group by source.key order by source.key;

-- name: contacts
select listing.source_key, point.kind, point.value, point.normalised, point.source_column, point.received_at
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.subject_id = :subject
 order by listing.source_key, point.kind, point.id;

-- name: fields
-- What else a listing says; whether it is of others too, and what is theirs in it.
select listing.source_key, listing.id, listing.fields, listing.received_at,
       array(select distinct other.value from register.contact_point other
              where other.listing_id = listing.id and other.subject_id <> :subject and other.kind = 'person'
              order by 1) as names,
       array(select distinct beside.value from register.contact_point other
              cross join lateral (values (other.value), (other.normalised)) beside (value)
              where other.listing_id = listing.id and other.subject_id <> :subject and beside.value is not null
                and other.kind in ('email', 'phone', 'website')
              order by 1) as others,
       exists (select from register.contact_point other
                where other.listing_id = listing.id and other.subject_id <> :subject) as shared
  from register.listing
 where listing.id in (select listing_id from register.contact_point where subject_id = :subject)
 order by listing.source_key, listing.id;

-- name: decisions
select point.kind, point.value, decided.class, decided.reasons, decided.edition, decided.decided_at, decided.decided_by
  from register.contact_point point
 cross join lateral (
       select point.class, point.reasons, point.edition, point.decided_at, point.decided_by
       union all
       select past.class, past.reasons, past.edition, past.decided_at, past.decided_by
         from register.past_decision past where past.contact_point_id = point.id) decided
 where point.subject_id = :subject
 order by point.kind, point.id, decided.decided_at, decided.class;

-- name: own_contacts
select purpose, channel, value, received_at from duties.own_contact
 where subject_id = :subject order by purpose, channel, value;

-- name: consents
select purpose, channel, action, means, language, at from duties.consent_event
 where subject_id = :subject order by id;

-- name: notices
select source_key, purpose, state, channel, told_at, due_at from duties.notice
 where subject_id = :subject order by received_at, id;

-- name: requests
select reference, "right", means, received_at, due_at, details from duties.request
 where subject_id = :subject order by received_at, reference;

-- name: restrictions
select kind, purpose, means, since, ended_at from duties.restriction
 where subject_id = :subject order by since, id;

-- name: stops
select stop.kind, stop.purpose, stop.means, stop.asked_at
  from duties.stop
 where exists (select from register.contact_point point
                where point.subject_id = :subject and stop.key = any(suppression.forms(point.key))
                  and not exists (select from register.contact_point other
                                   where other.key = point.key and other.subject_id is distinct from :subject))
 order by stop.asked_at, stop.id;

-- name: disclosures
select point.kind, disclosure.recipient, disclosure.country, disclosure.purpose, disclosure.method,
       disclosure.safeguard, disclosure.at,
       (select max(removal.made_at) from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
         where removal.audience_id = member.audience_id and gone.point_id = member.point_id) as told_at
  from register.contact_point point
  join duties.audience_member member on member.point_id = point.id
  join duties.disclosure on disclosure.audience_id = member.audience_id
 where point.subject_id = :subject
 order by disclosure.at, point.id, disclosure.method;

-- name: persons
-- Whole names of other people that are held, by their keyed hashes.
select distinct key from register.contact_point
 where key = any(:keys) and kind = 'person' and subject_id is distinct from :subject;

-- name: fetchable
select package.id, package.subject_id, package.request_id, package.language, package.expires_at, package.downloads,
       package.recipient, package.channel, request.reference
  from duties.package join duties.request on request.id = package.request_id
 where package.id = :id and package.state = 'delivered' and package.expires_at > :at
   and exists (select from register.subject where subject.id = package.subject_id);

-- name: downloaded
update duties.package set downloads = downloads + 1, downloaded_at = :at where id = :id;
