-- name: note
-- All that a restore needs to do the same again, in the transaction that destroys: ids, keyed hashes and codes.
insert into duties.unjournalled (said)
select said from (
    select 1 as place, jsonb_build_object(
               'what', 'plan', 'plan', id, 'trigger', trigger, 'hash', encode(plan_hash, 'hex'), 'counts', counts,
               'allowed_by', allowed_by, 'edition', edition, 'planned_at', planned_at, 'at', cast(:at as timestamptz)) as said
      from duties.destruction where id = :plan
    union all
    select 2, jsonb_build_object('what', 'target', 'plan', cast(:plan as uuid), 'notice', notice_id, 'subject', subject_id,
                                 'source', source_key, 'outcome', outcome) from target
    union all
    select 3, jsonb_build_object('what', 'subject', 'plan', cast(:plan as uuid), 'subject', subject_id) from going
    union all
    select 4, jsonb_build_object('what', 'own', 'plan', cast(:plan as uuid), 'own', id) from doomed_own
    union all
    select 5, jsonb_build_object('what', 'row', 'plan', destruction_id, 'source', source_key,
                                 'row', encode(row_key, 'hex'), 'columns', source_columns)
      from duties.destruction_row where destruction_id = :plan
    union all
    select 6, jsonb_build_object('what', 'key', 'plan', cast(:plan as uuid), 'key', encode(key, 'hex'), 'kind', kind,
                                 'version', version, 'reason', 'destroyed', 'since', cast(:at as timestamptz))
      from (select distinct on (key) suppression.written(key, :lowest) as key, kind,
                   coalesce(suppression.in_force(), :lowest) as version
              from (select key, kind from gone_key
                    union all
                    select row_key, 'row' from doomed_listing where whole
                    union all
                    select sha256(row_key || convert_to(kind, 'UTF8') || key), 'cell'
                      from doomed_point join doomed_listing using (source_key, row_key)
                     where not whole and not exists (select from gone_key where gone_key.key = doomed_point.key)) doomed
             order by key) keys) noted
 order by place;

-- name: chosen
select batch from duties.unjournalled where batch is not null order by id limit 1;

-- name: choose
update duties.unjournalled set batch = :batch
 where id in (select id from duties.unjournalled where batch is null order by id limit :items);

-- name: batch
select said from duties.unjournalled where batch = :batch order by id;

-- name: written
delete from duties.unjournalled where batch = :batch;
insert into duties.journal_head (lines, hash) values (:lines, :hash)
on conflict (single) do update set lines = excluded.lines, hash = excluded.hash;

-- name: head
select lines, hash from duties.journal_head;

-- name: told
create temp table told (what text, plan uuid, said jsonb, place bigint generated always as identity) on commit drop;

-- name: unknown
-- What the journal tells and this database knows already is passed over.
delete from told using duties.destruction
 where destruction.id = told.plan and destruction.state in ('destroyed', 'verified');
create index on told (plan, what);
analyze told;

-- name: plans
select plan, cast(said ->> 'at' as timestamptz) as at, said ->> 'edition' as edition from told
 where what = 'plan' order by 2, 1;

-- name: put_back
-- Suppressed since, and stopped since: each hash as the keys in force here write it.
with listed as (
    select decode(said ->> 'key', 'hex') as key, cast(said ->> 'version' as bigint) as version, said from told
     where what in ('key', 'suppressed')
), raised as (
    select suppression.raised(key, version, greatest(version, coalesce(suppression.in_force(), version))) as key,
           greatest(version, coalesce(suppression.in_force(), version)) as version, said from listed
)
insert into suppression.entry (key, kind, key_version, reason, since)
select distinct on (key) key, said ->> 'kind', version, said ->> 'reason', cast(said ->> 'since' as timestamptz)
  from raised order by key, 5
on conflict do nothing;

-- name: put_back_stops
with listed as (
    select decode(said ->> 'key', 'hex') as key, cast(said ->> 'version' as bigint) as version, said from told
     where what = 'stopped'
)
insert into duties.stop (key, kind, key_version, purpose, means, asked_at)
select suppression.raised(key, version, greatest(version, coalesce(suppression.in_force(), version))), said ->> 'kind',
       greatest(version, coalesce(suppression.in_force(), version)), said ->> 'purpose', said ->> 'means',
       cast(said ->> 'at' as timestamptz)
  from listed
on conflict do nothing;

-- name: struck
-- The journal has it: what was put back is not noted again.
delete from duties.unjournalled using told
 where told.what in ('key', 'suppressed', 'stopped') and unjournalled.said ->> 'what' in ('suppressed', 'stopped')
   and unjournalled.said ->> 'since' is not distinct from told.said ->> 'since'
   and unjournalled.said ->> 'key' = told.said ->> 'key';

-- name: plan
insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at)
select plan, said ->> 'trigger', decode(said ->> 'hash', 'hex'), said -> 'counts', said ->> 'allowed_by',
       said ->> 'edition', 'planned', cast(said ->> 'planned_at' as timestamptz)
  from told where plan = :plan and what = 'plan'
on conflict (id) do update set plan_hash = excluded.plan_hash, counts = excluded.counts, allowed_by = excluded.allowed_by;
insert into target
select cast(said ->> 'notice' as uuid), cast(said ->> 'subject' as uuid), said ->> 'source', said ->> 'outcome'
  from told where plan = :plan and what = 'target';
insert into duties.destruction_target (destruction_id, notice_id, subject_id, source_key, outcome)
select :plan, notice_id, subject_id, target.source_key, target.outcome from target
 where exists (select from duties.notice where notice.id = notice_id)
on conflict do nothing;
insert into duties.destruction_row (destruction_id, source_key, row_key, source_columns)
select :plan, said ->> 'source', decode(said ->> 'row', 'hex'),
       case when said -> 'columns' <> 'null' then array(select jsonb_array_elements_text(said -> 'columns')) end
  from told where plan = :plan and what = 'row'
on conflict do nothing;
create temp table going on commit drop as
select cast(said ->> 'subject' as uuid) as subject_id from told where plan = :plan and what = 'subject';
create temp table doomed_own on commit drop as
select own.id, own.key, own.kind from duties.own_contact own
 where own.id in (select cast(said ->> 'own' as uuid) from told where plan = :plan and what = 'own');
create temp table doomed_key on commit drop as
select distinct decode(said ->> 'key', 'hex') as key from told where plan = :plan and what = 'key';
create temp table doomed_row on commit drop as
select source_key, row_key, source_columns is null as whole from duties.destruction_row where destruction_id = :plan;
create index on doomed_key (key);
create index on doomed_row (source_key, row_key);
analyze doomed_key;
analyze doomed_row;

-- name: doom
-- Whose points they are is known by their subject; whoever had another number in the copy, by row and keyed hash.
create temp table doomed_point on commit drop as
select point.id, point.listing_id, point.kind, point.key, point.source_column, listing.source_key, listing.row_key
  from (select distinct subject_id, source_key from target) target
  join register.contact_point point on point.subject_id = target.subject_id
  join register.listing on listing.id = point.listing_id and listing.source_key = target.source_key
union
select point.id, point.listing_id, point.kind, point.key, point.source_column, listing.source_key, listing.row_key
  from doomed_row join register.listing using (source_key, row_key)
  join register.contact_point point on point.listing_id = listing.id
 where doomed_row.whole
    or exists (select from doomed_key
                where doomed_key.key = any(suppression.forms(point.key))
                   or doomed_key.key = any(suppression.forms(
                          sha256(listing.row_key || convert_to(point.kind, 'UTF8') || point.key))));
create index on doomed_point (listing_id);
create temp table doomed_listing on commit drop as
select listing.id, listing.source_key, listing.row_key,
       coalesce(bool_or(doomed_row.whole), false)
       or not bool_or(point.id is not null and doomed.id is null
                      and (point.subject_id is not null
                           or not (listing.name_class <> 'organisation' or listing.name_holds_person))) as whole,
       array_agg(distinct doomed.kind) filter (where doomed.id is not null) as kinds,
       array_agg(distinct doomed.source_column) filter (where doomed.kind <> 'address') as source_columns
  from register.listing
  left join doomed_row using (source_key, row_key)
  left join register.contact_point point on point.listing_id = listing.id
  left join doomed_point doomed on doomed.id = point.id
 where listing.id in (select listing_id from doomed_point) or doomed_row.whole
 group by listing.id, listing.source_key, listing.row_key;

-- name: letters
-- Whatever goes to one of their contacts, told before it is no longer known to whom.
create temp table letter on commit drop as
select message.id, message.recipient_key from channels.message
 where recipient_key is not null
   and exists (select from doomed_key where doomed_key.key = any(suppression.forms(message.recipient_key)));

-- name: silence
-- In the copy a letter, a code or an answer may still wait for them; in what was copied it went out or was destroyed.
with theirs as (
    select id from letter
     where not exists (select from register.contact_point point where point.key = letter.recipient_key)
       and not exists (select from duties.own_contact own where own.key = letter.recipient_key)
)
update channels.message
   set state = case when state = 'ready' then 'destroyed' else state end,
       recipient = null, recipient_key = null, subject = null, text_body = null, html_body = null
  from theirs where message.id = theirs.id;

-- name: strand
-- A notice of somebody who is gone is owed to nobody; a code that was sent to them is nobody's.
update duties.duty set state = 'done', outcome = 'destroyed_request', closed_at = :at
 where state = 'open' and id in (
       select notice.id from duties.notice where notice.subject_id in (select subject_id from going)
          and notice.state in ('owed', 'queued', 'told')
          and not exists (select from register.subject where subject.id = notice.subject_id));
update duties.notice
   set state = 'destroyed', outcome = 'destroyed_request', closed_at = :at, subject_id = null, point_id = null,
       refused = '{}'
 where subject_id in (select subject_id from going) and state in ('owed', 'queued', 'told')
   and not exists (select from register.subject where subject.id = notice.subject_id);
delete from portal.code where subject_id in (select subject_id from going)
   and not exists (select from register.subject where subject.id = code.subject_id);

-- name: forget
drop table target, going, letter, doomed_own, gone_key, doomed_key, doomed_row, doomed_point, doomed_listing;

-- name: remaining
-- Looked at by another path: from the journal's own words, by no table that the replay wrote.
delete from told using duties.destruction where destruction.id = told.plan and destruction.state = 'verified';
create temp table told_key on commit drop as
select distinct plan, decode(said ->> 'key', 'hex') as key from told where what = 'key';
create index on told_key (plan, key);
create index on told (plan, what);
analyze told;
analyze told_key;

-- name: left
select (select count(*) from told where what = 'plan'
           and not exists (select from duties.destruction done where done.id = told.plan and done.state = 'destroyed')) as plans,
       (select count(*) from register.contact_point point join register.listing on listing.id = point.listing_id
         where exists (select from told where what = 'target' and said ->> 'subject' = cast(point.subject_id as text)
                          and said ->> 'source' = listing.source_key)) as points,
       (select count(*) from told join register.listing
                on listing.source_key = said ->> 'source' and listing.row_key = decode(said ->> 'row', 'hex')
         where what = 'row' and said -> 'columns' = 'null') as rows,
       (select count(*) from told cell
          join register.listing on listing.source_key = cell.said ->> 'source'
                               and listing.row_key = decode(cell.said ->> 'row', 'hex')
          join register.contact_point point on point.listing_id = listing.id
         where cell.what = 'row'
           and exists (select from told_key doomed where doomed.plan = cell.plan
                          and (doomed.key = any(suppression.forms(point.key))
                               or doomed.key = any(suppression.forms(
                                      sha256(listing.row_key || convert_to(point.kind, 'UTF8') || point.key)))))) as cells,
       (select count(*) from duties.own_contact own
         where exists (select from told where what = 'own' and said ->> 'own' = cast(own.id as text))) as own_contacts,
       (select count(*) from register.subject
         where exists (select from told where what = 'subject' and said ->> 'subject' = cast(subject.id as text))
           and not exists (select from register.contact_point point where point.subject_id = subject.id)
           and not exists (select from duties.own_contact own where own.subject_id = subject.id)) as subjects,
       (select count(*) from portal.link left join register.subject on subject.id = link.subject_id
         where subject.id is null
           and exists (select from told where what = 'subject' and said ->> 'subject' = cast(link.subject_id as text))) as links,
       (select count(*) from channels.message
         where (recipient is not null or recipient_key is not null)
           and exists (select from told where what = 'target' and said ->> 'notice' = cast(duty_id as text))) as messages,
       (select count(*)
          from (select decode(said ->> 'key', 'hex') as key, cast(said ->> 'version' as bigint) as version from told
                 where what in ('key', 'suppressed')) listed
         where not exists (select from suppression.entry where entry.key = listed.key)
           and not exists (select from suppression.entry
                            where entry.key = suppression.raised(listed.key, listed.version, greatest(
                                  listed.version, coalesce(suppression.in_force(), listed.version))))) as suppressed,
       (select count(*) from told where what = 'stopped'
           and not exists (select from duties.stop
                            where stop.purpose = said ->> 'purpose'
                              and stop.asked_at = cast(said ->> 'at' as timestamptz))) as stops;

-- name: register_copy
insert into duties.backup (id, system, name, made_at, expires_at, sha256, size_bytes, state)
values (:id, :system, :name, :made_at, :expires_at, :sha256, :size, 'kept')
on conflict (system, name) do nothing;

-- name: declare
-- The latest copy that may have been made of it: whatever a map says now, an earlier one lasts as long as it was to.
insert into duties.backup (id, system, name, made_at, expires_at, months, state)
values (gen_random_uuid(), :system, :name, :at, :expires_at, :months, 'kept')
on conflict (system, name) do update
   set made_at = excluded.made_at, months = excluded.months, state = 'kept', gone_at = null,
       expires_at = greatest(backup.expires_at, excluded.expires_at);

-- name: expire
update duties.backup set state = 'expired' where state = 'kept' and expires_at <= :at;

-- name: expired
select id, system, name, sha256 is not null as ours from duties.backup where state = 'expired' order by made_at;

-- name: gone
update duties.backup set state = 'gone', gone_at = :at where id = :id and state <> 'gone';

-- name: copies
select id, system, name, made_at, expires_at, state, encode(sha256, 'hex') as sha256, size_bytes
  from duties.backup order by system, made_at, name;

-- name: destroyed
select id, destroyed_at from duties.destruction where destroyed_at is not null order by destroyed_at, id;

-- name: kept
select made_at, expires_at, months from duties.backup where system = any(:systems) and state <> 'gone';

-- name: lock_copies
select pg_advisory_xact_lock(hashtextextended('amanah.backups', 0));

-- name: registered
select id, sha256 from duties.backup where name = :name and sha256 is not null;
