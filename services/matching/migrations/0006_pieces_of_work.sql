-- A piece of work of an organisation, by the five principles. Public words; a role keeps those that it was posted with.
create table piece_of_work (
    id uuid primary key,
    organisation_id uuid not null,
    title text not null check (title <> ''),
    needed text not null,
    high_impact text not null,
    aligned text not null,
    hard_wired text not null,
    feasible text not null,
    added_at timestamptz not null,
    unique (organisation_id, title)
);
create index piece_of_work_newest on piece_of_work (organisation_id, added_at, id);
call table_of_organisation('piece_of_work');
