-- name: note_state
-- Ids, codes, clocks, counts and keyed hashes: all that the store knows of an archive. It names no plan as `plan`, for
-- what is said of an archive stays to be seen to when its plan is done.
insert into duties.unjournalled (said)
select jsonb_build_object(
           'what', 'archive', 'archive', id, 'system', system, 'rule', rule, 'edition', edition, 'made_by', plan_id,
           'ended_by', end_plan, 'file', file, 'sha256', encode(sha256, 'hex'), 'rows', rows, 'event_at', event_at,
           'made_at', made_at, 'earliest', earliest, 'latest', latest, 'due_at', due_at, 'shorten_at', shorten_at,
           'state', state, 'ended_at', ended_at, 'root', encode(root, 'hex'), 'key_version', key_version,
           'identities', (select coalesce(jsonb_agg(encode(one, 'hex') order by one), '[]') from unnest(identities) one),
           'dropped', cast(:dropped as jsonb))
  from duties.archive where id = :archive;

-- name: told_archives
-- Of each archive how it stands by the last word of the journal, and which rows went from it, in order. Of one that this
-- database has a later word of, which the journal lacks yet, it says nothing.
create temp table archive_word on commit drop as
select cast(said ->> 'archive' as uuid) as id, place, said from told where what = 'archive';
create index on archive_word (id);
create temp table told_archive on commit drop as
select distinct on (word.id) word.id, word.said,
       (select coalesce(jsonb_agg(earlier.said -> 'dropped' order by earlier.place), '[]') from archive_word earlier
         where earlier.id = word.id and earlier.said -> 'dropped' <> 'null') as dropped
  from archive_word word
 where not exists (select from duties.unjournalled later
                    where later.said ->> 'what' = 'archive' and later.said ->> 'archive' = cast(word.id as text)
                      and not exists (select from archive_word known where known.id = word.id and known.said = later.said))
 order by word.id, word.place desc;

-- name: put_back
-- One that was made since is known again, one that was ended or cut short since is so. What the journal has is not noted
-- again.
delete from duties.unjournalled using told
 where told.what = 'archive' and unjournalled.said ->> 'what' = 'archive' and unjournalled.said = told.said;
insert into duties.archive (id, system, rule, root, identities, key_version, plan_id, edition, file, sha256, rows,
                            event_at, made_at, earliest, latest, due_at, shorten_at, state)
select id, said ->> 'system', said ->> 'rule', decode(said ->> 'root', 'hex'),
       array(select decode(jsonb_array_elements_text(said -> 'identities'), 'hex')), cast(said ->> 'key_version' as int),
       cast(said ->> 'made_by' as uuid), said ->> 'edition', said ->> 'file', decode(said ->> 'sha256', 'hex'),
       said -> 'rows', cast(said ->> 'event_at' as timestamptz), cast(said ->> 'made_at' as timestamptz),
       cast(said ->> 'earliest' as timestamptz), cast(said ->> 'latest' as timestamptz),
       cast(said ->> 'due_at' as timestamptz), cast(said ->> 'shorten_at' as timestamptz), said ->> 'state'
  from told_archive
 where said ->> 'state' = 'kept'
   and exists (select from duties.destruction where destruction.id = cast(said ->> 'made_by' as uuid))
on conflict (id) do nothing;
update duties.archive
   set state = said ->> 'state', sha256 = decode(said ->> 'sha256', 'hex'), rows = said -> 'rows',
       root = decode(said ->> 'root', 'hex'),
       identities = array(select decode(jsonb_array_elements_text(said -> 'identities'), 'hex')),
       shorten_at = cast(said ->> 'shorten_at' as timestamptz), ended_at = cast(said ->> 'ended_at' as timestamptz),
       end_plan = (select destruction.id from duties.destruction
                    where destruction.id = cast(said ->> 'ended_by' as uuid) and said ->> 'state' <> 'kept')
  from told_archive where told_archive.id = archive.id;

-- name: files
-- With the hashes that a file may have: the journal's, and that of a row that knows of the same rows in it.
select id, said ->> 'system' as system, said ->> 'file' as file, said ->> 'state' as state,
       array(select said ->> 'sha256' union select encode(archive.sha256, 'hex') from duties.archive
              where archive.id = told_archive.id and archive.rows = said -> 'rows') as hashes, dropped
  from told_archive where said ->> 'state' <> 'kept' or dropped <> '[]' order by id;

-- name: left
select count(*) from told_archive
 where case when said ->> 'state' = 'kept'
            then not exists (select from duties.archive where archive.id = told_archive.id and archive.rows = said -> 'rows')
                 and exists (select from duties.destruction where destruction.id = cast(said ->> 'made_by' as uuid))
            else exists (select from duties.archive
                          where archive.id = told_archive.id and archive.state in ('writing', 'kept')) end;

-- name: forget
drop table archive_word, told_archive;
