-- Each order of a list goes on from a key, so its index holds just the key.
create index message_of_person_newest on message (person_id, queued_at, id);
drop index message_of_person;
create index message_to_tell_longest on message (organisation_id, queued_at, id) where status = 'queued';
drop index message_to_tell;

-- What waits says until when it should be done, and about whom it is: a list shows what they are called.
alter table waiting_item add column until timestamptz;
alter table waiting_item add column of_person uuid;
create index waiting_about_person on waiting_item (of_person) where of_person is not null;
update waiting_item w set of_person = (m.state ->> 'person_id')::uuid from mirror_application m
    where w.topic = 'recruitment.application' and m.id = w.thing_id and not m.erased;
update waiting_item w set of_person = (m.state ->> 'person_id')::uuid from mirror_engagement m
    where w.topic = 'engagements.engagement' and m.id = w.thing_id and not m.erased;
update waiting_item w set of_person = (m.state ->> 'person_id')::uuid from mirror_claim m
    where w.topic = 'payments.claim' and m.id = w.thing_id and not m.erased;
-- Who has no sign-in, in the order in which they came.
create index without_sign_in on mirror_account (id) where not can_sign_in;
-- Staff see what somebody is called while something about them waits at their organisation, as on the page it leads to.
create policy business_with_them_waits_here on mirror_account for select using (
    acting_organisation() is not null and exists (
        select from waiting_item w where w.of_person = mirror_account.id and w.organisation_id = acting_organisation()));
