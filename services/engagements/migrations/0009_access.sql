-- What one person with a place needs at one session: how settled it is, and who waits. The row is its public state; what it
-- is that they need, and who was booked, stands in the tables below. `look_at`: when it is looked at again.
create table arrangement (
    id uuid primary key,
    version bigint not null check (version > 0),
    engagement_id uuid not null references engagement (id) on delete cascade,
    session_id uuid not null,
    opportunity_id uuid not null,
    organisation_id uuid not null,
    person_id uuid not null,
    state jsonb not null,
    look_at timestamptz,
    status text not null generated always as (state ->> 'status') stored,
    settled integer not null generated always as (
        coalesce(array_position(array['failed', 'asked', 'booked', 'confirmed'], state ->> 'status'), 5)) stored,
    starts_at timestamptz not null generated always as (said_at(state ->> 'starts_at')) stored,
    unconfirmed_since timestamptz generated always as (said_at(state ->> 'unconfirmed_since')) stored,
    look_since timestamptz generated always as (
        case when state ->> 'looked_at' is null then said_at(state ->> 'look_since') end) stored,
    unique (engagement_id, session_id),
    constraint columns_say_what_the_state_says check (
        (id, version, engagement_id, session_id, opportunity_id, organisation_id, person_id) is not distinct from (
            (state ->> 'id')::uuid, (state ->> 'version')::bigint, (state ->> 'engagement_id')::uuid,
            (state ->> 'session_id')::uuid, (state ->> 'opportunity_id')::uuid, (state ->> 'organisation_id')::uuid,
            (state ->> 'person_id')::uuid))
);
create index arrangement_of_session on arrangement (session_id, settled, id);
create index arrangement_to_look_at on arrangement (engagement_id, look_at) where look_at is not null;
create index arrangement_unconfirmed on arrangement (starts_at) where unconfirmed_since is not null;
create index arrangement_to_look_back_at on arrangement (look_since) where look_since is not null;
call table_of_both('arrangement');

-- Each need at each session, as the organisation arranges it. Its person reads it.
create table booking (
    arrangement_id uuid not null references arrangement (id) on delete cascade,
    need text not null,
    organisation_id uuid not null,
    person_id uuid not null,
    state text not null check (state in ('asked', 'booked', 'confirmed', 'failed')),
    with_whom text not null check (length(with_whom) <= 200),
    why_failed text not null check (length(why_failed) <= 500),
    who_pays text not null check (who_pays in ('', 'organisation', 'payer', 'nobody', 'other')),
    who_pays_words text not null check (length(who_pays_words) <= 200),
    owner uuid,
    before text not null check (before in ('', 'booked', 'confirmed', 'failed')),
    before_at timestamptz check ((before_at is null) = (before = '')),
    changed_by uuid,
    changed_at timestamptz,
    primary key (arrangement_id, need)
);
call table_of_both('booking', person_may => 'select');

-- Whether it was there, as its person says it afterwards.
create table was_there (
    arrangement_id uuid not null references arrangement (id) on delete cascade,
    need text not null,
    organisation_id uuid not null,
    person_id uuid not null,
    there text not null check (there in ('yes', 'partly', 'no')),
    words text not null check (length(words) <= 500),
    said_at timestamptz not null,
    primary key (arrangement_id, need)
);
call table_of_both('was_there', organisation_may => 'select');

-- As what somebody needs itself: for staff of an organisation where they have a place now, while they let such see it; and
-- what they say was not there, until somebody has looked at it, since then they have told the organisation of it.
alter policy its_organisation on booking using (organisation_id = acting_organisation() and (
    exists (select from mirror_needs n where n.id = booking.person_id and not n.erased
        and n.state -> 'shared_with' ? 'places')
    or exists (select from arrangement a where a.id = booking.arrangement_id and a.look_since is not null)));
alter policy its_organisation on was_there using (organisation_id = acting_organisation() and (
    exists (select from mirror_needs n where n.id = was_there.person_id and not n.erased
        and n.state -> 'shared_with' ? 'places')
    or exists (select from arrangement a where a.id = was_there.arrangement_id and a.look_since is not null)));

-- `arranged` says of a whole role what was ready, from before there were bookings. Whatever comes about of such a place
-- begins with it and takes its row away; nothing is written there any more.
comment on column arranged.codes is 'ready before there were bookings; taken over when they come about';
