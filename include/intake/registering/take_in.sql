-- name: earlier
select (exists (select from register.listing where source_key = :source))::int;

-- name: rows_before
select count(*) from register.listing where source_key = :source;

-- name: repeated
-- Rows whose row key comes twice, against those before them in the file.
create temp table repeated on commit drop as
with given as not materialized (
    select row_number, row_key, fingerprint from incoming_row
    union all select row_number, row_key, fingerprint from known_row
)
select row_number,
       row_number() over (partition by row_key, fingerprint order by row_number) > 1 as repeated,
       fingerprint <> first_value(fingerprint) over (partition by row_key order by row_number) as contested
  from given where row_key in (select row_key from given group by row_key having count(*) > 1);
analyze repeated;
with twice as (delete from known_row using repeated where repeated.row_number = known_row.row_number returning known_row.*)
insert into known_twice select * from twice;

-- name: unrepeated
create temp table repeated (row_number bigint, repeated boolean, contested boolean) on commit drop;

-- name: seen
-- What is held as it is, by its number alone: nothing further is asked of it.
create temp table seen on commit drop as
select listing.id as listing_id, true as there
  from known_row given
  join register.listing on listing.source_key = :source and listing.row_key = given.row_key
   and listing.fingerprint = given.fingerprint and listing.state = 'active';
analyze seen;

-- name: seen_and_missed
-- The same of a delivery that says all that its source still says, and beside it what is held and is not there as it was.
create temp table seen on commit drop as
select listing.id as listing_id, given.row_number is not null as there
  from register.listing
  left join known_row given on given.row_key = listing.row_key and given.fingerprint = listing.fingerprint
 where listing.source_key = :source and listing.state = 'active';
analyze seen;

-- name: fates
-- Every other row's fate against the rows before it in the file and the listing that we hold.
create temp table fate on commit drop as
select given.row_number, given.row_key, listing.id as listing_id, given.known, given.opted_out,
       case when repeated.contested then 'quarantined'
            when repeated.repeated then 'duplicate'
            when listing.id is null then 'new'
            when listing.fingerprint = given.fingerprint and listing.state = 'active' then 'unchanged'
            else 'changed' end as fate
  from (select row_number, row_key, fingerprint, false as known, row_form.opted_out
          from incoming_row join row_form using (form)
        union all
        select row_number, row_key, fingerprint, true, null
          from known_twice) given
  left join repeated using (row_number)
  left join register.listing on listing.source_key = :source and listing.row_key = given.row_key;
analyze fate (row_number, row_key, listing_id, fate);
create temp table withdrawn (listing_id bigint not null) on commit drop;

-- name: unprepared
-- Known rows that are held as they are no more.
select (select count(*) from known_row) - (select count(*) from seen where there)
     + (select count(*) from fate where known and fate in ('new', 'changed'));

-- name: overtaken
-- Rows that were taken out since they were landed, and rows, numbers, mailboxes and cells that were suppressed since.
with given as not materialized (
    select row_key from incoming_row
    union all select row_key from known_row
    union all select row_key from known_twice
)
select abs((select cast(counts ->> 'received' as int) - cast(counts ->> 'suppressed' as int)
                   - cast(counts ->> 'quarantined' as int) from register.receipt where id = :receipt)
           - (select count(*) from given))
     + (select count(*) from given
         cross join unnest(suppression.forms(row_key)) as form (key)
          join suppression.entry on entry.key = form.key)
     + (select count(*) from incoming_point join point_form using (form)
         cross join unnest(suppression.forms(incoming_point.key)) as form (key)
          join suppression.entry on entry.key = form.key
         where point_form.kind in ('phone', 'email'))
     + (select count(*) from incoming_point join incoming_row using (row_number)
          join point_form on point_form.form = incoming_point.form
         cross join unnest(suppression.forms(
              sha256(incoming_row.row_key || convert_to(point_form.kind, 'UTF8') || incoming_point.key))) as form (key)
          join suppression.entry on entry.key = form.key
         where exists (select from suppression.entry where kind = 'cell'));

-- name: counts
select fate, cast(sum(rows) as bigint) as rows
  from (select fate, count(*) as rows from fate group by fate union all select 'unchanged', count(*) from seen where there) each_one
 group by fate having sum(rows) > 0;

-- name: contested
insert into landing.quarantined (receipt_id, row_number, row_key, reason, source_column)
select :receipt, row_number, row_key, 'row_id_repeated', null from fate where fate = 'quarantined'
on conflict do nothing;

-- name: unasked
-- Of rows that are not taken in, nothing further is asked.
delete from incoming_point using fate
 where fate.row_number = incoming_point.row_number and fate.fate not in ('new', 'changed');

-- name: new_listings
with made as (
    insert into register.listing (source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
                                  provenance, country, language, opted_out, received_at, first_delivery_id,
                                  last_delivery_id, changed_at)
    select :source, row_key, fingerprint, 'active', name_class, name_holds_person, fields, provenance, country,
           language, row_form.opted_out, :received_at, :delivery, :delivery, :at
      from incoming_row join fate using (row_number, row_key) join row_form using (form)
     where fate = 'new' order by row_number
    returning id, row_key
)
update fate set listing_id = made.id from made where fate.fate = 'new' and made.row_key = fate.row_key;

-- name: listings_of_volume
-- In the order of the index that they come into.
update fate set listing_id = :volume * 1000000000000 + row_number where fate = 'new';
insert into register.listing (id, source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
                              provenance, country, language, opted_out, received_at, first_delivery_id,
                              last_delivery_id, changed_at)
overriding system value
select listing_id, :source, row_key, fingerprint, 'active', name_class, name_holds_person, fields, provenance, country,
       language, row_form.opted_out, :received_at, :delivery, :delivery, :at
  from incoming_row join fate using (row_number, row_key) join row_form using (form)
 where fate = 'new' order by row_key;

-- name: changed_listings
update register.listing
   set fingerprint = given.fingerprint, state = 'active', name_class = form.name_class,
       name_holds_person = form.name_holds_person, fields = given.fields, provenance = form.provenance,
       country = form.country, language = form.language, opted_out = form.opted_out,
       last_delivery_id = :delivery, changed_at = :at, withdrawn_at = null
  from incoming_row given join fate using (row_number) join row_form form using (form)
 where fate.fate = 'changed' and listing.id = fate.listing_id;

-- name: restated
-- What a person said of a listing's text stays, whatever its source goes on saying.
update register.listing
   set fields = listing.fields || said.fields
  from (select statement.listing_id, jsonb_object_agg(statement.field, statement.value order by statement.id) as fields
          from register.statement join fate on fate.listing_id = statement.listing_id and fate.fate = 'changed'
         where statement.point_id is null group by statement.listing_id) said
 where listing.id = said.listing_id;

-- name: stated
-- So does what they said of a contact: what the source gives in its place, the same as before or something else, is read
-- as what they said. Where the source says that too by now, what it said before goes.
create temp table stated on commit drop as
select statement.id, statement.point_id, statement.original, statement.key, statement.value, statement.normalised,
       fate.row_number, statement.field, statement.source_column
  from register.statement join fate on fate.listing_id = statement.listing_id and fate.fate = 'changed'
 where statement.point_id is not null;
delete from incoming_point using stated, point_form form
 where incoming_point.row_number = stated.row_number and form.form = incoming_point.form
   and form.kind = stated.field and form.source_column = stated.source_column
   and incoming_point.key = stated.original and stated.original <> stated.key
   and exists (select from incoming_point other join point_form its on its.form = other.form
                where other.row_number = stated.row_number and its.kind = stated.field
                  and its.source_column = stated.source_column and other.key = stated.key);
update incoming_point
   set key = said.key, value = said.value, normalised = said.normalised
  from (select distinct on (stated.id) stated.id, point.number, stated.key, stated.value, stated.normalised
          from stated
          join incoming_point point on point.row_number = stated.row_number
          join point_form form on form.form = point.form
         where form.kind = stated.field and form.source_column = stated.source_column
           and not exists (select from incoming_point other join point_form its on its.form = other.form
                            where other.row_number = stated.row_number and its.kind = stated.field
                              and its.source_column = stated.source_column and other.key = stated.key)
         order by stated.id, point.key = stated.original desc, point.number) said
 where incoming_point.number = said.number;
update incoming_point set subject_key = stated.key
  from stated where incoming_point.row_number = stated.row_number and incoming_point.subject_key = stated.original;

-- name: held_points
-- Of changed listings, the points that we hold already.
create temp table held_point on commit drop as
select point.number, held.id, held.listing_id, false as kept,
       case when fate.opted_out then 'opted_out_at_source'
            when :wait then 'awaiting_assessment'
            else (cast(:permissions as jsonb) ->> form.class) end as permission
  from fate
  join incoming_point point using (row_number)
  join point_form form using (form)
  join register.contact_point held
    on held.listing_id = fate.listing_id and held.kind = form.kind and held.key = point.key
   and held.source_column = form.source_column
 where fate.fate = 'changed';
analyze held_point;

-- name: reviewed
-- What a person decided stands while what it rests on does: the point, the listing's name, and what else is in it. A
-- name that is found in the column of organisations is no more than that name.
create temp table reviewed on commit drop as
select held_point.number, held_point.id, held_point.listing_id, review.class,
       review.evidence = register.evidence_of(form.kind, point.key, form.source_column, given.fields ->> 'organisation',
           array(select distinct beside.key
                   from incoming_point beside join point_form its on its.form = beside.form
                  where beside.row_number = point.row_number
                    and not (its.kind = 'person'
                             and its.source_column is not distinct from row_form.provenance ->> 'organisation')
                  order by 1)) as stands
  from register.review
  join held_point on held_point.id = review.contact_point_id
  join incoming_point point using (number)
  join point_form form on form.form = point.form
  join incoming_row given on given.row_number = point.row_number
  join row_form on row_form.form = given.form
 where review.ended_at is null;
update held_point
   set kept = true,
       permission = case when permission in ('opted_out_at_source', 'awaiting_assessment') then permission
                         else (cast(:permissions as jsonb) ->> reviewed.class) end
  from reviewed where reviewed.number = held_point.number and reviewed.stands;
update incoming_point set subject_key = null from reviewed where reviewed.number = incoming_point.number and stands;

-- name: stands_as_stated
-- Nothing decides anew what its person said.
update held_point set kept = true from stated where held_point.id = stated.point_id;

-- name: corrected
-- Where it does not, the rules decide again.
update register.review set ended_at = :at, ended_by = 'evidence_changed'
  from reviewed where reviewed.id = review.contact_point_id and review.ended_at is null and not reviewed.stands;
update register.contact_point held
   set value = point.value, normalised = point.normalised, permission = held_point.permission
  from reviewed join held_point using (number) join incoming_point point using (number)
 where reviewed.stands and held_point.id = held.id and held_point.listing_id = held.listing_id
   and (held.value, held.normalised, held.permission)
       is distinct from (point.value, point.normalised, held_point.permission);

-- name: subjects
-- Who is behind them: known by the group's key. A mailbox is always its own person, whoever shares its phone. Any other
-- group is known by each of its numbers too, and one whose key is another group's number follows that group, and
-- whomever it follows; of those that name each other, all follow the least. What could not be read names nobody.
create temp table theirs on commit drop as
select subject_key, bool_or(kind = 'email' and key = subject_key) as mailbox
  from incoming_point join point_form using (form) where subject_key is not null group by subject_key;
create temp table own_key on commit drop as
select subject_key, subject_key as key from theirs
union all
select distinct subject_key, key from incoming_point join point_form using (form)
 where subject_key <> key and kind in ('phone', 'email') and normalised is not null;
analyze theirs;
analyze own_key;
create temp table person on commit drop as
with by_number as (
    select distinct on (own_key.subject_key) own_key.subject_key, identity.subject_id
      from own_key join register.identity on identity.key = own_key.key
     order by own_key.subject_key, own_key.key
), other as (
    select distinct on (key) key, subject_key from own_key where subject_key <> key order by key, subject_key
)
select theirs.subject_key,
       coalesce(identity.subject_id, case when not theirs.mailbox then by_number.subject_id end) as subject_id,
       case when other.subject_key is null then theirs.subject_key
            when mutual.subject_key is not null then least(theirs.subject_key, other.subject_key)
            else other.subject_key end as leader
  from theirs
  left join register.identity on identity.key = theirs.subject_key
  left join by_number on by_number.subject_key = theirs.subject_key
  left join other on not theirs.mailbox and other.key = theirs.subject_key
  left join own_key mutual on mutual.subject_key = theirs.subject_key and mutual.key = other.subject_key;
analyze person;
create temp table follower on commit drop as select subject_key, leader from person where leader <> subject_key;
analyze follower;
with recursive led as (
    select subject_key, leader from follower
    union
    select led.subject_key, follower.leader from led join follower on follower.subject_key = led.leader
), ends as (
    select led.subject_key,
           (array_agg(led.leader order by follower.leader is null desc, led.leader))[1] as leader
      from led left join follower on follower.subject_key = led.leader group by led.subject_key
)
update person set leader = ends.leader from ends where ends.subject_key = person.subject_key;

-- name: new_subjects
-- Whoever is known under no key, and leads, is somebody new.
create temp table fresh on commit drop as
select leader, gen_random_uuid() as id from person where leader = subject_key and subject_id is null;
analyze fresh (leader);
insert into register.subject (id, jurisdiction, language, created_at)
select id, :jurisdiction, :language, :at from fresh;

-- name: own_subjects
-- Each key is a leader's own before it is anybody else's.
create temp table owner on commit drop as
select person.subject_key, coalesce(person.subject_id, leads.subject_id, fresh.id) as subject_id
  from person
  join person leads on leads.subject_key = person.leader
  left join fresh on fresh.leader = person.leader;
analyze owner (subject_key);
insert into register.identity (key, subject_id)
select distinct on (key) key, owner.subject_id
  from own_key join owner using (subject_key) left join fresh on fresh.leader = own_key.key
 order by key, fresh.id is not distinct from owner.subject_id desc, owner.subject_id
on conflict do nothing;

-- name: decisions
-- A decision that changes keeps the one before it; points that the row no longer shows go with it.
insert into register.past_decision (contact_point_id, class, score, reasons, edition, rules, decided_at, decided_by,
                                    replaced_at)
select held.id, held.class, held.score, held.reasons, held.edition, held.rules, held.decided_at, held.decided_by, :at
  from held_point
  join register.contact_point held using (id, listing_id)
  join incoming_point point using (number)
  join point_form given using (form)
 where not held_point.kept and (held.class, held.score, held.reasons, held.edition, held.rules)
       is distinct from (given.class, given.score, given.reasons, :edition, :rules);
update register.contact_point held
   set value = point.value, normalised = point.normalised, number_type = given.number_type, traits = given.traits,
       unparsed = given.unparsed, class = given.class, score = given.score, reasons = given.reasons,
       edition = :edition, rules = :rules, decided_at = :at, permission = held_point.permission,
       decided_by = case when point.row_number < 0 then 'rules' else :decided_by end,
       subject_id = owner.subject_id
  from held_point join incoming_point point using (number) join point_form given using (form)
  left join owner using (subject_key)
 where held_point.id = held.id and held_point.listing_id = held.listing_id and not held_point.kept
   and (held.class, held.score, held.reasons, held.edition, held.rules, held.value, held.normalised, held.unparsed,
        held.permission, held.subject_id)
       is distinct from
       (given.class, given.score, given.reasons, :edition, :rules, point.value, point.normalised, given.unparsed,
        held_point.permission, owner.subject_id);

-- name: gone
with gone as (
    delete from register.contact_point point using fate
     where fate.fate = 'changed' and point.listing_id = fate.listing_id
       and not exists (select from held_point where held_point.id = point.id)
       and not exists (select from register.statement where statement.point_id = point.id)
    returning point.id
), forgotten as (
    delete from register.past_decision using gone where past_decision.contact_point_id = gone.id
), unlooked as (
    delete from register.review using gone where review.contact_point_id = gone.id
)
select count(*) from gone;

-- name: new_points
-- A point has its number in the volume of its listing.
create temp table new_point on commit drop as
select point.number, fate.listing_id,
       fate.listing_id / 1000000000000 * 1000000000000 + nextval('register.contact_point_id_seq') as id
  from incoming_point point join fate using (row_number)
 where (fate.fate = 'changed' or cast(:volume as bigint) is null)
   and not exists (select from held_point where held_point.number = point.number)
 order by point.key;
analyze new_point (number);
insert into register.contact_point (id, listing_id, kind, key, value, normalised, number_type, traits, unparsed,
                                    source_column, delivery_id, received_at, class, score, reasons, edition, rules,
                                    decided_at, decided_by, permission, subject_id)
overriding system value
select new_point.id, fate.listing_id, kind, key, value, normalised, number_type, traits, unparsed, source_column,
       :delivery, :received_at, class, score, reasons, :edition, :rules, :at, 'rules',
       case when fate.opted_out then 'opted_out_at_source'
            when :wait then 'awaiting_assessment'
            else (cast(:permissions as jsonb) ->> class) end,
       owner.subject_id
  from new_point join incoming_point point using (number) join point_form using (form) join fate using (row_number)
  left join owner using (subject_key)
 order by key;

-- name: released
-- The assessment that routing waited for is there: what waited is routed as its class says.
update register.contact_point point
   set permission = (cast(:permissions as jsonb) ->> point.class)
  from register.listing
 where listing.id = point.listing_id and listing.source_key = :source and not :wait
   and point.permission = 'awaiting_assessment';

-- name: withdrawn
-- A row that could not be read has no name: while one is set aside, no listing is known to be gone.
with gone as (
    update register.listing set state = 'withdrawn', withdrawn_at = :at
      from seen
     where listing.id = seen.listing_id and not seen.there
       and not exists (select from fate where fate.listing_id = listing.id)
       and not exists (select from landing.quarantined
                        where quarantined.receipt_id = :receipt
                          and (quarantined.row_key = listing.row_key or quarantined.row_key is null))
    returning listing.id
)
insert into withdrawn select id from gone;

-- name: decided
-- What was decided now, in batches of at most so many points. What a decision says has few forms: only the number of the
-- point differs.
create temp table decided (id bigint not null, form bigint not null, batch bigint not null, is_new boolean not null)
    on commit drop;
insert into decided
with changed as materialized (  -- or the planner, who expects none, looks through all points for each
    select held_point.id, held_point.listing_id, point.form
      from held_point join incoming_point point using (number) where not held_point.kept
)
select id, form, (row_number() over (order by id) - 1) / :leaves, is_new
  from (select changed.id, changed.form, false as is_new
          from changed join register.contact_point held using (id, listing_id)
         where held.decided_at = :at
        union all
        select new_point.id, point.form, fate.fate = 'new'
          from new_point join incoming_point point using (number) join fate using (row_number)) known;

-- name: decided_in_volume
insert into decided
select :volume * 1000000000000 + 500000000000 + point.number, form, 1000000 + (point.number - 1) / :leaves, true
  from incoming_point point
 where row_number >= 0  -- what is held elsewhere is decided again beside it
   and not exists (select from fate where fate.row_number = point.row_number and fate.fate = 'changed');

-- name: tallied
create temp table tally on commit drop as
select batch, form, is_new, count(*) as points from decided group by batch, form, is_new;

-- name: held
-- What is held of the rows that were taken in: of new ones all was decided now.
select class, sum(points) as points
  from (select point_form.class, tally.points from tally join point_form using (form) where is_new
        union all
        select point.class, count(*)
          from seen join register.contact_point point using (listing_id) where seen.there group by point.class
        union all
        select point.class, count(*)
          from fate join register.contact_point point using (listing_id)
         where fate.fate in ('changed', 'unchanged') group by point.class) held
 group by class;
