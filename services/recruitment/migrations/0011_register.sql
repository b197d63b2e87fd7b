-- An organisation brings in its own list of people. Each of them is listed, and asked, before anybody else sees them.
alter table application add column listed_by uuid;   -- the organisation whose list they were on
alter table application
    drop constraint known_stage,
    drop constraint what_waits_has_not_ended,
    drop constraint the_form_is_whole,
    drop constraint answered_by_somebody,
    add constraint known_stage check (
        stage in ('asked', 'sent', 'talked', 'approved', 'declined', 'withdrawn', 'listed', 'forgotten')),
    add constraint what_waits_has_not_ended
        check ((stage in ('asked', 'sent', 'talked', 'listed')) = (ended_at is null)),
    -- A list brings a full name without the form.
    add constraint the_form_is_whole check (why is null or full_name is not null),
    -- Whoever was listed says yes themselves: nobody decides.
    add constraint answered_by_somebody
        check ((stage in ('approved', 'declined') or answer is not null) = (decided_by is not null)
            or (listed_by is not null and stage = 'approved' and decided_by is null)),
    add constraint listed_by_somebody check (stage not in ('listed', 'forgotten') or listed_by is not null);
create index application_listed on application (sent_at, id) where stage = 'listed';
-- Whoever has the link that they were sent says yes or no; nothing else of it is theirs to write.
create policy its_person_answers on application for update using (person_id = acting_person() and stage = 'listed')
    with check (person_id = acting_person() and listed_by is not null and decided_by is null
        and stage in ('approved', 'forgotten'));

-- One upload. What its columns mean, how far it is, and what came of it: numbers, and nobody's name.
create table register_import (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    file_name text not null check (length(file_name) <= 200),
    uploaded_by uuid not null,
    uploaded_at timestamptz not null,
    columns jsonb not null,          -- as the file calls them
    meanings jsonb not null,         -- a code for each
    stage text not null check (stage in ('read', 'checked', 'waits', 'running', 'done', 'undoing', 'undone')),
    moved_at timestamptz not null,
    lines integer not null check (lines > 0),
    refused integer not null default 0,
    joined integer not null default 0,
    released_by uuid,
    done_at timestamptz,
    handed_on_at timestamptz,        -- when the parts of other rooms were handed on: from then on people are asked
    people integer not null default 0,
    reachable integer not null default 0,
    said_yes integer not null default 0,
    said_no integer not null default 0,
    silent integer not null default 0,
    check (said_yes + said_no + silent <= people),
    constraint somebody_else_releases check (released_by <> uploaded_by)
);
create index register_import_of on register_import (organisation_id, uploaded_at, id);
create index register_import_waits on register_import (uploaded_at, id) where stage = 'waits';
create index register_import_moves on register_import (moved_at) where stage in ('running', 'undoing');
create index register_import_old on register_import (uploaded_at);
call table_of_organisation('register_import');
create policy the_network on register_import using ((select acting_for_network()));

-- Its lines, as they were typed, until whoever is in one has answered; at most for two weeks after it was done.
create table register_line (
    import_id uuid not null references register_import (id) on delete cascade,
    line integer not null check (line > 0),
    organisation_id uuid not null,
    cells jsonb not null,
    problem text not null,           -- why the file itself makes it unreadable
    refused text not null default '',
    remarks text not null default '',
    first_line integer,              -- of the same person
    shows text not null default 'good' check (shows in ('good', 'refused', 'joined', 'remarked')),
    person_id uuid,
    primary key (import_id, line)
);
create index register_line_shown on register_line (import_id, shows, line);
create index register_line_of_person on register_line (person_id) where person_id is not null;
call table_of_organisation('register_line');
create policy the_network on register_line using ((select acting_for_network()));

-- What is known of somebody who is listed, until they answer. Only their own yes makes a profile of the district.
create table listed (
    application_id uuid primary key references application (id) on delete cascade,
    person_id uuid not null,
    import_id uuid not null,
    district text
);
create index listed_of_import on listed (import_id, application_id);
create index listed_of_person on listed (person_id);
call table_of_person('listed', may => 'select');
create policy the_network on listed for select using ((select acting_for_network()));

-- What an organisation said about somebody's past: work, training, terms of office. Nobody has checked it; the person
-- puts it right or takes it out.
create table declared (
    id uuid primary key,
    person_id uuid not null,
    organisation_id uuid not null,   -- who said it
    import_id uuid not null,
    kind text not null check (kind in ('work', 'training', 'term')),
    what text not null check (what <> '' and length(what) <= 200),
    body text not null check (length(body) <= 200),
    since text not null check (since ~ '^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$'),   -- a year, a month or a day
    until text not null check (until ~ '^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$'),
    declared_at timestamptz not null,
    corrected_at timestamptz,
    entered_by uuid,
    constraint nobody_phones_themselves check (entered_by <> person_id)
);
create index declared_of_person on declared (person_id, kind, since, id);
create index declared_of_import on declared (import_id);
call table_of_person('declared');
create policy the_network on declared for select using ((select acting_for_network()));

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('lists', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object(
    'title', 'Lists of people that organisations bring in', 'words',
'An organisation that knows people who help can bring in its list of them.
We ask each person before anybody else in the network sees anything of them.
Whoever says no is forgotten everywhere. So is whoever has not answered after this time.',
    'days', 60, 'youngest', 16, 'oldest', 110));
