-- name: counted
-- One statement is one moment: nothing moves between two of its counts. What came in after the day's end is left out.
with point as materialized (
    select delivery_id, class, kind, permission, count(*) as n
      from register.contact_point where received_at < :ends group by 1, 2, 3, 4
), of_source as materialized (
    select coalesce(delivery.source_key, 'unread') as source, class, kind, permission, sum(n) as n
      from point left join register.delivery on delivery.id = point.delivery_id group by 1, 2, 3, 4
), listed as materialized (
    select source_key, state, count(*) as n from register.listing where received_at < :ends group by 1, 2
)
select 'contact_points' as measure, source as about, class || '/' || kind as name, sum(n)::bigint as n
  from of_source group by 2, 3
union all
select 'permissions', source, permission, sum(n)::bigint from of_source group by 2, 3
union all
select 'purposes', purpose, class, sum(n)::bigint
  from of_source join register.source on source.key = of_source.source cross join unnest(source.purposes) as purpose
 group by 2, 3
union all
select 'listings', source_key, state, n from listed
union all
select 'systems', 'register', 'rows', (select coalesce(sum(n), 0) from point)::bigint + coalesce(sum(n), 0)::bigint
  from listed
union all
select 'subjects', jurisdiction, 'subjects', count(*) from register.subject where created_at < :ends group by 2
union all
select 'suppressed', reason, kind, count(*) from suppression.entry where since < :ends group by 2, 3
union all
select 'own_contacts', purpose, kind, count(*) from duties.own_contact where received_at < :ends group by 2, 3
union all
select 'duties', kind,
       case when state <> 'open' and (closed_at is null or closed_at < :ends) then state
            when due_at < :ends then 'overdue' else 'open' end, sum(count)::bigint
  from duties.duty where opened_at < :ends group by 2, 3
union all
select 'notices', source_key, state, count(*) from duties.notice where received_at < :ends group by 2, 3
union all
select 'requests', "right",
       case when state not in ('received', 'checked', 'in_work') and (closed_at is null or closed_at < :ends) then state
            when case when extended_at >= :ends then coalesce(first_due_at, due_at) else due_at end < :ends then 'overdue'
            when begun_at < :ends then 'in_work' when checked_at < :ends then 'checked' else 'received' end, count(*)
  from duties.request where received_at < :ends group by 2, 3
union all
select 'consents', purpose, action, count(*)
  from (select distinct on (subject_id, purpose, channel) purpose, action  -- as duties.consent_state has it now
          from duties.consent_event where at < :ends
         order by subject_id, purpose, channel, action = 'asked', at desc, id desc) said
 group by 2, 3
union all
select 'holds', coalesce(system, 'all'), 'standing', count(*) from duties.hold
 where placed_at < :ends and (released_at is null or released_at >= :ends) group by 2
union all
select 'standstill', 'all', 'standing', count(*) from duties.standstill
 where begun_at < :ends and (ended_at is null or ended_at >= :ends)
union all
select 'restrictions', kind, 'standing', count(*) from duties.restriction
 where since < :ends and (ended_at is null or ended_at >= :ends) group by 2
union all
select 'messages', kind, state, count(*) from channels.message where created_at < :ends group by 2, 3
union all
select 'audiences', purpose, case when state = 'exported' then 'out' else state end, count(*) from duties.audience
 where made_at < :ends and (state <> 'exported' or expires_at > :ends) group by 2, 3
union all
select 'removals', 'all', state, count(*) from duties.removal where made_at < :ends group by 3
union all
select 'plans', coalesce(system, 'register'), state, count(*) from duties.destruction
 where planned_at < :ends group by 2, 3
union all
select 'backups', system, state, count(*) from duties.backup where made_at < :ends group by 2, 3
union all
select 'archives', system, state, count(*) from duties.archive where made_at < :ends group by 2, 3
order by 1, 2, 3;

-- name: checked
-- What must be nothing at the end of a day. An absence is looked for by another path than the one that brings it about.
select (select count(*)
          from duties.audience join duties.audience_member member on member.audience_id = audience.id
          join register.contact_point point on point.id = member.point_id
         where audience.state = 'exported' and audience.made_at < :ends and audience.expires_at > :ends
           and (point.class <> 'business'
                or exists (select from register.contact_point other
                            where other.key = point.key and other.class <> 'business' and other.received_at < :ends))
           and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                            where removal.audience_id = audience.id and gone.point_id = member.point_id))
           as personal_in_audience,
       (select count(*)
          from duties.audience join duties.audience_member member on member.audience_id = audience.id
         where audience.state = 'exported' and audience.made_at < :ends and audience.expires_at > :ends
           and not exists (select from register.contact_point point where point.id = member.point_id)
           and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                            where removal.audience_id = audience.id and gone.point_id = member.point_id))
           as audience_missing,
       (select coalesce(sum(count), 0)
          from duties.duty left join duties.missed_reason reason on reason.duty_id = duty.id
         where (state = 'missed' and closed_at < :ends
                or due_at < :ends and (state <> 'done' or closed_at > due_at))  -- done late was missed, watched or not
           and (reason.at is null or reason.at >= :ends))
           as missed_without_reason,
       (select count(*) from duties.notice
         where received_at < :ends
           and (state in ('owed', 'queued') and due_at < :ends or state = 'told' and due_at < :overdue)
           and not exists (select from duties.held_subject held where held.subject_id = notice.subject_id))
     + (select count(*) from duties.destruction_request request
         where asked_at < :asked and (closed_at is null or closed_at >= :ends)
           and not exists (select from duties.held_subject held where held.subject_id = request.subject_id))
     + (select count(*) from duties.destruction
         where state in ('planned', 'halted') and planned_at < :planned
            or destroyed_at < :overdue and (state = 'destroyed' or verified_at >= :ends))  -- nobody looked again
     + (select count(*) from duties.archive
         where least(due_at, shorten_at) < :overdue and made_at < :ends
           and (state in ('writing', 'kept') or ended_at >= :ends)
           and not exists (select from duties.hold
                            where placed_at < :ends and (released_at is null or released_at >= :ends)
                              and coalesce(hold.system, archive.system) = archive.system
                              and case when exists (select from duties.hold_person person where person.hold_id = hold.id)
                                       then exists (select from duties.hold_person person
                                                     where person.hold_id = hold.id
                                                       and person.key = any(archive.identities))
                                       else hold.table_name is null or archive.rows ? hold.table_name end))
     + (select count(*) from duties.backup
         where sha256 is not null and expires_at < :overdue and (state <> 'gone' or gone_at >= :ends))
           as overdue_data,
       (select count(*) from duties.notice
         where state in ('told', 'answered') and told_at < :ends
           and not exists (select from channels.message
                            where message.id = notice.message_id and message.message_id is not null
                              and message.sent_at is not null))
           as notice_without_proof,
       (select count(*) from register.source
         where joined_at < :ends
           and (basis_case = '' or basis_proof = '' or purposes = '{}' or basis_expires < :day)
           and exists (select from register.listing where listing.source_key = source.key and state = 'active'))
           as source_without_basis;
