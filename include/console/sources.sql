-- What the pages of the sources show. The last delivery of each is found by an index, and its counts were made when it
-- was taken in: nothing here counts what is held.

-- name: sources
select source.key, source.contract -> 'title' as title, source.basis_case, source.basis_expires, last.received_at,
       last.state, taken.received_at as taken_at, taken.counts
  from register.source
  left join lateral (select received_at, state from register.receipt where source_key = source.key
                      order by received_at desc, id desc limit 1) last on true
  left join lateral (select received_at, counts from register.receipt
                      where source_key = source.key and state = 'registered'
                      order by received_at desc, id desc limit 1) taken on true
 where source.key > :after
 order by source.key
 limit :limit;

-- name: source
select key, kind, jurisdiction, basis_case, basis_proof, basis_expires, purposes, assessment, contract,
       encode(contract_hash, 'hex') as contract_hash, joined_at, updated_at
  from register.source where key = :key;

-- name: deliveries
select receipt.id, receipt.received_at, receipt.state, receipt.run, receipt.reason, receipt.counts, receipt.edition,
       encode(delivery.sha256, 'hex') as sha256, delivery.size_bytes,
       coalesce((select jsonb_object_agg(set_aside.reason, set_aside.rows)
                   from register.set_aside where receipt_id = receipt.id), '{}') as reasons
  from register.receipt left join register.delivery on delivery.id = receipt.delivery_id
 where receipt.source_key = :key and (receipt.received_at, receipt.id) < (:received_at, cast(:id as uuid))
 order by receipt.received_at desc, receipt.id desc
 limit :limit;

-- name: received_at
select received_at from register.receipt where id = :id and source_key = :key;

-- name: classes
select received_at, counts -> 'contact_points' as points
  from register.receipt
 where source_key = :key and state = 'registered'
 order by received_at desc, id desc
 limit :limit;
