-- name: due
-- Notices whose person's data must go: told and silent, or no longer to be told in time. What a halted plan names waits
-- for a person.
select notice.id, notice.subject_id, notice.source_key, notice.edition,
       case when notice.state = 'told' then 'silence'
            when exists (select from register.contact_point point
                          where point.subject_id = notice.subject_id and point.normalised is not null
                            and not exists (select from register.contact_point refused
                                             where refused.id = any(notice.refused) and refused.key = point.key)
                            and (point.kind = 'email'
                                 or (:by_phone and point.kind = 'phone' and point.number_type = 'mobile')))
            then 'too_late_to_answer'
            else 'unreachable' end as outcome
  from duties.notice
 where notice.subject_id is not null
   and (notice.state = 'told' and notice.due_at <= :at
        or notice.state in ('owed', 'queued') and notice.last_sending < :at)
   and not exists (select from duties.notice other  -- another purpose of the same source may still be answered
                    where other.subject_id = notice.subject_id and other.source_key = notice.source_key
                      and (other.state = 'told' and other.due_at > :at
                           or other.state in ('owed', 'queued') and other.last_sending >= :at))
   and not exists (select from duties.destruction_target target join duties.destruction on destruction.id = destruction_id
                    where target.notice_id = notice.id and destruction.state in ('planned', 'halted', 'destroyed'))
   and not exists (select from duties.held_subject held where held.subject_id = notice.subject_id)
 order by notice.id;

-- name: waiting
select count(*) from duties.destruction_request where closed_at is null;

-- name: requested
-- Whoever refused, withdrew or asked for deletion: all that is held of them, from every source. No halted plan keeps it.
select notice.id, notice.subject_id, notice.source_key, notice.edition, request.trigger as outcome
  from duties.destruction_request request join duties.notice using (subject_id)
 where request.closed_at is null and notice.state <> 'destroyed'
   and not exists (select from duties.destruction_target target join duties.destruction on destruction.id = destruction_id
                    where target.notice_id = notice.id and destruction.state in ('planned', 'destroyed'))
   and not exists (select from duties.held_subject held where held.subject_id = notice.subject_id)
 order by notice.id;

-- name: requested_own
-- Those of them whom no notice names, for no source gave them: what they gave us themselves.
select request.id from duties.destruction_request request
 where request.closed_at is null
   and exists (select from duties.own_contact own where own.subject_id = request.subject_id)
   and not exists (select from duties.notice where notice.subject_id = request.subject_id and notice.state <> 'destroyed')
   and not exists (select from duties.destruction
                    where destruction.id = request.destruction_id and destruction.state in ('planned', 'destroyed'))
   and not exists (select from duties.held_subject held where held.subject_id = request.subject_id)
 order by request.id;

-- name: claim
update duties.destruction_request set destruction_id = :plan where id = any(:requests);

-- name: nothing_left
-- People who asked and of whom nothing is held any more but that there was somebody.
create temp table going on commit drop as
select request.subject_id from duties.destruction_request request
 where closed_at is null and not exists (select from duties.notice where notice.subject_id = request.subject_id)
   and not exists (select from register.contact_point point where point.subject_id = request.subject_id)
   and not exists (select from duties.own_contact own where own.subject_id = request.subject_id);

-- name: close
update duties.destruction_request set closed_at = :at
 where closed_at is null and subject_id in (select subject_id from going);
drop table going;

-- name: agreed
-- What somebody agreed to for one purpose is kept for it, also where they said nothing to another: that is a no.
with kept as (
    update duties.notice
       set state = 'answered', closed_at = :at,
           outcome = case when exists (select from duties.consent_state own
                                        where own.subject_id = notice.subject_id and own.purpose = notice.purpose
                                          and own.channel = 'all' and own.action = 'granted')
                          then 'granted' else 'silence' end
     where state = 'told' and due_at <= :at
       and exists (select from duties.notice beside
                     join duties.consent_state agreed using (subject_id, purpose)
                    where beside.subject_id = notice.subject_id and beside.source_key = notice.source_key
                      and agreed.channel = 'all' and agreed.action = 'granted')
    returning subject_id, purpose, edition
)
insert into duties.consent_event (subject_id, purpose, channel, action, provenance, means, actor, edition, at)
select distinct on (kept.subject_id, kept.purpose) kept.subject_id, kept.purpose, 'all', 'expired', 'directory',
       'silence', 'controller', kept.edition, cast(:at as timestamptz)
  from kept join duties.consent_state state using (subject_id, purpose)
 where state.channel = 'all' and state.action = 'asked';

-- name: exempt
update duties.notice
   set state = 'exempt', outcome = 'impossible_or_unreasonable_effort', closed_at = :at where id = any(:notices);
update duties.duty
   set state = 'done', outcome = 'impossible_or_unreasonable_effort', closed_at = :at
 where id = any(:notices) and state = 'open';

-- name: targets
create temp table target (notice_id uuid, subject_id uuid, source_key text, outcome text) on commit drop;

-- name: foreseen
-- Everything of one person, from every source that gave something, whether a notice names it yet or not.
insert into target (subject_id, source_key, outcome)
select distinct point.subject_id, listing.source_key, 'deletion_asked'
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.subject_id = :subject;

-- name: own_of
select count(*) from duties.own_contact where subject_id = :subject;

-- name: scope
-- The exact points and rows. A row goes whole where nothing else is in it, or where its name is a person's and nobody
-- else who may stay is in it; of any other row, the person's columns go.
create temp table doomed_point on commit drop as
select point.id, point.listing_id, point.kind, point.key, point.source_column, listing.source_key, listing.row_key
  from (select distinct subject_id, source_key from target) target
  join register.contact_point point on point.subject_id = target.subject_id
  join register.listing on listing.id = point.listing_id and listing.source_key = target.source_key;
create index on doomed_point (listing_id);
create temp table doomed_listing on commit drop as
select listing.id, listing.source_key, listing.row_key,
       not bool_or(point.id is not null and doomed.id is null
                   and (point.subject_id is not null
                        or not (listing.name_class <> 'organisation' or listing.name_holds_person))) as whole,
       array_agg(distinct doomed.kind) filter (where doomed.id is not null) as kinds,
       array_agg(distinct doomed.source_column) filter (where doomed.kind <> 'address') as source_columns
  from register.listing
  join register.contact_point point on point.listing_id = listing.id
  left join doomed_point doomed on doomed.id = point.id
 where listing.id in (select listing_id from doomed_point)
 group by listing.id, listing.source_key, listing.row_key;

-- name: hashed
select id from doomed_point order by id;

-- name: size
select (select count(*) from target) as notices, (select count(distinct subject_id) from target) as subjects,
       (select count(*) from doomed_point) as contact_points,
       (select count(*) from doomed_listing where whole) as listings,
       (select count(*) from register.subject) as all_subjects;

-- name: remember
insert into duties.destruction_target (destruction_id, notice_id, subject_id, source_key, outcome)
select :plan, notice_id, subject_id, source_key, outcome from target;
-- Of a row that stays go the columns of the points, all parts of an address that goes (its country says nothing of
-- anybody), and beside somebody's name, number or mailbox whatever else says who that is.
insert into duties.destruction_row (destruction_id, source_key, row_key, source_columns)
select :plan, source_key, row_key, case when not whole then array(
       select unnest(source_columns)
       union
       select mapped.name
         from register.source
        cross join lateral jsonb_each(source.contract -> 'columns') mapped (name, terms)
        where source.key = doomed_listing.source_key
          and (kinds && array['person', 'phone', 'email'] and mapped.terms ->> 'field' in ('person', 'role')
               or 'address' = any(kinds)
                  and mapped.terms ->> 'field' in ('address', 'po_box', 'district', 'city', 'region', 'postal_code'))
       order by 1) end
  from doomed_listing;

-- name: recall
-- Whom a legal hold keeps that came after the plan is left out, and the plan so no longer what it was.
insert into target select notice_id, subject_id, source_key, outcome from duties.destruction_target target
 where destruction_id = :plan
   and not exists (select from duties.held_subject held where held.subject_id = target.subject_id);
create temp table going on commit drop as
select subject_id from target
union
select subject_id from duties.destruction_request request where destruction_id = :plan and closed_at is null
   and not exists (select from duties.held_subject held where held.subject_id = request.subject_id);

-- name: going
select count(*) from going;

-- name: doomed_own
-- What they gave us themselves goes unless they still agree to its use; where they want everything deleted, whatever else
-- they said.
create temp table doomed_own on commit drop as
select own.id, own.key, own.kind from duties.own_contact own
 where own.subject_id in (select subject_id from going)
   and (exists (select from duties.destruction_request request
                 where request.subject_id = own.subject_id and request.closed_at is null
                   and request.trigger = 'deletion_asked')
        or not exists (select from duties.consent_state state
                    where state.subject_id = own.subject_id and state.purpose = own.purpose
                           and state.channel = own.channel and state.action = 'granted'));

-- name: gone_keys
-- The contacts by which nobody is known any more then.
create temp table gone_key on commit drop as
select key, kind from doomed_own
union
select key, kind from doomed_point
 where kind in ('phone', 'email')
   and not exists (select from duties.own_contact own
                    where own.key = doomed_point.key and own.id not in (select id from doomed_own));

-- name: suppress
-- A contact that its person gave us too, and agrees to, may be used: only in the rows that go it does not come back.
create temp table forgotten on commit drop as
select distinct on (key) key, kind
  from (select key, kind from gone_key
        union all
        select row_key, 'row' from doomed_listing where whole
        union all
        select sha256(row_key || convert_to(kind, 'UTF8') || key), 'cell'
          from doomed_point join doomed_listing using (source_key, row_key)
         where not whole
           and not exists (select from gone_key where gone_key.key = doomed_point.key)) keys
 order by key;
-- Who was destroyed before and consented since is destroyed anew.
update suppression.entry set since = greatest(since, :at)
 where key in (select form.key from forgotten cross join unnest(suppression.forms(forgotten.key)) as form (key));
insert into suppression.entry (key, kind, key_version, reason, since)
select suppression.written(key, :lowest), kind, coalesce(suppression.in_force(), :lowest), 'destroyed', :at
  from forgotten
 where not exists (select from unnest(suppression.forms(forgotten.key)) as form (key)
                     join suppression.entry on entry.key = form.key)
 order by forgotten.key
on conflict do nothing;

-- name: expire
-- Silence was an answer: no (IR 11(1)).
insert into duties.consent_event (subject_id, purpose, channel, action, provenance, means, actor, edition, at)
select distinct state.subject_id, state.purpose, 'all', 'expired', 'directory', 'silence', 'controller', :edition,
       cast(:at as timestamptz)
  from target join duties.notice on notice.id = target.notice_id
  join duties.consent_state state on state.subject_id = target.subject_id and state.purpose = notice.purpose
 where target.outcome = 'silence' and state.channel = 'all' and state.action = 'asked';

-- name: destroy
delete from duties.own_contact using doomed_own where own_contact.id = doomed_own.id;
delete from register.statement using doomed_listing
 where statement.listing_id = doomed_listing.id
   and (statement.point_id is null or statement.point_id in (select id from doomed_point));
delete from register.past_decision using doomed_point where past_decision.contact_point_id = doomed_point.id;
delete from register.past_decision using register.contact_point point, doomed_listing
 where point.listing_id = doomed_listing.id and doomed_listing.whole and past_decision.contact_point_id = point.id;
delete from register.review
 where contact_point_id in (select id from doomed_point
                            union all
                            select point.id from register.contact_point point join doomed_listing
                                on doomed_listing.id = point.listing_id and doomed_listing.whole);
delete from register.contact_point using doomed_point
 where contact_point.id = doomed_point.id and contact_point.listing_id = doomed_point.listing_id;
delete from register.listing using doomed_listing where listing.id = doomed_listing.id and doomed_listing.whole;
update register.listing
   set fingerprint = sha256(fingerprint),
       fields = fields - 'role' - case when exists (
           select from register.source cross join unnest(doomed_listing.source_columns) gone (name)
            where source.key = doomed_listing.source_key
              and source.contract #>> array['columns', gone.name, 'field'] = 'organisation') then 'organisation' else '' end
  from doomed_listing where listing.id = doomed_listing.id and not doomed_listing.whole;
update channels.message
   set state = 'destroyed', recipient = null, recipient_key = null, subject = null, text_body = null, html_body = null
 where state = 'ready' and duty_id in (select notice_id from target);
-- An answer or confirmation that they wait for still goes out, and loses its recipient then; promotion does not.
update channels.message
   set state = 'destroyed', recipient = null, recipient_key = null, subject = null, text_body = null, html_body = null
 where state = 'ready' and kind = any(:promotional)
   and recipient_key in (select key from doomed_point union all select key from doomed_own);
update channels.message set recipient_key = null
 where recipient_key is not null and duty_id in (select notice_id from target);
-- Of codes, confirmations and acknowledgements too nobody can tell any more to whom they went.
update channels.message set recipient_key = null
 where recipient_key in (select key from gone_key) and duty_id is null
   and not exists (select from register.contact_point point where point.key = message.recipient_key)
   and not exists (select from duties.own_contact own where own.key = message.recipient_key);
update duties.duty
   set state = case when duty.state = 'open' and duty.due_at < :at then 'missed'
                    when duty.state = 'open' then 'done' else duty.state end,
       outcome = case when target.outcome = 'silence' then duty.outcome else 'destroyed_' || target.outcome end,
       closed_at = coalesce(duty.closed_at, :at)
  from target where duty.id = target.notice_id;
update duties.notice
   set state = 'destroyed', outcome = target.outcome, closed_at = :at, subject_id = null, point_id = null, refused = '{}'
  from target where notice.id = target.notice_id;

-- name: orphans
-- A subject of whom nothing is held is not kept either; notices already told or exempt lose the reference.
with orphan as (
    select id from register.subject
     where id in (select subject_id from going)
       and not exists (select from register.contact_point point where point.subject_id = subject.id)
       and not exists (select from duties.own_contact own where own.subject_id = subject.id)
), unlinked as (
    delete from portal.link using orphan where link.subject_id = orphan.id
), uncoded as (
    delete from portal.code using orphan where code.subject_id = orphan.id
), unsaid as (  -- that a request came, when, and what became of it stays provable; whose it was and their words do not
    update duties.request set subject_id = null, details = null, facts = null, asker = null
      from orphan where request.subject_id = orphan.id
), unproposed as (
    update duties.proposal set value = null, normalised = null, original = null
      from orphan, duties.request where request.subject_id = orphan.id and proposal.request_id = request.id
), loosened as (
    update duties.notice set subject_id = null
      from orphan where notice.subject_id = orphan.id and notice.state in ('exempt', 'destroyed')
)
delete from register.subject using orphan where subject.id = orphan.id;

-- name: left
-- A second look by another path: nothing of a destroyed subject and source may be found, in the register, in the
-- outbox, in what they asked for, or as an identity, link or code without a person behind it.
with gone as (
    select subject_id from duties.destruction_target where destruction_id = :plan
    union
    select subject_id from duties.destruction_request where destruction_id = :plan
), nobody as (
    select subject_id from gone where not exists (select from register.subject where subject.id = gone.subject_id)
)
select (select count(*) from register.listing join register.contact_point point on point.listing_id = listing.id
         where (point.subject_id, listing.source_key) in
               (select subject_id, source_key from duties.destruction_target where destruction_id = :plan))
     + (select count(*) from register.listing join duties.destruction_row doomed using (source_key, row_key)
         where doomed.destruction_id = :plan and doomed.source_columns is null)
     + (select count(*) from channels.message
         where (recipient is not null or recipient_key is not null) and duty_id in
               (select notice_id from duties.destruction_target where destruction_id = :plan))
     + (select count(*) from channels.message
          join duties.destruction on destruction.id = :plan
           and message.created_at <= destruction.destroyed_at - interval '5 minutes'  -- what crossed it is an answer
         where message.duty_id is null and message.recipient_key is not null
           and exists (select from suppression.entry
                        where entry.key = any(suppression.forms(message.recipient_key)) and entry.reason = 'destroyed'
                          and entry.since = destruction.destroyed_at)
           and not exists (select from register.contact_point point where point.key = message.recipient_key)
           and not exists (select from duties.own_contact own where own.key = message.recipient_key))
     + (select count(*) from register.identity left join register.contact_point point using (subject_id)
         where point.id is null and identity.subject_id in (select subject_id from gone)
           and not exists (select from duties.own_contact own where own.subject_id = identity.subject_id))
     + (select count(*) from duties.destruction_request request
          join duties.own_contact own on own.subject_id = request.subject_id
         where request.destruction_id = :plan and request.trigger = 'deletion_asked')
     + (select count(*) from register.statement said
         where said.subject_id in (select subject_id from gone) and said.point_id is not null
           and not exists (select from register.contact_point point where point.id = said.point_id))
     + (select count(*) from portal.link where subject_id in (select subject_id from nobody))
     + (select count(*) from portal.code where subject_id in (select subject_id from nobody))
     + (select count(*) from duties.request where subject_id in (select subject_id from nobody));

-- name: answered
-- Only who has gone altogether, less what they still agree to, has their answer.
update duties.destruction_request request set closed_at = :at, destruction_id = :plan
 where closed_at is null and subject_id in (select subject_id from going)
   and not exists (select from register.contact_point point where point.subject_id = request.subject_id);

-- name: expired
-- What was kept for a while and serves nobody any more: codes and links past their time, and tries of another day.
delete from portal.code where expires_at <= :at;
delete from portal.link where expires_at <= :at;
delete from portal.attempt where since <= cast(:at as timestamptz) - interval '1 day';
-- A code, a confirmation or an acknowledgement that comes back after so long is told from no other mail any more.
update channels.message set recipient_key = null
 where duty_id is null and recipient_key is not null and kind <> all(:promotional)
   and state in ('sent', 'expired', 'destroyed') and created_at <= cast(:at as timestamptz) - interval '30 days';

-- name: state
select state from duties.destruction where id = :plan for update;

-- name: rows
select source_key, row_key, source_columns from duties.destruction_row where destruction_id = :plan order by source_key;

-- name: mark
update duties.destruction
   set state = :state, destroyed_at = case when :state = 'destroyed' then :at else destroyed_at end,
       verified_at = case when :state = 'verified' then :at else verified_at end
 where id = :plan;
