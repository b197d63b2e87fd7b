-- Each order of a list goes on from a key, so its index holds just the key.
create index opportunity_newest on opportunity (posted_at, id) where closed_at is null;
create index opportunity_closing on opportunity (apply_by, id) where closed_at is null;
create index opportunity_open_of_organisation on opportunity (ods_code, posted_at, id) where closed_at is null;
create index opportunity_of_organisation_newest on opportunity (organisation_id, posted_at, id);
drop index opportunity_open;
drop index opportunity_of_organisation;
create index match_of_person_newest on match (person_id, matched_at, id);
drop index match_of_person;
-- What the words of a search are looked for in.
alter table opportunity add column words text collate "C" not null generated always as (
    searched(coalesce(state ->> 'title', '') || ' ' || coalesce(state ->> 'summary', ''))) stored;
