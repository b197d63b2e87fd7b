-- Files that people sent, as they were drawn or written anew. Here and not in a folder, so that row-level security,
-- backup, scrub and erasure hold for them as for every other row.
create table file (
    id uuid primary key,
    person_id uuid,                -- whose it is; null of an organisation's own
    organisation_id uuid,          -- for whom it is; null of a person's own
    about uuid not null,           -- the thing that it belongs to
    kind text not null check (kind ~ '^[a-z_]{1,40}$'),
    name text not null check (name ~ '^[^/\\[:cntrl:]]{1,100}$' and name !~ '^[. ]'),
    media_type text not null check (media_type in ('image/jpeg', 'application/pdf')),
    content bytea not null check (octet_length(content) between 1 and 2097152),
    sha256 text not null,
    size integer not null generated always as (octet_length(content)) stored,
    made_at timestamptz not null,
    made_by uuid,                  -- the hand; null of what the system made
    erase_on date not null,        -- 'infinity': it goes with the thing that it is about
    constraint file_is_somebodys check (person_id is not null or organisation_id is not null),
    constraint file_hash_is_the_contents check (sha256 = encode(sha256(content), 'hex')),
    constraint file_is_kept_once unique (about, kind, sha256)
);
-- It is compressed already: trying again would cost time and win nothing.
alter table file alter column content set storage external;
create index file_of_person on file (person_id) where person_id is not null;
create index file_to_erase on file (erase_on);

alter table file enable row level security;
alter table file force row level security;
create policy owner on file to current_user using (true);
create policy system on file using (acting_as_system());
create policy its_person_sees_it on file for select using (person_id = acting_person());
create policy its_person_gives_it on file for insert
    with check (person_id = acting_person() and made_by = acting_hand());
create policy its_person_lets_it_go on file for delete using (person_id = acting_person());
create policy its_person_ends_it on file for update using (person_id = acting_person());
create policy its_organisation_sees_it on file for select using (organisation_id = acting_organisation());
create policy its_organisation_gives_it on file for insert
    with check (organisation_id = acting_organisation() and made_by = acting_hand());
create policy its_organisation_lets_it_go on file for delete using (organisation_id = acting_organisation());
create policy its_organisation_ends_it on file for update using (organisation_id = acting_organisation());

-- A file never changes; only the day on which it is erased does. The service's role has the name of its schema.
do $$ begin
    execute format('revoke update on file from %I', current_schema());
    execute format('grant update (erase_on) on file to %I', current_schema());
end $$;
