-- name: request
select request.id, request.subject_id, request.received_at, request.edition, subject.jurisdiction
  from duties.request left join register.subject on subject.id = request.subject_id
 where request.id = :request;

-- name: point_of
-- What may be corrected: a contact that is held of this person, and in which listing.
select point.id, point.kind, point.value, point.listing_id, listing.country
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.id = :point and point.subject_id = :subject;

-- name: listing_of
select listing.id, listing.country
  from register.listing
 where listing.id = :listing
   and exists (select from register.contact_point point
                where point.listing_id = listing.id and point.subject_id = :subject);

-- name: propose
insert into duties.proposal (id, request_id, field, point_id, listing_id, value, normalised, state, at)
values (:id, :request, :field, :point, :listing, :value, :normalised, 'proposed', :at);

-- name: proposals
select * from duties.proposal where request_id = :request order by at, id for update;

-- name: unfinished
select id, field, value, normalised, original, systems from duties.proposal
 where request_id = :request and state = 'applied' order by at, id;

-- name: held
select point.id, point.listing_id, point.kind, point.key, point.value, point.normalised, point.source_column,
       listing.source_key
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.id = :point and point.subject_id = :subject for update of point;

-- name: listing
select listing.id, listing.fields, listing.last_delivery_id,
       exists (select from register.contact_point other
                where other.listing_id = listing.id and other.subject_id <> :subject) as shared,
       exists (select from register.contact_point mine
                where mine.listing_id = listing.id and mine.subject_id = :subject) as theirs
  from register.listing where listing.id = :listing for update;

-- name: taken
-- Why a contact cannot be theirs: it is another person's mailbox, stands there already, or was destroyed.
select exists (select from register.contact_point other
                where other.listing_id = :listing and other.kind = :kind and other.key = :key
                  and other.id is distinct from cast(:point as bigint)) as held_already,
       :kind = 'email' and (exists (select from register.identity where key = :key and subject_id <> :subject)
                            or exists (select from duties.own_contact where key = :key and subject_id <> :subject))
           as somebody_elses,
       exists (select from suppression.entry where entry.key = any(suppression.forms(:key))) as suppressed;

-- name: restate
-- A second correction of the same stands in place of the first; what the source said is known by the first.
update register.statement
   set key = :key, value = :value, normalised = :normalised, request_id = :request, at = :at
 where listing_id = :listing and field = :field and point_id is not distinct from :point;

-- name: state
insert into register.statement (subject_id, listing_id, point_id, field, source_column, original, key, value, normalised,
                                request_id, at)
values (:subject, :listing, :point, :field, :column, :original, :key, :value, :normalised, :request, :at);

-- name: correct
update register.contact_point set key = :key, value = :value, normalised = :normalised, unparsed = null
 where id = :point and listing_id = :listing;

-- name: add
-- What was missing stands beside what the source brought, as its person's own.
insert into register.contact_point (id, listing_id, kind, key, value, normalised, number_type, traits, unparsed,
                                    source_column, delivery_id, received_at, class, score, reasons, edition, rules,
                                    decided_at, decided_by, permission, subject_id)
overriding system value
select listing_id / 1000000000000 * 1000000000000 + nextval('register.contact_point_id_seq'), listing_id, :kind, :key,
       :value, :normalised, null, '{}', null, :column, delivery_id, :at, 'personal', 1, '{person_said_so}', :edition,
       rules, :at, 'subject', permission, subject_id
  from register.contact_point
 where listing_id = :listing and subject_id = :subject order by id limit 1
returning id;

-- name: known_by
-- By what is wrong they are not known any more, unless it stands elsewhere; by what is right they are.
delete from register.identity
 where key = :original and subject_id = :subject
   and not exists (select from register.contact_point point where point.key = :original and point.subject_id = :subject)
   and not exists (select from duties.own_contact own where own.key = :original and own.subject_id = :subject);
insert into register.identity (key, subject_id) values (:key, :subject) on conflict do nothing;

-- name: write
update register.listing set fields = fields || jsonb_build_object(cast(:field as text), cast(:value as text))
 where id = :listing;

-- name: applied
update duties.proposal
   set state = 'applied', original = :original, point_id = :point, decided_at = :at
 where id = :id;

-- name: refused
update duties.proposal
   set state = 'refused', reason = :reason, value = null, normalised = null, decided_at = :at
 where id = :id;

-- name: spread
update duties.proposal set systems = array_append(systems, :system) where id = any(:ids) and :system <> all(systems);

-- name: done
update duties.proposal set state = 'done', value = null, normalised = null, original = null
 where request_id = :request and state = 'applied';

-- name: handed_out
-- Audiences that hold a contact which was corrected: their recipients have what was wrong.
select distinct member.audience_id, member.point_id
  from duties.audience_member member
  join duties.audience on audience.id = member.audience_id and audience.state = 'exported'
 where member.point_id = any(:points)
 order by 1, 2;

-- name: identities
select kind, normalised as value from register.contact_point
 where subject_id = :subject and kind in ('email', 'phone') and normalised is not null
union
select kind, value from duties.own_contact where subject_id = :subject
union
select field, original from duties.proposal where request_id = :request and field in ('email', 'phone') and original is not null
 order by 1, 2;

-- name: somebody_elses
-- Which of these contacts another person is known by too: what is found by one may be theirs.
select key from register.contact_point
 where key = any(cast(:keys as bytea[])) and subject_id is distinct from cast(:subject as uuid)
union
select key from duties.own_contact where key = any(cast(:keys as bytea[])) and subject_id <> :subject;
