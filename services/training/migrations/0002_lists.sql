-- Each order of a list goes on from a key, so its index holds just the key.
create index programme_newest on programme (offered_at, id) where withdrawn_at is null;
create index programme_of_organisation_newest on programme (organisation_id, offered_at, id);
drop index programme_offered;
create index credential_of_person_newest on credential (person_id, awarded_at, id);
drop index credential_of_person;
-- What the words of a search are looked for in.
alter table programme add column words text collate "C" not null
    generated always as (searched(title || ' ' || summary)) stored;
