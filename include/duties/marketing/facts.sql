-- name: of_points
-- All that is known of each contact point that was asked about; nothing but its id where there is none.
select asked.id as point_id, point.kind, point.number_type, point.unparsed is null as readable, point.class as klass,
       point.permission, listing.name_class, listing.name_holds_person,
       exists (select from register.contact_point other where other.key = point.key and other.class <> 'business')
           as elsewhere,
       listing.state as listing_state, listing.opted_out, source.jurisdiction, source.kind as source_kind,
       source.basis_case, source.basis_expires, source.purposes,
       exists (select from suppression.entry where entry.key = any(suppression.forms(point.key))) as suppressed,
       exists (select from duties.stop
                where stop.key = any(suppression.forms(point.key)) and stop.purpose = :purpose) as stopped,
       array(select restriction.kind from duties.restriction
              where restriction.key = any(suppression.forms(point.key))
                and (restriction.purpose is null or restriction.purpose = :purpose)
                and (restriction.ended_at is null or restriction.ended_at > :at)
              union
             select restriction.kind from duties.restriction
              where restriction.subject_id = point.subject_id
                and (restriction.purpose is null or restriction.purpose = :purpose)
                and (restriction.ended_at is null or restriction.ended_at > :at)
              order by 1) as restrictions,
       exists (select from channels.message
                where message.recipient_key = point.key and message.state in ('bounced', 'failed')
                  and (message.state = 'failed' and message.error like 'smtp\_5%'
                       or exists (select from channels.returned
                                   where returned.message_id = message.id and returned.kind = 'hard_bounce')))
           as bounced,
       consent.action as consent, consent.provenance, consent.key = point.key as consent_is_for_it
  from unnest(cast(:points as bigint[])) asked (id)
  left join register.contact_point point on point.id = asked.id
  left join register.listing on listing.id = point.listing_id
  left join register.source on source.key = listing.source_key
  left join lateral (
      select state.action, state.provenance, state.key from duties.consent_state state
       where state.subject_id = point.subject_id and state.purpose = :purpose and state.channel in (:channel, 'all')
         and state.at <= :at
       order by state.at desc, state.action = 'granted' limit 1
  ) consent on true;

-- name: of_own_contact
-- The same of contacts that people gave us themselves: they stand in no listing, and are used by consent alone. Who was
-- destroyed and consents later is a new acquaintance; who is on a list of others is not.
select own.subject_id, own.kind, case own.kind when 'phone' then 'mobile' end as number_type, true as readable,
       'personal' as klass, 'blocked' as permission, 'person' as name_class, true as name_holds_person,
       true as elsewhere, 'active' as listing_state, false as opted_out, subject.jurisdiction,
       'direct' as source_kind, 'consent' as basis_case, cast(null as date) as basis_expires,
       cast('{}' as text[]) as purposes,
       exists (select from suppression.entry
                where entry.key = any(suppression.forms(own.key))
                  and (entry.reason <> 'destroyed' or coalesce(entry.since >= consent.at, true))) as suppressed,
       exists (select from duties.stop
                where stop.key = any(suppression.forms(own.key)) and stop.purpose = :purpose
                  and stop.asked_at >= consent.at) as stopped,
       array(select restriction.kind from duties.restriction
              where (restriction.key = any(suppression.forms(own.key)) or restriction.subject_id = own.subject_id)
                and (restriction.purpose is null or restriction.purpose = :purpose)
                and (restriction.ended_at is null or restriction.ended_at > :at) order by 1) as restrictions,
       exists (select from channels.message
                where message.recipient_key = own.key and message.state in ('bounced', 'failed')
                  and (message.state = 'failed' and message.error like 'smtp\_5%'
                       or exists (select from channels.returned
                                   where returned.message_id = message.id and returned.kind = 'hard_bounce')))
           as bounced,
       consent.action as consent, consent.provenance, consent.key = own.key as consent_is_for_it
  from (select distinct subject_id, kind, key from duties.own_contact where key = :key and purpose = :purpose) own
  join register.subject on subject.id = own.subject_id
  left join lateral (
      select state.action, state.provenance, state.key, state.at from duties.consent_state state
       where state.subject_id = own.subject_id and state.purpose = :purpose and state.channel in (:channel, 'all')
         and state.at <= :at
       order by state.at desc, state.action = 'granted' limit 1
  ) consent on true;

-- name: with_key
select id from register.contact_point where key = :key order by id;

-- name: restrict
insert into duties.restriction (id, subject_id, key, key_version, kind, purpose, since, means, edition)
values (:id, :subject, suppression.written(:key, :lowest),
        case when cast(:key as bytea) is not null then coalesce(suppression.in_force(), :lowest) end,
        :kind, :purpose, :at, :means, :edition)
on conflict (id) do nothing;

-- name: lift
update duties.restriction set ended_at = :at, lift_reason = :reason where id = :id and ended_at is null;

-- name: lift_asked
update duties.restriction set lift_reason = :reason, lift_message = :message where id = :id and ended_at is null;

-- name: lifts_told
select restriction.id, restriction.lift_reason, restriction.lift_message
  from duties.restriction join channels.message on message.id = restriction.lift_message
 where restriction.ended_at is null and message.state = 'sent' and message.sent_at <= :before
 order by restriction.id
   for update of restriction;
