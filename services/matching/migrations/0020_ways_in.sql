-- Ways to get involved, whether or not a role is open: each organisation's own, in its order; those that others run,
-- which the network keeps; and what an organisation usually looks for, made of its roles of the last year by a job.
create table way_in (
    id uuid primary key,
    organisation_id uuid not null,
    made_of_roles boolean not null default false,
    run_by text not null default '' check (length(run_by) <= 120),
    whose_key text collate "C" not null,
    place integer not null check (place >= 0),
    kind text not null,
    title text not null check (length(title) <= 120),
    summary text not null check (length(summary) <= 500),
    looks_for text[] not null default '{}',
    works text[] not null default '{}',
    takes text not null,
    expertise text not null,
    how text not null default '' check (length(how) <= 300),
    link text not null default '' check (link = '' or (link like 'https://%' and length(link) <= 500)),
    since timestamptz not null,
    constraint others_have_a_page check (run_by = '' or link <> ''),
    constraint somebody_can_begin check (made_of_roles or how <> '' or link <> ''),
    constraint roles_are_ones_own check (not made_of_roles or run_by = '')
);
create unique index way_in_of_roles on way_in (organisation_id, kind) where made_of_roles;
create index way_in_by_whom on way_in (whose_key, place, id);
create index way_in_of_organisation on way_in (organisation_id, place, id);
call table_for_everyone('way_in');
create policy its_organisation_keeps_it on way_in using (organisation_id = acting_organisation() and not made_of_roles);

-- Whether something of a kind is open at an organisation.
create index opportunity_open_of_kind on opportunity (organisation_id, height) where closed_at is null;

-- The story of the front page: the role of which it was told last what changed. One row, chosen by a job.
create table story (
    one boolean primary key default true check (one),
    opportunity_id uuid,
    told_at timestamptz,
    looked_until timestamptz not null
);
call table_for_everyone('story');
