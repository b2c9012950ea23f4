-- name: returned
-- Who was not reached over a channel is owed the notice again, over another: the mail came back, or nobody took it.
update duties.breach_person person
   set state = 'owed', tried = array_append(tried, message.channel), message_id = null
  from channels.message
 where person.breach_id = :breach and person.state in ('queued', 'told') and message.id = person.message_id
   and message.state in ('bounced', 'failed', 'expired');
update duties.breach_person set message_id = null
 where breach_id = :breach and state = 'owed' and message_id is not null;

-- name: queue
-- Letters for subjects of the register, a batch at a time: a mailbox, else a mobile where a channel serves it.
with owed as materialized (
    select id, subject_id, tried from duties.breach_person
     where breach_id = :breach and state = 'owed' and subject_id is not null
     limit :limit for update skip locked
), way as materialized (
    select owed.id, gen_random_uuid() as message, found.kind, found.value, found.key,
           case when subject.language = 'en' then 'en' else 'ar' end as language
      from owed
      left join register.subject on subject.id = owed.subject_id
      left join lateral (
          select kind, value, key from (
              select point.kind, point.normalised as value, point.key, point.id::text as place, 1 as own
                from register.contact_point point
               where point.subject_id = owed.subject_id and point.normalised is not null
                 and (point.kind = 'email' or point.kind = 'phone' and point.number_type = 'mobile')
              union all
              select own.kind, own.value, own.key, own.id::text, 0 from duties.own_contact own
               where own.subject_id = owed.subject_id
          ) ways
           where kind = 'email' and 'email' <> all(owed.tried)
              or kind = 'phone' and cast(:by_phone as text) is not null and cast(:by_phone as text) <> all(owed.tried)
           order by kind = 'email' desc, own, place limit 1
      ) found on true
), written as (
    insert into channels.message (id, kind, channel, recipient, recipient_key, subject, text_body, language, template,
                                  jurisdiction, urgency, state, not_before, created_at)
    select message, 'breach_notice', case kind when 'email' then 'email' else :by_phone end, value, key,
           case when kind = 'email' then case language when 'en' then :subject_en else :subject_ar end end,
           case when kind = 'email' then case language when 'en' then :text_en else :text_ar end
                else case language when 'en' then :short_en else :short_ar end end,
           language, :template, :jurisdiction, 0, 'ready', :at, :at
      from way where kind is not null
)
update duties.breach_person person
   set state = case when way.kind is null then 'unreachable' else 'queued' end,
       message_id = case when way.kind is not null then way.message end
  from way where person.id = way.id
returning person.state;

-- name: owed_elsewhere
select count(*) from (
    select from duties.breach_person where breach_id = :breach and state = 'owed' and key is not null limit 1
) found;

-- name: contacts
create temporary table breach_contact (owner bytea, kind text, value text, key bytea) on commit drop;

-- name: queue_elsewhere
-- Letters for people of other systems, whose contacts were just read there and are known again by their hash.
with way as materialized (
    select distinct on (person.id) person.id, gen_random_uuid() as message, contact.kind, contact.value, contact.key
      from breach_contact contact
      join duties.breach_person person
        on person.breach_id = :breach and person.state = 'owed' and person.key = contact.owner
     where contact.kind = 'email' and 'email' <> all(person.tried)
        or contact.kind = 'phone' and cast(:by_phone as text) is not null
           and cast(:by_phone as text) <> all(person.tried)
     order by person.id, contact.kind = 'email' desc
), written as (
    insert into channels.message (id, kind, channel, recipient, recipient_key, subject, text_body, language, template,
                                  jurisdiction, urgency, state, not_before, created_at)
    select message, 'breach_notice', case kind when 'email' then 'email' else :by_phone end, value, key,
           case when kind = 'email' then :subject_ar end, case when kind = 'email' then :text_ar else :short_ar end,
           'ar', :template, :jurisdiction, 0, 'ready', :at, :at
      from way
)
update duties.breach_person person set state = 'queued', message_id = way.message
  from way where person.id = way.id;

-- name: unreachable
-- Whoever is still owed it has no contact left that was not tried: they are counted for a public announcement. Whose
-- letter failed since this round began bears its number still, and is written to another way in the next.
update duties.breach_person set state = 'unreachable'
 where breach_id = :breach and state = 'owed' and key is not null and message_id is null;

-- name: rehearsed
-- A rehearsal goes as far as the outbox and no further: nothing is written there.
update duties.breach_person person
   set state = case when person.key is not null or exists (
           select from register.contact_point point
            where point.subject_id = person.subject_id and point.normalised is not null
              and (point.kind = 'email'
                   or cast(:by_phone as text) is not null and point.kind = 'phone' and point.number_type = 'mobile')
       ) or exists (
           select from duties.own_contact own
            where own.subject_id = person.subject_id
              and (own.kind = 'email' or cast(:by_phone as text) is not null and own.kind = 'phone')
       ) then 'rehearsed' else 'unreachable' end
 where breach_id = :breach and state = 'owed';

-- name: standing
-- Whether a letter may leave: its person is still to be told, and it is no rehearsal.
select person.message_id, not breach.rehearsal as real
  from duties.breach_person person join duties.breach on breach.id = person.breach_id
 where person.message_id = any(cast(:messages as uuid[])) and person.state = 'queued';

-- name: last_told
select max(message.sent_at) as sent_at
  from duties.breach_person person join channels.message on message.id = person.message_id
 where person.breach_id = :breach and person.state = 'told';

-- name: told
update duties.breach_person set state = 'told'
 where message_id = any(cast(:messages as uuid[])) and state = 'queued';

-- name: failed
update duties.breach_person set state = 'owed', tried = array_append(tried, :channel)
 where message_id = :message and state = 'queued';

-- name: allow
update duties.breach set notice_hash = :hash where id = :breach;
