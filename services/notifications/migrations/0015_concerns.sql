-- What somebody is worried about, or a "no" that somebody else is to look at again. Its words are on no event; one organisation reads it at a time.
-- `subjects`: whom it is about; `not_for`: these, whose role one of them granted, and whom its person keeps it from. Both never read it.
create table concern (
    id uuid primary key,
    kind text not null check (kind in ('worry', 'no')),
    person_id uuid,   -- null: forgotten since
    entered_by uuid not null,
    organisation_id uuid not null,
    ods_code text not null,
    about text not null,
    of_organisation uuid,
    thing text check (thing in ('engagement', 'claim')),
    thing_id uuid,
    reads text[] not null,
    subjects uuid[] not null,
    not_for uuid[] not null,
    words text not null check (length(words) <= 4000),
    anonymous boolean not null,
    sent_at timestamptz not null,
    since timestamptz not null,
    answer_by timestamptz not null,
    read_at timestamptz,
    read_by uuid,
    answers jsonb not null default '[]' check (jsonb_typeof(answers) = 'array'),
    closed_at timestamptz,
    not_settled_at timestamptz,
    network_sees_at timestamptz,
    moved_at timestamptz,
    to_network_at timestamptz,   -- somebody asked for that; the system does it, since who asks reads it no more then
    check ((thing is null) = (thing_id is null)),
    check ((read_at is null) = (read_by is null)),
    check (kind <> 'no' or thing is not null or person_id is null)
);
create index concern_of_person on concern (person_id, sent_at desc, id desc);
create index concern_of_organisation on concern (organisation_id, sent_at desc, id desc);
create index concern_open on concern (id) where closed_at is null;
create index concern_closed on concern (closed_at) where closed_at is not null;
create index concern_seen_by_network on concern (sent_at desc, id desc) where network_sees_at is not null;
-- A "no" is looked at once: by whoever it was not settled with too, on its own page.
create unique index concern_one_no on concern (thing_id) where kind = 'no' and person_id is not null;
call table_of_both('concern');
create policy not_for_them on concern as restrictive using (not coalesce(acting_hand() = any(not_for), false));
-- Somebody may have got their role from one of these since: then they read it no more either.
create policy not_for_whom_they_made on concern as restrictive using (acting_organisation() is null or not exists (
    select from mirror_account a, jsonb_array_elements(a.state -> 'memberships') as held,
        jsonb_array_elements_text(held -> 'granted_under') as granted
    where a.id = acting_hand() and not a.erased and held ->> 'organisation_id' = acting_organisation()::text
        and granted::uuid = any(subjects)));
-- Whoever helps somebody sees what they wrote down themselves, and nothing else that the person said.
create policy whoever_helps_sees_their_own on concern as restrictive using (
    acting_helper() is null or coalesce(entered_by = acting_hand(), false));
create policy the_network_reads_what_nobody_did on concern using (
    network_sees_at is not null and (select acting_for_network()));

-- A complaint about data (Data Protection Act 2018, section 164A), of whoever has an account or of a stranger, to the
-- organisation that runs the network. Of a stranger: what they are called, and how they are answered, as they typed it.
create table data_complaint (
    id uuid primary key,
    person_id uuid,   -- null: a stranger, or forgotten since
    entered_by uuid,   -- null: a stranger, by the form
    organisation_id uuid not null,
    called text not null check (length(called) <= 200),
    contact text not null check (length(contact) <= 500),
    words text not null check (length(words) <= 4000),
    came_by text not null check (came_by in ('form', 'phone', 'post', 'email')),
    received_at timestamptz not null,
    acknowledge_by timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_how text check (acknowledged_how in ('receipt', 'told')),
    acknowledged_by uuid,
    progress jsonb not null default '[]' check (jsonb_typeof(progress) = 'array'),
    outcome text not null default '' check (length(outcome) <= 4000),
    settled_at timestamptz,
    settled_by uuid,
    forgotten_at timestamptz,   -- its words and its person are gone; the days stay
    check ((acknowledged_at is null) = (acknowledged_how is null)),
    check ((settled_at is null) = (settled_by is null))
);
create index data_complaint_of_person on data_complaint (person_id, received_at desc, id desc);
create index data_complaint_newest on data_complaint (organisation_id, received_at desc, id desc);
create index data_complaint_open on data_complaint (acknowledge_by, id) where settled_at is null;
create index data_complaint_settled on data_complaint (settled_at) where settled_at is not null;
call table_of_both('data_complaint');
create policy whoever_helps_sees_their_own on data_complaint as restrictive using (
    acting_helper() is null or coalesce(entered_by = acting_hand(), false));
-- A stranger sends theirs, and reads none.
create policy strangers_complain on data_complaint for insert with check (
    acting_person() is null and person_id is null and entered_by is null and acknowledged_at is null
    and settled_at is null and exists (select from mirror_organisation m where m.id = organisation_id
        and m.state ->> 'kind' = 'network'));

-- That somebody wishes to be rung or met before or after a session at which they tell their own story; one a role. What
-- is said then is kept nowhere: only that they spoke, and whether another call is wished.
create table story_call (
    engagement_id uuid primary key,
    person_id uuid not null,
    organisation_id uuid not null,
    ods_code text not null,
    entered_by uuid not null,
    at_desk boolean not null,
    around text not null check (around in ('before', 'after', 'both')),
    how text not null check (length(how) <= 500),
    asked_at timestamptz not null,
    session_at timestamptz,
    spoke_at timestamptz,
    spoke_by uuid,
    again boolean not null default false,
    check ((spoke_at is null) = (spoke_by is null))
);
create index story_call_of_person on story_call (person_id);
create index story_call_open on story_call (organisation_id, asked_at, engagement_id) where spoke_at is null or again;
create index story_call_old on story_call (asked_at);
call table_of_both('story_call');

-- Within how many working days somebody answers, and how long what was said is kept.
insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('concerns', '1', '2026-01-01', 'The network', 'The network, edition 1; complaints: NHS records management code, 10 years',
    jsonb_build_object('answer_days', 5, 'second_look_days', 10, 'keep_concerns_days', 730, 'keep_complaints_years', 10));
