-- What several listings say of one contact point. A key is of one kind, so it is joined alone. What could not be read,
-- names and addresses identify nobody: they are not compared.

-- name: places
create temp table place on commit drop as
select row_number, listing_id, true as replaced from fate where fate in ('new', 'changed');
create index on place (listing_id);
analyze place;

-- name: places_again
create temp table place on commit drop as select row_number, listing_id, false as replaced from given_row;
create index on place (listing_id);
analyze place;

-- name: place_of_one
create temp table place on commit drop as
select cast(1 as bigint) as row_number, cast(:listing as bigint) as listing_id, false as replaced;

-- name: shared_keys
create temp table shared_key on commit drop as
select point.key from incoming_point point join point_form form using (form)
 where form.kind in ('phone', 'email', 'website') and point.normalised is not null
 group by point.key having count(*) > 1;

-- name: beside
-- Of other sources one listing is enough to know; of its own, where it had any, those that are not replaced.
select (exists (select from register.source
                 where source.jurisdiction = :jurisdiction and source.key <> :source
                   and exists (select from register.listing
                                where listing.source_key = source.key and listing.state = 'active'))
        or :earlier and exists (select from register.listing
                                 where listing.source_key = :source and listing.state = 'active'
                                   and not exists (select from place
                                                    where place.listing_id = listing.id and place.replaced)))::int;

-- name: held_beside
create temp table held_beside (id bigint, listing_id bigint, key bytea, strong boolean) on commit drop;

-- name: shared_with_held
insert into held_beside
select held.id, held.listing_id, held.key,
       case held.decided_by when 'review' then held.class = 'personal'
            else held.reasons && cast(:personal_codes as text[]) end
  from register.contact_point held
 where held.key in (select point.key from incoming_point point join point_form form using (form)
                     where form.kind in ('phone', 'email', 'website') and point.normalised is not null)
   and held.normalised is not null
   and not exists (select from held_point where held_point.id = held.id)
   and not exists (select from place where place.listing_id = held.listing_id and place.replaced);
insert into shared_key select key from held_beside;

-- name: shared_before
-- Points that are gone with this delivery, or are withdrawn with their listing, are evidence no more: what else has
-- their keys is looked at again.
analyze withdrawn;
create temp table gone_key on commit drop as
select held.key from place join register.contact_point held using (listing_id)
 where place.replaced and held.kind in ('phone', 'email', 'website') and held.normalised is not null
   and not exists (select from held_point where held_point.id = held.id)
union
select held.key from withdrawn join register.contact_point held using (listing_id)
 where held.kind in ('phone', 'email', 'website') and held.normalised is not null;
analyze gone_key;
insert into held_beside
select held.id, held.listing_id, held.key,
       case held.decided_by when 'review' then held.class = 'personal'
            else held.reasons && cast(:personal_codes as text[]) end
  from gone_key
 cross join lateral (select id, listing_id, key, class, decided_by, reasons from register.contact_point
                      where contact_point.key = gone_key.key offset 0) held  -- by the index, however large the register
 where not exists (select from held_beside known where known.id = held.id)
   and not exists (select from held_point where held_point.id = held.id)
   and not exists (select from place where place.listing_id = held.listing_id and place.replaced);
insert into shared_key select key from gone_key;

-- name: members
-- All points of these keys that count: those that are taken in, and what is held beside them in listings of now.
analyze held_beside;
create temp table keys on commit drop as select distinct key from shared_key;
create unique index on keys (key);
analyze keys;
create temp table member on commit drop as
select point.number, cast(null as bigint) as id, place.listing_id, cast(:source as text) as source_key, point.key,
       given.fields ->> 'organisation' as organisation,
       name.name_class = 'organisation' and not name.name_holds_person as counts,
       case when reviewed.stands then reviewed.class = 'personal'
            else form.reasons && cast(:personal_codes as text[]) end as strong
  from keys join incoming_point point using (key) join point_form form using (form)
  join place using (row_number) join incoming_row given using (row_number) join row_form name on name.form = given.form
  left join reviewed on reviewed.number = point.number
 where point.normalised is not null and form.kind in ('phone', 'email', 'website')
union all
select null, held.id, held.listing_id, listing.source_key, held.key, listing.fields ->> 'organisation',
       listing.name_class = 'organisation' and not listing.name_holds_person, held.strong
  from held_beside held join register.listing on listing.id = held.listing_id and listing.state = 'active'
  join register.source on source.key = listing.source_key and source.jurisdiction = :jurisdiction;
create temp table called (organisation text, called bigint) on commit drop;
analyze member;

-- name: organisations
-- Names are compared only where they may count: for what many listings give, or several sources.
select distinct organisation from member
 where counts and organisation is not null and key in (
    select key from member group by key
    having count(distinct source_key) > 1 or count(distinct listing_id) > :others);

-- name: weighed
-- A person's decision for business stands against what is known elsewhere if they, or one before them, decided with it.
-- What each point's own listing says, what others say, and which of both together is decided once.
create temp table weighed on commit drop as
with named as (
    select member.*, called.called from member left join called on member.counts and called.organisation = member.organisation
), of_key as (
    select key, count(distinct called) as organisations, count(*) filter (where strong) as strong from named group by key
), of_organisation as (
    select key, called, count(distinct source_key) as sources from named where called is not null group by key, called
), told as (
    select named.number, named.id, named.listing_id,
           array_remove(array[
               case when of_key.strong > cast(named.strong as int) then 'personal_elsewhere' end,
               case when organisations - cast(named.called is not null as int) >= :others then 'shared_by_listings' end,
               case when sources >= :sources then 'shared_by_sources' end], null) as codes
      from named join of_key using (key) left join of_organisation using (key, called)
), own as (
    select told.number, told.id, told.listing_id, told.codes, form.reasons as base, form.score
      from told join incoming_point point using (number) join point_form form using (form)
      left join held_point using (number)
      left join register.review on review.contact_point_id = held_point.id and review.ended_at is null
      left join reviewed on reviewed.number = told.number
     where told.codes <> '{}'
       and (reviewed.stands is not true
            or review.class = 'business' and 'personal_elsewhere' = any (told.codes) and not exists (
                select from register.review known where known.contact_point_id = held_point.id
                   and 'personal_elsewhere' = any (known.original_reasons)))
    union all
    select null, told.id, told.listing_id, told.codes,
           array(select code from unnest(coalesce(review.original_reasons, held.reasons)) with ordinality given (code, at)
                  where code <> all (cast(:not_its_own as text[])) order by at),
           coalesce(review.original_score, held.score)
      from told join register.contact_point held using (id, listing_id)
      left join register.review on review.contact_point_id = held.id and review.ended_at is null
     where case when review.id is null
                then array(select code from unnest(held.reasons) code where code = any (cast(:sharing as text[])) order by 1)
                     <> told.codes
                else review.class = 'business' and 'personal_elsewhere' = any (told.codes) and not exists (
                    select from register.review known where known.contact_point_id = held.id
                       and 'personal_elsewhere' = any (known.original_reasons)) end
)
select own.*, dense_rank() over (order by base, codes, score) as verdict from own;
create temp table verdict (verdict bigint, class text, score double precision, reasons text[]) on commit drop;
analyze weighed;

-- name: questions
select distinct verdict, base, codes, score from weighed;

-- name: incoming_decided
-- What is taken in now is decided with what others say, and belongs to whom it then is.
analyze verdict;
create temp table again on commit drop as
select point.number, point.row_number, point.form as before, verdict.*,
       verdict.class <> form.class or reviewed.stands is true as moved
  from weighed join incoming_point point using (number) join point_form form using (form) join verdict using (verdict)
  left join reviewed on reviewed.number = point.number;
analyze again;
create temp table reformed on commit drop as
select before, verdict, (select coalesce(max(form), 0) from point_form) + row_number() over (order by before, verdict) as form
  from (select distinct before, verdict from again) pairs;
insert into point_form (form, kind, number_type, traits, unparsed, source_column, class, score, reasons)
select reformed.form, kind, number_type, traits, unparsed, source_column, verdict.class, verdict.score, verdict.reasons
  from reformed join point_form on point_form.form = reformed.before join verdict using (verdict);
update incoming_point point set form = reformed.form
  from again join reformed using (before, verdict) where again.number = point.number;
update reviewed set stands = false from again where again.number = reviewed.number;
update held_point
   set kept = not place.replaced and held.decided_by = 'deadline' and again.class = 'undetermined',
       permission = case when held_point.permission in ('opted_out_at_source', 'awaiting_assessment')
                         then held_point.permission
                         else (cast(:permissions as jsonb) ->> again.class) end
  from again join place using (row_number), register.contact_point held
 where again.number = held_point.number and held.id = held_point.id and held.listing_id = held_point.listing_id;
create temp table reowned on commit drop as
select point.row_number,
       (array_agg(case when point.normalised is not null and form.kind in ('email', 'phone') then point.key end
                  order by case when point.normalised is null then 3 when form.kind = 'email' then 0
                                when form.kind = 'phone' and form.number_type = 'mobile' then 1
                                when form.kind = 'phone' then 2 else 3 end, point.number))[1] as key
  from incoming_point point join point_form form using (form)
 where form.class <> 'business'
   and point.row_number in (select row_number from again where moved) group by point.row_number;

-- name: unnamed
select row_number, row_key from reowned join incoming_row using (row_number) where key is null;

-- name: incoming_owned
update incoming_point point
   set subject_key = case when form.class = 'business' then null
                          when form.kind = 'email' and point.normalised is not null then point.key
                          else coalesce(reowned.key, row_named.key) end
  from again rows left join reowned using (row_number) left join row_named using (row_number), point_form form
 where rows.moved and point.row_number = rows.row_number and form.form = point.form
   and not exists (select from held_point where held_point.number = point.number and held_point.kept);

-- name: held_changed
-- What is held elsewhere is decided again with what this delivery says of it, unless that leaves it as it is.
create temp table elsewhere on commit drop as
select held.id, held.listing_id, held.class as class_before, weighed.verdict, verdict.class,
       (select coalesce(max(number), 0) from incoming_point) + row_number() over (order by held.id) as number,
       (select coalesce(max(form), 0) from point_form)
       + dense_rank() over (order by held.kind, held.number_type, held.traits, held.unparsed, held.source_column,
                                     weighed.verdict) as form
  from weighed join verdict using (verdict) join register.contact_point held using (id, listing_id)
 where weighed.number is null and not (held.decided_by = 'deadline' and verdict.class = 'undetermined');
analyze elsewhere;

-- name: unnamed_elsewhere
select listing.id as listing_id, listing.row_key from register.listing
 where listing.id in (select listing_id from elsewhere where class <> 'business' and class_before = 'business');

-- name: held_decided
update register.review set ended_at = :at, ended_by = 'evidence_changed'
  from elsewhere where elsewhere.id = review.contact_point_id and review.ended_at is null;
insert into point_form (form, kind, number_type, traits, unparsed, source_column, class, score, reasons)
select distinct on (elsewhere.form) elsewhere.form, kind, number_type, traits, unparsed, source_column, verdict.class,
       verdict.score, verdict.reasons
  from elsewhere join register.contact_point using (id, listing_id) join verdict using (verdict)
 order by elsewhere.form;
insert into incoming_point (number, row_number, key, value, normalised, subject_key, form)
select elsewhere.number, -elsewhere.listing_id, held.key, held.value, held.normalised,
       case when elsewhere.class <> 'business' then coalesce(
           (select identity.key from register.identity where identity.subject_id = held.subject_id order by key limit 1),
           case when held.kind = 'email' then held.key end,
           (select other.key from register.contact_point other
             where other.listing_id = held.listing_id and other.normalised is not null
               and other.kind in ('email', 'phone') and (other.id = held.id or other.subject_id is not null)
             order by case when other.kind = 'email' then 0 when other.number_type = 'mobile' then 1 else 2 end, other.id
             limit 1),
           listing_named.key) end,
       elsewhere.form
  from elsewhere join register.contact_point held using (id, listing_id)
  left join listing_named on listing_named.listing_id = held.listing_id;
insert into held_point (number, id, listing_id, kept, permission)
select elsewhere.number, id, listing_id, false,
       case when held.permission in ('opted_out_at_source', 'awaiting_assessment') then held.permission
            else (cast(:permissions as jsonb) ->> elsewhere.class) end
  from elsewhere join register.contact_point held using (id, listing_id);

-- name: transitions
select held.kind, class_before as before, elsewhere.class as after, count(*) as points,
       (array_agg(id order by sha256(convert_to(id::text, 'UTF8'))))[1:5] as sample
  from elsewhere join register.contact_point held using (id, listing_id)
 group by held.kind, class_before, elsewhere.class order by 1, 2, 3;

-- name: row_named
create temp table row_named (row_number bigint, key bytea) on commit drop;

-- name: listing_named
create temp table listing_named (listing_id bigint, key bytea) on commit drop;
