-- What people agree to and how long answers take: editions with an issuer and a first day. For everyone to read.
create table policy (
    kind text not null
        check (kind in ('code_of_conduct', 'data_notice', 'health_data', 'screening', 'unsuccessful_applications')),
    version text not null check (version <> ''),
    issuer text not null,
    valid_from date not null,
    title text not null,
    words text not null,
    days integer check (days > 0),
    primary key (kind, version),
    unique (kind, valid_from),
    check ((days is not null) = (kind in ('screening', 'unsuccessful_applications')))
);

-- A person's application. The full name, the words and the reason never leave this table.
create table application (
    id uuid primary key,
    version bigint not null check (version > 0),
    person_id uuid not null,
    organisation_id uuid not null,
    ods_code text not null,
    called text not null,
    full_name text not null,
    why text not null,
    stage text not null check (stage in ('sent', 'approved', 'declined', 'withdrawn')),
    sent_at timestamptz not null,
    entered_by uuid,
    ended_at timestamptz check (ended_at >= sent_at),
    decided_by uuid,
    reason text check (reason <> ''),
    check ((stage = 'sent') = (ended_at is null)),
    check ((stage in ('approved', 'declined')) = (decided_by is not null)),
    check ((stage = 'declined') = (reason is not null)),
    constraint nobody_answers_their_own_application check (decided_by <> person_id),
    constraint nobody_phones_themselves check (entered_by <> person_id)
);
create unique index application_one_waits_for_a_person on application (person_id) where stage = 'sent';
create index application_waiting on application (organisation_id, sent_at) where stage = 'sent';
create index application_of_person on application (person_id, sent_at desc);
create index application_ended on application (ended_at) where stage in ('declined', 'withdrawn');
alter table application enable row level security;
alter table application force row level security;
create policy owner on application to recruitment_owner using (true);
create policy system on application using (acting_as_system());
-- Whoever screens: the network's organisation. That only its screeners do is checked in the commands.
create policy its_organisation on application using (organisation_id = acting_organisation());
-- A person sends, sees and takes back; how it was answered is not theirs to write.
create policy its_person_sees_it on application for select using (person_id = acting_person());
create policy its_person_sends_it on application for insert
    with check (person_id = acting_person() and stage = 'sent' and entered_by is null);
create policy its_person_takes_it_back on application for update using (person_id = acting_person())
    with check (person_id = acting_person() and stage in ('sent', 'withdrawn'));

-- The passport: what a person agreed to, which edition, and when. entered_by: read out to them on the phone.
create table agreement (
    person_id uuid not null,
    kind text not null,
    version text not null,
    agreed_at timestamptz not null,
    entered_by uuid,
    primary key (person_id, kind, version),
    foreign key (kind, version) references policy (kind, version)
);
alter table agreement enable row level security;
alter table agreement force row level security;
create policy owner on agreement to recruitment_owner using (true);
create policy system on agreement using (acting_as_system());
create policy its_person on agreement using (person_id = acting_person());
-- A screener who entered somebody's application on the phone enters what they agreed to with it.
create policy entered_by_phone on agreement using (exists (
    select from application a where a.person_id = agreement.person_id and a.entered_by is not null
        and a.organisation_id = acting_organisation()));

-- A leader has nothing private: the row is the public state. The id is the person's.
create table leader (
    id uuid primary key,
    version bigint not null check (version > 0),
    state jsonb not null,
    reference text not null unique generated always as (state ->> 'reference') stored
        check (reference ~ '^PL-[2-9CDFGHJKMNPQRTVWX]{4}$'),
    status text not null generated always as (state ->> 'status') stored check (status in ('approved', 'left')),
    rung text not null generated always as (state ->> 'rung') stored
        check (rung in ('feedback', 'improvement', 'governance', 'senior')),
    check ((status = 'left') = (jsonb_typeof(state -> 'left_at') = 'string'))
);
alter table leader enable row level security;
alter table leader force row level security;
create policy owner on leader to recruitment_owner using (true);
create policy system on leader using (acting_as_system());
create policy its_person on leader for select using (id = acting_person());
create policy its_person_leaves on leader for update using (id = acting_person())
    with check (id = acting_person() and status = 'left');
-- The pool is shared: staff of every organisation see who is in it (called name, reference, rung; nothing else is here).
create policy staff_see_who_is_in_the_pool on leader for select
    using (acting_organisation() is not null and status = 'approved');
create policy its_screening_organisation on leader using (exists (
    select from application a where a.person_id = leader.id and a.organisation_id = acting_organisation()));

-- Which engagements a person took part in: the evidence for a rung.
create table rung_evidence (
    engagement_id uuid primary key,
    person_id uuid not null,
    noted_at timestamptz not null
);
create index rung_evidence_of_person on rung_evidence (person_id);
alter table rung_evidence enable row level security;
alter table rung_evidence force row level security;
create policy owner on rung_evidence to recruitment_owner using (true);
create policy system on rung_evidence using (acting_as_system());
create policy its_person on rung_evidence for select using (person_id = acting_person());

-- What would fit a person. Health data is kept only with consent to a named edition of the notice.
create table profile (
    person_id uuid primary key,
    version bigint not null check (version > 0),
    strands text[] not null,
    modes text[] not null,
    lived_experience text[] not null,
    access_needs text[] not null,
    consent_version text,
    consent_at timestamptz,
    entered_by uuid,
    check ((consent_version is null) = (consent_at is null)),
    constraint health_data_needs_consent
        check (consent_at is not null or (lived_experience = '{}' and access_needs = '{}')),
    constraint consent_ends_with_the_data
        check (consent_at is null or lived_experience <> '{}' or access_needs <> '{}')
);
alter table profile enable row level security;
alter table profile force row level security;
create policy owner on profile to recruitment_owner using (true);
create policy system on profile using (acting_as_system());
create policy its_person on profile using (person_id = acting_person());
-- The network sees a profile only of somebody for whom it entered the application on the phone.
create policy entered_by_phone on profile using (exists (
    select from application a where a.person_id = profile.person_id and a.entered_by is not null
        and a.organisation_id = acting_organisation()));

-- To enter an application for somebody on the phone, the network reads the called name of an account that nobody
-- can sign in to. People who can sign in speak for themselves.
create policy accounts_without_sign_in on mirror_account for select using (
    state ->> 'can_sign_in' = 'false' and exists (
        select from mirror_organisation o where o.id = acting_organisation() and o.state ->> 'kind' = 'network'));
