-- Who answers for a role: somebody who is a coordinator today, of its organisation or of whoever hosts that. People who
-- are no colleagues of theirs see what they are called, and that alone, so two functions ask in the owner's name. They
-- are for rooms that keep mirrors of Account and Organisation; looked at when asked, since mirrors are made later.
create function coordinates(account jsonb, for_organisation uuid, day date) returns boolean language plpgsql stable
    set search_path from current as $$
begin
    return coalesce(account ->> 'kind', 'person') = 'person' and exists (
        select from jsonb_to_recordset(account -> 'memberships')
            as m (organisation_id uuid, roles jsonb, valid_from date, valid_to date)
        where m.roles @> '["coordinator"]' and day between m.valid_from and coalesce(m.valid_to, 'infinity')
            and (m.organisation_id = for_organisation or exists (
                select from mirror_organisation o cross join lateral jsonb_to_recordset(o.state -> 'hosts')
                    as h (organisation_id uuid, valid_from date, valid_to date)
                where o.id = for_organisation and h.organisation_id = m.organisation_id
                    and day between h.valid_from and coalesce(h.valid_to, 'infinity'))));
end $$;

create function called_who_answers(contact uuid, for_organisation uuid, day date) returns text language plpgsql stable
    security definer set search_path from current as $$
begin
    return (select a.state ->> 'called' from mirror_account a
        where a.id = contact and not a.erased and coordinates(a.state, for_organisation, day));
end $$;

-- To choose from: of the organisation that is acted for alone.
create function coordinators(day date, most integer) returns table (id uuid, called text) language plpgsql stable
    security definer set search_path from current as $$
begin
    return query select a.id, a.state ->> 'called' from mirror_account a
        where not a.erased and jsonb_array_length(a.state -> 'memberships') > 0
            and coordinates(a.state, acting_organisation(), day)
        order by lower(a.state ->> 'called'), a.id limit most;
end $$;
