-- The books of an invented company that sells accounting by subscription. Everything that the policy names is in here
-- somewhere, in the shape that such databases have.

create table address (
    id bigint primary key,
    street text,
    district text,
    city text not null,
    postal_code text,
    country text not null
);

create table account (
    id bigint primary key,
    name text not null,
    role text,
    company_size text,
    email text unique,
    mobile text,
    birth_date date, -- nobody remembers why it was asked for
    registered_at timestamptz not null,
    subscription_end timestamptz
);
create index account_of_mobile on account (mobile);
create index account_ended on account (subscription_end);

-- An address may be several people's, and what an ended account leaves behind must not point at one.
create table account_address (
    account_id bigint references account,
    address_id bigint references address,
    primary key (account_id, address_id)
);
create index account_address_of_address on account_address (address_id);

create table app_user (
    id bigint primary key,
    name text not null,
    email text not null unique
);

-- Who works in which account. The user is emptied where they go and the account stays.
create table membership (
    id bigint primary key,
    account_id bigint not null references account,
    user_id bigint references app_user,
    role text
);
create index membership_of_account on membership (account_id);
create index membership_of_user on membership (user_id);

create table subscription (
    id bigint primary key,
    account_id bigint not null references account,
    plan text not null,
    starts_at timestamptz not null,
    ends_at timestamptz
);
create index subscription_of_account on subscription (account_id);

create table invoice (
    id bigint primary key,
    account_id bigint not null references account,
    issued_on date not null,
    tax_period_end date not null,
    buyer_name text not null,
    buyer_address text not null,
    buyer_vat_number text,
    buyer_email text,
    note text,
    net numeric(12, 2) not null,
    vat numeric(12, 2) not null
);
create index invoice_of_account on invoice (account_id);
create index invoice_of_period on invoice (tax_period_end);

create table invoice_line (
    id bigint primary key,
    invoice_id bigint not null references invoice,
    item text not null,
    net numeric(12, 2) not null
);
create index invoice_line_of_invoice on invoice_line (invoice_id);

create table session (
    id bigint primary key,
    user_id bigint not null references app_user,
    account_id bigint not null references account,
    ip text,
    browser text,
    cookie text,
    seen_at timestamptz not null
);
create index session_of_user on session (user_id);
create index session_of_account on session (account_id);
create index session_seen on session (seen_at);

create table call_recording (
    id bigint primary key,
    account_id bigint not null references account,
    path text not null, -- within the folder of recordings
    started_at timestamptz not null,
    announced boolean not null,
    purpose text not null check (purpose in ('quality', 'training', 'service_improvement'))
);
create index call_recording_of_account on call_recording (account_id);
create index call_recording_started on call_recording (started_at);

create table agent (
    id bigint primary key,
    name text not null,
    email text not null,
    left_at timestamptz
);

create table support_chat (
    id bigint primary key,
    account_id bigint not null references account,
    topic text,
    last_message_at timestamptz not null
);
create index support_chat_of_account on support_chat (account_id);
create index support_chat_last on support_chat (last_message_at);

-- Without an agent it is the customer who writes.
create table chat_message (
    id bigint primary key,
    chat_id bigint not null references support_chat,
    agent_id bigint references agent,
    body text,
    sent_at timestamptz not null
);
create index chat_message_of_chat on chat_message (chat_id);
create index chat_message_of_agent on chat_message (agent_id);

create table marketing_preference (
    id bigint primary key,
    account_id bigint not null references account,
    channel text not null,
    consented_at timestamptz not null,
    withdrawn_at timestamptz
);
create index marketing_preference_of_account on marketing_preference (account_id);
create index marketing_preference_withdrawn on marketing_preference (withdrawn_at);

-- Who asked about the service and is no customer yet.
create table prospect (
    id bigint primary key,
    name text not null,
    role text,
    email text,
    mobile text,
    last_contact_at timestamptz not null
);
create index prospect_last on prospect (last_contact_at);

create table applicant (
    id bigint primary key,
    name text not null,
    email text not null,
    mobile text,
    last_letter_at timestamptz not null
);

create table applicant_letter (
    id bigint primary key,
    applicant_id bigint not null references applicant,
    body text not null,
    sent_at timestamptz not null
);
create index applicant_letter_of_applicant on applicant_letter (applicant_id);
