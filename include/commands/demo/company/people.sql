-- Those of whom the demo tells; people.py names their accounts. All are invented.

insert into address (id, street, district, city, postal_code, country) values
    (1, 'طريق خريص 120', 'الروضة', 'الرياض', '11421', 'SA'),
    (2, 'Tahlia Street 48', 'Al Olaya', 'Riyadh', '11543', 'SA'), -- two brothers'
    (3, 'شارع حراء 7', 'السلامة', 'جدة', '11822', 'SA'),
    (4, 'Prince Sultan Street 310', 'Al Hamra', 'Jeddah', '11830', 'SA'),
    (5, 'شارع الستين 15', 'الملز', 'الرياض', '11432', 'SA'),
    (6, 'King Fahd Road 2001', 'Al Yasmin', 'Riyadh', '11564', 'SA'),
    (7, 'شارع التسعين 9', 'المعادي', 'القاهرة', '11728', 'EG');

insert into account (id, name, role, company_size, email, mobile, birth_date, registered_at, subscription_end) values
    (1, 'نورة العتيبي', 'المالك', '1-5', 'noura@najd-books.example', pg_temp.mobile(15001), date '1988-04-02',
        pg_temp.ago('8 years'), null),
    (2, 'Khalid Al-Harbi', 'General Manager', '6-49', 'khalid@alharbi-trading.example', pg_temp.mobile(15002), null,
        pg_temp.ago('3 years'), null),
    (3, 'ريم الدوسري', 'مدير المبيعات', '6-49', 'reem@difaf.example', pg_temp.mobile(15003), date '1991-11-20',
        pg_temp.ago('2 years'), pg_temp.ago('1 month')),
    (4, 'Majed Al-Harbi', 'Owner', '1-5', 'majed@alharbi-repairs.example', pg_temp.mobile(15004), null,
        pg_temp.ago('3 years'), pg_temp.ago('4 months')),
    (5, 'Sarah Al-Ghamdi', 'Translator', '1-5', 'sarah.alghamdi@example.net', pg_temp.mobile(15005), date '1995-07-13',
        pg_temp.ago('7 months'), pg_temp.ago('5 months 20 days')),
    (6, 'طارق الزهراني', 'مدير المشتريات', '50-249', 'tariq@rakaez-contracting.example', pg_temp.mobile(15006), null,
        pg_temp.ago('4 years'), pg_temp.ago('4 months 10 days')),
    (7, 'Hind Al-Mutairi', 'Accountant', '6-49', 'hind@sanabel-foods.example', pg_temp.mobile(15007),
        date '1984-01-30', pg_temp.ago('8 years'), pg_temp.ago('4 months 3 days')),
    (8, 'منى الشافعي', 'محاسب', '250+', 'mona@manara-travel.example', '+201000001800', null,
        pg_temp.ago('1 year'), null);

insert into account_address (account_id, address_id) values (1, 1), (2, 2), (3, 3), (4, 2), (5, 4), (6, 5), (7, 6), (8, 7);

insert into app_user (id, name, email)
select id, name, email from account;

insert into app_user (id, name, email) values
    (9, 'Ibrahim Al-Malki', 'ibrahim@malki-audit.example'), -- keeps the books of two
    (10, 'هشام باوزير', 'hisham@rakaez-contracting.example');

insert into membership (id, account_id, user_id, role)
select id, id, id, role from account;

insert into membership (id, account_id, user_id, role) values
    (9, 4, 9, 'Accountant'), (10, 1, 9, 'Auditor'), (11, 6, 10, 'محاسب');

insert into subscription (id, account_id, plan, starts_at, ends_at)
select id, id, case when company_size = '1-5' then 'basic' else 'business' end, registered_at, subscription_end
  from account;

-- Whose trial was never paid for has none.
insert into invoice (id, account_id, issued_on, tax_period_end, buyer_name, buyer_address, buyer_vat_number,
                     buyer_email, note, net, vat)
select given.id, account.id, given.day, pg_temp.quarter_end(given.day), account.name,
       concat_ws('، ', address.street, address.district, address.city),
       lpad(cast(account.id as text), 15, '0'), -- a number of the tax authority begins with 3
       account.email, given.note, given.net, round(given.net * 0.15, 2)
  from (values
        (1, 1, pg_temp.day('2 months'), null, 600.00),
        (2, 1, pg_temp.day('7 years 6 months'), 'لعناية الأستاذة نورة', 450.00),
        (3, 2, pg_temp.day('11 months'), null, 1800.00),
        (4, 3, pg_temp.day('13 months'), null, 1800.00),
        (5, 4, pg_temp.day('10 months'), 'Call Majed before 10 in the morning', 600.00),
        (6, 6, pg_temp.day('15 months'), null, 1800.00),
        (7, 7, pg_temp.day('8 months'), 'Leave it with Hind at the reception', 1800.00),
        (8, 7, pg_temp.day('3 years'), null, 1500.00),
        (9, 7, pg_temp.day('7 years 3 months'), 'First year, with a discount', 900.00),
        (10, 8, pg_temp.day('1 year'), null, 5200.00)
       ) as given (id, account_id, day, note, net)
  join account on account.id = given.account_id
  join account_address on account_address.account_id = account.id
  join address on address.id = account_address.address_id;

insert into invoice_line (id, invoice_id, item, net)
select 2 * id - 1, id, 'Subscription, one year', net - 100 from invoice
union all
select 2 * id, id, 'Training', 100 from invoice;

insert into session (id, user_id, account_id, ip, browser, cookie, seen_at)
select given.id, given.user_id, given.account_id, '192.0.2.' || given.user_id,
       case given.user_id % 2 when 0 then 'Firefox 140' else 'Chrome 138' end, 'invented-cookie-' || given.id,
       pg_temp.ago(given.span)
  from (values
        (1, 1, 1, interval '1 day'), (2, 1, 1, interval '100 days'), (3, 2, 2, interval '3 hours'),
        (4, 2, 2, interval '200 days'), (5, 3, 3, interval '32 days'), (6, 4, 4, interval '125 days'),
        (7, 5, 5, interval '175 days'), (8, 6, 6, interval '140 days'), (9, 7, 7, interval '130 days'),
        (10, 8, 8, interval '20 days'), (11, 9, 4, interval '85 days'), (12, 9, 1, interval '2 days'),
        (13, 10, 6, interval '150 days')
       ) as given (id, user_id, account_id, span);

insert into call_recording (id, account_id, path, started_at, announced, purpose)
select given.id, given.account_id,
       'call-' || lpad(cast(given.id as text), 4, '0') || '.wav',
       pg_temp.ago(given.span), given.announced, given.purpose
  from (values
        (1, 1, interval '20 days', true, 'quality'),
        (2, 1, interval '7 months', true, 'training'),
        (3, 2, interval '2 months', false, 'quality'), -- nobody told the caller
        (4, 4, interval '5 months', true, 'service_improvement'),
        (5, 6, interval '8 months', true, 'quality'),
        (6, 7, interval '5 months 5 days', true, 'quality'),
        (7, 8, interval '9 months', true, 'training')
       ) as given (id, account_id, span, announced, purpose);

insert into agent (id, name, email, left_at) values
    (1, 'Yasser Al-Tamimi', 'yasser@support.example', null),
    (2, 'مريم اليامي', 'maryam@support.example', pg_temp.ago('13 months'));

insert into support_chat (id, account_id, topic, last_message_at) values
    (1, 1, 'فاتورة مكررة', pg_temp.ago('9 days')),
    (2, 2, 'A password that is not accepted', pg_temp.ago('14 months')),
    (3, 4, 'How do I end my subscription?', pg_temp.ago('4 months 2 days')),
    (4, 6, 'نسخة احتياطية قبل الإنهاء', pg_temp.ago('4 months 12 days'));

insert into chat_message (id, chat_id, agent_id, body, sent_at)
select given.id, given.chat_id, given.agent_id, given.body, support_chat.last_message_at - given.before
  from (values
        (1, 1, null, 'وصلتني الفاتورة مرتين، أنا نورة', interval '4 minutes'),
        (2, 1, 1, 'ألغينا الثانية، شكرًا لتنبيهك', interval '0'),
        (3, 2, null, 'This is Khalid, my new password does not work', interval '6 minutes'),
        (4, 2, 2, 'أرسلنا رابطًا جديدًا إلى بريدك', interval '0'),
        (5, 3, null, 'I close the workshop and move in with my brother', interval '5 minutes'),
        (6, 3, 1, 'Take your backup first: Settings, Export', interval '0'),
        (7, 4, null, 'أحتاج نسخة من القيود قبل نهاية الشهر', interval '8 minutes'),
        (8, 4, 1, 'النسخة جاهزة في حسابك', interval '0')
       ) as given (id, chat_id, agent_id, body, before)
  join support_chat on support_chat.id = given.chat_id;

insert into marketing_preference (id, account_id, channel, consented_at, withdrawn_at) values
    (1, 1, 'email', pg_temp.ago('2 years'), null),
    (2, 2, 'email', pg_temp.ago('2 years'), pg_temp.ago('3 days')),
    (3, 2, 'whatsapp', pg_temp.ago('1 year'), null),
    (4, 7, 'sms', pg_temp.ago('3 years'), null);

insert into applicant (id, name, email, mobile, last_letter_at) values
    (1, 'Omar Al-Qahtani', 'omar.alqahtani@example.org', pg_temp.mobile(15011), pg_temp.ago('2 months')),
    (2, 'أمل السبيعي', 'amal.alsubaie@example.com', pg_temp.mobile(15012), pg_temp.ago('13 months'));

insert into applicant_letter (id, applicant_id, body, sent_at) values
    (1, 1, 'I apply for the post of accountant.', pg_temp.ago('2 months 3 days')),
    (2, 1, 'Thank you, we meet on Sunday.', pg_temp.ago('2 months')),
    (3, 2, 'أتقدم لوظيفة محاسبة لديكم.', pg_temp.ago('13 months'));
