-- name: delivered
-- What a source delivered in a span of time: the last receipt of it that was registered.
select id, coalesce(landing, id) as landing, delivery_id, received_at, counts, contract_hash
  from register.receipt
 where source_key = :source and state = 'registered' and received_at >= :begin and received_at < :end
 order by received_at desc limit 1;

-- name: past
create temp table past_row (row_number bigint not null, row_key bytea not null, fingerprint bytea not null)
    on commit drop;
create temp table read_point (row_key bytea not null, kind text, key bytea, source_column text, class text)
    on commit drop;

-- name: fates
-- What became of each row since: it is held as it was, or it changed, or its source withdrew it, or it was destroyed.
create index on past_row (row_key);
analyze past_row;
create temp table since on commit drop as
select past_row.row_key, past_row.fingerprint,
       case when listing.id is null then 'destroyed_since'
            when listing.state = 'withdrawn' then 'withdrawn_since'
            when listing.fingerprint <> past_row.fingerprint then 'changed_since'
            else 'unchanged' end as fate
  from past_row left join register.listing
    on listing.source_key = :source and listing.row_key = past_row.row_key;

-- name: counts
select fate, count(*) as rows from since group by fate;

-- name: held
select distinct fingerprint from since where fate = 'unchanged';

-- name: compared
-- Each contact point once, as it is decided now, beside the decision that is held. What other listings say of a point
-- is not read again: a decision that rests on that too is none of its own listing's alone.
select read.class, count(*) as points,
       count(*) filter (where held.class = read.class or held.reasons && cast(:sharing as text[])) as alike
  from (select distinct on (row_key, kind, key, source_column) * from read_point
         order by row_key, kind, key, source_column) read
  join register.listing on listing.source_key = :source and listing.row_key = read.row_key
  left join register.contact_point held
    on held.listing_id = listing.id and held.kind = read.kind and held.key = read.key
   and held.source_column = read.source_column
 group by read.class;

-- name: noted
insert into register.reread (run, source_key, receipt_id, edition, rules, counts, at)
values (:run, :source, :receipt, :edition, :rules, cast(:counts as jsonb), :at)
on conflict (run) do update
   set receipt_id = excluded.receipt_id, edition = excluded.edition, rules = excluded.rules, counts = excluded.counts,
       at = excluded.at
 where (reread.receipt_id, reread.edition, reread.rules, reread.counts)
       is distinct from (excluded.receipt_id, excluded.edition, excluded.rules, excluded.counts);
