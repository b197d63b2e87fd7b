-- Who drafts, approves and pays for an organisation that is too small to do so.
create table hosting (
    organisation_id uuid not null references organisation,
    host_id uuid not null references organisation check (host_id <> organisation_id),
    valid_from date not null,
    valid_to date,
    set_at timestamptz not null,
    set_by uuid not null,
    primary key (organisation_id, host_id, valid_from)
);
create index hosting_host on hosting (host_id);
call table_for_everyone('hosting', system_may => 'select');
create policy the_network_adds_it on hosting for insert
    with check (acting_organisation() = (select id from organisation where kind = 'network'));
create policy the_network_makes_room on hosting for delete
    using (acting_organisation() = (select id from organisation where kind = 'network'));
create policy the_network_ends_it on hosting for update
    using (acting_organisation() = (select id from organisation where kind = 'network'));
