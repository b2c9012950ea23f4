-- name: point
select point.id, point.listing_id, point.class, point.score, point.reasons, point.edition, point.rules,
       point.permission, point.subject_id, listing.source_key, source.jurisdiction, listing.language,
       listing.row_key, review.id as review_id
  from register.contact_point point
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
  left join register.review on review.contact_point_id = point.id and review.ended_at is null
 where point.id = :point and point.listing_id between :point / 1000000000000 * 1000000000000
                                                  and (:point / 1000000000000 + 1) * 1000000000000 - 1;

-- name: owner
-- Whose it is: its own subject's; else a mailbox is somebody of its own; else whoever the listing's other points name.
select coalesce(
    (select identity.key from register.identity where identity.subject_id = point.subject_id order by key limit 1),
    case when point.kind = 'email' and point.normalised is not null then point.key end,
    (select other.key from register.contact_point other
      where other.listing_id = point.listing_id and other.normalised is not null and other.kind in ('email', 'phone')
        and (other.id = point.id or other.subject_id is not null)
      order by case when other.kind = 'email' then 0 when other.number_type = 'mobile' then 1 else 2 end, other.id
      limit 1)) as key
  from register.contact_point point where point.id = :point and point.listing_id = :listing;

-- name: incoming
insert into point_form (form, kind, number_type, traits, unparsed, source_column, class, score, reasons)
select 1, kind, number_type, traits, unparsed, source_column, :class, :score, array[cast(:reason as text)]
  from register.contact_point where id = :point and listing_id = :listing;
insert into incoming_point (number, row_number, key, value, normalised, subject_key, form)
select 1, 1, key, value, normalised, cast(:subject_key as bytea), 1
  from register.contact_point where id = :point and listing_id = :listing;
create temp table held_point on commit drop as
select cast(1 as bigint) as number, id, listing_id, false as kept,
       case when permission in ('opted_out_at_source', 'awaiting_assessment') then permission
            else (cast(:permissions as jsonb) ->> :class) end as permission
  from register.contact_point where id = :point and listing_id = :listing;

insert into incoming_row (row_number, row_key, fingerprint, fields, form)
select 1, row_key, fingerprint, fields, 1 from register.listing where id = :listing;
insert into row_form (form, name_class, name_holds_person)
select 1, name_class, name_holds_person from register.listing where id = :listing;
create temp table reviewed on commit drop as
select number, id, listing_id, cast(:class as text) as class, true as stands from held_point;

-- name: decided
create temp table decided on commit drop as
select elsewhere.id, point.form, cast(0 as bigint) as batch, false as is_new
  from elsewhere join incoming_point point using (number);

-- name: reviewed
update register.review set ended_at = :at, ended_by = 'reviewed_again'
 where contact_point_id = :point and ended_at is null;
insert into register.review (contact_point_id, listing_id, evidence, original_class, original_score, original_reasons,
                             original_edition, original_rules, class, reason, reviewed_by, at)
select point.id, point.listing_id,
       register.evidence_of(point.kind, point.key, point.source_column, listing.fields ->> 'organisation',
           array(select distinct beside.key from register.contact_point beside
                  where beside.listing_id = point.listing_id
                    and not (beside.kind = 'person'
                             and beside.source_column is not distinct from listing.provenance ->> 'organisation')
                  order by 1)),
       point.class, point.score, point.reasons, point.edition, point.rules, :class, :reason, :by, :at
  from register.contact_point point join register.listing on listing.id = point.listing_id
 where point.id = :point and point.listing_id = :listing;
