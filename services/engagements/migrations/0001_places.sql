-- The places of one opportunity, and the opportunity as it was last heard. Nothing in it is private.
-- What is counted across people is kept on this row, and every command that counts locks it first.
create table intake (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    opportunity jsonb not null,
    places integer not null check (places > 0),
    places_taken integer not null check (places_taken between 0 and places),
    what_changed text check (length(what_changed) between 1 and 2000),
    told_at timestamptz check ((told_at is null) = (what_changed is null)),
    attendance_due uuid[] not null,
    outcome_due_at timestamptz,
    look_at timestamptz
);
create index intake_to_look_at on intake (look_at) where look_at is not null;
create index intake_told on intake (told_at desc, id) where told_at is not null;

-- One person and one opportunity. The row is its public state.
create table engagement (
    id uuid primary key,
    version bigint not null check (version > 0),
    opportunity_id uuid not null references intake (id),
    organisation_id uuid not null,
    person_id uuid not null,
    status text not null
        check (status in ('interested', 'offered', 'accepted', 'declined', 'withdrawn', 'not_chosen', 'ended')),
    state jsonb not null,
    interested_at timestamptz not null,
    unique (opportunity_id, person_id)
);
create index engagement_of_person on engagement (person_id, interested_at desc);

-- What a person wrote with their interest: never on an event. What they need on the day is health data.
create table interest_words (
    engagement_id uuid primary key references engagement (id) on delete cascade,
    organisation_id uuid not null,
    person_id uuid not null,
    why text not null,
    needs text not null
);

alter table intake enable row level security;
alter table intake force row level security;
create policy owner on intake to engagements_owner using (true);
create policy system on intake using (acting_as_system());
create policy its_organisation on intake using (organisation_id = acting_organisation());
create policy places_and_what_changed_are_for_everyone on intake for select using (true);
-- Whoever accepts or gives back a place counts it on a row of the organisation.
create policy a_person_takes_or_gives_back_a_place on intake for update using (
    exists (select from engagement e where e.opportunity_id = intake.id and e.person_id = acting_person()));

alter table engagement enable row level security;
alter table engagement force row level security;
create policy owner on engagement to engagements_owner using (true);
create policy system on engagement using (acting_as_system());
create policy its_organisation on engagement using (organisation_id = acting_organisation());
create policy its_person on engagement using (person_id = acting_person());

alter table interest_words enable row level security;
alter table interest_words force row level security;
create policy owner on interest_words to engagements_owner using (true);
create policy system on interest_words using (acting_as_system());
create policy its_organisation on interest_words for select using (organisation_id = acting_organisation());
create policy its_person on interest_words using (person_id = acting_person());

-- Staff see of their neighbours' rows about people only those of people who showed interest in their own opportunities,
-- and what somebody needs on the day only while that person has a place there.
create policy staff_of_whoever_showed_interest on mirror_leader for select using (
    exists (select from engagement e where e.person_id = mirror_leader.id and e.organisation_id = acting_organisation()));
create policy staff_of_whoever_showed_interest on mirror_credential for select using (
    exists (select from engagement e
        where e.person_id = mirror_credential.person_id and e.organisation_id = acting_organisation()));
create policy staff_of_whoever_has_a_place on mirror_profile for select using (
    exists (select from engagement e where e.person_id = mirror_profile.id
        and e.organisation_id = acting_organisation() and e.status = 'accepted'));
