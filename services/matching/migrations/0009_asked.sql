-- What an organisation asked for in four answers, for others to draft. Private to it and to whoever drafts it (its host,
-- else the network): free text, and of people what staff typed, so none of it is on an event.
create table asked (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    drafting_id uuid not null,
    what text not null check (what <> ''),
    when_words text not null check (when_words <> ''),
    -- Emptied when it is over: it may be about somebody who never heard of it.
    who_might_know text not null,
    money text not null check (money in ('paid', 'expenses_only', 'unknown')),
    status text not null
        check (status in ('asked', 'drafting', 'to_approve', 'posted', 'declined', 'taken_back', 'organisation_closed')),
    asked_by uuid,   -- null: was forgotten
    asked_at timestamptz not null,
    draft_by timestamptz not null check (draft_by > asked_at),
    drafted_by uuid,
    sent_by uuid,
    sent_at timestamptz,
    ended_at timestamptz,
    why text,
    read_at timestamptz,
    opportunity_id uuid,
    check ((ended_at is null) = (status in ('asked', 'drafting', 'to_approve'))),
    check ((sent_at is not null) or status <> 'to_approve'),
    check ((opportunity_id is not null) = (status = 'posted')),
    check ((why is not null) = (status = 'declined')),
    check (ended_at is null or who_might_know = '')
);
create index asked_to_draft on asked (drafting_id, asked_at, id) where ended_at is null;
create index asked_of_organisation on asked (organisation_id, asked_at, id);
create index asked_over on asked (ended_at) where ended_at is not null;
call table_of_organisation('asked');
create policy whoever_drafts_it_finds_it on asked for select using (drafting_id = acting_organisation());

-- What was added to it by either side, in order.
create table asked_line (
    id uuid primary key,
    asked_id uuid not null references asked on delete cascade,
    organisation_id uuid not null,
    said_by uuid,   -- null: was forgotten
    side text not null check (side in ('organisation', 'drafting')),
    words text not null check (words <> ''),
    said_at timestamptz not null
);
create index asked_line_of on asked_line (asked_id, said_at, id);
call table_of_organisation('asked_line');

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('drafting_what_was_asked', '1', '2026-01-01', 'The network', 'The network, edition 1',
    jsonb_build_object('working_days', 3));
