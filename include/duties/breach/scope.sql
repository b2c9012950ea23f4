-- name: begin
-- People of earlier counts to whom nothing has gone yet are counted anew; the others stay as they were told.
delete from duties.breach_person where breach_id = :breach and state in ('owed', 'unreachable') and tried = '{}';
delete from duties.breach_scope where breach_id = :breach;

-- name: told_already
-- Somebody who was told as one whom another system alone knew, and is a subject of ours by now; or the other way round.
delete from duties.breach_person person
 using register.contact_point point, duties.breach_person earlier
 where person.breach_id = :breach and person.state = 'owed' and person.subject_id = point.subject_id
   and earlier.breach_id = :breach and earlier.key = point.key and earlier.state in ('queued', 'told');
delete from duties.breach_person person
 using duties.own_contact own, duties.breach_person earlier
 where person.breach_id = :breach and person.state = 'owed' and person.subject_id = own.subject_id
   and earlier.breach_id = :breach and earlier.key = own.key and earlier.state in ('queued', 'told');
delete from duties.breach_person person
 using duties.breach_person earlier, channels.message
 where person.breach_id = :breach and person.state = 'owed' and person.key = message.recipient_key
   and earlier.breach_id = :breach and earlier.subject_id is not null and earlier.message_id = message.id
   and earlier.state in ('queued', 'told');

-- name: register
-- Who stood in our register at the end of the incident, and what was held of each: bits in the order of :kinds.
create temporary table breach_subject on commit drop as
select subject_id, bit_or(held) as held
  from (
      select point.subject_id, 1 << array_position(cast(:kinds as text[]), point.kind) as held
        from register.contact_point point
       where point.subject_id is not null and point.received_at <= :until
      union all
      select own.subject_id, 1 << array_position(cast(:kinds as text[]), own.kind)
        from duties.own_contact own where own.received_at <= :until
      union all
      select point.subject_id, 1 << array_position(cast(:kinds as text[]), 'role')
        from register.contact_point point join register.listing on listing.id = point.listing_id
       where point.subject_id is not null and point.received_at <= :until and listing.fields ? 'role'
  ) found
 group by subject_id;
insert into duties.breach_scope (breach_id, system, table_name, category, people)
select :breach, 'register', '', kind, count(*)
  from unnest(cast(:kinds as text[])) with ordinality kinds (kind, place)
  join breach_subject on held & (1 << cast(place as int)) <> 0
 group by kind;
insert into duties.breach_person (breach_id, subject_id)
select :breach, subject_id from breach_subject
on conflict (breach_id, subject_id) where subject_id is not null do nothing;
insert into duties.breach_scope (breach_id, system, table_name, category, people)
select :breach, 'register', '', 'people', count(*) from breach_subject;

-- name: destroyed
-- Who stood there as well, and was destroyed after it began: of them only the plans of destruction tell, and of those
-- whom no source gave, what they asked for. When these came to us is known by what they agreed to with a contact.
insert into duties.breach_scope (breach_id, system, table_name, category, people)
select :breach, 'register', '', 'destroyed_since', count(distinct gone.subject_id)
  from (
      select target.subject_id, target.destruction_id, notice.received_at
        from duties.destruction_target target join duties.notice on notice.id = target.notice_id
      union all
      select request.subject_id, request.destruction_id,
             coalesce((select min(given.at) from duties.consent_event given
                        where given.subject_id = request.subject_id and given.key is not null), '-infinity')
        from duties.destruction_request request where request.destruction_id is not null
  ) gone
  join duties.destruction on destruction.id = gone.destruction_id
 where destruction.system is null and destruction.destroyed_at > :began and gone.received_at <= :until
   and not exists (select from breach_subject where breach_subject.subject_id = gone.subject_id);

-- name: elsewhere_destroyed
-- Rows of a table of people that plans took out of another system, or emptied, after it began.
insert into duties.breach_scope (breach_id, system, table_name, category, people)
select :breach, :system, cast(:table as text), 'destroyed_since',
       coalesce(sum(coalesce(cast(scope -> 'tables' ->> cast(:table as text) as bigint), 0)
                    + coalesce(cast(scope -> 'masked' ->> cast(:table as text) as bigint), 0)), 0)
  from duties.destruction
 where destruction.system = :system and destroyed_at > :began;

-- name: found
create temporary table breach_found (key bytea, other bytea) on commit drop;

-- name: elsewhere
-- People of another system: whoever is a subject of ours too, by either contact, is that subject; others by their key.
create temporary table breach_known on commit drop as
select found.key, (
           select subject_id from (
               select point.subject_id, point.key, point.id::text from register.contact_point point
                where point.key in (found.key, found.other) and point.subject_id is not null
               union all
               select own.subject_id, own.key, own.id::text from duties.own_contact own
                where own.key in (found.key, found.other)
           ) ours
            order by key = found.key desc, id limit 1) as subject_id
  from breach_found found;
insert into duties.breach_person (breach_id, subject_id)
select distinct cast(:breach as uuid), subject_id from breach_known where subject_id is not null
on conflict (breach_id, subject_id) where subject_id is not null do nothing;
insert into duties.breach_person (breach_id, key)
select distinct cast(:breach as uuid), key from breach_known where subject_id is null
on conflict (breach_id, key) where key is not null do nothing;
drop table breach_known;
truncate breach_found;

-- name: count
insert into duties.breach_scope (breach_id, system, table_name, category, people, records)
values (:breach, :system, :table, :category, :people, :records)
on conflict (breach_id, system, table_name, category) do update
   set people = excluded.people, records = excluded.records;

-- name: settle
-- Who was found by this count is still to be told, unless it was decided that nobody is.
update duties.breach
   set people = (select count(*) from duties.breach_person where breach_id = :breach),
       destroyed_since = (select coalesce(max(each.people), 0)
                            from (select sum(scope.people) as people from duties.breach_scope scope
                                   where scope.breach_id = :breach and scope.category = 'destroyed_since'
                                   group by scope.system) each),
       scoped_at = :at,
       told_at = case when not exists (select from duties.breach_person where breach_id = :breach and state = 'owed')
                        or (select verdict from duties.breach_decision where breach_id = :breach and whom = 'people'
                             order by decided_at desc limit 1) = 'not_notify'
                      then told_at end
 where id = :breach
returning people, destroyed_since, told_at,
          (select count(*) from duties.breach_person where breach_id = :breach and state = 'owed') as owed;

-- name: lines
select system, table_name, category, people, records from duties.breach_scope
 where breach_id = :breach order by system <> 'register', system, table_name, category;
