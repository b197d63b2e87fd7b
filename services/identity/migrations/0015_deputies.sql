-- When a desk reads its messages, and which other desk of its organisation answers while it does not.
alter table desk add column reads text;
alter table desk add column deputy_id uuid check (deputy_id <> id);
alter table desk add constraint desk_of_its_organisation unique (id, organisation_id);
alter table desk add constraint desk_deputy foreign key (deputy_id, organisation_id)
    references desk (id, organisation_id);
create index desk_stands_in on desk (deputy_id) where deputy_id is not null;
