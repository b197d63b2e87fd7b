-- What a message is about for its person: a role, whatever of it was told; a claim; an application. News of one thing is
-- one thread. Not given by an older version: then it is what the message is about.
alter table message add column thread_id uuid, add column later text not null default '';
update message m set thread_id = coalesce(
    (select e.opportunity_id from mirror_engagement e where e.id = m.about and not e.erased),
    (select (x.state ->> 'opportunity_id')::uuid from mirror_match x where x.id = m.about and not x.erased),
    case when m.about = m.person_id then md5(m.person_id::text || ':' || m.kind)::uuid end)
where m.about <> m.person_id or m.kind <> 'round_up';
alter table message add column thread uuid generated always as (coalesce(thread_id, about)) stored;
create index message_of_thread on message (person_id, thread, queued_at desc, id desc);

-- What its person has opened, for themselves alone: neither staff nor who helps them see it. News of long ago is no news.
create table message_read (
    message_id uuid primary key references message on delete cascade,
    person_id uuid not null,
    read_at timestamptz not null
);
create index message_read_of_person on message_read (person_id);
call table_of_person('message_read');
insert into message_read (message_id, person_id, read_at)
select id, person_id, now() from message where queued_at < now() - interval '14 days';

-- A person reads on their home page who of the welcome team has their application.
-- As the schema's owner: it says a called name, of their own application alone.
create function who_has_my_application(application uuid) returns text
    language sql stable security definer set search_path from current as $$
    select a.state ->> 'called' from mirror_application p
    join mirror_account a on a.id = (p.state ->> 'held_by')::uuid and not a.erased
    where p.id = application and p.person_id = acting_person() and not p.erased
$$;

-- How many things wait at the organisations that somebody works for today, and at those that these host, for the roles
-- that they have there: counts, for their own home page, which is nobody's but theirs. As the schema's owner, a role that
-- nobody can be, and which sees of both sides what was answered and can still be undone: so that is left out.
drop policy a_person_sees_only_their_own_side on mirror_undoing;
create policy a_person_sees_only_their_own_side on mirror_undoing as restrictive to notifications using (
    side = 'person' or acting_person() is null or organisation_id = acting_organisation());
create function waits_at_work(who uuid, today date, as_host text[]) returns table (
    organisation_id uuid, ods_code text, name text, is_host boolean, waiting bigint, since timestamptz)
    language sql stable security definer set search_path from current as $$
    with held as (
        select (m ->> 'organisation_id')::uuid as id, array_agg(distinct role) as roles
        from mirror_account a cross join lateral jsonb_array_elements(a.state -> 'memberships') as m
        cross join lateral jsonb_array_elements_text(m -> 'roles') as role
        where a.id = who and not a.erased and in_force(m, today) group by 1),
    places as (
        select id, roles, false as is_host from held
        union all
        select o.id, array(select unnest(h.roles) intersect select unnest(as_host)),
            true from held h join mirror_organisation o on not o.erased and exists (
                select from jsonb_array_elements(o.state -> 'hosts') as host
                where host ->> 'organisation_id' = h.id::text and in_force(host, today))
            where h.roles && as_host and not exists (
                select from held own where own.id = o.id))
    select p.id, o.state ->> 'ods_code', o.state ->> 'name', p.is_host,
        count(distinct (w.what, w.about)) filter (where w.what is not null), min(w.since)
    from places p join mirror_organisation o on o.id = p.id and not o.erased
    left join waiting_shown w on w.organisation_id = p.id and (w.role is null or w.role = any(p.roles))
        and not coalesce(who = any(w.not_for), false)
    group by 1, 2, 3, 4 order by 4, 3, 1
$$;

-- How often somebody wants to be told of which news; without a row: at once.
create table how_told (
    person_id uuid not null,
    kinds text not null check (kinds ~ '^[a-z_]{1,40}$'),
    how text not null check (how in ('daily', 'page')),
    chosen_at timestamptz not null,
    primary key (person_id, kinds)
);
call table_of_person('how_told');
-- It stands on its person's home page, and is in their next mail of what is new.
alter table message add column daily boolean not null default false;
create index message_daily on message (person_id) where daily;
