-- The volumes of contact points: part of migration 0009, never edited later.
-- A delivery that brings much at once fills a volume of its own: a table without indexes and foreign keys, which get
-- them when it is full, each in one go, and becomes a part of register.contact_point in the same transaction. Both
-- functions run as the owner of the schema. Whoever calls them may fill that table and nothing else: its number is the
-- database's, and what is wrong in it is refused when it is closed.

create sequence register.volume maxvalue 9000; -- so that every id stays a whole number for who reckons in doubles

create function register.open_volume() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    create table register.filling (like register.contact_point including defaults including constraints);
    grant insert on register.filling to amanah_intake;
    return nextval('register.volume');
end
$$;

create function register.close_volume() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set maintenance_work_mem = '256MB' as $$
declare
    room constant bigint := 1000000000000;
    volume constant bigint := currval('register.volume');
    name constant text := format('contact_point_%s', volume);
begin
    revoke all on register.filling from amanah_intake;
    analyze register.filling (listing_id, subject_id);
    execute format('alter table register.filling rename to %I', name);
    execute format('alter table register.%I add constraint %I primary key (id, listing_id)', name, 'pk_' || name);
    execute format('alter table register.%I add constraint %I unique (listing_id, kind, key, source_column)',
                   name, 'uq_' || name || '_listing_id_kind_key_source_column');
    execute format('create index %I on register.%I (key)', 'ix_' || name || '_key', name);
    execute format('create index %I on register.%I (subject_id) where subject_id is not null',
                   'ix_' || name || '_subject_id', name);
    execute format('create index %I on register.%I (listing_id) where permission = %L',
                   'ix_' || name || '_awaiting', name, 'awaiting_assessment');
    -- It gets the foreign keys, and is held against them, as it is attached: given before, they would then take a lock
    -- on listings and subjects that keeps readers out.
    execute format('alter table register.contact_point attach partition register.%I for values from (%s) to (%s)',
                   name, volume * room, (volume + 1) * room);
end
$$;
