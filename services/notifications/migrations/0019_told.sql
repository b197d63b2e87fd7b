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

-- A letter about a message that was posted and is printed again has the words of then: those up to which it told, from
-- where the one before it ended. Whoever prints for the network may read these, and no others.
create function was_posted(person uuid, conversation uuid, number integer) returns boolean
    language sql stable security definer set search_path from current as $$
    select exists (select from message m where m.person_id = person and m.about = conversation
        and m.kind = 'message_written' and m.organisation_id = acting_organisation() and m.channel = 'post'
        and m.status = 'sent' and split_part(m.stage, ':', 2)::integer >= number)
$$;
create policy whoever_prints_it_again on said for select using (
    acting_for_network() and side = 'organisation' and was_posted(person_id, conversation_id, number));
drop policy as_its_conversation on said;
create policy as_its_conversation on said as restrictive using (
    acting_organisation() is null or is_for_hand(conversation_id) or was_posted(person_id, conversation_id, number));

-- What is written to all who have a place may have a link and a file. The file is kept once, about that message: whoever
-- got it in their conversation may open it, and it goes with the last of them.
alter table written_to_all add column link text not null default '' check (link = '' or link like 'https://%');
alter table written_to_all add column has_file boolean not null default false;
alter table written_to_all drop constraint written_to_all_words_check;
alter table written_to_all add constraint written_to_all_words_check check (
    length(words) <= 4000 and (words <> '' or link <> '' or has_file));
create index said_to_all on said (to_all, person_id) where to_all is not null;
create policy whoever_got_it_sees_it on file for select using (
    kind = 'message' and exists (select from said s where s.to_all = file.about and s.person_id = acting_person()));
