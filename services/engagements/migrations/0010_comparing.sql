-- What a person wrote beside why: what others should know, and how they meet each thing that the organisation chooses by.
alter table interest_words
    add column conflict text not null default '' check (length(conflict) <= 500),
    add column meets text[] not null default '{}' check (cardinality(meets) <= 8);

-- Where names are hidden, people are numbered in the order in which they showed interest, and nobody else gets a number
-- that was somebody's. A name is shown once a place was offered or a talk is agreed.
alter table intake
    add column numbered integer not null default 0 check (numbered >= 0),
    add column names_hidden boolean not null generated always as (
        coalesce((opportunity ->> 'names_hidden')::boolean, false)) stored;
alter table engagement
    add column number integer check (number > 0),
    add column is_named boolean not null generated always as (
        state ->> 'offer' is not null or state #>> '{chat,starts_at}' is not null) stored;
create unique index engagement_number on engagement (opportunity_id, number) where number is not null;

-- How somebody meets what the organisation chooses by, as its coordinators see it: the last mark stands, and says whose
-- it is. Its person reads it in what is held of them.
create table mark (
    engagement_id uuid not null references engagement (id) on delete cascade,
    criterion integer not null check (criterion between 0 and 7),
    organisation_id uuid not null,
    person_id uuid not null,
    mark text not null check (mark in ('shows', 'partly', 'not_yet')),
    marked_by uuid not null,
    marked_at timestamptz not null,
    primary key (engagement_id, criterion)
);
call table_of_both('mark', person_may => 'select');
create policy whoever_begins_anew_is_marked_anew on mark for delete using (person_id = acting_person());

-- Where an informal talk is, or the number or link to it, in the organisation's words: its person reads it, no event says it.
create table chat_words (
    engagement_id uuid primary key references engagement (id) on delete cascade,
    organisation_id uuid not null,
    person_id uuid not null,
    words text not null check (length(words) between 1 and 500)
);
call table_of_both('chat_words', person_may => 'select');
alter table engagement add column chat_over timestamptz generated always as (case
    when state #>> '{chat,ended,at}' is null and state #>> '{chat,starts_at}' is null
    then said_at(state #> '{chat,times}' ->> -1) end) stored;
create index engagement_chat_over on engagement (id) where chat_over is not null;

