-- What holds from which day: editions of each kind of policy that this room obeys, the network's and organisations' own.
-- An edition ends on the day before the next one begins: no last day is kept, so two of them cannot overlap.
create table policy_edition (
    kind text not null check (kind ~ '^[a-z_]{1,60}$'),
    organisation_id uuid,   -- null: the network's, which holds for whoever has none of their own
    -- The same without a null, for keys: what refers to an edition names (kind, whose, edition).
    whose uuid not null
        generated always as (coalesce(organisation_id, '00000000-0000-0000-0000-000000000000')) stored,
    edition text not null check (edition <> ''),
    valid_from date not null,
    issuer text not null check (issuer <> ''),
    source text not null check (source <> ''),
    value jsonb check (jsonb_typeof(value) = 'object'),   -- null: from this day on there is none of their own
    set_by uuid,   -- null: it came with a migration
    set_at timestamptz not null default clock_timestamp(),
    primary key (kind, whose, edition),
    unique (kind, whose, valid_from)
);
-- Not even the system changes an edition: what has begun stays as it was. The next one is set, and set otherwise until
-- its first day, by the organisation whose it is; the network's by the organisation that runs it, which the command
-- checks (the mirror of organisations is made after this).
call table_for_everyone('policy_edition', system_may => 'select');
create policy whoever_sets_the_next_adds_it on policy_edition for insert with check (
    coalesce(organisation_id, acting_organisation()) = acting_organisation() and valid_from > london_day(now()));
create policy whoever_sets_the_next_changes_it on policy_edition for update using (
    coalesce(organisation_id, acting_organisation()) = acting_organisation() and valid_from > london_day(now()));
create policy whoever_sets_the_next_takes_it_back on policy_edition for delete using (
    coalesce(organisation_id, acting_organisation()) = acting_organisation() and valid_from > london_day(now()));
