-- name: told_forms
-- Decisions are told in the ledger by a leaf each.
create temp table leaf_form (form bigint primary key, before bytea not null, behind bytea not null) on commit drop;

-- name: forms
select form, class, score, reasons from point_form where form in (select form from tally);

-- name: batches
select batch, coalesce(sum(points) filter (where class = 'business'), 0) as business,
       coalesce(sum(points) filter (where class = 'personal'), 0) as personal,
       coalesce(sum(points) filter (where class = 'undetermined'), 0) as undetermined
  from tally join point_form using (form) group by batch order by batch;

-- name: leaves
select string_agg(sha256(before || convert_to(cast(id as text), 'UTF8') || behind), cast('' as bytea) order by id) as leaves
  from decided join leaf_form using (form) where batch = :batch;
