-- An offer has a day to answer by, and holds its place until then; whoever says yes too late, or is put there, waits on
-- the reserve list; an answer of "not chosen", and a person's no, are kept apart until they are told.
do $$
declare
    rule record;
begin
    for rule in select conname, conrelid::regclass as of from pg_constraint
        where contype = 'c' and (conrelid = 'engagement'::regclass and conname <> 'columns_say_what_the_state_says'
                and pg_get_constraintdef(oid) like '%not_chosen%'
            or conrelid = 'intake'::regclass and pg_get_constraintdef(oid) like '%places_taken%')
    loop
        execute format('alter table %s drop constraint %I', rule.of, rule.conname);
    end loop;
end $$;

alter table intake
    add column places_held integer not null default 0 check (places_held >= 0),
    add column on_reserve integer not null default 0 check (on_reserve >= 0),
    add column offer_reserve_since timestamptz,
    add constraint no_place_is_taken_or_held_twice
        check (places_taken >= 0 and places_taken + places_held <= places),
    add constraint a_place_is_proposed_to_somebody check (offer_reserve_since is null or on_reserve > 0);

alter table engagement add constraint known_status check (status in ('interested', 'offered', 'accepted', 'declined',
    'withdrawn', 'not_chosen', 'ended', 'lapsed', 'reserve', 'called_off'));

-- Moments on a state have their offset from UTC, so what is read of them depends on no setting.
create function said_at(moment text) returns timestamptz language sql immutable parallel safe as $$
    select moment::timestamptz $$;

-- What timers, lists and the order of the reserve list ask of the state: until when an offer is kept, when an interest
-- is answered by (whoever was told no such day comes after everybody else), and whose turn it is.
alter table engagement
    add column reply_by timestamptz generated always as (said_at(state #>> '{offer,reply_by}')) stored,
    add column answer_due timestamptz not null generated always as (
        coalesce(said_at(state ->> 'answer_by'), '9999-01-01 00:00:00+00'::timestamptz)) stored,
    add column turn integer not null generated always as (
        case when status <> 'reserve' then 2 when (state #>> '{reserve,said_yes}')::boolean then 0 else 1 end) stored,
    add column turn_since timestamptz not null generated always as (
        coalesce(said_at(state #>> '{reserve,since}'), interested_at)) stored;
create index engagement_to_run_out on engagement (id) where status = 'offered' and reply_by is not null;
create index engagement_of_intake_turn on engagement (opportunity_id, turn, turn_since, id);
create index engagement_to_answer on engagement (organisation_id, answer_due, id) where status = 'interested';

-- An answer that is not told is its own side's alone: the organisation's "not chosen", the person's no.
create table answer (
    engagement_id uuid not null references engagement (id) on delete cascade,
    what text not null check (what in ('not_chosen', 'declined')),
    organisation_id uuid not null,
    person_id uuid not null,
    of_version bigint not null,
    why text not null,
    words text not null check (length(words) <= 500),
    answered_by uuid not null,
    answered_at timestamptz not null,
    undo_until timestamptz,
    primary key (engagement_id, what)
);
call table_of_both('answer');
alter policy its_organisation on answer
    using (organisation_id = acting_organisation() and (what = 'not_chosen' or undo_until is null))
    with check (organisation_id = acting_organisation() and what = 'not_chosen');
alter policy its_person on answer
    using (person_id = acting_person() and (what = 'declined' or undo_until is null))
    with check (person_id = acting_person() and what = 'declined');
create index answer_untold on answer (engagement_id) where undo_until is not null;

-- Who waited before somebody to whom a place was offered, and why they came later.
create table passed_over (
    engagement_id uuid not null references engagement (id) on delete cascade,
    offered_id uuid not null,
    passed_at timestamptz not null,
    organisation_id uuid not null,
    person_id uuid not null,
    why text not null,
    passed_by uuid not null,
    primary key (engagement_id, offered_id, passed_at)
);
call table_of_both('passed_over', person_may => 'select');

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('answering', '1', '2026-01-01', 'The network', 'The network, edition 1',
    jsonb_build_object('working_days', 10, 'undo_minutes', 60));
