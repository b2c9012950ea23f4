-- name: known
select outcome from channels.returned where key = :key;

-- name: message
select id, duty_id, state, jurisdiction from channels.message where id = :message and channel = 'email' for update;

-- name: read
insert into channels.returned (key, kind, reason, message_id, outcome, read_at)
values (:key, :kind, :reason, :message, :outcome, :at);

-- name: bounce
update channels.message set state = 'bounced', error = :reason where id = :message and state = 'sent';

-- name: returns
-- How many letters of the same duty came back from the same address.
select count(*) from channels.message earlier join channels.message using (duty_id, recipient_key)
 where message.id = :message and earlier.state = 'bounced';

-- name: owe_again
-- The person was not told: the notice is owed again, and its duty is open. Where the address is gone, not to that one.
with again as (
    update duties.notice
       set state = 'owed', told_at = null, message_id = null, channel = null, point_id = null,
           refused = case when :gone then array_append(refused, point_id) else refused end,
           not_before = greatest(not_before, :from)
     where message_id = :message and state = 'told' returning id
)
update duties.duty set state = 'open', outcome = null, closed_at = null
  from again where duty.id = again.id and (duty.state = 'open' or duty.state = 'done' and duty.outcome = 'told');
