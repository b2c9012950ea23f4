-- What the pages of rules, what is due, certificates and drills show.

-- name: ending
-- Notices whose clock ends on each of the coming days, and before them: what is silent then is destroyed.
select ending.day, found.count
  from (select n as day, case when n < 0 then '-infinity' else cast(:begin as timestamptz) + n * interval '1 day' end as since,
               cast(:begin as timestamptz) + (n + 1) * interval '1 day' as until
          from generate_series(-1, :days - 1) n) ending
 cross join lateral (
      select count(*) from (
          select from duties.notice
           where state in ('owed', 'queued', 'told') and due_at >= ending.since and due_at < ending.until limit :many
      ) counted
  ) found
 order by ending.day;

-- name: verified
-- Plans that were looked at again: these have a certificate. What an archive took in is certified when that goes.
select id, trigger, encode(plan_hash, 'hex') as hash, counts, edition, system, rule, destroyed_at, verified_at
  from duties.destruction
 where state = 'verified' and scope -> 'archived' is null and (verified_at, id) < (:verified_at, cast(:id as uuid))
 order by verified_at desc, id desc
 limit :limit;

-- name: verified_at
select verified_at from duties.destruction where id = :id and state = 'verified' and scope -> 'archived' is null;

-- name: drills
select payload from evidence.ledger where kind = 'restore_drilled' order by recorded_at desc, seq desc limit :limit;
