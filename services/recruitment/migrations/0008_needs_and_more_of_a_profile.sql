-- What would fit a person: what more is asked. Every question can be left empty.
alter table profile add column own_words text not null default '';
alter table profile add column learning text[] not null default '{}';
alter table profile add column district text check (district ~ '^[A-Z0-9]{2,4}$');
alter table profile add column distance text;
alter table profile add column times text[] not null default '{}';
alter table profile add column languages text[] not null default '{}';

-- `access_needs` says with the profile what matching looks at of the needs; the consent to it is kept with those. An
-- older version that still runs keeps it here too.
alter table profile drop constraint health_data_needs_consent;
alter table profile drop constraint consent_ends_with_the_data;
alter table profile add constraint health_data_needs_consent
    check (consent_at is not null or (lived_experience = '{}' and own_words = ''));
alter table profile add constraint consent_ends_with_the_data
    check (consent_at is null or lived_experience <> '{}' or own_words <> '' or access_needs <> '{}');

-- What a person needs to take part and to be talked with: health data, kept only with consent to a named edition of the
-- notice. The words never leave this table.
create table needs (
    person_id uuid primary key,
    version bigint not null check (version > 0),
    needs text[] not null,
    format text not null,
    ways_to_talk text[] not null,
    words text not null,
    shared_with text[] not null,
    consent_version text,
    consent_at timestamptz,
    said_on date,
    review_by date check (review_by > said_on),
    asked_at timestamptz,
    entered_by uuid,
    check ((consent_version is null) = (consent_at is null)),
    check ((consent_at is null) = (said_on is null) and (said_on is null) = (review_by is null)),
    constraint needs_are_kept_with_consent
        check ((consent_at is null) = (needs = '{}' and format = 'standard' and ways_to_talk = '{}' and words = '')),
    constraint nothing_is_shared_where_nothing_is_said check (consent_at is not null or shared_with = '{}'),
    constraint nobody_is_asked_about_nothing check (consent_at is not null or asked_at is null)
);
create index needs_to_review on needs (person_id) where review_by is not null and asked_at is null;
call table_of_person('needs');
-- By the person's yes: whoever looks after them at the network, and organisations where they have a place now.
create policy shared_with_their_coordinator on needs for select using (
    'coordinator' = any(shared_with) and acting_organisation() is not null and exists (
        select from leader l where l.id = needs.person_id
            and acting_hand()::text in (l.state ->> 'coordinator_id', l.state ->> 'cover_id')));
create policy shared_where_they_have_a_place on needs for select using ('places' = any(shared_with) and exists (
    select from mirror_engagement e where e.person_id = needs.person_id and not e.erased
        and e.organisation_id = acting_organisation() and e.status = 'accepted'));

-- What was said before stands, with the same consent: its notice said that organisations where somebody takes up a place
-- see it, so that they do still. One format is for letters too: Easy Read is always in large letters, so it comes first.
insert into needs (person_id, version, needs, format, ways_to_talk, words, shared_with, consent_version, consent_at,
    said_on, review_by, asked_at, entered_by)
select person_id, 1, array_remove(access_needs, format), format, '{}', '', '{places}', consent_version, consent_at,
    said_on, said_on + 365, null, entered_by
from (
    select p.*, (consent_at at time zone 'Europe/London')::date as said_on, case
        when 'easy_read' = any(access_needs) then 'easy_read'
        when 'large_print' = any(access_needs) then 'large_print'
        else 'standard' end as format
    from profile p where access_needs <> '{}' and consent_at is not null) as before;
update profile set consent_version = null, consent_at = null
where lived_experience = '{}' and consent_at is not null;
insert into due (reaction, id, version) select 'say_needs_of_before', person_id, version from needs;
