-- What somebody asked about a role, and what the organisation answered: between the two of them, on no event. Until
-- conversations come (notifications), which will hold what is written from then on.
create table question (
    id uuid primary key,
    engagement_id uuid not null references engagement (id) on delete cascade,
    organisation_id uuid not null,
    person_id uuid not null,
    asked text not null check (length(asked) between 1 and 1000),
    asked_at timestamptz not null,
    answer text not null default '' check (length(answer) <= 2000),
    answered_at timestamptz,
    answered_by uuid,
    check ((answered_at is null) = (answer = '') and (answered_at is null) = (answered_by is null))
);
create unique index question_unanswered on question (engagement_id) where answered_at is null;
create index question_of_engagement on question (engagement_id, asked_at);
call table_of_both('question', organisation_may => 'select');
create policy its_organisation_answers on question for update using (organisation_id = acting_organisation());

-- What metrics ask each time: roles with a session of which it is not recorded who came, and the oldest question.
create index intake_unrecorded on intake (id) where attendance_due <> '{}';
create index question_oldest_unanswered on question (asked_at) where answered_at is null;

-- Whether one side gave an answer that it can still undo, as that side's home page goes by it; the other side sees nothing.
create table undoing (
    id uuid primary key,
    version bigint not null check (version > 0),
    engagement_id uuid not null references engagement (id) on delete cascade,
    organisation_id uuid not null,
    person_id uuid not null,
    side text not null check (side in ('organisation', 'person')),
    state jsonb not null,
    unique (engagement_id, side),
    constraint columns_say_what_the_state_says check (
        (id, version, engagement_id, organisation_id, person_id, side) is not distinct from (
            (state ->> 'id')::uuid, (state ->> 'version')::bigint, (state ->> 'engagement_id')::uuid,
            (state ->> 'organisation_id')::uuid, (state ->> 'person_id')::uuid, state ->> 'side'))
);
create index undoing_of_person on undoing (person_id);
call table_of_both('undoing');
alter policy its_organisation on undoing using (organisation_id = acting_organisation() and side = 'organisation');
alter policy its_person on undoing using (person_id = acting_person() and side = 'person');
