-- Each order of a list goes on from a key, so its index holds just the key.
create index intake_told_newest on intake (told_at, id) where told_at is not null;
drop index intake_told;
create index engagement_of_person_newest on engagement (person_id, interested_at, id);
drop index engagement_of_person;
create index engagement_of_intake_first on engagement (opportunity_id, interested_at, id);
