-- name: due_days
select day, kind, clocks, counted_at from duties.due_day where day < :end order by day;

-- name: destroyed
select cast(date_trunc('week', destroyed_at at time zone :zone) as date) as week,
       coalesce(sum(cast(counts ->> 'contact_points' as bigint)), 0) as points,
       coalesce(sum(cast(counts ->> 'rows' as bigint)), 0) as rows
  from duties.destruction
 where destroyed_at >= :since
 group by 1 order by 1;
