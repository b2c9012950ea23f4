-- The ledger's own work: what it takes, how it chains, what it refuses. Part of migration 0002; never edited later.
-- SQLSTATE P0E01: an event was refused for what it says. P0E02: a record was to be changed or taken out.
-- No message quotes a value: it may be the very thing that must not be written down.

create function evidence.is_word(candidate text) returns boolean
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select candidate ~ '^[a-z][a-z0-9_.:/-]{0,63}$'
       and candidate !~ '[0-9]{7}'
       and length(regexp_replace(candidate, '[^0-9]', '', 'g')) <= 8
$$;

-- The form of a payload is a regular language: keys and values are told by it, order and vocabulary by check_payload.
create function evidence.is_payload(candidate text) returns boolean
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    word constant text := '"[a-z][a-z0-9_.:/-]*"';
    number constant text := '(?:0|[1-9][0-9]{0,7})';
    hash constant text := '"[0-9a-f]{64}"';
    ref constant text := '"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"';
    instant constant text := '"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
        'T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\.[0-9]{6}Z"';
    entries constant text := '\{(?:' || word || ':~(?:,' || word || ':~)*)?\}';
begin
    return candidate ~ concat(
        '^\{"at":', instant,
        ',"codes":', replace(entries, '~', word),
        ',"counts":', replace(entries, '~', number),
        ',"edition":(?:null|"[a-z]{2,3}-[0-9]{4}-[0-9]{2}-[0-9]{2}")',
        ',"hashes":', replace(entries, '~', hash),
        ',"leaves":\{"count":', number, ',"root":', hash, '\}',
        ',"refs":', replace(entries, '~', ref),
        ',"times":', replace(entries, '~', instant), '\}$')
        and candidate !~ '0{16}'; -- a short value, padded with zeros to pass for a hash
end
$$;

alter table evidence.word add constraint ck_word_word check (evidence.is_word(word));
alter table evidence.ledger add constraint ck_ledger_hash check (octet_length(prev_hash) = 32 and octet_length(hash) = 32);
alter table evidence.seal add constraint ck_seal_sizes check (
    octet_length(hash) = 32 and octet_length(public_key) = 32 and octet_length(signature) = 64
    and fingerprint = encode(sha256(public_key), 'hex'));
alter table evidence.head add constraint ck_head_single check (single);
insert into evidence.head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

create function evidence.check_payload(payload text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    wrong record;
begin
    if payload is null or not evidence.is_payload(payload) then
        raise exception 'evidence refuses the payload: it is not in the canonical form of ids, counts, codes, hashes and times'
            using errcode = 'P0E01';
    end if;
    select section.key as name, entry.place into wrong
    from json_each(payload::json) section (key, content)
    cross join lateral (
        select given.key, given.value, given.place, lag(given.key) over (order by given.place) as before
        from json_each_text(section.content) with ordinality as given (key, value, place)
    ) entry
    where section.key in ('codes', 'counts', 'hashes', 'refs', 'times')
      and (entry.before collate "C" >= entry.key collate "C"
           or not exists (select from evidence.word known where known.word = entry.key)
           or section.key = 'codes' and not exists (select from evidence.word known where known.word = entry.value))
    order by section.key, entry.place
    limit 1;
    if found then
        raise exception 'evidence refuses %, entry % in the order of keys: a word that is not in evidence.word, or a key twice or out of order',
            wrong.name, wrong.place
            using errcode = 'P0E01', hint = 'Add the word in a migration, or with evidence.learn.';
    end if;
end
$$;

-- Every way into the ledger passes here, so number, link, hash and time of writing are the database's in every case.
create function evidence.chain() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    last evidence.head;
begin
    if not exists (select from evidence.kind where name = new.kind) then
        raise exception 'evidence refuses the event: its kind is not in evidence.kind' using errcode = 'P0E01';
    end if;
    perform evidence.check_payload(new.payload);
    select * into strict last from evidence.head for update; -- writers pass one at a time, until they commit
    new.seq := last.seq + 1;
    new.prev_hash := last.hash;
    new.recorded_at := clock_timestamp();
    new.hash := sha256(
        new.prev_hash
        || int8send(new.seq)
        || int8send((extract(epoch from new.recorded_at) * 1000000)::bigint)
        || convert_to(new.kind, 'UTF8') || '\x00'::bytea || convert_to(new.payload, 'UTF8'));
    update evidence.head set seq = new.seq, hash = new.hash;
    return new;
end
$$;

-- The leaves of an event come in one statement, all of them, or not at all.
create function evidence.take_leaves() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from fresh where octet_length(leaf) <> 32 or position('\x0000000000000000'::bytea in leaf) > 0
    ) then
        raise exception 'evidence refuses the leaves: each is the 32 bytes of a hash' using errcode = 'P0E01';
    end if;
    if exists (
        select from (
            select seq, count(*) as given, min(position) as lowest, max(position) as highest from fresh group by seq
        ) brought
        left join evidence.ledger told using (seq)
        where told.seq is null or lowest <> 0 or highest <> given - 1
           or given <> (told.payload::json -> 'leaves' ->> 'count')::bigint
    ) then
        raise exception 'evidence refuses the leaves: they are not as many as their event says' using errcode = 'P0E01';
    end if;
    return null;
end
$$;

create function evidence.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'evidence.% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'P0E02';
end
$$;

create trigger chain before insert on evidence.ledger for each row execute function evidence.chain();
create trigger take_leaves after insert on evidence.leaf referencing new table as fresh
    for each statement execute function evidence.take_leaves();
create trigger refuse before update or delete or truncate on evidence.ledger
    for each statement execute function evidence.refuse();
create trigger refuse before update or delete or truncate on evidence.leaf
    for each statement execute function evidence.refuse();
create trigger refuse before update or delete or truncate on evidence.seal
    for each statement execute function evidence.refuse();
create trigger refuse before insert or delete or truncate on evidence.head
    for each statement execute function evidence.refuse();
-- Also for a session that calls itself a replica.
alter table evidence.ledger enable always trigger refuse;
alter table evidence.leaf enable always trigger refuse;
alter table evidence.seal enable always trigger refuse;
alter table evidence.head enable always trigger refuse;

create function evidence.append(kind text, payload text, leaves bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    number bigint;
begin
    insert into evidence.ledger (kind, payload) values (append.kind, append.payload) returning seq into number;
    if coalesce(cardinality(leaves), 0) <> (append.payload::json -> 'leaves' ->> 'count')::bigint then
        raise exception 'evidence refuses the leaves: they are not as many as their event says' using errcode = 'P0E01';
    end if;
    insert into evidence.leaf (seq, position, leaf)
    select number, given.place - 1, given.item from unnest(leaves) with ordinality as given (item, place);
    return number;
end
$$;

create function evidence.learn(candidate text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not coalesce(evidence.is_word(candidate), false) then
        raise exception 'evidence refuses the word: a-z first, then a-z 0-9 _ . : / -, at most 64 characters and 8 digits'
            using errcode = 'P0E01';
    end if;
    insert into evidence.word (word) values (candidate) on conflict do nothing;
end
$$;

revoke all on all tables in schema evidence
    from public, amanah_intake, amanah_duties, amanah_relay, amanah_ledger, amanah_auditor;
revoke all on all functions in schema evidence from public;
grant usage on schema evidence to amanah_intake, amanah_duties, amanah_relay, amanah_ledger, amanah_auditor;
grant select on all tables in schema evidence to amanah_ledger, amanah_auditor;
grant insert (kind, payload) on evidence.ledger to amanah_ledger;
grant insert on evidence.leaf, evidence.seal to amanah_ledger;
grant execute on function evidence.append(text, text, bytea[])
    to amanah_intake, amanah_duties, amanah_relay, amanah_ledger, amanah_auditor;
grant execute on function evidence.learn(text) to amanah_intake, amanah_duties;
-- append can do what the ledger's role can do, and no more.
grant create on schema evidence to amanah_ledger;
alter function evidence.append(text, text, bytea[]) owner to amanah_ledger;
revoke create on schema evidence from amanah_ledger;
