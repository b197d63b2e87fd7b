-- Texts. Older versions read a channel as any text.
alter table contact_point drop constraint contact_point_channel_check,
    add constraint contact_point_channel_check check (channel in ('email', 'sms', 'phone', 'post', 'page'));
alter table message drop constraint message_channel_check,
    add constraint message_channel_check check (channel in ('email', 'sms', 'phone', 'post', 'page'));
-- What became of a text at its phone, once Notify knows it. It is asked for within three days.
alter table message add column arrived text check (arrived in ('yes', 'no', 'unknown'));
create index message_to_follow on message (sent_at, id) where channel = 'sms' and status = 'sent' and arrived is null;
create index message_to_text on message (next_try_at, id) where channel = 'sms' and status in ('queued', 'sending');

-- How letters look and calls are made, where a letter goes if nobody answers, and why somebody is not reached by this.
alter table contact_point
    add column format text not null default 'standard' check (format in ('standard', 'large_print', 'easy_read')),
    add column relay text not null default 'none' check (relay in ('none', 'text_relay', 'bsl_video')),
    add column ring_in text not null default 'any' check (ring_in in ('any', 'morning', 'afternoon', 'evening')),
    add column letters_to text check (length(letters_to) between 1 and 500),
    add column unreached text check (unreached in ('no_answer', 'wrong_number', 'declined'));
-- How often staff are written to of what waits for them, and when they last were.
alter table contact_point
    add column round_up text not null default 'daily' check (round_up in ('daily', 'soon', 'never')),
    add column rounded_up_at timestamptz;
create index with_roles on mirror_account (id) where jsonb_array_length(state -> 'memberships') > 0;
create index contact_not_reached on contact_point (person_id) where unreached in ('no_answer', 'wrong_number');

-- The same words in Easy Read, and what stands on a letter as its reference, to be found by it.
alter table message
    add column easy text not null default '',
    add column reference text generated always as (upper(right(id::text, 6))) stored;
create index message_by_reference on message (organisation_id, reference) where organisation_id is not null;
create index message_to_write on message (organisation_id, queued_at, id) where status = 'queued' and channel = 'post';
create index message_to_ring on message (organisation_id, queued_at, id) where status = 'queued' and channel = 'phone';
create index message_of_person_to_ring on message (person_id, queued_at, id)
    where status = 'queued' and channel = 'phone';

-- Letters that somebody took to print together. They wait until somebody says that they are posted.
create table printing (
    id uuid primary key,
    organisation_id uuid not null,
    taken_by uuid not null,
    taken_at timestamptz not null,
    posted_by uuid,
    posted_at timestamptz,
    check ((posted_by is null) = (posted_at is null))
);
create index printing_newest on printing (organisation_id, taken_at desc, id desc);
call table_of_organisation('printing');

-- Which letter is in which of them, so that two people never print the same one. One that did not print comes out again.
create table letter_taken (
    message_id uuid primary key references message on delete cascade,
    printing_id uuid not null references printing on delete cascade,
    organisation_id uuid not null,
    number integer not null check (number > 0),
    unique (printing_id, number)
);
call table_of_organisation('letter_taken');

-- What came of each call. People see when they were rung.
create table phone_call (
    id uuid primary key,
    person_id uuid not null,
    organisation_id uuid not null,
    rung_by uuid not null,
    rung_at timestamptz not null,
    part text not null check (part in ('morning', 'afternoon', 'evening')),
    outcome text not null check (outcome in ('told', 'no_answer', 'wrong_number', 'later', 'declined')),
    about integer not null check (about >= 0),
    again_at timestamptz,
    check (again_at is null or outcome in ('no_answer', 'later'))
);
create index phone_call_newest on phone_call (person_id, rung_at desc, id desc);
create index phone_call_old on phone_call (rung_at);
call table_of_both('phone_call', person_may => 'select');

-- Somebody rings about a letter of last week: whoever wrote it finds by its reference to whom it went.
create policy whoever_rang_or_wrote on mirror_account for select using (acting_for_network() and not erased and exists (
    select from message m where m.person_id = mirror_account.id and m.organisation_id = acting_organisation()));

-- What came of a call changes how somebody is reached (a wrong number), and only while there is something to tell them.
create policy whoever_rings_notes_it on contact_point for update using (exists (
    select from message m where m.person_id = contact_point.person_id and m.organisation_id = acting_organisation()
        and m.status = 'queued'));
