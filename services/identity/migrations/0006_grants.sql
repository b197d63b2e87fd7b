-- Who granted a role, when, and under whom: whoever granted it, who granted theirs, and so on as of that day. Of roles
-- that are older than this a job works it out and says the account again (`say_who_granted`).
alter table membership
    add column granted_at timestamptz,
    add column granted_under uuid[] not null default '{}';
create index membership_to_say on membership (id) where granted_at is null and granted_by is not null;
-- A role that was ended before it was ever held stays, with a last day before its first: who had given it counts.
alter table membership drop constraint membership_check;

-- Roles that were given back and forth wait for somebody in the network's finance.
create table role_waiting (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    organisation_id uuid not null references organisation,
    roles text[] not null check (cardinality(roles) > 0),
    valid_from date,
    valid_to date,
    asked_by uuid not null,
    asked_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid,
    released boolean,
    check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (released is null)),
    constraint nobody_releases_what_they_asked_for_or_get check (decided_by <> asked_by and decided_by <> account_id)
);
create unique index role_waiting_once on role_waiting (organisation_id, account_id) where decided_at is null;
create index role_waiting_first on role_waiting (asked_at, id) where decided_at is null;
create index role_waiting_account on role_waiting (account_id);
call table_of_organisation('role_waiting');
create policy the_network_decides on role_waiting using (
    exists (select from organisation o where o.id = acting_organisation() and o.kind = 'network'));
create policy the_network_reads_whom_it_is_about on account for select using (exists (
    select from role_waiting w where w.decided_at is null and account.id in (w.account_id, w.asked_by)
        and exists (select from organisation o where o.id = acting_organisation() and o.kind = 'network')));

-- Whoever leaves the network's own organisation has to know whether an admin is left there.
--   app.named_organisation  the one organisation whose memberships the command counts
create function named_organisation() returns uuid language sql stable
    as $$ select nullif(current_setting('app.named_organisation', true), '')::uuid $$;
create policy the_named_organisation on membership for select using (organisation_id = named_organisation());
-- Whoever accepts an invitation may have to wait for the role in it.
create policy the_named_organisation on role_waiting for insert with check (organisation_id = named_organisation());
create policy staff_of_the_named_organisation on account for select using (
    exists (select from membership m where m.account_id = account.id and m.organisation_id = named_organisation()));

-- Browsers from which somebody has signed in. What is kept is a hash of the browser's own secret and the account.
create table browser (
    account_id uuid not null references account on delete cascade,
    browser_hash text not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    primary key (account_id, browser_hash)
);
create index browser_age on browser (last_at);
call table_of_person('browser', person => 'account_id');
create policy the_named_account on browser using (account_id = named_account());
