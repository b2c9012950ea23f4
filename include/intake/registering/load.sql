-- name: incoming
create temp table incoming_row (
    row_number bigint not null, row_key bytea not null, fingerprint bytea not null, fields jsonb, form bigint not null
) on commit drop;
create temp table row_form (
    form bigint not null, name_class text, name_holds_person boolean, provenance jsonb, country text, language text,
    opted_out boolean
) on commit drop;
create temp table incoming_point (
    number bigint not null, row_number bigint not null, key bytea, value text, normalised text, subject_key bytea,
    form bigint not null
) on commit drop;
create temp table point_form (
    form bigint not null, kind text, number_type text, traits text[], unparsed text, source_column text, class text,
    score double precision, reasons text[]
) on commit drop;

-- name: known
-- Rows that were held as they are when they were prepared; apart, those of them whose row key comes twice.
create temp table known_row (row_number bigint not null, row_key bytea not null, fingerprint bytea not null)
    on commit drop;
create temp table known_twice (like known_row) on commit drop;

-- name: known_loaded
analyze known_row (row_number, row_key);

-- name: loaded
-- What was just loaded has no statistics: joins ask for those of the columns by which they join.
analyze incoming_row (row_number, row_key, form);
analyze incoming_point (number, row_number, key, subject_key, form);
analyze row_form (form);
analyze point_form (form);
