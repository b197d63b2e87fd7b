-- When the last session of a role that takes place ends, as long as what is open then has not been ended.
alter table intake add column open_until timestamptz;
update intake set open_until = (
    select max((s ->> 'starts_at')::timestamptz + (s ->> 'hours')::double precision * interval '1 hour')
    from mirror_opportunity m cross join jsonb_array_elements(m.state -> 'sessions') s
    where m.id = intake.id and not m.erased and jsonb_typeof(s -> 'cancelled') is distinct from 'object');
create index intake_open_until on intake (id) where open_until is not null;

-- What whoever has a place at a session needs on the day: how to join, and what to know before they set out. Nobody else
-- sees it, and no event says it. Its papers are files about the session.
create table session_page (
    session_id uuid primary key,
    opportunity_id uuid not null references intake (id),
    organisation_id uuid not null,
    joining_link text not null check (joining_link = ''
        or (length(joining_link) <= 2000 and joining_link ~ '^https://[^[:space:]]+$')),
    arrival text not null check (length(arrival) <= 2000),
    changed_by uuid not null,
    changed_at timestamptz not null
);
create index session_page_of_opportunity on session_page (opportunity_id);
call table_of_organisation('session_page');
create policy whoever_has_a_place on session_page for select using (exists (
    select from engagement e where e.opportunity_id = session_page.opportunity_id and e.person_id = acting_person()
        and e.status in ('accepted', 'ended')));
create policy papers_are_for_whoever_has_a_place on file for select using (kind = 'paper' and exists (
    select from session_page p join engagement e on e.opportunity_id = p.opportunity_id
    where p.session_id = file.about and e.person_id = acting_person() and e.status in ('accepted', 'ended')));

-- What somebody said of their own attendance: that they were there, before it is recorded; what is wrong with a record, in
-- their words. It goes when the session is recorded again.
create table said_of_session (
    engagement_id uuid not null references engagement (id) on delete cascade,
    session_id uuid not null,
    organisation_id uuid not null,
    person_id uuid not null,
    what text not null check (what in ('there', 'wrong')),
    words text not null check (length(words) <= 500),
    said_at timestamptz not null,
    primary key (engagement_id, session_id),
    check ((what = 'wrong') = (words <> ''))
);
create index said_of_session_by_session on said_of_session (session_id);
call table_of_both('said_of_session');
