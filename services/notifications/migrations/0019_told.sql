-- A message says whom to ring as of the moment at which it is sent, printed or shown: `rings` is whose desk that is, a role,
-- an organisation, or its own person, whose coordinator answers. `thing`: what all e-mails of its thread are called.
alter table message add column rings uuid;
alter table message add column thing text not null default '';

-- A calendar has the talk with the welcome team too: its mark goes by that application.
create or replace function calendar_seen(hashed bytea) returns table (person_id uuid, mark text)
    language sql stable security definer set search_path from current as $$
    select a.person_id, md5(concat(
        (select string_agg(concat_ws(' ', e.id, e.version, o.version, g.version), ',' order by e.id)
            from mirror_engagement e left join mirror_opportunity o on o.id = e.opportunity_id
                left join mirror_organisation g on g.id = (e.state ->> 'organisation_id')::uuid
            where e.person_id = a.person_id and not e.erased
                and (e.state ->> 'accepted_at' is not null or e.state ->> 'chat' is not null)),
        '/',
        (select string_agg(concat_ws(' ', t.id, t.version, p.version, g.version), ',' order by t.id)
            from mirror_enrolment t left join mirror_programme p on p.id = t.programme_id
                left join mirror_organisation g on g.id = (p.state ->> 'organisation_id')::uuid
            where t.person_id = a.person_id and not t.erased),
        '/',
        (select string_agg(concat_ws(' ', j.id, j.version), ',' order by j.id) from mirror_application j
            where j.person_id = a.person_id and not j.erased and j.state ->> 'talk_at' is not null)))
    from calendar_address a join mirror_account c on c.id = a.person_id and not c.erased
    where a.hash = hashed
$$;
