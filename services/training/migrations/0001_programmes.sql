-- A programme and its sessions have nothing private. What is said of them is built from these rows.
create table programme (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    title text not null,
    summary text not null,
    credential text not null check (credential ~ '^[a-z][a-z0-9_]{1,39}$'),
    lasts_months integer check (lasts_months > 0),
    offered_at timestamptz not null,
    withdrawn_at timestamptz,
    unique (organisation_id, id)
);
create index programme_offered on programme (offered_at desc, id) where withdrawn_at is null;

-- places_taken is counted here, under the programme's lock; the check is what no race can pass.
create table session (
    id uuid primary key,
    organisation_id uuid not null,
    programme_id uuid not null,
    starts_at timestamptz not null,
    hours double precision not null check (hours > 0 and hours <= 24),
    mode text not null,
    place text not null,
    places integer not null check (places between 1 and 100),
    places_taken integer not null check (places_taken between 0 and places),
    asked_at timestamptz,
    recorded_on date,
    recorded_by uuid,
    foreign key (organisation_id, programme_id) references programme (organisation_id, id),
    unique (organisation_id, programme_id, id)
);
create index session_of_programme on session (programme_id, starts_at);
create index session_to_ask_about on session (starts_at) where asked_at is null and recorded_on is null;

-- Who has a place, and whether they came. It never leaves this service.
create table enrolment (
    session_id uuid not null,
    person_id uuid not null,
    organisation_id uuid not null,
    programme_id uuid not null,
    enrolled_at timestamptz not null,
    attended boolean,
    primary key (session_id, person_id),
    foreign key (organisation_id, programme_id, session_id) references session (organisation_id, programme_id, id)
);
create index enrolment_of_person on enrolment (person_id, programme_id);

-- One for each person and programme, of the organisation that ran it.
create table credential (
    id uuid primary key,
    version bigint not null check (version > 0),
    person_id uuid not null,
    programme_id uuid not null,
    organisation_id uuid not null,
    credential text not null,
    awarded_at timestamptz not null,
    expires_on date,
    session_id uuid not null,
    foreign key (organisation_id, programme_id) references programme (organisation_id, id),
    unique (organisation_id, programme_id, person_id)
);
create index credential_of_person on credential (person_id);

alter table programme enable row level security;
alter table programme force row level security;
create policy owner on programme to training_owner using (true);
create policy system on programme using (acting_as_system());
create policy its_organisation on programme using (organisation_id = acting_organisation());
create policy training_is_for_everyone on programme for select using (true);
-- Taking a place raises the version of another organisation's programme. Staff acting for an organisation cannot.
create policy a_person_takes_a_place on programme for update
    using (acting_person() is not null and acting_organisation() is null)
    with check (exists (select from enrolment e where e.programme_id = programme.id and e.person_id = acting_person()));

alter table session enable row level security;
alter table session force row level security;
create policy owner on session to training_owner using (true);
create policy system on session using (acting_as_system());
create policy its_organisation on session using (organisation_id = acting_organisation());
create policy training_is_for_everyone on session for select using (true);
create policy a_person_takes_a_place on session for update
    using (acting_person() is not null and acting_organisation() is null)
    with check (exists (select from enrolment e where e.session_id = session.id and e.person_id = acting_person()));

alter table enrolment enable row level security;
alter table enrolment force row level security;
create policy owner on enrolment to training_owner using (true);
create policy system on enrolment using (acting_as_system());
create policy its_person_sees_it on enrolment for select using (person_id = acting_person());
-- A person enrols and cancels, but can never say that they came.
create policy its_person_enrols on enrolment for insert with check (person_id = acting_person() and attended is null);
create policy its_person_cancels on enrolment for delete using (person_id = acting_person() and attended is null);
create policy its_organisation_sees_it on enrolment for select using (organisation_id = acting_organisation());
-- Nobody records their own attendance.
create policy its_organisation_records on enrolment for update
    using (organisation_id = acting_organisation() and person_id is distinct from acting_person());

alter table credential enable row level security;
alter table credential force row level security;
create policy owner on credential to training_owner using (true);
create policy system on credential using (acting_as_system());
create policy its_person_sees_it on credential for select using (person_id = acting_person());
create policy its_organisation on credential using (organisation_id = acting_organisation());
