-- name: may_ask
-- Notices that may carry a question: none was asked for this person and purpose, but by this very notice, and nothing
-- was said to it elsewhere. Of several notices with one purpose the first carries it.
select distinct on (notice.subject_id, notice.purpose) notice.id
  from duties.notice
 where notice.id = any(:notices)
   and not exists (select from duties.consent_event said
                    where said.subject_id = notice.subject_id and said.purpose = notice.purpose
                      and not (said.action = 'asked' and said.notice_id = notice.id))
 order by notice.subject_id, notice.purpose, notice.id;

-- name: purposes
select distinct purpose from duties.notice where id = any(:notices) order by 1;

-- name: ask
insert into duties.consent_event (subject_id, purpose, channel, action, provenance, text_version, language, means, actor,
                                  message_id, notice_id, edition, at)
select notice.subject_id, notice.purpose, 'all', 'asked', 'directory', given.text_version, notice.language, 'letter',
       'controller', given.message, notice.id, notice.edition, :at
  from unnest(cast(:notices as uuid[]), cast(:messages as uuid[]), cast(:texts as text[]))
       as given (notice, message, text_version)
  join duties.notice on notice.id = given.notice
on conflict (subject_id, purpose) where action = 'asked' do nothing;

-- name: questions
select asked.purpose, asked.at as asked_at, state.action as state,
       (select max(notice.due_at) from duties.notice
         where notice.subject_id = asked.subject_id and notice.purpose = asked.purpose
           and notice.state in ('owed', 'queued', 'told')) as answer_by
  from duties.consent_event asked
  join duties.consent_state state
    on state.subject_id = asked.subject_id and state.purpose = asked.purpose and state.channel = 'all'
 where asked.subject_id = :subject and asked.action = 'asked'
 order by asked.purpose;

-- name: turn
-- Two answers of one person come one after the other, the second finding the first.
select pg_advisory_xact_lock(hashtextextended('consent:' || cast(:subject as text), 0));

-- name: known
select count(*) from register.subject where id = :subject;

-- name: overdue
-- Silence has spoken: the clock of every notice with this purpose has ended.
select count(*) from duties.consent_state state
 where state.subject_id = :subject and state.purpose = :purpose and state.action = 'asked'
   and not exists (select from duties.notice
                    where notice.subject_id = state.subject_id and notice.purpose = state.purpose
                      and notice.state in ('owed', 'queued', 'told') and notice.due_at > :at);

-- name: standing
select purpose, channel, action, provenance, key, at from duties.consent_state where subject_id = :subject order by 1, 2;

-- name: say
insert into duties.consent_event (subject_id, purpose, channel, action, provenance, key, text_version, language, means,
                                  actor, message_id, proof, edition, at)
values (:subject, :purpose, :channel, :action, :provenance, :key, :text_version, :language, :means, :actor, :message,
        :proof, :edition, :at);

-- name: answered
-- A consent answers what was told; of what is still to be told the person is told all the same.
select duties.answer_notices(:subject, :purpose, :at);

-- name: give
-- One contact for each purpose and channel, the last that was given: the gate asks for the one that the consent names.
delete from duties.own_contact
 where subject_id = :subject and purpose = :purpose and channel = :channel
   and (key <> :key or provenance <> :provenance);
insert into duties.own_contact (subject_id, purpose, channel, kind, key, value, provenance, received_at)
values (:subject, :purpose, :channel, :kind, :key, :value, :provenance, :at)
on conflict (subject_id, purpose, channel, key) do nothing;

-- name: take_back
-- What was given for a purpose and a channel goes with the consent to them.
delete from duties.own_contact own
 where own.subject_id = :subject
   and not exists (select from duties.consent_state state
                    where state.subject_id = own.subject_id and state.purpose = own.purpose
                      and state.channel = own.channel and state.action = 'granted');

-- name: remaining
-- What of a person may still be kept: a purpose that they agreed to, or were asked about and may yet answer.
select count(*) from duties.consent_state
 where subject_id = :subject
   and (action = 'granted'
        or action = 'asked' and exists (select from duties.notice
                                         where notice.subject_id = consent_state.subject_id
                                           and notice.purpose = consent_state.purpose
                                           and notice.state in ('owed', 'queued', 'told') and notice.due_at > :at));

-- name: request
-- Who asks for deletion after a refusal asks for more: what they gave themselves goes too.
insert into duties.destruction_request (subject_id, trigger, asked_at) values (:subject, :trigger, :at)
on conflict (subject_id) where closed_at is null do update set trigger = excluded.trigger
 where excluded.trigger = 'deletion_asked' and destruction_request.trigger <> 'deletion_asked';

-- name: destroying
-- Whether a person is about to be destroyed, so that a consent comes too late. One that another system heard after they
-- had refused or withdrawn, with a contact of its own, is a new one; nothing comes after a wish to be deleted but its end.
select count(*) from duties.destruction_request
 where subject_id = :subject and closed_at is null
   and (not :anew or trigger = 'deletion_asked' or asked_at >= :at);

-- name: tell
select pg_notify('amanah_destruction', '');

-- name: holders
-- Who agreed to be reached at these addresses.
select distinct own.subject_id, own.purpose, own.channel from duties.own_contact own
 where own.key = any(:keys) and own.purpose = any(:purposes) order by 1, 2, 3;

-- name: said_since
select count(*) from duties.consent_event
 where subject_id = :subject and purpose = :purpose and channel = :channel and at > :at and action <> 'asked';

-- name: granted_since
select count(*) from duties.consent_event where subject_id = :subject and action = 'granted' and at > :at;

-- name: whose
-- Everybody who is known by a contact, whoever gave it.
select subject_id from (select 0 as first, subject_id from register.identity where key = :key
                        union all
                        select 1, subject_id from duties.own_contact where key = :key) known
 group by subject_id order by min(first), subject_id;

-- name: suppressed_since
select count(*) from suppression.entry where key = any(suppression.forms(:key)) and since >= :at;

-- name: new_subject
insert into register.subject (jurisdiction, language, created_at) values (:jurisdiction, :language, :at) returning id;

-- name: know
insert into register.identity (key, subject_id) values (:key, :subject);
