create table suppression.rung (
    version bigint not null constraint pk_rung primary key,
    mark bytea not null,
    since timestamptz not null,
    finished_at timestamptz
);

create index ix_entry_key_version on suppression.entry (key_version);

alter table duties.restriction add column key_version bigint;

-- Whoever opens a unit of work shows the marks of its keys. One that lacks a key would recognise nobody.
create function suppression.expect(marks text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    missing bigint;
begin
    select min(rung.version) into missing from suppression.rung
     where rung.version || ':' || encode(rung.mark, 'hex') <> all(string_to_array(marks, ','));
    if missing is not null then
        raise exception 'the key of version % is in use here and this process has another or none: set AMANAH_KEY and AMANAH_SUPPRESSION_KEYS as the other processes have them',
            missing;
    end if;
end
$$;

-- The version that what is suppressed now is written under; null where there has never been a later key.
create function suppression.in_force() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select max(version) from suppression.rung
$$;

-- HMAC-SHA-256 of a hash under a later key, whose two pads stand beside its version (RFC 2104).
create function suppression.under(rung text, key bytea) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select sha256(decode(split_part(rung, ':', 3), 'hex') || sha256(decode(split_part(rung, ':', 2), 'hex') || key))
$$;

-- A hash and what every later key makes of it, lowest first.
create function suppression.climb(key bytea) returns bytea[]
language plpgsql stable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    pads constant text := current_setting('amanah.rungs');
    reached bytea[] := array[key];
    rung text;
begin
    if pads = '' then
        raise exception 'no unit of work is open: nothing is compared without its keys';
    end if;
    foreach rung in array string_to_array(pads, ',') loop
        key := suppression.under(rung, key);
        reached := reached || key;
    end loop;
    return reached;
end
$$;

-- Everything that a hash may stand as, so that it is recognised whichever key it was written under.
create function suppression.forms(key bytea) returns bytea[]
language sql stable parallel safe as $$
    select case when current_setting('amanah.rungs') = 'none' then array[key] else suppression.climb(key) end
$$;

-- A hash under the key of one version, from the version that it stands under.
create function suppression.raised(key bytea, since bigint, version bigint) returns bytea
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    rung text;
    reached bigint := since;
begin
    if version > since then
        foreach rung in array string_to_array(current_setting('amanah.rungs'), ',') loop
            if rung <> 'none' and split_part(rung, ':', 1)::bigint > since and split_part(rung, ':', 1)::bigint <= version then
                key := suppression.under(rung, key);
                reached := split_part(rung, ':', 1)::bigint;
            end if;
        end loop;
        if reached <> version then
            raise exception 'the key of version % is not among the keys of this process', version;
        end if;
    end if;
    return key;
end
$$;

-- A hash as it is written now.
create function suppression.written(key bytea, lowest bigint) returns bytea
language sql stable parallel safe as $$
    select suppression.raised(key, lowest, coalesce(suppression.in_force(), lowest))
$$;
