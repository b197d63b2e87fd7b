-- An organisation sees who said that it may act for them, as on those people's pages; not who said no.
create policy whom_it_may_help on permission for select using (organisation_id = acting_organisation() and may_act);
create index permission_of_organisation on permission (organisation_id, said_at, person_id) where may_act;
-- Since when the oldest review of needs waits for its person.
create index needs_review_waits on needs (asked_at) where asked_at is not null;
