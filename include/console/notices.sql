-- What the pages of notices and of the outbox show. Counts end at :many; which groups there are is found by going from
-- one to the next in the index. To whom a message goes and what it says are in no column that is read here.

-- name: notices
select state.name as state, channel.name as channel,
       case when channel.name is null
            then (select count(*) from (select from duties.notice
                                         where notice.state = state.name and notice.channel is null limit :many) found)
            else (select count(*) from (select from duties.notice
                                         where notice.state = state.name and notice.channel = channel.name
                                         limit :many) found)
       end as count
  from unnest(cast(:states as text[])) with ordinality as state (name, place)
 cross join unnest(cast(:channels as text[]) || cast(null as text)) with ordinality as channel (name, place)
 order by state.place, channel.place;

-- name: messages
with recursive present as (
    (select kind, channel, state from channels.message order by kind, channel, state limit 1)
    union all
    select next.kind, next.channel, next.state
      from present
     cross join lateral (
         select kind, channel, state from channels.message
          where (kind, channel, state) > (present.kind, present.channel, present.state)
          order by kind, channel, state limit 1
     ) next
)
select kind, channel, state,
       (select count(*) from (select from channels.message
                               where message.kind = present.kind and message.channel = present.channel
                                 and message.state = present.state limit :many) found) as count
  from present order by kind, channel, state;

-- name: returns
select kind, reason, outcome, count(*) as count
  from (select kind, reason, outcome from channels.returned where read_at > :since order by read_at desc limit :many) late
 group by kind, reason, outcome
 order by kind, count desc, reason, outcome;

-- name: group
select id, language, template, created_at, not_before, sent_at, attempts, error, message_id
  from channels.message
 where kind = :kind and channel = :channel and state = :state
   and (created_at, id) < (:created_at, cast(:id as uuid))
 order by created_at desc, id desc
 limit :limit;

-- name: created_at
select created_at from channels.message where id = :id;

-- name: message
select id, duty_id, kind, channel, language, template, jurisdiction, state, not_before, expires_at, attempts, error,
       message_id, created_at, sent_at
  from channels.message where id = :id;

-- name: fulfils
select id, source_key, purpose, state, edition, received_at, send_by, due_at, told_at, outcome
  from duties.notice where message_id = :id order by id limit 100;

-- name: told
-- What a source notice was about: codes and days, and the source as its contract names it.
select notice.purpose, notice.edition, notice.received_at, notice.due_at, source.kind as source_kind,
       source.contract -> 'title' as title
  from duties.notice join register.source on source.key = notice.source_key
 where notice.message_id = :id order by notice.purpose limit 20;

-- name: answers
select kind, reason, outcome, read_at from channels.returned where message_id = :id order by read_at limit 100;

-- name: found
select id from channels.message where id = :id
union all
select message_id from duties.notice where id = :id and message_id is not null
union all
select id from (select id from channels.message where duty_id = :id order by created_at desc, id limit 1) latest
 limit 1;
