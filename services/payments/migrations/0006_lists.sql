-- Each order of a list goes on from a key, so its index holds just the key.
create index claim_of_person_newest on claim (person_id, activity_on, id);
drop index claim_of_person;
-- With the person, whom row-level security asks of each row: then a count needs the index only.
create index claim_of_status on claim (organisation_id, status, sent_at, id) include (person_id);
drop index claim_of_organisation;
-- Claims to decide about come before those that were decided about.
alter table claim add column decided integer not null
    generated always as (case when status = 'sent' then 0 else 1 end) stored;
create index claim_to_decide_first on claim (organisation_id, decided, sent_at, id);
create index run_of_organisation_newest on run (organisation_id, made_at, id);
drop index run_of_organisation;
create index rate_card_of_organisation_newest on rate_card (organisation_id, valid_from, id);
drop index rate_card_of_organisation;
