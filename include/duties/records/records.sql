-- name: note
insert into duties.recorded_activity (key, told, first_at, changed_at)
values (:key, cast(:told as jsonb), :at, :at)
on conflict (key) do update
   set told = excluded.told, ended_at = null,
       changed_at = case when recorded_activity.told = excluded.told and recorded_activity.ended_at is null
                         then recorded_activity.changed_at else excluded.changed_at end;

-- name: ended
update duties.recorded_activity set ended_at = :at where ended_at is null and not key = any(cast(:keys as text[]));

-- name: let_go
delete from duties.recorded_activity where ended_at < :before;

-- name: remembered
select key, told, ended_at from duties.recorded_activity where ended_at is not null order by ended_at, key;

-- name: standing
select id, kind, source_key, due_at from duties.duty
 where kind in ('processor_check', 'assessment_review') and state = 'open';

-- name: close
update duties.duty set state = 'done', outcome = :outcome, closed_at = :at where id = :id and state = 'open';

-- name: open
insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at, due_at)
select :kind, :key, 'open', :edition, :article, :at, :starts_at, :due_at
 where not exists (select from duties.duty
                    where kind = :kind and source_key = :key and due_at = :due_at and state <> 'done');

-- name: disclosed
select at, recipient, country, purpose, method, abroad, safeguard, contact_points, edition
  from duties.disclosure order by at, recipient, method;

-- name: disclosed_lately
select at, recipient, country, purpose, method, abroad, safeguard, contact_points, edition
  from duties.disclosure order by at desc, id desc limit :latest;

-- name: disclosed_to
-- The latest disclosure to each recipient, by country and purpose, each found by going on in the index.
with recursive known as (
    (select recipient, country, purpose from duties.disclosure order by recipient, country, purpose limit 1)
    union all
    select next.recipient, next.country, next.purpose
      from known
     cross join lateral (
         select recipient, country, purpose from duties.disclosure
          where (recipient, country, purpose) > (known.recipient, known.country, known.purpose)
          order by recipient, country, purpose limit 1
     ) next
)
select last.*
  from known
 cross join lateral (
     select at, recipient, country, purpose, method, abroad, safeguard, contact_points, edition
       from duties.disclosure made
      where made.recipient = known.recipient and made.country = known.country and made.purpose = known.purpose
      order by recipient desc, country desc, purpose desc, at desc limit 1
 ) last;

-- name: link_duties
select source_key, state, article, opened_at, closed_at
  from duties.duty where kind = 'impact_assessment' order by opened_at, source_key;

-- name: joined
select key, joined_at from register.source order by key;

-- name: noted
select key, first_at from duties.recorded_activity where ended_at is null order by key;
