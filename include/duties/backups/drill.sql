-- name: invent
-- A person of the drill's own, in a scratch copy: a row of their own, a company's row, a letter, a page, a mailbox they gave.
-- The drill has a journal of its own, which begins with it.
delete from duties.journal_head;
insert into register.source (key, kind, jurisdiction, basis_case, basis_proof, purposes, contract_hash, contract, joined_at,
                             updated_at)
values (:source, 'public_directory', 'sa', 'public_source', 'DRILL', '{business_contact}', '\x00',
        '{"columns": {"id": {"field": "row_id"}, "contact": {"field": "person"}, "email": {"field": "email"}}}', :at, :at);
insert into register.subject (id, jurisdiction, language, created_at) values (:subject, 'sa', 'ar', :at);
insert into register.identity (key, subject_id) values (:key, :subject);
insert into register.listing (source_key, row_key, fingerprint, state, name_class, name_holds_person, fields, provenance,
                              language, opted_out, received_at, first_delivery_id, last_delivery_id, changed_at)
values (:source, :own_row, :own_row, 'active', 'person', true, jsonb_build_object('organisation', cast(:name as text)), '{}',
        'ar', false, :at, :delivery, :delivery, :at),
       (:source, :firm_row, :firm_row, 'active', 'organisation', false, '{"organisation": "شركة التجربة"}', '{}',
        'ar', false, :at, :delivery, :delivery, :at);
insert into register.contact_point (listing_id, kind, key, value, normalised, traits, source_column, delivery_id, received_at,
                                    class, score, reasons, edition, rules, decided_at, decided_by, permission, subject_id)
select listing.id, given.kind, given.key, given.value, given.value, '{}', given.source_column, :delivery, :at,
       'personal', 1, '{}', :edition, 'drill', :at, 'rules', 'blocked', :subject
  from register.listing
 cross join (values ('email', cast(:key as bytea), cast(:email as text), 'email'),
                    ('person', cast(:name_key as bytea), cast(:name as text), 'contact'))
            as given (kind, key, value, source_column)
 where listing.source_key = :source;
insert into register.contact_point (listing_id, kind, key, value, normalised, traits, source_column, delivery_id, received_at,
                                    class, score, reasons, edition, rules, decided_at, decided_by, permission)
select id, 'website', :site_key, 'drill.example', 'drill.example', '{}', 'site', :delivery, :at, 'business', 1, '{}',
       :edition, 'drill', :at, 'rules', 'business_use'
  from register.listing where source_key = :source and row_key = :firm_row;
insert into duties.duty (id, kind, source_key, state, edition, article, opened_at, starts_at, due_at)
values (:notice, 'source_notice', :source, 'open', :edition, 'drill', :at, :at, :at);
insert into duties.notice (id, subject_id, source_key, purpose, jurisdiction, edition, received_at, not_before, send_by,
                           last_sending, due_at, state, language)
values (:notice, :subject, :source, 'business_contact', 'sa', :edition, :at, :at, :at, :at, :at, 'queued', 'ar');
insert into channels.message (id, duty_id, kind, channel, recipient, recipient_key, text_body, language, template,
                              jurisdiction, state, not_before, created_at)
values (:message, :notice, 'source_notice', 'email', :email, :key, :name, 'ar', 'source_notice/2', 'sa', 'ready', :at, :at);
insert into duties.own_contact (subject_id, purpose, channel, kind, key, value, provenance, received_at)
values (:subject, 'promotion', 'email', 'email', :key, :email, 'direct_from_subject', :at);
insert into portal.link (hash, purpose, subject_id, message_id, language, made_at, expires_at)
values (:own_row, 'person', :subject, :message, 'ar', :at, :at);
insert into portal.code (id, subject_id, hash, value, expires_at) values (:message, :subject, :own_row, :email, :at);
insert into duties.destruction_request (subject_id, trigger, asked_at) values (:subject, 'deletion_asked', :at);

-- name: rest
-- Nobody else's clock runs in the scratch copy: of it, only the drill's person is destroyed.
update duties.destruction_request set closed_at = :at where closed_at is null and subject_id <> :subject;
update duties.destruction set state = 'replaced' where state in ('planned', 'halted', 'destroyed');
update duties.notice set due_at = '9000-01-01', last_sending = '9000-01-01'
 where id <> :notice and state in ('owed', 'queued', 'told');

-- name: ledger
select coalesce(max(seq), 0) as seq from evidence.ledger;

-- name: tables
select nspname, relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
 where relkind in ('r', 'p') and not relispartition and nspname = any(:schemas)
   and nspname || '.' || relname not in ('duties.unjournalled', 'duties.journal_head', 'evidence.head')
 order by 1, 2;
