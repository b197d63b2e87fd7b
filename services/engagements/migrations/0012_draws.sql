-- Somebody objects to a draw, and waits for an answer since then: kept on the intake, which says it.
alter table intake add column objected_since timestamptz;

-- A draw of a role that gives its places by lot: one at a time, and another only once one was set aside. `seal` is the
-- SHA-256 of its seed, said when the role closes; the seed itself when it is drawn. `rules` and `kept`: what it was to be
-- drawn by, and what it was drawn by. No row of it is about anybody.
create table draw (
    id uuid primary key,
    opportunity_id uuid not null references intake (id) on delete cascade,
    organisation_id uuid not null,
    number integer not null check (number > 0),
    rules jsonb not null default '{}',
    rules_at timestamptz,
    rules_by uuid,
    seal text not null default '' check (seal ~ '^([0-9a-f]{64})?$'),
    sealed_at timestamptz check ((sealed_at is null) = (seal = '')),
    seed text not null default '',
    places integer not null default 0 check (places >= 0),
    people integer not null default 0 check (people >= 0),
    kept jsonb,
    drawn_at timestamptz check (drawn_at is null or sealed_at is not null),
    drawn_by uuid check ((drawn_by is null) = (drawn_at is null)),
    confirmed_at timestamptz check (confirmed_at is null or drawn_at is not null),
    confirmed_by uuid check ((confirmed_by is null) = (confirmed_at is null)),
    set_aside_at timestamptz check (set_aside_at is null or drawn_at is not null),
    set_aside_why text not null default '' check ((set_aside_at is null) = (set_aside_why = '')),
    unique (opportunity_id, number),
    check (drawn_at is null or people > places)
);
create unique index one_draw_of_a_role on draw (opportunity_id) where set_aside_at is null;
call table_of_organisation('draw');
create policy whoever_takes_part_reads_it on draw for select using (exists (
    select from engagement e where e.opportunity_id = draw.opportunity_id and e.person_id = acting_person()));

-- The seed, before it is drawn: nobody's to read, and the organisation's to draw by from the moment that it draws.
create table draw_secret (
    draw_id uuid primary key references draw (id) on delete cascade,
    secret text not null check (secret ~ '^[0-9a-f]{64}$')
);
call table_of_system('draw_secret');
create policy whoever_answers_for_the_role_seals_it on draw_secret for insert with check (exists (
    select from draw d where d.id = draw_id and d.organisation_id = acting_organisation() and d.drawn_at is null));
create policy whoever_draws_reads_it on draw_secret for select using (exists (
    select from draw d where d.id = draw_id and d.organisation_id = acting_organisation() and d.drawn_at is not null));

-- What somebody lets the draw of one role use, which nothing else reads. Its organisation sees none of it before it is
-- drawn, and then only what the rules used, by the number of a ticket.
create table draw_given (
    engagement_id uuid primary key references engagement (id) on delete cascade,
    opportunity_id uuid not null,
    person_id uuid not null,
    area text not null check (length(area) <= 4),
    knows text not null,
    side text not null check (side in ('', 'patient', 'carer')),
    been text not null check (been in ('', 'new', 'experienced')),
    given_at timestamptz not null,
    check (area <> '' or knows <> '' or side <> '' or been <> '')
);
create index draw_given_of_role on draw_given (opportunity_id);
call table_of_person('draw_given');
create policy whoever_draws_reads_it on draw_given for select using (exists (
    select from draw d where d.opportunity_id = draw_given.opportunity_id
        and d.organisation_id = acting_organisation() and d.drawn_at is not null and d.set_aside_at is null));

-- The tickets of a draw, by which everybody who took part can do it again. Whose they are is told by no row of it: a
-- ticket has the number of its engagement. Of who was forgotten, and when its time is over, `given` is empty.
create table draw_ticket (
    draw_id uuid not null references draw (id) on delete cascade,
    ticket integer not null check (ticket > 0),
    opportunity_id uuid not null,
    organisation_id uuid not null,
    turn integer not null check (turn > 0),
    chosen boolean not null,
    given jsonb not null default '{}',
    forgotten_at timestamptz check (forgotten_at is null or given = '{}'),
    primary key (draw_id, ticket),
    unique (draw_id, turn)
);
create index draw_ticket_of_role on draw_ticket (opportunity_id, ticket);
call table_of_organisation('draw_ticket');
create policy whoever_takes_part_reads_it on draw_ticket for select using (exists (
    select from engagement e where e.opportunity_id = draw_ticket.opportunity_id and e.person_id = acting_person()));

-- What somebody who took part has against a draw, in their words, and what they were answered: on no event.
create table draw_objection (
    id uuid primary key,
    draw_id uuid not null references draw (id) on delete cascade,
    engagement_id uuid not null references engagement (id) on delete cascade,
    opportunity_id uuid not null,
    organisation_id uuid not null,
    person_id uuid not null,
    words text not null check (length(words) between 1 and 1000),
    made_at timestamptz not null,
    answered_at timestamptz,
    answered_by uuid check ((answered_by is null) = (answered_at is null)),
    upheld boolean check ((upheld is null) = (answered_at is null)),
    answer text not null default '' check (length(answer) <= 1000 and (answered_at is null) = (answer = '')),
    unique (draw_id, engagement_id)
);
create index draw_objection_waits on draw_objection (opportunity_id, made_at) where answered_at is null;
call table_of_both('draw_objection', person_may => 'select');
create policy whoever_took_part_objects on draw_objection for insert with check (
    person_id = acting_person() and answered_at is null);

-- Whether somebody who waits is not in the draw of a role: a coordinator marked "not yet", or chose others and can still
-- undo it.
create function is_out_of_draw(engagement uuid) returns boolean language sql stable as $$
    select exists (select from mark m where m.engagement_id = engagement and m.mark = 'not_yet')
        or exists (select from answer a where a.engagement_id = engagement and a.what = 'not_chosen'
            and a.undo_until is not null)
$$;

-- Whether a role gives its places by lot and nothing can be offered yet: it is still open, or there are more people than
-- places and no draw is confirmed. As whoever asks sees the rows: its own organisation, or the system.
create function waits_for_draw(role uuid) returns boolean language sql stable as $$
    select coalesce((select i.opportunity -> 'steps' ? 'draw'
        and not exists (select from draw d
            where d.opportunity_id = i.id and d.confirmed_at is not null and d.set_aside_at is null)
        and (i.opportunity ->> 'closed_at' is null or exists (
                select from draw d where d.opportunity_id = i.id and d.drawn_at is not null and d.set_aside_at is null)
            or i.places - i.places_taken - i.places_held < (select count(*) from engagement e
                where e.opportunity_id = i.id and e.status in ('interested', 'reserve')
                    and not is_out_of_draw(e.id)))
        from intake i where i.id = role), false)
$$;
