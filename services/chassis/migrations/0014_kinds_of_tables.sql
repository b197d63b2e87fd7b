-- Whose rows a table has: a migration says it by one call, after `create table`. Each call turns row-level security on,
-- also for the table's owner, lets the owner (who migrates) and the system do all, and says the kind as the comment of
-- the table, which a test reads. What goes beyond it is a policy of its own under the call, with a name that says why.
-- `may`: 'all', or 'select' for those who only look.

create procedure kept_apart(kept regclass, kind text, system_may text default 'all') language plpgsql as $$
begin
    execute format('alter table %s enable row level security', kept);
    execute format('alter table %s force row level security', kept);
    execute format('create policy owner on %s to %I using (true)', kept,
        (select pg_get_userbyid(relowner) from pg_class where oid = kept));
    execute format('create policy system on %s for %s using (acting_as_system())', kept, system_may);
    execute format('comment on table %s is %L', kept, kind);
end $$;

-- Of a person: whoever acts for them.
create procedure table_of_person(kept regclass, person text default 'person_id', may text default 'all')
    language plpgsql as $$
begin
    call kept_apart(kept, 'rows of a person');
    execute format('create policy its_person on %s for %s using (%I = acting_person())', kept, may, person);
end $$;

-- Of an organisation: whoever acts for it. Which of its roles may do what is checked in the commands.
create procedure table_of_organisation(
    kept regclass, organisation text default 'organisation_id', may text default 'all'
) language plpgsql as $$
begin
    call kept_apart(kept, 'rows of an organisation');
    execute format('create policy its_organisation on %s for %s using (%I = acting_organisation())',
        kept, may, organisation);
end $$;

-- Of a person and an organisation, or of one of the two: where a column is null, nobody has the row by it.
create procedure table_of_both(
    kept regclass, person text default 'person_id', organisation text default 'organisation_id',
    person_may text default 'all', organisation_may text default 'all'
) language plpgsql as $$
begin
    call kept_apart(kept, 'rows of a person and an organisation');
    execute format('create policy its_person on %s for %s using (%I = acting_person())', kept, person_may, person);
    execute format('create policy its_organisation on %s for %s using (%I = acting_organisation())',
        kept, organisation_may, organisation);
end $$;

-- For everybody to read; who writes, besides the system, is a policy of its own.
create procedure table_for_everyone(kept regclass, system_may text default 'all') language plpgsql as $$
begin
    call kept_apart(kept, 'rows for everybody to read', system_may);
    execute format('create policy everyone_reads on %s for select using (true)', kept);
end $$;

-- The system's alone, though it is about people or organisations.
create procedure table_of_system(kept regclass) language plpgsql as $$
begin
    call kept_apart(kept, 'rows of the system');
end $$;

-- Drafts came before these calls, with the policies that the call makes.
comment on table draft is 'rows of a person and an organisation';
