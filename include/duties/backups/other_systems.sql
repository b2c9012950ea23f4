-- name: note
-- All that a restore needs to know of a destruction in another system: ids, codes, counts, and whom it was about by hashes.
insert into duties.unjournalled (said)
select jsonb_build_object(
           'what', 'elsewhere', 'plan', id, 'system', system, 'rule', rule, 'trigger', trigger,
           'hash', encode(plan_hash, 'hex'), 'counts', counts, 'scope', scope, 'allowed_by', allowed_by,
           'edition', edition, 'planned_at', planned_at, 'begun_at', begun_at, 'at', cast(:at as timestamptz),
           'who', cast(:who as jsonb))
  from duties.destruction where id = :plan;

-- name: note_verified
insert into duties.unjournalled (said)
values (jsonb_build_object('what', 'elsewhere_verified', 'plan', cast(:plan as uuid), 'at', cast(:at as timestamptz)));

-- name: who
select distinct kind, value from duties.elsewhere
 where system = :system and request_id = cast(:request as uuid) order by kind, value;

-- name: note_hold
insert into duties.unjournalled (said)
select jsonb_build_object(
           'what', 'hold', 'hold', hold.id, 'case', case_ref, 'system', system, 'table', table_name, 'since', since,
           'until', until, 'at', placed_at,
           'people', coalesce((select jsonb_agg(jsonb_build_object('kind', kind, 'key', encode(key, 'hex')) order by key)
                                 from duties.hold_person person where person.hold_id = hold.id), '[]'))
  from duties.hold where hold.id = :hold;

-- name: note_released
insert into duties.unjournalled (said)
values (jsonb_build_object('what', 'released', 'hold', cast(:hold as uuid), 'at', cast(:at as timestamptz)));

-- name: put_back_holds
-- Placed since the copy was made: the people of a hold are known by their hashes alone, and by these they are looked for.
insert into duties.hold (id, case_ref, system, table_name, since, until, placed_by, placed_at)
select distinct on (1) cast(said ->> 'hold' as uuid), said ->> 'case', said ->> 'system', said ->> 'table',
       cast(said ->> 'since' as timestamptz), cast(said ->> 'until' as timestamptz), '',
       cast(said ->> 'at' as timestamptz)
  from told where what = 'hold'
on conflict (id) do nothing;
insert into duties.hold_person (hold_id, key, kind)
select cast(said ->> 'hold' as uuid), decode(person ->> 'key', 'hex'), person ->> 'kind'
  from told cross join jsonb_array_elements(said -> 'people') person where what = 'hold'
on conflict do nothing;
with ended as (
    update duties.hold set released_by = '', released_at = cast(said ->> 'at' as timestamptz)
      from told where what = 'released' and hold.id = cast(said ->> 'hold' as uuid) and released_at is null
 returning hold.id
)
update duties.hold_person set value = null where hold_id in (select id from ended);

-- name: put_back_plans
-- What was open of a rule when the copy was made was done or given up since: what is due by then is planned anew.
update duties.destruction set state = 'replaced'
  from told
 where told.what = 'elsewhere' and destruction.system = said ->> 'system' and destruction.rule = said ->> 'rule'
   and destruction.id <> told.plan and destruction.state in ('planned', 'halted', 'destroyed')
   and destruction.planned_at < cast(said ->> 'at' as timestamptz);
insert into duties.destruction (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, begun_at,
                                destroyed_at, verified_at, system, rule, scope)
select distinct on (told.plan) told.plan, said ->> 'trigger', decode(said ->> 'hash', 'hex'), said -> 'counts',
       said ->> 'allowed_by', said ->> 'edition', case when seen.at is null then 'destroyed' else 'verified' end,
       cast(said ->> 'planned_at' as timestamptz), cast(said ->> 'begun_at' as timestamptz),
       cast(said ->> 'at' as timestamptz), seen.at, said ->> 'system', said ->> 'rule', said -> 'scope'
  from told
  left join lateral (select max(cast(other.said ->> 'at' as timestamptz)) as at from told other
                      where other.what = 'elsewhere_verified' and other.plan = told.plan) seen on true
 where told.what = 'elsewhere'
on conflict (id) do update
   set state = excluded.state, counts = excluded.counts, scope = excluded.scope, allowed_by = excluded.allowed_by,
       begun_at = excluded.begun_at, destroyed_at = excluded.destroyed_at, verified_at = excluded.verified_at,
       names = null;

-- name: left
select (select count(distinct told.plan) from told where what = 'elsewhere'
           and not exists (select from duties.destruction done
                            where done.id = told.plan and done.state in ('destroyed', 'verified'))) as plans_elsewhere,
       (select count(distinct said ->> 'hold') from told where what = 'hold'
           and not exists (select from duties.hold where hold.id = cast(said ->> 'hold' as uuid)))
     + (select count(distinct said ->> 'hold') from told
          join duties.hold on hold.id = cast(said ->> 'hold' as uuid) and hold.released_at is null
         where what = 'released') as holds;
