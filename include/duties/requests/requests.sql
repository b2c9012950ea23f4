-- name: turn
-- Two requests of one person come one after the other, the second finding the first.
select pg_advisory_xact_lock(hashtextextended('request:' || :whose, 0));

-- name: open
-- What is open of the same right, of the same person or, where nobody is known, from the same contact.
select id, reference, due_at, coalesce(first_due_at, due_at) as first_due_at, proof is not null as proven, capacity, facts,
       coalesce(proof = 'operator', false) as by_word, asker
  from duties.request
 where "right" = :right and state in ('received', 'checked', 'in_work')
   and (subject_id = :subject
        or cast(:subject as uuid) is null and subject_id is null and asker = cast(:asker as bytea))
 order by due_at, reference;

-- name: duty
insert into duties.duty (id, kind, source_key, state, outcome, edition, article, opened_at, starts_at, due_at, closed_at)
values (:id, 'rights_request', :means, case when :joins then 'done' else 'open' end,
        case when :joins then 'merged' end, :edition, :article, :at, :at, :due,
        case when :joins then cast(:at as timestamptz) end);

-- name: store
insert into duties.request (id, reference, "right", subject_id, means, language, details, state, edition, received_at,
                            due_at, first_due_at, proof, answers, capacity, guardianship, facts, asker, reply_to,
                            channel, merged_into, checked_at, closed_at, destruction_request)
values (:id, :reference, :right, :subject, :means, :language, :details, :state, :edition, :at, :due, :due, :proof,
        cast(:answers as text[]), :capacity, :guardianship, :facts, :asker, :reply_to, :channel, :merged_into,
        case when cast(:proof as text) is not null then cast(:at as timestamptz) end,
        case when cast(:merged_into as uuid) is not null then cast(:at as timestamptz) end, :destruction);
