-- name: subject
select subject_id from register.contact_point where id = :point;

-- name: request
select subject_id, details from duties.request where id = :request;

-- name: read
insert into duties.reader as reader (actor, since, undecided) values (:actor, :at, 1)
on conflict (actor) do update
   set since = case when reader.since <= :begin then :at else reader.since end,
       undecided = case when reader.since <= :begin then 1 else reader.undecided + 1 end
returning undecided, since, alarmed_at;

-- name: alarmed
update duties.reader set alarmed_at = :at where actor = :actor;

-- name: used
update duties.reader set undecided = undecided - 1 where actor = :actor and undecided > 0;
