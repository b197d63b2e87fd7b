-- What an organisation's import of its register brought here: training that it says people have done. Nobody checked
-- it, and it is no credential.
create table declared_import (
    id uuid primary key,
    organisation_id uuid not null,
    staged_by uuid not null,
    staged_at timestamptz not null,
    applied_by uuid,
    applied_at timestamptz,
    check ((applied_by is null) = (applied_at is null))
);
create index declared_import_newest on declared_import (organisation_id, staged_at, id);
call table_of_organisation('declared_import');

-- One training of one person. `held`: a day, a month or a year, as far as it is known. `wrong`: why it is not kept, in
-- words. Only what is declared is its person's to see, to put right and to take away.
create table declared_training (
    id uuid primary key,
    import_id uuid not null references declared_import on delete cascade,
    line integer not null check (line > 0),
    number integer not null check (number > 0),
    organisation_id uuid not null,
    person_id uuid not null,
    title text not null check (length(title) <= 200),
    held text not null check (length(held) <= 40),
    run_by text not null check (length(run_by) <= 200),
    wrong text not null default '' check (length(wrong) <= 500),
    declared_at timestamptz,
    corrected_at timestamptz,
    unique (import_id, line, number),
    check (wrong = '' or declared_at is null),
    check (wrong <> '' or held ~ '^([0-9]{4}(-[0-9]{2}){0,2})?$')
);
create index declared_of_person on declared_training (person_id, id) where declared_at is not null;
create index declared_of_whom on declared_training (person_id);
create index declared_wrong on declared_training (import_id, line, number) where wrong <> '';
call table_of_both('declared_training');
