-- name: asked
create temp table if not exists asked_key (key bytea, kind text) on commit drop;
truncate asked_key;

-- name: known
analyze asked_key;

-- name: held
select distinct asked_key.key
  from asked_key cross join unnest(suppression.forms(asked_key.key)) as form (key) join suppression.entry on entry.key = form.key;

-- name: already
select count(distinct asked_key.key)
  from asked_key cross join unnest(suppression.forms(asked_key.key)) as form (key) join suppression.entry on entry.key = form.key;

-- name: add
-- A list outweighs what its people consent to later; that they were destroyed does not.
update suppression.entry set reason = :reason, since = :at
 where reason = 'destroyed'
   and key in (select form.key from asked_key cross join unnest(suppression.forms(asked_key.key)) as form (key));
insert into suppression.entry (key, kind, key_version, reason, since)
select distinct on (key) suppression.written(key, :lowest), kind, coalesce(suppression.in_force(), :lowest), :reason, :at
  from asked_key
 where not exists (select from unnest(suppression.forms(asked_key.key)) as form (key)
                     join suppression.entry on entry.key = form.key)
 order by key
on conflict (key) do nothing;

-- name: in_force
select suppression.in_force() as version;

-- name: rung
insert into suppression.rung (version, mark, since) values (:version, :mark, :at) on conflict (version) do nothing;

-- name: left_entries
select count(*) from suppression.entry where key_version < :version;

-- name: raise_entries
update suppression.entry set key = suppression.raised(key, key_version, :version), key_version = :version
 where key in (select key from suppression.entry where key_version < :version limit :limit);

-- name: left_stops
select count(*) from duties.stop where key_version < :version and asked_at < :before;

-- name: raise_stops
-- Who was handed the contact of a stop is found by its first hash: it stays until all of them have been told.
update duties.stop set key = suppression.raised(key, key_version, :version), key_version = :version
 where id in (select id from duties.stop
               where key_version < :version and asked_at < :before
                 and not exists (select from duties.webhook_call call where call.about = stop.id and call.state = 'ready')
               limit :limit);

-- name: left_restrictions
select count(*) from duties.restriction where key_version < :version;

-- name: raise_restrictions
update duties.restriction set key = suppression.raised(key, key_version, :version), key_version = :version
 where id in (select id from duties.restriction where key_version < :version limit :limit);

-- name: finish
update suppression.rung set finished_at = :at where version <= :version and finished_at is null;

-- name: entries
select count(*) from suppression.entry where key_version = :version;
