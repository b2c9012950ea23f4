-- name: latest
select id, number, state, hash, deferred, delays, drafted_at, filed_at from duties.breach_report
 where breach_id = :breach and state <> 'replaced' order by number desc, drafted_at desc limit 1;

-- name: filed
select id, number, state, hash, deferred, delays, drafted_at, filed_at from duties.breach_report
 where breach_id = :breach and state = 'filed' order by number desc limit 1;

-- name: filed_before
select number, authority_reference, filed_at from duties.breach_report
 where breach_id = :breach and state = 'filed' and number < :number order by number;

-- name: replace
update duties.breach_report set state = 'replaced', content = null
 where breach_id = :breach and state in ('drafted', 'approved');

-- name: draft
insert into duties.breach_report (breach_id, number, state, hash, content, deferred, delays, counted, edition,
                                  drafted_at)
values (:breach, :number, 'drafted', :hash, cast(:content as jsonb), cast(:deferred as jsonb),
        cast(:delays as text[]), cast(:counted as jsonb), :edition, :at)
returning id, number, state, hash, deferred, delays, drafted_at, filed_at;

-- name: approve
update duties.breach_report set state = 'approved', approved_by = :by, approved_at = :at where id = :id;

-- name: file
update duties.breach_report
   set state = 'filed', filed_by = :by, filed_at = :at, authority_reference = :reference where id = :id;

-- name: decided_since
select count(*) from duties.breach_decision where breach_id = :breach and whom = 'people' and decided_at > :at;

-- name: content
select content, hash from duties.breach_report where id = :id;
