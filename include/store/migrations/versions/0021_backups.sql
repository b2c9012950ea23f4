-- What a restore must know is noted beside what was done: part of migration 0021, never edited later.
-- A destruction notes its own keys. Whatever else is suppressed or stopped is noted here, whoever writes it.

create function duties.note_suppressed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
    insert into duties.unjournalled (said)
    select jsonb_build_object('what', 'suppressed', 'key', encode(key, 'hex'), 'kind', kind, 'version', key_version,
                              'reason', reason, 'since', since)
      from fresh where reason <> 'destroyed';
    return null;
end
$$;

create function duties.note_stopped() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
    insert into duties.unjournalled (said)
    select jsonb_build_object('what', 'stopped', 'key', encode(key, 'hex'), 'kind', kind, 'version', key_version,
                              'purpose', purpose, 'means', means, 'at', asked_at)
      from fresh;
    return null;
end
$$;

create trigger note_suppressed after insert on suppression.entry referencing new table as fresh
    for each statement execute function duties.note_suppressed();
create trigger note_stopped after insert on duties.stop referencing new table as fresh
    for each statement execute function duties.note_stopped();

-- What was destroyed, suppressed and stopped before there was a journal.
insert into duties.unjournalled (said)
select said from (
    select destroyed_at as at, id as plan, 1 as place, jsonb_build_object(
               'what', 'plan', 'plan', id, 'trigger', trigger, 'hash', encode(plan_hash, 'hex'), 'counts', counts,
               'allowed_by', allowed_by, 'edition', edition, 'planned_at', planned_at, 'at', destroyed_at) as said
      from duties.destruction where system is null and state in ('destroyed', 'verified')
    union all
    select destroyed_at, id, 2, jsonb_build_object('what', 'target', 'plan', id, 'notice', notice_id,
               'subject', subject_id, 'source', source_key, 'outcome', outcome)
      from duties.destruction join duties.destruction_target on destruction_id = id
     where system is null and state in ('destroyed', 'verified')
    union all
    select destroyed_at, id, 3, jsonb_build_object('what', 'subject', 'plan', id, 'subject', subject_id)
      from duties.destruction
      join (select destruction_id, subject_id from duties.destruction_target
            union
            select destruction_id, subject_id from duties.destruction_request) going on destruction_id = id
     where system is null and state in ('destroyed', 'verified')
    union all
    select destroyed_at, id, 5, jsonb_build_object('what', 'row', 'plan', id, 'source', source_key,
               'row', encode(row_key, 'hex'), 'columns', source_columns)
      from duties.destruction join duties.destruction_row on destruction_id = id
     where system is null and state in ('destroyed', 'verified')
    union all
    select destroyed_at, id, 6, jsonb_build_object('what', 'key', 'plan', id, 'key', encode(key, 'hex'), 'kind', kind,
               'version', key_version, 'reason', reason, 'since', since)
      from duties.destruction join suppression.entry on since = destroyed_at and reason = 'destroyed'
     where system is null and state in ('destroyed', 'verified')
    union all
    select since, null, 7, jsonb_build_object('what', 'suppressed', 'key', encode(key, 'hex'), 'kind', kind,
               'version', key_version, 'reason', reason, 'since', since)
      from suppression.entry
    union all
    select asked_at, null, 8, jsonb_build_object('what', 'stopped', 'key', encode(key, 'hex'), 'kind', kind,
               'version', key_version, 'purpose', purpose, 'means', means, 'at', asked_at)
      from duties.stop) held
 order by at, plan, place
