-- Organisations by name: what a list of them goes on from, and what a part of a name is looked for in.
alter table organisation add column name_key text collate "C" not null generated always as (searched(name)) stored;
create index organisation_by_name on organisation (name_key, id);
drop index organisation_name;
-- Staff are listed by what they are called.
alter table account add column called_key text collate "C" not null generated always as (searched(called)) stored;
