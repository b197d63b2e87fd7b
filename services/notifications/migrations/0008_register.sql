-- What an organisation's import of its register brought here: how to reach each person, until it is applied.
create table register_import (
    id uuid primary key,
    organisation_id uuid not null,
    staged_by uuid not null,
    staged_at timestamptz not null,
    applied_by uuid,
    applied_at timestamptz,
    check ((applied_by is null) = (applied_at is null))
);
create index register_import_newest on register_import (organisation_id, staged_at, id);
create index register_import_old on register_import (staged_at);
call table_of_organisation('register_import');

-- One line of it: the way that is taken of the row, or why none is; and what was typed, until the row is applied.
create table register_contact (
    import_id uuid not null references register_import on delete cascade,
    line integer not null check (line > 0),
    organisation_id uuid not null,
    person_id uuid not null,
    typed jsonb,
    channel text check (channel in ('email', 'sms', 'phone', 'post')),
    address text check (length(address) between 1 and 500),
    by_text boolean not null default false check (not by_text or channel = 'phone'),
    wrong text not null default '' check (length(wrong) <= 1000),
    applied_at timestamptz,
    primary key (import_id, line),
    check (applied_at is null or (typed is null and address is null)),
    check (applied_at is not null or (channel is null) = (address is null))
);
-- Whose account is heard of later is looked up by their id.
create index register_contact_of_person on register_contact (person_id);
create index register_contact_to_apply on register_contact (import_id, person_id)
    where applied_at is null and channel is not null;
create index register_contact_wrong on register_contact (import_id, line, person_id) where wrong <> '';
call table_of_both('register_contact', person_may => 'select');

-- Who gave a name alone and no way to reach them, in the order in which they came.
create index came_to_join_without on mirror_account (id)
    where not can_sign_in and state ->> 'came_to_join_at' is not null;
-- The network's staff see who asked to join, to answer them or to see that nobody can; and who was listed, whom they ask.
create policy the_network_answers_who_asked on mirror_application for select using (acting_for_network() and not erased);

-- Who was listed and has not answered yet: nobody writes to them but to ask. And who was listed by whom.
create index application_listed on mirror_application (id)
    where not erased and state ->> 'stage' = 'listed';
create index application_of_person_listed on mirror_application (person_id)
    where not erased and state ->> 'stage' = 'listed';
