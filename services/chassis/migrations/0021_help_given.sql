-- What staff did for a person in this room, in the transaction that did it: whose it is, whose hand, for which
-- organisation, and a code of what was done (schemas/helping.py). The person sees all of it; nobody changes it.
create table help_given (
    id uuid primary key,
    version bigint not null check (version > 0),
    person_id uuid not null,
    helped_by uuid not null,
    organisation_id uuid not null,
    what text not null check (what ~ '^[a-z_]{1,40}$'),
    done_at timestamptz not null,
    check (helped_by <> person_id)
);
create index help_given_of_person on help_given (person_id, done_at desc, id desc);
create index help_given_by_hand on help_given (helped_by, person_id);
call table_of_person('help_given', may => 'select');
-- So that nobody decides about what they did in somebody's name: hands count.
create policy whoever_helped_knows_it on help_given for select using (helped_by = acting_hand());
create policy whoever_helped on help_given for insert
    with check (person_id = acting_person() and helped_by = acting_helper());
