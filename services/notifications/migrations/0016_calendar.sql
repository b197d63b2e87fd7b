-- Addresses at which somebody's calendar program reads what they have booked, without signing in. The secret of an
-- address is kept nowhere: by the hash it is known again.
create table calendar_address (
    id uuid primary key,
    person_id uuid not null,
    hash bytea not null unique check (length(hash) = 32),
    made_at timestamptz not null
);
call table_of_person('calendar_address');
create index calendar_address_person on calendar_address (person_id, made_at);

-- Whose an address is, and a mark of all that stands in that calendar: which states, in which versions. Whoever asks
-- knows the secret, and is nobody that row policies know; so as the schema's owner, a role that nobody can be.
create function calendar_seen(hashed bytea) returns table (person_id uuid, mark text)
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
                left join mirror_organisation g on g.id = (t.state ->> 'organisation_id')::uuid
            where t.person_id = a.person_id and not t.erased)))
    from calendar_address a join mirror_account c on c.id = a.person_id and not c.erased
    where a.hash = hashed
$$;
