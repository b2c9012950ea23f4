-- name: add
insert into duties.webhook (recipient, url, since) values (:recipient, :url, :at)
on conflict (recipient, url) do update set ended_at = null
returning id;

-- name: stops
-- A stop is told to those who were handed the contact that it names, and to nobody else.
insert into duties.webhook_call (webhook_id, about, kind, state, not_before)
select webhook.id, stop.id, 'stop', 'ready', :at
  from duties.webhook join duties.stop on stop.asked_at >= webhook.since
 where webhook.ended_at is null
   and exists (select from register.contact_point point
                 join duties.audience_member member on member.point_id = point.id
                 join duties.audience on audience.id = member.audience_id
                where point.key = stop.key and audience.recipient = webhook.recipient and audience.state = 'exported')
on conflict (webhook_id, kind, about) do nothing;

-- name: removals
insert into duties.webhook_call (webhook_id, about, kind, state, not_before)
select webhook.id, removal.id, 'removal', 'ready', :at
  from duties.webhook
  join duties.audience on audience.recipient = webhook.recipient
  join duties.removal on removal.audience_id = audience.id and removal.made_at >= webhook.since
 where webhook.ended_at is null
on conflict (webhook_id, kind, about) do nothing;

-- name: next
select call.id, call.kind, call.about, call.attempts, webhook.id as webhook_id, webhook.url, webhook.recipient
  from duties.webhook_call call join duties.webhook on webhook.id = call.webhook_id
 where call.state = 'ready' and call.not_before <= :at and webhook.ended_at is null
   and webhook.id <> all(cast(:resting as uuid[]))
 order by call.not_before, call.id limit 1
   for update of call skip locked;

-- name: stop
select stop.purpose, stop.asked_at,
       array(select distinct point.id from register.contact_point point
               join duties.audience_member member on member.point_id = point.id
               join duties.audience on audience.id = member.audience_id
              where point.key = stop.key and audience.recipient = :recipient and audience.state = 'exported'
              order by 1) as points
  from duties.stop where stop.id = :about;

-- name: removal
select audience_id, made_at, contact_points from duties.removal where id = :about;

-- name: taken
update duties.webhook_call set state = 'done', done_at = :at, attempts = attempts + 1, error = null where id = :call;

-- name: put_off
update duties.webhook_call
   set attempts = attempts + 1, error = :code, not_before = :until,
       state = case when :over then 'failed' else 'ready' end
 where id = :call;
