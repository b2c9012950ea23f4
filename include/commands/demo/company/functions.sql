-- What the two seeds reckon with: moments before `books.at` (UTC), and numbers that are nobody's (samples/blocks.py).

create or replace function pg_temp.ago(span interval) returns timestamptz language sql stable as $$
    select (cast(current_setting('books.at') as timestamp) - span) at time zone 'UTC'
$$;

create or replace function pg_temp.day(span interval) returns date language sql stable as $$
    select cast(cast(current_setting('books.at') as timestamp) - span as date)
$$;

create or replace function pg_temp.quarter_end(day date) returns date language sql immutable as $$
    select cast(date_trunc('quarter', cast(day as timestamp)) + interval '3 months - 1 day' as date)
$$;

create or replace function pg_temp.mobile(number int) returns text language sql immutable as $$
    select '+9665' || substr('01345689', number % 8 + 1, 1) || '000' || lpad(cast(number / 8 % 10000 as text), 4, '0')
$$;
