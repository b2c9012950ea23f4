-- name: incoming
create temp table incoming_row (
    row_number bigint not null, row_key bytea not null, fingerprint bytea not null, known boolean not null,
    name_class text, name_holds_person boolean, fields text, provenance text, country text, language text,
    opted_out boolean
) on commit drop;
create temp table incoming_point (
    row_number bigint not null, kind text, key bytea, value text, normalised text, number_type text, traits text[],
    unparsed text, source_column text, class text, score double precision, reasons text[], subject_key bytea
) on commit drop;

-- name: loaded
-- What was just loaded has no statistics: with an index for every join below, no plan can be a bad one.
create index on incoming_row (row_key);
create unique index on incoming_row (row_number);
create index on incoming_point (row_number);
analyze incoming_row;
analyze incoming_point;

-- name: fates
-- Each row's fate against the rows before it in the file and the listing that we hold.
create temp table fate on commit drop as
with told as (
    select row_number, row_key, fingerprint, known,
           row_number() over (partition by row_key, fingerprint order by row_number) > 1 as repeated,
           fingerprint <> first_value(fingerprint) over (partition by row_key order by row_number) as contested
      from incoming_row
)
select told.row_number, told.row_key, listing.id as listing_id, told.known,
       case when contested then 'quarantined'
            when repeated then 'duplicate'
            when listing.id is null then 'new'
            when listing.fingerprint = told.fingerprint and listing.state = 'active' then 'unchanged'
            else 'changed' end as fate
  from told left join register.listing
    on listing.source_key = :source and listing.row_key = told.row_key;
create unique index on fate (row_number);
create index on fate (listing_id);
analyze fate;

-- name: unprepared
select count(*) from fate where known and fate in ('new', 'changed');

-- name: overtaken
-- Rows that were taken out since they were landed, and rows, numbers, mailboxes and cells that were suppressed since.
select abs((select cast(counts ->> 'received' as int) - cast(counts ->> 'suppressed' as int)
                   - cast(counts ->> 'quarantined' as int) from register.receipt where id = :receipt)
           - (select count(*) from incoming_row))
     + (select count(*) from incoming_row join suppression.entry on entry.key = incoming_row.row_key)
     + (select count(*) from incoming_point join suppression.entry using (key)
         where incoming_point.kind in ('phone', 'email'))
     + (select count(*) from incoming_point join incoming_row using (row_number)
          join suppression.entry
            on entry.key = sha256(incoming_row.row_key || convert_to(incoming_point.kind, 'UTF8') || incoming_point.key)
         where incoming_point.kind not in ('phone', 'email'));

-- name: counts
select fate, count(*) as rows from fate group by fate;

-- name: contested
insert into landing.quarantined (receipt_id, row_number, row_key, reason, source_column)
select :receipt, row_number, row_key, 'row_id_repeated', null from fate where fate = 'quarantined'
on conflict do nothing;

-- name: listings
insert into register.listing (source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
                              provenance, country, language, opted_out, received_at, first_delivery_id,
                              last_delivery_id, changed_at)
select :source, row_key, fingerprint, 'active', name_class, name_holds_person, cast(fields as jsonb),
       cast(provenance as jsonb), country, language, opted_out, :received_at, :delivery, :delivery, :at
  from incoming_row join fate using (row_number, row_key) where fate = 'new' order by row_number;
update fate set listing_id = listing.id
  from register.listing where fate.fate = 'new' and listing.source_key = :source and listing.row_key = fate.row_key;
update register.listing
   set fingerprint = given.fingerprint, state = 'active', name_class = given.name_class,
       name_holds_person = given.name_holds_person, fields = cast(given.fields as jsonb),
       provenance = cast(given.provenance as jsonb),
       country = given.country, language = given.language, opted_out = given.opted_out,
       last_delivery_id = :delivery, changed_at = :at, withdrawn_at = null
  from incoming_row given join fate using (row_number)
 where fate.fate = 'changed' and listing.id = fate.listing_id;

-- name: points
-- The points of new and changed listings, once each, with whether we hold them already.
create temp table given_point on commit drop as
select distinct on (fate.listing_id, point.kind, point.key, point.source_column)
       fate.listing_id, point.*, held.id as held_id,
       case when row.opted_out then 'opted_out_at_source'
            when :wait then 'awaiting_assessment'
            else (cast(:permissions as jsonb) ->> point.class) end as permission
  from incoming_point point
  join fate using (row_number)
  join incoming_row row using (row_number)
  left join register.contact_point held
    on held.listing_id = fate.listing_id and held.kind = point.kind and held.key = point.key
   and held.source_column = point.source_column
 where fate.fate in ('new', 'changed')
 order by fate.listing_id, point.kind, point.key, point.source_column, point.row_number;
create index on given_point (subject_key);
create index on given_point (held_id);
analyze given_point;

-- name: subjects
-- Who is behind them: known by the group's key. A mailbox is always its own person, whoever shares its phone. Any other
-- group is known by each of its numbers too, and one whose key is another group's number follows that group, and
-- whomever it follows; of those that name each other, all follow the least. What could not be read names nobody.
create temp table own_key on commit drop as
select subject_key, key from given_point
 where subject_key is not null and kind in ('phone', 'email') and normalised is not null
union
select subject_key, subject_key from given_point where subject_key is not null;
create index on own_key (key);
create index on own_key (subject_key);
analyze own_key;
create temp table person on commit drop as
with theirs as (
    select subject_key, bool_or(kind = 'email' and key = subject_key) as mailbox
      from given_point where subject_key is not null group by subject_key
)
select theirs.subject_key,
       coalesce(
           (select identity.subject_id from register.identity where identity.key = theirs.subject_key),
           (select identity.subject_id from own_key join register.identity on identity.key = own_key.key
             where not theirs.mailbox and own_key.subject_key = theirs.subject_key order by own_key.key limit 1)
       ) as subject_id,
       case when other.subject_key is null then theirs.subject_key
            when exists (select from own_key where own_key.subject_key = theirs.subject_key
                                               and own_key.key = other.subject_key)
            then least(theirs.subject_key, other.subject_key)
            else other.subject_key end as leader
  from theirs
  left join lateral (
      select own_key.subject_key from own_key
       where not theirs.mailbox and own_key.key = theirs.subject_key and own_key.subject_key <> theirs.subject_key
       order by own_key.subject_key limit 1
  ) other on true;
create index on person (subject_key);
create index on person (leader);
analyze person;
with recursive led as (
    select subject_key, leader from person where leader <> subject_key
    union
    select led.subject_key, person.leader
      from led join person on person.subject_key = led.leader and person.leader <> person.subject_key
), ends as (
    select led.subject_key,
           (array_agg(led.leader order by person.leader = person.subject_key desc, led.leader))[1] as leader
      from led join person on person.subject_key = led.leader group by led.subject_key
)
update person set leader = ends.leader from ends where ends.subject_key = person.subject_key;

-- name: new_subjects
-- Whoever is known under no key is somebody new: one subject for each leader.
create temp table fresh on commit drop as
select leader, gen_random_uuid() as id
  from (select distinct person.leader from person
          left join person leads on leads.subject_key = person.leader
         where person.subject_id is null and leads.subject_id is null) unknown
 where not exists (select from register.identity where identity.key = leader);
insert into register.subject (id, jurisdiction, language, created_at)
select id, :jurisdiction, :language, :at from fresh;
insert into register.identity (key, subject_id) select leader, id from fresh;

-- name: own_subjects
create temp table owner on commit drop as
select person.subject_key, coalesce(person.subject_id, leads.subject_id, identity.subject_id) as subject_id
  from person
  left join person leads on leads.subject_key = person.leader
  left join register.identity on identity.key = person.leader;
create unique index on owner (subject_key);
analyze owner;
insert into register.identity (key, subject_id)
select distinct on (key) key, subject_id from (
    select subject_key as key, subject_id from owner
    union all
    select given_point.key, owner.subject_id from given_point join owner using (subject_key)
     where given_point.kind in ('phone', 'email') and given_point.normalised is not null
) mine order by key, subject_id
on conflict do nothing;

-- name: decisions
-- A decision that changes keeps the one before it; points that the row no longer shows go with it.
insert into register.past_decision (contact_point_id, class, score, reasons, edition, rules, decided_at, decided_by,
                                    replaced_at)
select held.id, held.class, held.score, held.reasons, held.edition, held.rules, held.decided_at, held.decided_by, :at
  from register.contact_point held join given_point given on given.held_id = held.id
 where (held.class, held.score, held.reasons, held.edition, held.rules)
       is distinct from (given.class, given.score, given.reasons, :edition, :rules);
update register.contact_point held
   set value = given.value, normalised = given.normalised, number_type = given.number_type, traits = given.traits,
       unparsed = given.unparsed, class = given.class, score = given.score, reasons = given.reasons,
       edition = :edition, rules = :rules, decided_at = :at, decided_by = 'rules', permission = given.permission,
       subject_id = owner.subject_id
  from given_point given left join owner using (subject_key)
 where given.held_id = held.id
   and (held.class, held.score, held.reasons, held.edition, held.rules, held.value, held.normalised, held.unparsed,
        held.permission, held.subject_id)
       is distinct from
       (given.class, given.score, given.reasons, :edition, :rules, given.value, given.normalised, given.unparsed,
        given.permission, owner.subject_id);

-- name: gone
with gone as (
    delete from register.contact_point point using fate
     where fate.fate = 'changed' and point.listing_id = fate.listing_id
       and not exists (select from given_point given where given.held_id = point.id)
    returning point.id
), forgotten as (
    delete from register.past_decision using gone where past_decision.contact_point_id = gone.id
)
select count(*) from gone;

-- name: new_points
insert into register.contact_point (listing_id, kind, key, value, normalised, number_type, traits, unparsed,
                                    source_column, delivery_id, received_at, class, score, reasons, edition, rules,
                                    decided_at, decided_by, permission, subject_id)
select listing_id, kind, key, value, normalised, number_type, traits, unparsed, source_column, :delivery,
       :received_at, class, score, reasons, :edition, :rules, :at, 'rules', permission, owner.subject_id
  from given_point left join owner using (subject_key) where held_id is null
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
update register.listing set state = 'withdrawn', withdrawn_at = :at
 where source_key = :source and state = 'active'
   and not exists (select from incoming_row where incoming_row.row_key = listing.row_key)
   and not exists (select from landing.quarantined
                    where quarantined.receipt_id = :receipt
                      and (quarantined.row_key = listing.row_key or quarantined.row_key is null));

-- name: decided
-- Decisions are told in the ledger by a leaf each, a million to an event. What they say has few forms: only the number
-- of the point differs.
create temp table decided on commit drop as
select point.id, point.class, dense_rank() over (order by point.class, point.score, point.reasons) as form,
       (row_number() over (order by point.id) - 1) / :batch as batch
  from register.contact_point point join fate on fate.listing_id = point.listing_id
 where fate.fate in ('new', 'changed') and point.decided_at = :at;
create index on decided (batch);
create temp table leaf_form (number bigint primary key, before bytea not null, behind bytea not null) on commit drop;

-- name: forms
select one.form as number, point.class, point.score, point.reasons
  from (select form, min(id) as id from decided group by form) one join register.contact_point point using (id);

-- name: batches
select batch, count(*) filter (where class = 'business') as business,
       count(*) filter (where class = 'personal') as personal,
       count(*) filter (where class = 'undetermined') as undetermined
  from decided group by batch order by batch;

-- name: leaves
select string_agg(sha256(before || convert_to(cast(id as text), 'UTF8') || behind), cast('' as bytea) order by id) as leaves
  from decided join leaf_form on leaf_form.number = decided.form where batch = :batch;

-- name: held
select point.class, count(*) as points
  from fate join register.contact_point point on point.listing_id = fate.listing_id
 where fate.fate in ('new', 'changed', 'unchanged') group by point.class;
