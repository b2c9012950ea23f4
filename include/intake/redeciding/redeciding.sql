-- name: prints
select fingerprint from register.listing where source_key = :source and state = 'active';

-- name: unheld
-- A row that changed or went while it was read is decided by whatever changed it.
create temp table given_row on commit drop as
select row.row_number, listing.id as listing_id, listing.row_key, listing.received_at, listing.last_delivery_id, listing.opted_out
  from incoming_row row
  join register.listing on listing.source_key = :source and listing.row_key = row.row_key
                       and listing.fingerprint = row.fingerprint and listing.state = 'active';
analyze given_row;
delete from incoming_point where row_number not in (select row_number from given_row);

-- name: held_points
-- What is held of these rows, beside what the rules say of it now. What waits, or opted out, goes on doing so.
create temp table held_point on commit drop as
select distinct on (held.id) point.number, held.id, held.listing_id,
       held.decided_by = 'deadline' and form.class = 'undetermined' as kept,
       case when held.permission in ('opted_out_at_source', 'awaiting_assessment') then held.permission
            else (cast(:permissions as jsonb) ->> form.class) end as permission
  from given_row
  join incoming_point point using (row_number)
  join point_form form using (form)
  join register.contact_point held
    on held.listing_id = given_row.listing_id and held.kind = form.kind and held.key = point.key
   and held.source_column = form.source_column
 order by held.id, point.number;
analyze held_point;

-- name: transitions
-- How many contact points would go from which class to which, with some of them by number. None is shown by its value.
select held.kind, held.class as before, form.class as after, count(*) as points,
       (array_agg(held.id order by sha256(convert_to(held.id::text, 'UTF8'))))[1:5] as sample
  from held_point
  join register.contact_point held using (id, listing_id)
  join incoming_point point using (number)
  join point_form form using (form)
 where not held_point.kept
 group by held.kind, held.class, form.class
 order by held.kind, held.class, form.class;

-- name: found
-- Contact points that only the new rules find: the name of somebody who was taken for an organisation. What was
-- destroyed is not found again.
create temp table new_point on commit drop as
select min(point.number) as number, given_row.listing_id, point.key, form.kind, form.source_column
  from given_row join incoming_point point using (row_number) join point_form form using (form)
 where not exists (select from register.contact_point held
                    where held.listing_id = given_row.listing_id and held.kind = form.kind and held.key = point.key
                      and held.source_column = form.source_column)
   and not exists (select from register.statement said
                    where said.listing_id = given_row.listing_id and said.field = form.kind and said.original = point.key)
   and not exists (select from suppression.entry
                    where entry.key = any(suppression.forms(point.key))
                       or entry.key = any(suppression.forms(
                              sha256(given_row.row_key || convert_to(form.kind, 'UTF8') || point.key))))
 group by given_row.listing_id, point.key, form.kind, form.source_column;
alter table new_point add column id bigint;
update new_point set id = listing_id / 1000000000000 * 1000000000000 + nextval('register.contact_point_id_seq');
analyze new_point;

-- name: found_kinds
select form.kind, form.class as after, count(*) as points
  from new_point join incoming_point using (number) join point_form form using (form) group by 1, 2 order by 1, 2;

-- name: add_found
-- Their clock starts when their row came, whenever they were found.
insert into register.contact_point (id, listing_id, kind, key, value, normalised, number_type, traits, unparsed,
                                    source_column, delivery_id, received_at, class, score, reasons, edition, rules,
                                    decided_at, decided_by, permission, subject_id)
overriding system value
select new_point.id, new_point.listing_id, form.kind, point.key, value, normalised, number_type, traits, unparsed,
       form.source_column, given_row.last_delivery_id, given_row.received_at, class, score, reasons, :edition, :rules,
       :at, :decided_by,
       case when given_row.opted_out then 'opted_out_at_source'
            when exists (select from register.contact_point other
                          where other.listing_id = new_point.listing_id and other.permission = 'awaiting_assessment')
            then 'awaiting_assessment'
            else (cast(:permissions as jsonb) ->> class) end,
       owner.subject_id
  from new_point join incoming_point point using (number) join point_form form using (form)
  join given_row using (row_number)
  left join owner using (subject_key);

-- name: listings
update register.listing set name_class = form.name_class, name_holds_person = form.name_holds_person
  from incoming_row given join given_row using (row_number) join row_form form using (form)
 where listing.id = given_row.listing_id
   and (listing.name_class, listing.name_holds_person) is distinct from (form.name_class, form.name_holds_person);

-- name: points
select count(*) from register.contact_point point join register.listing on listing.id = point.listing_id
 where listing.source_key = :source;

-- name: decided
create temp table decided (id bigint not null, form bigint not null, batch bigint not null, is_new boolean not null)
    on commit drop;
insert into decided
select id, form, (row_number() over (order by id) - 1) / :leaves, false
  from (select held_point.id, point.form
          from held_point join incoming_point point using (number)
          join register.contact_point held using (id, listing_id)
         where held.decided_at = :at and not held_point.kept
        union all
        select new_point.id, point.form from new_point join incoming_point point using (number)) known;

-- name: unreviewed
-- Who decides nothing in time leaves the doubt to the law: it counts as personal. The decision before stays readable.
create temp table doubted on commit drop as
select point.id, point.listing_id
  from due join register.source using (jurisdiction)
  join register.listing on listing.source_key = source.key
  join register.contact_point point on point.listing_id = listing.id and point.received_at = due.received_at
 where point.class = 'undetermined';
analyze doubted;
insert into register.past_decision (contact_point_id, class, score, reasons, edition, rules, decided_at, decided_by,
                                    replaced_at)
select point.id, class, score, reasons, edition, rules, decided_at, decided_by, :at
  from doubted join register.contact_point point using (id, listing_id);
update register.contact_point point
   set class = 'personal', reasons = point.reasons || cast('unreviewed_in_time' as text), decided_at = :at,
       decided_by = 'deadline'
  from doubted where doubted.id = point.id and doubted.listing_id = point.listing_id;

-- name: due
create temp table due (jurisdiction text, received_at timestamptz) on commit drop;
