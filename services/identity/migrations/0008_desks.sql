-- What an organisation says of itself: its desks and venues; and what was written down of it before it was corrected.
create table desk (
    id uuid primary key,
    organisation_id uuid not null references organisation,
    name text not null,
    name_key text collate "C" not null generated always as (searched(name)) stored,
    phone text,
    mailbox text,
    hours text,
    out_until date,
    closed_at timestamptz,
    check (coalesce(phone, mailbox) is not null)
);
create unique index desk_name on desk (organisation_id, name_key) where closed_at is null;
call table_for_everyone('desk', system_may => 'select');
create policy its_organisation_adds_it on desk for insert with check (organisation_id = acting_organisation());
create policy its_organisation_changes_it on desk for update using (organisation_id = acting_organisation());

create table venue (
    id uuid primary key,
    organisation_id uuid not null references organisation,
    name text not null,
    name_key text collate "C" not null generated always as (searched(name)) stored,
    address text not null,
    postcode text not null,
    access text not null,
    closed_at timestamptz
);
create unique index venue_name on venue (organisation_id, name_key) where closed_at is null;
call table_for_everyone('venue', system_may => 'select');
create policy its_organisation_adds_it on venue for insert with check (organisation_id = acting_organisation());
create policy its_organisation_changes_it on venue for update using (organisation_id = acting_organisation());

-- `version`: the one of which it was said.
create table organisation_before (
    organisation_id uuid not null references organisation,
    version bigint not null,
    name text not null,
    kind text not null,
    valid_from date not null,
    valid_to date,
    corrected_at timestamptz not null,
    corrected_by uuid not null,
    primary key (organisation_id, version)
);
call table_for_everyone('organisation_before', system_may => 'select');
create policy the_network_corrects_it on organisation_before for insert
    with check (acting_organisation() = (select id from organisation where kind = 'network'));
