-- So many more accounts, a hundred for each unit of `books.scale`; one of twenty ended so long ago that it has to go.

create temporary table crowd as
select 1000 + n as id,
       (array['Abdullah', 'نورة', 'Fahad', 'سعود', 'Sultan', 'سارة', 'Yasser', 'مريم', 'Hisham', 'علي'])[1 + n % 10]
       || ' ' ||
       (array['Al-Otaibi', 'القحطاني', 'Al-Shehri', 'الحربي', 'Al-Shammari', 'العنزي', 'Al-Ahmadi'])[1 + n % 7] as name,
       (array['Owner', 'محاسب', 'General Manager', 'مدير المبيعات'])[1 + n % 4] as role,
       (array['1-5', '6-49', '50-249', '250+'])[1 + n % 4] as company_size,
       pg_temp.ago(make_interval(days => 2700 + n % 500)) as registered_at,
       case n % 20 when 17 then pg_temp.ago(make_interval(months => 1, days => n % 27))
                   when 19 then pg_temp.ago(make_interval(months => 4, days => n % 27)) end as subscription_end
  from generate_series(1, 100 * cast(current_setting('books.scale') as int)) as n;

insert into address (id, street, district, city, postal_code, country)
select id, 'King Fahd Road ' || id, 'Al Olaya', 'Riyadh', cast(11000 + id % 3000 as text), 'SA' from crowd;

insert into account (id, name, role, company_size, email, mobile, registered_at, subscription_end)
select id, name, role, company_size, 'owner@firm-' || id || '.example', pg_temp.mobile(20000 + id % 60000),
       registered_at, subscription_end
  from crowd;

insert into account_address (account_id, address_id)
select id, id from crowd;

-- Everybody in their own account; every fifth in the next one as well.
insert into app_user (id, name, email)
select id, name, 'user@firm-' || id || '.example' from crowd;

insert into membership (id, account_id, user_id, role)
select 2 * id, id, id, role from crowd
union all
select 2 * id + 1, id + 1, id, 'Accountant' from crowd where id % 5 = 0 and id < (select max(id) from crowd);

insert into subscription (id, account_id, plan, starts_at, ends_at)
select id, id, 'basic', registered_at, subscription_end from crowd;

insert into invoice (id, account_id, issued_on, tax_period_end, buyer_name, buyer_address, buyer_email, net, vat)
select 4 * id + k, id, day, pg_temp.quarter_end(day), name, 'King Fahd Road ' || id || ', Riyadh',
       'owner@firm-' || id || '.example', 600, 90
  from crowd
 cross join generate_series(0, 3) as k
 cross join lateral (select pg_temp.day(make_interval(years => 2 * k, months => 8 + id % 7)) as day) as issued;

insert into invoice_line (id, invoice_id, item, net)
select 2 * invoice.id + k, invoice.id, (array['Subscription, one year', 'Training'])[1 + k], 300
  from invoice
 cross join generate_series(0, 1) as k
 where account_id > 1000;

insert into session (id, user_id, account_id, ip, browser, cookie, seen_at)
select 5 * id + k, id, id, '192.0.2.' || id % 250, 'Firefox 140', 'invented-cookie-' || 5 * id + k,
       pg_temp.ago(make_interval(days => 24 * k + id % 7))
  from crowd
 cross join generate_series(0, 4) as k;

insert into support_chat (id, account_id, topic, last_message_at)
select id, id, 'An invoice', pg_temp.ago(make_interval(days => id % 400)) from crowd where id % 2 = 0;

insert into chat_message (id, chat_id, agent_id, body, sent_at)
select 2 * id + k, id, case k when 1 then 1 end, (array['Where is my invoice?', 'In your account.'])[1 + k],
       last_message_at
  from support_chat
 cross join generate_series(0, 1) as k
 where account_id > 1000;

insert into marketing_preference (id, account_id, channel, consented_at, withdrawn_at)
select id, id, 'email', registered_at, case when id % 50 = 0 then pg_temp.ago('1 day') end from crowd where id % 3 = 0;

drop table crowd;
