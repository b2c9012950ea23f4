-- name: owing
-- Every subject, source and purpose without a notice: the clock starts at the first receipt (IR 4(3)); that of a purpose
-- which joins later, for people who were told of another, starts when it joins (IR 4(6)).
create temp table owing on commit drop as
select gen_random_uuid() as id, point.subject_id, listing.source_key, purpose, source.jurisdiction, subject.language,
       case when exists (select from duties.notice earlier
                          where earlier.subject_id = point.subject_id and earlier.source_key = listing.source_key)
            then cast(:at as timestamptz) else min(point.received_at) end as received_at,
       bool_and(point.class = 'undetermined') as undecided
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
  join register.subject on subject.id = point.subject_id
  cross join lateral unnest(source.purposes) as purpose
 where not exists (select from duties.notice
                    where notice.subject_id = point.subject_id and notice.source_key = listing.source_key
                      and notice.purpose = purpose.purpose)
 group by point.subject_id, listing.source_key, purpose, source.jurisdiction, subject.language;

-- name: starts
select distinct jurisdiction, received_at from owing;

-- name: calendar
create temp table calendar (
    jurisdiction text, received_at timestamptz, edition text, article text, not_before timestamptz,
    decided_by timestamptz, send_by timestamptz, last_sending timestamptz, due_at timestamptz
) on commit drop;

-- name: open
insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
select owing.id, 'source_notice', source_key, 'open', edition, article, :at, received_at, due_at
  from owing join calendar using (jurisdiction, received_at);
insert into duties.notice (id, subject_id, source_key, purpose, jurisdiction, edition, received_at, not_before,
                           send_by, last_sending, due_at, state, language)
select owing.id, subject_id, source_key, purpose, jurisdiction, edition, received_at,
       case when undecided then decided_by else not_before end, send_by, last_sending, due_at, 'owed', language
  from owing join calendar using (jurisdiction, received_at);

-- name: unneeded
-- Nothing of the person is held from this source any more: the publisher took it out, or a decision made it business.
-- Who was told already keeps the notice until its clock ends: coming back before, nobody is told twice.
with closed as (
    update duties.notice set state = 'exempt', outcome = 'no_longer_held', closed_at = :at, subject_id = null, point_id = null
     where state in ('owed', 'queued')
       and not exists (select from register.contact_point point join register.listing on listing.id = point.listing_id
                        where point.subject_id = notice.subject_id and listing.source_key = notice.source_key)
    returning id, message_id
), dropped as (
    update channels.message set state = 'destroyed', recipient = null, recipient_key = null, subject = null,
                                text_body = null, html_body = null
      from closed where message.id = closed.message_id and message.state = 'ready'
)
update duties.duty set state = 'done', outcome = 'no_longer_held', closed_at = :at
  from closed where duty.id = closed.id and duty.state = 'open';

-- name: forgotten
-- A subject of whom nothing is held and to whom nothing is owed is not kept: should they come back, they are told.
delete from register.subject
 where not exists (select from register.contact_point point where point.subject_id = subject.id)
   and not exists (select from duties.notice where notice.subject_id = subject.id
                                               and notice.state in ('owed', 'queued', 'told'))
   and not exists (select from duties.own_contact own where own.subject_id = subject.id);

-- name: sendable
-- Notices that may go out now, with the best way to reach the person: a mailbox, else a mobile where a channel serves it.
select notice.id, notice.subject_id, notice.source_key, notice.purpose, notice.jurisdiction, notice.edition,
       notice.received_at, notice.last_sending, notice.due_at, notice.language, way.id as point_id, way.kind, way.normalised,
       (select count(*) from channels.message where message.duty_id = notice.id) as tries
  from duties.notice
  join lateral (
      select point.id, point.kind, point.normalised
        from register.contact_point point join register.listing on listing.id = point.listing_id
       where point.subject_id = notice.subject_id and point.normalised is not null
         and not exists (select from register.contact_point refused
                          where refused.id = any(notice.refused) and refused.key = point.key)
         and (point.kind = 'email' or (:by_phone and point.kind = 'phone' and point.number_type = 'mobile'))
         and not exists (select from suppression.entry where entry.key = any(suppression.forms(point.key)))
       order by point.kind = 'email' desc, listing.source_key = notice.source_key desc, point.id
       limit 1
  ) way on true
 where notice.state = 'owed' and notice.not_before <= :at and notice.last_sending >= :at
   and notice.source_key <> all(cast(:held_back as text[]))
   and not exists (
      select from register.contact_point point join register.listing on listing.id = point.listing_id
       where point.subject_id = notice.subject_id and listing.source_key = notice.source_key
         and point.permission = 'awaiting_assessment')
 order by notice.send_by, notice.subject_id, notice.source_key, notice.id
 limit :limit
   for update of notice skip locked;

-- name: awaited
-- How many letters there may be to write: one for a person and a source. Who cannot be reached is counted too.
select count(*) as letters
  from (select distinct subject_id, source_key from duties.notice
         where state = 'owed' and not_before <= :at and last_sending >= :at) letter;

-- name: held
-- What we hold of these people from these sources, by kind: the categories that the notice tells.
select point.subject_id, listing.source_key, array_agg(distinct point.kind order by point.kind) as kinds,
       bool_or(listing.fields ? 'role') as role
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.subject_id = any(:subjects)
 group by point.subject_id, listing.source_key;

-- name: queued
update duties.notice
   set state = 'queued', message_id = given.message, channel = given.channel, point_id = given.point
  from unnest(cast(:notices as uuid[]), cast(:messages as uuid[]), cast(:channels as text[]), cast(:points as bigint[]))
       as given (notice, message, channel, point)
 where notice.id = given.notice;

-- name: standing
select exists (select from duties.notice where message_id = :message and state = 'queued') as owed,
       exists (select from suppression.entry where key = any(suppression.forms(:key))) as suppressed;

-- name: told
with told as (
    update duties.notice set state = 'told', told_at = :at
     where message_id = :message and state = 'queued' returning id
)
update duties.duty set state = 'done', outcome = 'told', closed_at = :at
  from told where duty.id = told.id and duty.state = 'open';

-- name: expired
-- Its time ran out in the outbox: the address did nothing wrong.
update duties.notice set state = 'owed', message_id = null, channel = null, point_id = null
 where message_id = :message and state = 'queued';

-- name: failed
-- The channel refused the address for good: the notice is owed again, and not to this address.
update duties.notice
   set state = 'owed', message_id = null, channel = null, refused = array_append(refused, point_id), point_id = null
 where message_id = :message and state = 'queued';
