-- The volumes of the register: part of migration 0009, never edited later.
-- A delivery that brings much at once fills a volume of its own: a table without indexes and foreign keys, which get
-- built when it is full, each in one go, and which then becomes a part of register.contact_point. Whoever fills one may
-- do nothing else to it: both functions run as the owner of the schema, and the tables are named by numbers of its own.

create sequence register.volume maxvalue 9000; -- so that every id stays a whole number for whoever counts in doubles

create function register.open_volume() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    volume constant bigint := nextval('register.volume');
    name constant text := format('register.contact_point_%s', volume);
begin
    execute format('create table %s (like register.contact_point including defaults including constraints)', name);
    execute format('grant insert on %s to amanah_intake', name);
    return volume;
end
$$;

create function register.close_volume(volume bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set maintenance_work_mem = '256MB' as $$
declare
    room constant bigint := 1000000000000;
    name constant text := format('register.contact_point_%s', volume);
begin
    execute format('revoke all on %s from amanah_intake', name);
    execute format('analyze %s (id, listing_id, kind, key, class, subject_id)', name);
    execute format('alter table %s add constraint pk_contact_point_%s primary key (id, listing_id)', name, volume);
    execute format('alter table %s add constraint uq_contact_point_%s_listing_id_kind_key_source_column
                        unique (listing_id, kind, key, source_column)', name, volume);
    execute format('create index ix_contact_point_%s_key on %s (key)', volume, name);
    execute format('create index ix_contact_point_%s_subject_id on %s (subject_id) where subject_id is not null',
                   volume, name);
    execute format('alter table %s add constraint fk_contact_point_listing_id
                        foreign key (listing_id) references register.listing (id) on delete cascade', name);
    execute format('alter table %s add constraint fk_contact_point_subject_id
                        foreign key (subject_id) references register.subject (id)', name);
    execute format('alter table register.contact_point attach partition %s for values from (%s) to (%s)',
                   name, volume * room, (volume + 1) * room);
end
$$;
