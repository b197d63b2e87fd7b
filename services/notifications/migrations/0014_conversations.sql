-- What a person and an organisation write to each other about one thing, whose id the conversation has. The words are for
-- the two of them alone: no event has them. `seen`: up to which message the person showed that they read what staff wrote;
-- `told`, `told_at`: up to which they were told that there is one, and when. `turn`: where it stands in the list of staff,
-- what waits for an answer first (domain/conversation.py).
create table conversation (
    id uuid primary key,
    version bigint not null check (version > 0),
    about text not null check (about in ('engagement', 'coordinator', 'claim')),
    person_id uuid not null,
    organisation_id uuid not null,
    ods_code text not null,
    opportunity_id uuid,
    begun_at timestamptz not null,
    messages integer not null check (messages > 0),
    written_at timestamptz not null,
    written_by text not null check (written_by in ('person', 'organisation')),
    unread_since timestamptz,
    answer_since timestamptz,
    muted_at timestamptz,
    ended_at timestamptz,
    ended_by text check (ended_by in ('person', 'organisation')),
    seen integer not null default 0 check (seen >= 0),
    told integer not null default 0 check (told >= 0),
    told_at timestamptz,
    turn bigint not null,
    check ((ended_at is null) = (ended_by is null)),
    check ((told = 0) = (told_at is null))
);
create index conversation_of_person on conversation (person_id, written_at desc, id desc);
create index conversation_by_turn on conversation (organisation_id, turn, id);
create index conversation_newest on conversation (organisation_id, written_at desc, id desc);
create index conversation_waits on conversation (answer_since) where answer_since is not null;
create index conversation_unread on conversation (unread_since) where unread_since is not null;
call table_of_both('conversation');

-- One message of it. `said_by`: whose hand it was; `phone_on`: they said it on the phone that day, and the hand wrote it
-- down; `to_all`: the one message to all who have a place, which each of them gets once.
create table said (
    id uuid primary key,
    conversation_id uuid not null references conversation on delete cascade,
    person_id uuid not null,
    organisation_id uuid not null,
    number integer not null check (number > 0),
    side text not null check (side in ('person', 'organisation')),
    words text not null check (length(words) <= 4000),
    link text not null default '' check (link = '' or link like 'https://%'),
    has_file boolean not null default false,
    said_by uuid not null,
    said_at timestamptz not null,
    phone_on date,
    read_by uuid,
    read_at timestamptz,
    to_all uuid,
    unique (conversation_id, number),
    unique (conversation_id, to_all),
    check (words <> '' or link <> '' or has_file),
    check ((read_by is null) = (read_at is null)),
    check (read_at is null or side = 'person')
);
create index said_at on said (said_at);
create index said_newest on said (conversation_id, number desc, id desc);
create index said_of_person on said (person_id, said_at desc);
call table_of_both('said');

-- What staff write to everybody who has a place in a role: kept once, until each of them has it in their own conversation.
create table written_to_all (
    id uuid primary key,
    opportunity_id uuid not null,
    organisation_id uuid not null,
    words text not null check (length(words) between 1 and 4000),
    written_by uuid not null,
    written_at timestamptz not null
);
create index written_to_all_at on written_to_all (written_at);
call table_of_organisation('written_to_all');

-- Being looked after by the network is between a person, their coordinator and who covers (where they have nobody, all
-- coordinators of the network), and whoever has to read out or print what was written. The questions that policies ask are
-- functions of the schema's owner, a role that nobody can be: row policies within row policies cost more to plan than any
-- page does to read.
create function looks_after(person uuid) returns boolean
    language sql stable security definer set search_path from current as $$
    select exists (select from mirror_leader l where l.id = person and not l.erased and (
        l.state ->> 'coordinator_id' is null or l.state ->> 'coordinator_id' = acting_hand()::text
        or l.state ->> 'cover_id' = acting_hand()::text
        and coalesce((l.state ->> 'cover_until')::date >= london_day(now()), true)))
$$;
-- Whether whoever asks has to say or post what staff wrote in a conversation.
create function is_to_be_said(person uuid, conversation uuid) returns boolean
    language sql stable security definer set search_path from current as $$
    select exists (select from message m where m.person_id = person and m.about = conversation
        and m.organisation_id = acting_organisation() and m.status = 'queued')
$$;
create function is_for_hand(conversation_id uuid) returns boolean
    language sql stable security definer set search_path from current as $$
    select coalesce((select c.about <> 'coordinator' or looks_after(c.person_id) or is_to_be_said(c.person_id, c.id)
        from conversation c where c.id = conversation_id), false)
$$;
create policy of_who_looks_after_them on conversation as restrictive using (
    about <> 'coordinator' or acting_organisation() is null or looks_after(person_id) or is_to_be_said(person_id, id));
create policy as_its_conversation on said as restrictive using (
    acting_organisation() is null or is_for_hand(conversation_id));

-- What staff wrote to somebody who is rung, or gets letters, is read out, or printed, by whoever does so.
create policy whoever_rings_or_prints on conversation for select using (
    acting_for_network() and is_to_be_said(person_id, id));
create policy whoever_reads_it_out_or_prints_it on said for select using (
    acting_for_network() and side = 'organisation' and is_to_be_said(person_id, conversation_id));

-- Whoever takes part, or would like to, is known to its organisation by name, as far as the page says it; and whoever is
-- to be paid to who pays.
create policy staff_of_the_network on mirror_leader for select using (acting_for_network());
create policy staff_of_whoever_takes_part on mirror_leader for select using (acting_organisation() is not null and exists (
    select from mirror_engagement e where e.person_id = mirror_leader.id and not e.erased
        and e.organisation_id = acting_organisation()));
create policy staff_of_whoever_takes_part on mirror_account for select using (acting_organisation() is not null and not erased and (
    exists (select from mirror_engagement e where e.person_id = mirror_account.id and not e.erased
        and e.organisation_id = acting_organisation())
    or exists (select from mirror_claim c where c.person_id = mirror_account.id and not c.erased
        and c.organisation_id = acting_organisation())));

-- Whether somebody was forgotten, to whom nobody writes any more: nothing else is known of them.
create function is_gone(person uuid) returns boolean
    language sql stable security definer set search_path from current as $$
    select exists (select from mirror_account a where a.id = person and a.erased)
$$;

-- What whoever wrote or read a message is called, for its two sides.
create function hand_called(message uuid, hand uuid) returns text
    language sql stable security definer set search_path from current as $$
    select a.state ->> 'called' from said s join mirror_account a on a.id = hand and not a.erased
    where s.id = message and hand in (s.said_by, s.read_by)
        and (s.person_id = acting_person() or s.organisation_id = acting_organisation())
$$;

-- Whether the words of messages are in the mail too. Only where its person says so.
alter table contact_point add column words_in_mail boolean not null default false;

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('conversations', '1', '2026-01-01', 'The network', 'The network, edition 1',
    jsonb_build_object('open_days', 30, 'kept_days', 730));
