-- What somebody needs is for staff who run a session in which they have a place, until it is recorded who came; if they
-- said that such may see it.
create policy staff_of_whoever_has_a_place_and_shares on mirror_needs for select using (
    state -> 'shared_with' ? 'places' and exists (select from enrolment e where e.person_id = mirror_needs.id
        and e.organisation_id = acting_organisation() and e.attended is null));
