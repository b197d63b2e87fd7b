-- Roles that fit somebody are told at once, or together: once a day or once a week, at an hour that the person chose.
alter table how_told drop constraint how_told_how_check;
alter table how_told add constraint how_told_how_check check (how in ('daily', 'weekly', 'page'));
alter table how_told
    add column day smallint not null default 1 check (day between 1 and 7),
    add column hour smallint not null default 9 check (hour between 0 and 23),
    -- Of roles that fit: when the next round-up is due. What an older version chose, at once.
    add column next_at timestamptz not null default '-infinity';
create index how_told_due on how_told (next_at, person_id) where kinds = 'fitting' and how in ('daily', 'weekly');

-- The moment of a day in London on which somebody is told.
create function told_on(day date, hour smallint) returns timestamptz language sql stable as $$
    select (day + make_interval(hours => hour)) at time zone 'Europe/London'
$$;
-- Monday to Friday, or once a week.
create function next_round_up(how text, weekday smallint, hour smallint, after timestamptz) returns timestamptz
    language sql stable as $$
    select min(told_on(d::date, hour)) from generate_series(0, 7) as n,
        lateral (select (after at time zone 'Europe/London')::date + n as d) as each
    where told_on(d::date, hour) > after
        and case when how = 'weekly' then extract(isodow from d) = weekday else extract(isodow from d) <= 5 end
$$;

-- Whether the last meeting of a role that takes place has ended; none is known: no.
create function role_is_over(opportunity jsonb, now timestamptz) returns boolean language sql stable as $$
    select coalesce(max(s.starts_at + s.hours * interval '1 hour') <= now, false)
    from jsonb_to_recordset(opportunity -> 'sessions') as s (starts_at timestamptz, hours double precision, cancelled jsonb)
    where s.cancelled is null or s.cancelled = 'null'
$$;

-- `round_up`: it waits for its person's next round-up of roles; `after_break`: because they had a break when it was to be
-- told, or are told at once from now on: no hour of theirs comes. `matches`, `roles`: of such a round-up, what is in it.
alter table message
    add column round_up boolean not null default false,
    add column after_break boolean not null default false,
    add column matches uuid[],
    add column roles uuid[],
    add constraint message_roles check (coalesce(cardinality(matches), 0) = coalesce(cardinality(roles), 0));
create index message_round_up on message (person_id) where round_up;
create index message_after_break on message (person_id) where round_up and after_break;
create index message_of_roles_to_tell on message (id)
    where kind in ('match_made', 'roles_fit') and status = 'queued' and organisation_id is not null;
create index message_of_roles on message (person_id, queued_at) where kind in ('match_made', 'roles_fit');

-- When the first person was told of a role: it is measured once.
create table role_alerted (
    opportunity_id uuid primary key,
    at timestamptz not null
);
call table_for_everyone('role_alerted');

-- That somebody was asked whether they still want to be told of roles, and what they said.
create table still_wanted (
    person_id uuid primary key,
    asked_at timestamptz not null,
    answer_by timestamptz not null,
    answer text check (answer in ('yes', 'weekly', 'stop', 'none')),
    answered_at timestamptz,
    answered_by uuid,
    check ((answer is null) = (answered_at is null))
);
call table_of_person('still_wanted');
create index still_wanted_open on still_wanted (answer_by, person_id) where answer is null;

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('telling', '1', '2026-01-01', 'The network', 'The network, edition 1',
    jsonb_build_object('asked_after_months', 12, 'answer_days', 30));
