create table duties.restriction (
    id uuid default gen_random_uuid() not null constraint pk_restriction primary key,
    subject_id uuid, key bytea, kind text not null, purpose text, since timestamptz not null, ended_at timestamptz,
    means text not null, edition text not null,
    constraint ck_restriction_kind check (kind in ('objection', 'complaint', 'contested_accuracy', 'restriction')),
    constraint ck_restriction_whom check (subject_id is not null or key is not null)
);
create index ix_restriction_key on duties.restriction (key) where key is not null;
create index ix_restriction_subject_id on duties.restriction (subject_id) where subject_id is not null;

create table duties.audience (
    id uuid not null constraint pk_audience primary key,
    purpose text not null, recipient text not null, country text not null, form text not null, platform text,
    state text not null, asked_by text not null, run text not null, counts jsonb not null, sha256 bytea,
    edition text not null, made_at timestamptz not null, expires_at timestamptz not null,
    constraint uq_audience_run unique (run),
    constraint ck_audience_form check (form in ('csv', 'parquet', 'table')),
    constraint ck_audience_platform check (platform in ('google', 'meta')),
    constraint ck_audience_state check (state in ('building', 'refused', 'exported'))
);
create index ix_audience_recipient on duties.audience (recipient, purpose, made_at);

create table duties.audience_member (
    audience_id uuid not null constraint fk_audience_member_audience_id references duties.audience (id),
    point_id bigint not null,
    constraint pk_audience_member primary key (audience_id, point_id)
);

create table duties.disclosure (
    id uuid default gen_random_uuid() not null constraint pk_disclosure primary key,
    audience_id uuid not null constraint fk_disclosure_audience_id references duties.audience (id),
    recipient text not null, country text not null, purpose text not null, method text not null,
    abroad boolean not null, safeguard text, contact_points bigint not null, edition text not null,
    at timestamptz not null,
    constraint uq_disclosure_audience_id unique (audience_id, method),
    constraint ck_disclosure_safeguard check (not abroad or safeguard is not null)
);

create table duties.removal (
    id uuid default gen_random_uuid() not null constraint pk_removal primary key,
    audience_id uuid not null constraint fk_removal_audience_id references duties.audience (id),
    state text not null, contact_points bigint not null, made_at timestamptz not null, confirmed_at timestamptz,
    confirmed_by text,
    constraint ck_removal_state check (state in ('told', 'confirmed')),
    constraint ck_removal_confirmed check ((state = 'confirmed') = (confirmed_at is not null))
);
create index ix_removal_audience_id on duties.removal (audience_id);

create table duties.removal_point (
    removal_id uuid not null constraint fk_removal_point_removal_id references duties.removal (id),
    point_id bigint not null, reason text not null,
    constraint pk_removal_point primary key (removal_id, point_id)
);

create table duties.api_key (
    hash bytea not null constraint pk_api_key primary key,
    name text not null, recipient text not null, made_at timestamptz not null, expires_at timestamptz not null,
    ended_at timestamptz,
    constraint uq_api_key_name unique (name)
);

create table duties.webhook (
    id uuid default gen_random_uuid() not null constraint pk_webhook primary key,
    recipient text not null, url text not null, since timestamptz not null, ended_at timestamptz,
    constraint uq_webhook_recipient unique (recipient, url)
);

create table duties.webhook_call (
    id uuid default gen_random_uuid() not null constraint pk_webhook_call primary key,
    webhook_id uuid not null constraint fk_webhook_call_webhook_id references duties.webhook (id),
    about uuid not null, kind text not null, state text not null, attempts bigint default 0 not null,
    not_before timestamptz not null, error text, done_at timestamptz,
    constraint uq_webhook_call_webhook_id unique (webhook_id, kind, about),
    constraint ck_webhook_call_kind check (kind in ('stop', 'removal')),
    constraint ck_webhook_call_state check (state in ('ready', 'done', 'failed'))
);
create index ix_webhook_call_due on duties.webhook_call (not_before) where state = 'ready';

create view duties.mailing_list as
select audience.id as audience_id, audience.purpose, point.id as point_id, point.kind, point.normalised as contact,
       listing.language, audience.expires_at
  from duties.audience
  join duties.audience_member member on member.audience_id = audience.id
  join register.contact_point point on point.id = member.point_id
  join register.listing on listing.id = point.listing_id
 where audience.form = 'table' and audience.state = 'exported' and audience.expires_at > now()
   and not exists (select from duties.removal join duties.removal_point gone on gone.removal_id = removal.id
                    where removal.audience_id = audience.id and gone.point_id = member.point_id)
;
