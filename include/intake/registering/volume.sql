-- A delivery that brings much at once fills a volume of its own (see migration 0009).

-- name: opened
select register.open_volume();

-- name: filled
-- Its points in the order of its listings. They count from the middle, for what comes to these listings later counts
-- from the beginning.
insert into register.filling (id, listing_id, kind, key, value, normalised, number_type, traits, unparsed,
                              source_column, delivery_id, received_at, class, score, reasons, edition, rules,
                              decided_at, decided_by, permission, subject_id)
select :volume * 1000000000000 + 500000000000 + point.number, fate.listing_id, kind, key, value, normalised,
       number_type, traits, unparsed, source_column, :delivery, :received_at, class, score, reasons, :edition, :rules,
       :at, 'rules',
       case when fate.opted_out then 'opted_out_at_source'
            when :wait then 'awaiting_assessment'
            else (cast(:permissions as jsonb) ->> class) end,
       owner.subject_id
  from incoming_point point join point_form using (form) join fate using (row_number) left join owner using (subject_key)
 where fate.fate = 'new';

-- name: closed
select register.close_volume();
