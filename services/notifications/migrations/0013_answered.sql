-- What a side has answered and can still undo is on its own list no more. The other side sees nothing of it, not even here.
create policy a_person_sees_only_their_own_side on mirror_undoing as restrictive using (
    side = 'person' or acting_person() is null or organisation_id = acting_organisation());
create policy its_organisation on mirror_undoing for select using (
    organisation_id = acting_organisation() and side = 'organisation');
create view waiting_shown with (security_invoker = true) as
select topic, thing_id, position, person_id, organisation_id, role, what, about, since, until, link, opportunity_id,
    of_person, not_for
from waiting_item w
where not (what in ('answer_interest', 'answer_offer') and exists (
    select from mirror_undoing u where u.engagement_id = w.about and not u.erased and u.state ->> 'until' is not null
        and u.side = case when w.organisation_id is null then 'person' else 'organisation' end
        and (u.state ->> 'answered_at')::timestamptz >= w.since));
