-- name: made_before
select id, state, counts, form from duties.audience where run = :run;

-- name: open
insert into duties.audience (id, purpose, recipient, country, form, platform, state, asked_by, run, counts, edition,
                             made_at, expires_at)
values (:id, :purpose, :recipient, :country, :form, :platform, 'building', :asked_by, :run, '{}', :edition, :at,
        :expires_at);

-- name: how_many
select count(*) from register.contact_point where class = 'business' and kind in ('email', 'phone');

-- name: candidates
-- Every business contact, in the order of its number; the gate judges each.
select id from register.contact_point
 where class = 'business' and kind in ('email', 'phone') and id > :after order by id limit :most;

-- name: allowed
create temp table allowed_point (id bigint) on commit drop;

-- name: join
-- The same number or mailbox of several listings is in it once.
insert into duties.audience_member (audience_id, point_id)
select :id, chosen.id
  from (select distinct on (point.key) point.id
          from allowed_point join register.contact_point point on point.id = allowed_point.id
         order by point.key, point.id) chosen;

-- name: counted
update duties.audience set counts = cast(:counts as jsonb) where id = :id;

-- name: look
-- Another path than the gate's: what must not be in it is counted from the tables themselves.
with form as materialized (
    select point.key as contact, form.key
      from duties.audience_member member join register.contact_point point on point.id = member.point_id
     cross join unnest(suppression.forms(point.key)) as form (key)
     where member.audience_id = :id
)
select count(*) as members,
       count(*) filter (where point.id is null) as unknown,
       count(*) filter (where point.class = 'personal') as personal,
       count(*) filter (where point.class is distinct from 'business' and point.class is distinct from 'personal')
           as undetermined,
       count(*) filter (where point.permission is distinct from 'business_use') as not_permitted,
       count(*) filter (where point.key in (select form.contact from form join suppression.entry on entry.key = form.key))
           as suppressed,
       count(*) filter (where point.key in (select form.contact from form join duties.stop on stop.key = form.key
                                             where stop.purpose = :purpose)) as stopped,
       count(*) filter (where point.key in (select form.contact
                                              from form join duties.restriction on restriction.key = form.key
                                             where (ended_at is null or ended_at > :at)
                                               and (purpose is null or purpose = :purpose))) as restricted,
       count(*) filter (where listing.opted_out is distinct from false or listing.state is distinct from 'active')
           as left_out_at_source,
       count(*) filter (where person.key is not null) as personal_elsewhere,
       count(*) - count(distinct point.key) as twice
  from duties.audience_member member
  left join register.contact_point point on point.id = member.point_id
  left join register.listing on listing.id = point.listing_id
  left join (select distinct key from register.contact_point where class <> 'business') person on person.key = point.key
 where member.audience_id = :id;

-- name: refuse
delete from duties.audience_member where audience_id = :id;
update duties.audience set state = 'refused' where id = :id;

-- name: plain
-- In a file for spreadsheets a mailbox that would be a formula has an apostrophe before it, and so has one that begins
-- with an apostrophe: taking one off gives each as it is. Telephone numbers are no formulas, and stay as they are.
select point.id, point.kind,
       case when %(guarded)s and point.kind = 'email' and point.normalised ~ '^[''=+@＝＋－＠-]' then '''' else '' end
           || point.normalised as contact,
       listing.language, source.jurisdiction
  from duties.audience_member member
  join register.contact_point point on point.id = member.point_id
  join register.listing on listing.id = point.listing_id
  join register.source on source.key = listing.source_key
 where member.audience_id = %(id)s
   and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                    where removal.audience_id = member.audience_id and gone.point_id = member.point_id)
 order by point.id;

-- name: google
-- Small letters without space around, numbers as E.164; then SHA-256 in hexadecimal.
select point.id as extern_id,
       case point.kind when 'email' then encode(sha256(convert_to(lower(trim(point.normalised)), 'UTF8')), 'hex') end
           as email_sha256,
       case point.kind when 'phone' then encode(sha256(convert_to(point.normalised, 'UTF8')), 'hex') end as phone_sha256
  from duties.audience_member member join register.contact_point point on point.id = member.point_id
 where member.audience_id = %(id)s
   and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                    where removal.audience_id = member.audience_id and gone.point_id = member.point_id)
 order by point.id;

-- name: meta
-- The same, numbers as digits without the sign before the country's code.
select point.id as extern_id,
       case point.kind when 'email' then encode(sha256(convert_to(lower(trim(point.normalised)), 'UTF8')), 'hex') end
           as email_sha256,
       case point.kind when 'phone' then encode(sha256(convert_to(ltrim(point.normalised, '+'), 'UTF8')), 'hex') end
           as phone_sha256
  from duties.audience_member member join register.contact_point point on point.id = member.point_id
 where member.audience_id = %(id)s
   and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                    where removal.audience_id = member.audience_id and gone.point_id = member.point_id)
 order by point.id;

-- name: exported
update duties.audience set state = 'exported', sha256 = :sha256 where id = :id;

-- name: disclose
insert into duties.disclosure (audience_id, recipient, country, purpose, method, abroad, safeguard, contact_points,
                               edition, at)
values (:id, :recipient, :country, :purpose, :method, :abroad, :safeguard, :count, :edition, :at)
on conflict (audience_id, method) do nothing;

-- name: one
-- Whoever writes or deletes the files of an audience holds its row.
select id, purpose, recipient, country, form, platform, state, asked_by, counts, sha256, edition, made_at, expires_at,
       (select safeguard from duties.disclosure where audience_id = audience.id limit 1) as safeguard
  from duties.audience where id = :id for update;

-- name: kept
-- How the files of an audience should be; nothing where somebody is at them at this moment.
select id, form, platform, state, made_at, expires_at, place, login, placed_without,
       (select coalesce(sum(contact_points), 0) from duties.removal where audience_id = audience.id) as removed
  from duties.audience where id = :id for update skip locked;

-- name: placed
select id from duties.audience where place is not null order by made_at, id;

-- name: place
update duties.audience set place = :place, login = :login, placed_without = :without where id = :id;

-- name: out
-- Audiences that somebody may still hold: until some time after their end.
select id, purpose from duties.audience
 where state = 'exported' and expires_at > :since order by made_at, id;

-- name: held
-- The next contacts of several audiences, each once: every audience gives its own next ones by its own index.
select distinct next.point_id
  from unnest(cast(:audiences as uuid[])) as audience (id)
 cross join lateral (select member.point_id from duties.audience_member member
                      where member.audience_id = audience.id and member.point_id > :after
                      order by member.point_id limit :most) next
 order by next.point_id limit :most;

-- name: leave
-- Who may not be used any more leaves an audience that nobody was handed yet.
delete from duties.audience_member member using gone_point where audience_id = :id and member.point_id = gone_point.point_id;
update duties.audience
   set counts = counts || jsonb_build_object('members', (select count(*) from duties.audience_member
                                                          where audience_id = audience.id))
 where id = :id;

-- name: gone
create temp table gone_point (point_id bigint, reason text) on commit drop;

-- name: told
drop table gone_point;

-- name: going
select count(*) from gone_point join duties.audience_member member using (point_id)
 where member.audience_id = :id
   and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                    where removal.audience_id = member.audience_id and gone.point_id = member.point_id);

-- name: remove
insert into duties.removal (id, audience_id, state, contact_points, made_at)
values (:removal, :id, 'told', :count, :at);
insert into duties.removal_point (removal_id, point_id, reason)
select :removal, member.point_id, gone_point.reason
  from gone_point join duties.audience_member member using (point_id)
 where member.audience_id = :id
   and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                    where removal.audience_id = member.audience_id and gone.point_id = member.point_id);

-- name: removals
select removal.id, removal.state, removal.made_at, removal.confirmed_at, gone.point_id, gone.reason
  from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
  join duties.audience on audience.id = removal.audience_id
 where removal.audience_id = :id and audience.recipient = :recipient
 order by removal.made_at, removal.id, gone.point_id;

-- name: of_recipient
select id from duties.audience where id = :id and recipient = :recipient and state = 'exported';

-- name: confirm
update duties.removal set state = 'confirmed', confirmed_at = :at, confirmed_by = :by
 where id = any(:removals) and audience_id = :id and state = 'told';
