-- Somebody asks with a name alone, sends the form or does not, talks with the welcome team, and is answered; an answer
-- can be undone for a while, and is told to nobody until then. What an older version writes still holds: to it an
-- application is sent, and answered at once.
alter table application alter column full_name drop not null;
alter table application alter column why drop not null;
alter table application
    add column moved_at timestamptz,   -- null: since it was sent (rows of before)
    add column due_by timestamptz,
    add column held_by uuid,
    add column talk_at timestamptz,
    add column talk_how text check (talk_how <> ''),
    add column more_asked_at timestamptz,
    add column offers_times boolean not null default false,
    add column answer text check (answer in ('approved', 'declined')),   -- given, and not told yet
    add column answered_at timestamptz,
    add column would_help text check (would_help <> ''),
    add column undo_until timestamptz,
    add column again_at timestamptz,
    add column earlier_by uuid,
    add column earlier_at timestamptz,
    add column earlier_reason text,
    add column earlier_help text,
    add column reference_key text collate "C" not null generated always as (right(id::text, 6)) stored;

-- The rules of before about stages had no names of their own.
do $$
declare
    rule record;
begin
    for rule in select conname from pg_constraint
        where conrelid = 'application'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%stage%'
    loop
        execute format('alter table application drop constraint %I', rule.conname);
    end loop;
end $$;
alter table application
    add constraint known_stage check (stage in ('asked', 'sent', 'talked', 'approved', 'declined', 'withdrawn')),
    add constraint what_waits_has_not_ended check ((stage in ('asked', 'sent', 'talked')) = (ended_at is null)),
    add constraint the_form_is_whole check ((full_name is null) = (why is null)),
    add constraint sent_is_filled_in check (stage <> 'sent' or full_name is not null),
    add constraint answered_by_somebody
        check ((stage in ('approved', 'declined') or answer is not null) = (decided_by is not null)),
    add constraint not_now_has_a_reason
        check ((stage = 'declined' or answer is not distinct from 'declined') = (reason is not null)),
    add constraint an_answer_is_private_while_it_can_be_undone
        check ((answer is not null) = (undo_until is not null) and (answer is null or ended_at is null)),
    add constraint talked_when_and_how check ((talk_at is null) = (talk_how is null)),
    add constraint talked_has_a_time check (stage <> 'talked' or talk_at is not null),
    add constraint times_are_offered_in_a_question check (not offers_times or more_asked_at is not null),
    add constraint an_ended_one_asks_nothing check (more_asked_at is null or ended_at is null),
    add constraint nobody_holds_their_own check (held_by <> person_id),
    add constraint a_second_look_is_somebody_elses check (decided_by <> earlier_by),
    add constraint a_second_look_follows_an_answer check ((again_at is null) = (earlier_by is null));

create unique index application_one_open_for_a_person on application (person_id)
    where stage in ('asked', 'sent', 'talked');
drop index application_one_waits_for_a_person;

-- The lists of the welcome team: who waits, the longest first; what was answered; and everybody by name or reference.
-- With what they are narrowed to, and the person, whom row-level security asks of each row: a count needs no more.
create index application_open_longest on application (organisation_id, sent_at, id)
    include (person_id, called_key, stage, held_by, answer, more_asked_at, again_at)
    where stage in ('asked', 'sent', 'talked');
drop index application_waiting_longest;
create index application_answered on application (organisation_id, ended_at, id) include (person_id, stage)
    where stage in ('approved', 'declined');
create index application_by_name on application (organisation_id, called_key, id) include (person_id);
create index application_by_reference on application (organisation_id, reference_key);
create index application_untold on application (id) where undo_until is not null;

-- A person asks, fills in, says more, asks for a second look and takes back; how it is answered is not theirs to write.
drop policy its_person_sends_it on application;
create policy its_person_sends_it on application for insert with check (
    person_id = acting_person() and stage in ('asked', 'sent') and entered_by is not distinct from acting_helper());
drop policy its_person_takes_it_back on application;
create policy its_person_goes_on on application for update using (person_id = acting_person())
    with check (person_id = acting_person() and stage in ('asked', 'sent', 'talked', 'withdrawn')
        and decided_by is null);

-- What the welcome team asked a person, and what they said; or the times for a talk that they can choose from.
create table application_question (
    id uuid primary key,
    application_id uuid not null references application (id) on delete cascade,
    person_id uuid not null,
    organisation_id uuid not null,
    words text not null check (words <> ''),
    times timestamptz[] not null check (cardinality(times) <= 3),
    how text check (how <> ''),
    asked_by uuid not null,
    asked_at timestamptz not null,
    said text check (said <> ''),
    chosen timestamptz check (chosen is null or chosen = any(times)),
    entered_by uuid,
    ended_at timestamptz check (ended_at >= asked_at),   -- null: it waits for the person
    check ((cardinality(times) > 0) = (how is not null)),
    check (ended_at is not null or (said is null and chosen is null)),
    check (said is null or chosen is null),
    constraint nobody_asks_themselves check (asked_by <> person_id)
);
create unique index application_question_one_waits on application_question (application_id) where ended_at is null;
create index application_question_of on application_question (application_id, asked_at);
create index application_question_of_person on application_question (person_id);
call table_of_both('application_question');

-- Who is in the welcome team, for handing over, and for the person to know who holds theirs. Kept from the accounts
-- that recruitment hears of; the days are those of the membership that gives the role.
create table welcomer (
    account_id uuid not null,
    organisation_id uuid not null,
    called text not null,
    valid_from date not null,
    valid_to date,
    primary key (account_id, organisation_id)
);
create index welcomer_of on welcomer (organisation_id);
call table_of_organisation('welcomer', may => 'select');
create policy a_person_sees_who_holds_theirs on welcomer for select using (exists (
    select from application a where a.person_id = acting_person() and a.held_by = welcomer.account_id));

-- How soon each stage is done, and how long an answer can be undone. A network that has its own adds an edition.
insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('stages', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object(
    'title', 'How soon each stage of joining is done',
    'words', 'We get in touch with you soon after you ask. We read what you send, and answer you after we have talked.
Working days are Monday to Friday. Bank holidays are not counted.',
    'asked', 3, 'sent', 5, 'talked', 5)),
('undo', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object(
    'title', 'How long an answer can be undone',
    'words', 'An answer can be undone by whoever gave it. Until then nobody is told.', 'minutes', 60));
