-- What the pages of consent and marketing show. Counts are those of `duties.tally`; lists go on from a place in an index.

-- name: tally
select what, purpose, channel, state, count, counted_at from duties.tally order by what, purpose, channel, state;

-- name: audiences
select audience.id, audience.purpose, audience.recipient, audience.country, audience.form, audience.state,
       audience.counts, audience.made_at, audience.expires_at,
       (select count(*) from duties.removal where audience_id = audience.id and state = 'told') as told,
       (select count(*) from duties.removal where audience_id = audience.id and state = 'confirmed') as confirmed
  from duties.audience
 where (audience.made_at, audience.id) < (:made_at, cast(:id as uuid))
 order by audience.made_at desc, audience.id desc
 limit :limit;

-- name: made_at
select made_at from duties.audience where id = :id;

-- name: audience
select id, purpose, recipient, country, form, platform, state, counts, edition, made_at, expires_at
  from duties.audience where id = :id;

-- name: disclosures
select recipient, country, purpose, method, abroad, safeguard, contact_points, edition, at
  from duties.disclosure where audience_id = :id order by at, id limit 100;

-- name: removals
select id, state, contact_points, made_at, confirmed_at
  from duties.removal where audience_id = :id order by made_at desc, id limit 100;

-- name: stops
select id, kind, purpose, means, asked_at
  from duties.stop where (asked_at, id) < (:asked_at, cast(:id as uuid)) order by asked_at desc, id desc limit :limit;

-- name: asked_at
select asked_at from duties.stop where id = :id;
