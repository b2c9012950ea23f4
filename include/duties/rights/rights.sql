-- name: hold
-- Whoever changes a request holds it until the unit of work ends.
select id from duties.request where id = :id for update;

-- name: standing
-- One request, and how often its person asks: what somebody else asked in their name is not counted.
select request.id, reference, "right", subject_id, means, language, state, edition, received_at, due_at,
       coalesce(first_due_at, due_at) as first_due_at, proof, capacity, extended_at, extension_due,
       (select message.id from channels.message  -- a notice that came back unsent extends nothing
         where message.id = extension_message and message.state in ('ready', 'sent')) as extension_message,
       shown_at, destruction_request, answer_returned_at,
       extension_reason is not null and extension_message is null and extended_at is null as extension_returned,
       (select count(*) from duties.request other
         where other.subject_id = request.subject_id and other.id <> request.id
           and other.proof is not null and other.state in ('received', 'checked', 'in_work')) as others,
       (select count(*) from duties.request other
         where other.subject_id = request.subject_id and other."right" = request."right" and other.id <> request.id
           and other.proof is not null and other.state in ('answered', 'refused') and other.closed_at <= request.received_at
           and other.closed_at > request.received_at - interval '1 year') as earlier
  from duties.request where id = :id;

-- name: by_reference
select id from duties.request where reference = :reference;

-- name: open
select id from duties.request where state in ('received', 'checked', 'in_work') order by due_at, id;

-- name: listed
select reference, id, "right", means, state, proof, received_at, due_at, extended_at, extension_message, capacity
  from duties.request
 where :all or state in ('received', 'checked', 'in_work')
 order by due_at, reference limit :limit;

-- name: seen
select count(*) from duties.request where asker = :asker and "right" = :right and received_at = :at
   and facts is not distinct from cast(:facts as bytea);

-- name: written
select details, reply_to from duties.request where id = :id;

-- name: whose
-- Whom a contact leads to: by the register first, else by what they gave themselves; and whether it is another's too.
select subject_id,
       exists (select from register.contact_point other
                where other.key = :key and other.subject_id <> known.subject_id)
       or exists (select from duties.own_contact other
                   where other.key = :key and other.subject_id <> known.subject_id) as shared
  from (
    select 0 as first, subject_id from register.identity where key = :key
    union all
    select 1, subject_id from duties.own_contact where key = :key) known
 order by first, subject_id limit 1;

-- name: address
select reply_to, channel from duties.request where id = :id;

-- name: check
update duties.request
   set state = 'checked', proof = :proof, checked_at = :at, answers = cast(:answers as text[]),
       guardianship = coalesce(:guardianship, guardianship), subject_id = :subject
 where id = :id;

-- name: confirm
update duties.request set state = 'checked', proof = :proof, checked_at = :at
 where reference = :reference and subject_id = :subject and state = 'received' and capacity = 'self'
returning id, "right", means, edition;

-- name: begin
update duties.request
   set state = 'in_work', begun_at = :at, destruction_request = coalesce(:destruction, destruction_request),
       channel = case when reply_to is null then coalesce(:channel, channel) else channel end,
       reply_to = coalesce(reply_to, :reply_to)
 where id = :id;

-- name: ask_extension
update duties.request
   set extension_reason = :reason, extension_due = :due, extension_message = :message where id = :id;

-- name: extension_asked
select extension_reason, extension_due from duties.request where id = :id;

-- name: sent_extensions
-- Notices of an extension that went out while the first period ran. Only then does the extension hold.
select request.id, request.edition, request.extension_due, message.sent_at
  from duties.request join channels.message on message.id = request.extension_message
 where request.extended_at is null and request.state in ('received', 'checked', 'in_work')
   and message.state = 'sent' and message.sent_at < request.first_due_at
 order by request.id
   for update of request;

-- name: extend
update duties.request set extended_at = :sent, due_at = extension_due where id = :id;
update duties.duty set due_at = :due, state = 'open', closed_at = null, outcome = null where id = :id;
-- The longer clock warns and alarms anew.
delete from duties.alert where duty_id = :id;

-- name: returned_extensions
-- Notices of an extension that came back or were refused: nobody was told, so nothing is extended (IR 3(1)(a)).
select request.id, request.edition, request.extension_message, request.extended_at
  from duties.request join channels.message on message.id = request.extension_message
 where request.state in ('received', 'checked', 'in_work') and message.state in ('bounced', 'failed')
 order by request.id
   for update of request;

-- name: take_back_extension
update duties.request set extended_at = null, extension_message = null, due_at = first_due_at, shown_at = null
 where id = :id;
update duties.duty set due_at = request.first_due_at
  from duties.request where duty.id = :id and request.id = duty.id and duty.state = 'open';
delete from duties.alert where duty_id = :id;

-- name: show_again
update duties.request set shown_at = null, shown_in = null, shown_place = null where id = :id;

-- name: shown_in
-- The runs that ask an officer about a request that is open, or whose answer came back.
select distinct shown_in from duties.request
 where (state in ('received', 'checked', 'in_work') or answer_returned_at is not null) and shown_in is not null order by 1;

-- name: restricted
-- What a request holds back, and what became of a letter about its end.
select restriction.kind, message.state as letter
  from duties.restriction left join channels.message on message.id = restriction.lift_message
 where restriction.id = :id and restriction.ended_at is null
   for update of restriction;

-- name: held_back
-- What may not be used because of requests, with the requests of the same people, and whether a letter is to end it.
select restriction.id, restriction.kind, restriction.since, restriction.lift_reason, message.state as letter,
       request.id as request, request.reference
  from duties.restriction
  join duties.request on request.subject_id = restriction.subject_id
                     and request."right" in ('restrict', 'correct', 'complain')
  left join channels.message on message.id = restriction.lift_message
 where restriction.ended_at is null and restriction.kind <> 'objection'
 order by restriction.since, restriction.id;

-- name: ways
-- Where a person can be written to: contacts by which they alone are known first; mailboxes before numbers, that of
-- which nothing came back before another, and what they gave themselves before what we were given.
select kind, value, shared, returned from (
    select ways.kind, ways.value, min(ways.first) as first,
           exists (select from register.contact_point other
                    where other.key = ways.key and other.subject_id is distinct from :subject)
           or exists (select from duties.own_contact other
                       where other.key = ways.key and other.subject_id <> :subject) as shared,
           exists (select from channels.message
                    where message.recipient_key = ways.key and message.state in ('bounced', 'failed')) as returned
      from (select own.kind, own.value, own.key, 0 as first from duties.own_contact own
             where own.subject_id = :subject
            union all
            select point.kind, point.normalised, point.key, 1 from register.contact_point point
             where point.subject_id = :subject and point.kind in ('email', 'phone') and point.normalised is not null)
           ways
     group by ways.kind, ways.value, ways.key) known
 order by shared, kind, returned, first, value;

-- name: somebody_elses
-- Whether another person is known by a contact.
select exists (select from register.contact_point other
                where other.key = :key and other.subject_id is distinct from cast(:subject as uuid)
                  and other.subject_id is not null)
       or exists (select from duties.own_contact other
                   where other.key = :key and other.subject_id is distinct from cast(:subject as uuid)) as shared;

-- name: close
update duties.request
   set state = :state, outcome = :outcome, ground = :ground, closed_at = :at, reply_to = null, channel = null,
       withdrawn_through = :through, evidence = :evidence, answer_message = :message
 where id = :id;
update duties.duty
   set state = case when state = 'missed' or due_at < :at then 'missed' else 'done' end, outcome = :outcome,
       closed_at = coalesce(closed_at, :at)
 where id = :id;

-- name: returned_answers
-- Letters that answered a request, or told where its copy lies, and came back or never left: nobody was told.
with came_back as (
    select distinct on (request.id) request.id, request.edition, message.id as message_id
      from duties.request left join duties.package on package.request_id = request.id
      join channels.message on message.id = any(array[request.answer_message, package.letter])
     where request.closed_at > :since and request.answer_message is not null and request.answer_returned_at is null
       and message.state in ('bounced', 'failed', 'expired')
     order by request.id, message.id
), noted as (
    update duties.request
       set answer_returned_at = :at, shown_at = null, shown_in = null, shown_place = null
      from came_back where request.id = came_back.id
), owed_again as (
    update duties.duty set state = 'open', closed_at = null, outcome = null
      from came_back where duty.id = came_back.id and duty.state = 'done'
)
select id, edition, message_id from came_back order by id;

-- name: untold
select id from duties.request where answer_returned_at is not null order by due_at, id;

-- name: told_otherwise
update duties.request set answer_returned_at = null, answer_message = null where id = :id;
update duties.duty
   set state = case when duty.state = 'missed' or duty.due_at < :at then 'missed' else 'done' end,
       outcome = request.outcome, closed_at = coalesce(duty.closed_at, :at)
  from duties.request where duty.id = :id and request.id = duty.id;

-- name: shown
select shown_at, shown_in, shown_place from duties.request where id = :id for update;

-- name: asked_at
-- Whom one place of a run asks about. Two where it asked anew, and what an officer said may be about either.
select id from duties.request where shown_in = :run and shown_place = :place;

-- name: show
update duties.request set shown_at = :at, shown_in = :run, shown_place = :place where id = :id;

-- name: next_due
select min(due_at) as due_at from duties.request
 where state in ('received', 'checked', 'in_work') and due_at > :at;

-- name: going
-- The destruction of a person that is under way.
select id from duties.destruction_request where subject_id = :subject and closed_at is null;

-- name: destroyed
-- How a destruction stands: whether the register is done, and in which systems it waits.
select request.closed_at is not null as closed,
       exists (select from duties.held_subject held where held.subject_id = request.subject_id) as held,
       (select count(*) from register.contact_point point where point.subject_id = request.subject_id) as points,
       array(select distinct system from duties.elsewhere where request_id = request.id order by 1) as waiting,
       array(select distinct known.system
               from duties.elsewhere known join duties.hold on hold.released_at is null
                    and coalesce(hold.system, known.system) = known.system
              where known.request_id = request.id
                and (exists (select from duties.hold_person person
                              where person.hold_id = hold.id and person.kind = known.kind and person.value = known.value)
                     or not exists (select from duties.hold_person person where person.hold_id = hold.id))
              order by 1) as held_systems
  from duties.destruction_request request where id = :id;

-- name: plans
-- What plans over other systems left of a person, by table.
select system, edition, scope from duties.destruction
 where scope ->> 'request' = :request and state in ('destroyed', 'verified');

-- name: unreviewed
-- Contact points of a person that nobody looked at since they asked for it.
select count(*) from register.contact_point point
 where point.subject_id = :subject
   and not exists (select from register.review where review.contact_point_id = point.id and review.at >= :since);
