-- name: held
-- Whom a standing hold is about, by the keyed hashes of their contacts, and which subjects these are.
create temporary table held_key on commit drop as
select distinct person.key from duties.hold_person person join duties.hold on hold.id = person.hold_id
 where hold.released_at is null and coalesce(hold.system, 'register') = 'register';
create temporary table held_subject on commit drop as
select identity.subject_id as id from register.identity join held_key using (key)
union
select own.subject_id from duties.own_contact own join held_key using (key);

-- name: all_held
-- Holds that are about nobody by name keep everything of ours.
select count(*) from duties.hold
 where released_at is null and coalesce(system, 'register') = 'register'
   and not exists (select from duties.hold_person person where person.hold_id = hold.id);

-- name: messages
-- What nothing carried for so long goes out no more; its recipient and its words go, as after sending.
update channels.message
   set state = 'expired', error = 'unsent', recipient = null, subject = null, text_body = null, html_body = null
 where state = 'ready' and expires_at is null and not_before < :before
   and not exists (select from held_key where held_key.key = message.recipient_key);

-- name: recipients
update channels.message set recipient_key = null
 where recipient_key is not null and state <> 'ready' and coalesce(sent_at, expires_at, created_at) < :before
   and not exists (select from held_key where held_key.key = message.recipient_key);

-- name: returned
delete from channels.returned
 where read_at < :before
   and not exists (select from channels.message join held_key on held_key.key = message.recipient_key
                    where message.id = returned.message_id);

-- name: requests
update duties.request set details = null
  from duties.duty
 where duty.id = request.id and request.details is not null and duty.closed_at < :before
   and not exists (select from held_subject where held_subject.id = request.subject_id);

-- name: request_hashes
update duties.request set facts = null, asker = null
  from duties.duty
 where duty.id = request.id and (request.facts is not null or request.asker is not null) and duty.closed_at < :before
   and not exists (select from held_subject where held_subject.id = request.subject_id);

-- name: consents
select duties.forget_consents(:before, array(select id from held_subject));

-- name: restrictions
delete from duties.restriction
 where ended_at < :before
   and not exists (select from held_subject where held_subject.id = restriction.subject_id)
   and not exists (select from held_key where held_key.key = restriction.key);

-- name: logins
-- Whoever decided or asked is nobody once what they did is past its record; what stands for good stands without them.
with review as (
    update register.review set reviewed_by = '' where reviewed_by <> '' and coalesce(ended_at, at) < :before returning 1
), audience as (
    update duties.audience set asked_by = '' where asked_by <> '' and expires_at < :before returning 1
), hold as (
    update duties.hold set placed_by = '', released_by = '' where placed_by <> '' and released_at < :before returning 1
), standstill as (
    update duties.standstill set begun_by = '', ended_by = '' where begun_by <> '' and ended_at < :before returning 1
), unintended as (
    update duties.unintended set asked_by = case when asked_by is null then null else '' end,
                                 answered_by = case when answered_by is null then null else '' end
      from duties.duty
     where duty.id = unintended.id and duty.closed_at < :before
       and (asked_by <> '' or answered_by <> '') returning 1
), past_breach as (
    select id from duties.breach where closed_at < :before
), breach_noted as (
    update duties.breach set noted_by = '' where noted_by <> '' and id in (select id from past_breach) returning 1
), breach_answered as (
    update duties.breach_answer set answered_by = ''
     where answered_by <> '' and breach_id in (select id from past_breach) returning 1
), breach_decided as (
    update duties.breach_decision set decided_by = ''
     where decided_by <> '' and breach_id in (select id from past_breach) returning 1
), breach_written as (
    update duties.breach_words set written_by = ''
     where written_by <> '' and breach_id in (select id from past_breach) returning 1
), breach_filed as (
    update duties.breach_report set approved_by = null, filed_by = null
     where coalesce(approved_by, filed_by) is not null and breach_id in (select id from past_breach) returning 1
), breach_done as (
    update duties.breach_step set done_by = null
     where done_by is not null and breach_id in (select id from past_breach) returning 1
)
select (select count(*) from breach_noted) + (select count(*) from breach_answered)
     + (select count(*) from breach_decided) + (select count(*) from breach_written)
     + (select count(*) from breach_filed) + (select count(*) from breach_done) + (select count(*) from review) + (select count(*) from audience) + (select count(*) from hold)
     + (select count(*) from standstill) + (select count(*) from unintended);

-- name: breach_words
-- Copies of reports are kept their time (IR 24(3)); then their words go, and that they were filed stays.
update duties.breach_report set content = null
  from duties.breach
 where breach.id = breach_report.breach_id and content is not null and breach.closed_at < :before;
update duties.breach_words set text = null
  from duties.breach
 where breach.id = breach_words.breach_id and breach_words.text is not null and breach.closed_at < :before;

-- name: breach_people
-- Who was told is known as a count from then on; the counts stand in the ledger.
delete from duties.breach_person using duties.breach
 where breach.id = breach_person.breach_id and breach.closed_at < :before
   and not exists (select from held_subject where held_subject.id = breach_person.subject_id)
   and not exists (select from held_key where held_key.key = breach_person.key);

-- name: runs
delete from register.run where at < :before;

-- name: hold_people
delete from duties.hold_person using duties.hold
 where hold.id = hold_person.hold_id and hold.released_at < :before;

-- name: readers
delete from duties.reader where since < :before;

-- name: archives
delete from duties.restore_request using duties.archive
 where archive.id = restore_request.archive_id and archive.ended_at < :before;
delete from duties.archive where ended_at < :before;

-- name: destroyed_rows
delete from duties.destruction_row row using duties.destruction
 where destruction.id = row.destruction_id and destruction.verified_at < :before;

-- name: quarantined
delete from landing.quarantined using register.receipt
 where receipt.id = quarantined.receipt_id and receipt.received_at < :before;

-- name: listings
-- What its source has not listed for so long is no business contact any more. Where a person stands behind any point of
-- it, their own notice, consent and destruction decide.
create temporary table gone_listing on commit drop as
select listing.id from register.listing
 where state = 'withdrawn' and withdrawn_at < :before
   and not exists (select from register.contact_point point
                    where point.listing_id = listing.id and point.subject_id is not null)
   and not exists (select from register.contact_point point join held_key using (key)
                    where point.listing_id = listing.id);
delete from register.review using gone_listing where review.listing_id = gone_listing.id;
delete from register.past_decision using register.contact_point point, gone_listing
 where past_decision.contact_point_id = point.id and point.listing_id = gone_listing.id;
delete from register.contact_point using gone_listing where contact_point.listing_id = gone_listing.id;
delete from register.listing using gone_listing where listing.id = gone_listing.id;

-- name: expired_audiences
select id from duties.audience where state = 'exported' and expires_at <= :at;
