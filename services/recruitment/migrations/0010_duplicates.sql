-- Somebody may be here twice. The year of birth is said by whoever likes to; the name is compared in a form made in
-- Python (domain/names.py). Rows of before get theirs from a job; an older version writes rows without.
alter table application
    add column birth_year smallint check (birth_year between 1800 and 9999),
    add column name_key text collate "C",
    add constraint a_year_comes_with_a_name check (birth_year is null or full_name is not null);
create index application_by_full_name on application (name_key, birth_year, person_id)
    where name_key <> '' and birth_year is not null;
create index application_not_compared on application (id) where full_name is not null and name_key is null;

-- Two who may be one person, once for each two. What is alike are codes; `settled`: what was, when somebody answered.
-- `not_for`: who neither sees it nor answers it, whatever their role: the two, and who entered either of them.
create table duplicate (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    first_id uuid not null,
    second_id uuid not null check (second_id > first_id),
    alike text[] not null,
    settled text[] not null,
    not_for uuid[] not null,
    status text not null check (status in ('waiting', 'two_people', 'closed')),
    found_at timestamptz not null,
    held_by uuid,
    line text not null check (length(line) <= 500),
    answered_by uuid,
    answered_at timestamptz,
    kept_id uuid,
    kept_reference text,
    closed_id uuid,
    undo_until timestamptz,
    undone_at timestamptz,
    left_pool boolean not null,
    coordinator_id uuid,
    ended_application uuid,
    unique (first_id, second_id),
    check ((status = 'waiting') = (answered_at is null)),
    check ((answered_at is null) = (answered_by is null)),
    check (status <> 'closed' or (kept_id is not null and closed_id is not null and undo_until is not null)),
    check (status = 'waiting' or (line = '' and held_by is null)),
    constraint nobody_is_kept_for_themselves check (kept_id <> closed_id),
    constraint nobody_answers_about_themselves check (answered_by not in (first_id, second_id))
);
create index duplicate_longest on duplicate (organisation_id, found_at, id) include (held_by, not_for)
    where status = 'waiting';
create index duplicate_second on duplicate (second_id);
create index duplicate_kept on duplicate (kept_id) where kept_id is not null;
create index duplicate_oldest on duplicate (found_at) where status = 'waiting';
create index duplicate_undo on duplicate (id) where status = 'closed';
create index duplicate_closed on duplicate (organisation_id, answered_at, id) where status = 'closed';
call table_of_organisation('duplicate');
create policy not_for_them on duplicate as restrictive using (not coalesce(acting_hand() = any(not_for), false));

-- Whose record was closed, and the reference of the one that is kept, for the person to read: of a chain, its end.
create table closed_record (
    person_id uuid primary key,
    kept_id uuid not null check (kept_id <> person_id),
    kept_reference text not null,
    closed_at timestamptz not null,
    undo_until timestamptz not null
);
create index closed_record_kept on closed_record (kept_id);
call table_of_person('closed_record', may => 'select');
create policy the_network on closed_record using ((select acting_for_network()));

-- Whoever looks whether two are one sees how many roles each has.
create policy who_may_be_one on mirror_engagement for select using ((select acting_for_network()) and (
    exists (select from duplicate d where d.first_id = mirror_engagement.person_id)
    or exists (select from duplicate d where d.second_id = mirror_engagement.person_id)));
