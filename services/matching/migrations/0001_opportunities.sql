-- An opportunity has nothing private: its row is its public state. Typed columns serve queries and constraints.
create table opportunity (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    state jsonb not null,
    posted_at timestamptz not null,
    apply_by timestamptz not null check (apply_by > posted_at),
    closed_at timestamptz,
    strand text not null generated always as (state ->> 'strand') stored,
    mode text not null generated always as (state ->> 'mode') stored,
    ods_code text not null generated always as (state ->> 'ods_code') stored,
    paid boolean not null generated always as (coalesce(jsonb_typeof(state -> 'pay') = 'object', false)) stored,
    places integer not null generated always as ((state ->> 'places')::integer) stored check (places > 0)
);
create index opportunity_open on opportunity (posted_at desc, id) where closed_at is null;
create index opportunity_of_organisation on opportunity (organisation_id, posted_at desc);
alter table opportunity enable row level security;
alter table opportunity force row level security;
create policy owner on opportunity to matching_owner using (true);
create policy system on opportunity using (acting_as_system());
create policy its_organisation on opportunity using (organisation_id = acting_organisation());
create policy the_feed_is_for_everyone on opportunity for select using (true);

-- What a person asked to be told of. An empty list means: any.
create table subscription (
    person_id uuid primary key,
    version bigint not null check (version > 0),
    strands text[] not null,
    modes text[] not null,
    paid_only boolean not null,
    active boolean not null
);
alter table subscription enable row level security;
alter table subscription force row level security;
create policy owner on subscription to matching_owner using (true);
create policy system on subscription using (acting_as_system());
create policy its_person on subscription using (person_id = acting_person());

-- The reasons stay here: the event carries ids only.
create table match (
    id uuid primary key,
    version bigint not null check (version > 0),
    opportunity_id uuid not null,
    person_id uuid not null,
    reasons text[] not null,
    matched_at timestamptz not null,
    ended_at timestamptz,
    unique (opportunity_id, person_id)
);
create index match_of_person on match (person_id, matched_at desc);
alter table match enable row level security;
alter table match force row level security;
create policy owner on match to matching_owner using (true);
create policy system on match using (acting_as_system());
create policy its_person on match for select using (person_id = acting_person());
