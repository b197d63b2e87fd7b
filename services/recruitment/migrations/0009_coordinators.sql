-- A person changes what is theirs to say (a pause, who may act for them), and leaves; how is held by the commands.
drop policy its_person_leaves on leader;
create policy its_person_changes_it on leader for update using (id = acting_person()) with check (id = acting_person());

-- Whether the organisation that is acted for runs the network. Asked as `(select acting_for_network())`, so once a
-- statement and not once a row.
create function acting_for_network() returns boolean language sql stable as $$
    select exists (select from mirror_organisation
        where id = acting_organisation() and state ->> 'kind' = 'network' and not erased) $$;

-- The network looks after everybody in the pool, however they came in.
create policy the_network on leader using ((select acting_for_network()));

-- Who looks after whom, kept in step with the leader by a trigger: a list of one coordinator's people is read from it
-- in every order. Beside it stands what is on no event: when somebody was last in touch. One row for everybody in the
-- pool; who has no coordinator is with nobody, the nil UUID. `since`: since when it is so.
create table caseload (
    person_id uuid primary key references leader (id) on delete cascade,
    coordinator_id uuid not null,
    cover_id uuid,
    cover_until date,
    since timestamptz not null,
    called_key text collate "C" not null,
    reference text not null,
    paused_at timestamptz,
    joined_on date not null,
    last_contact_on date,
    -- Since when nobody was in touch: since they joined, where nobody ever was.
    quiet_since date not null generated always as (greatest(last_contact_on, joined_on)) stored
);
create index caseload_by_name on caseload (coordinator_id, called_key, person_id)
    include (reference, paused_at, quiet_since);
create index caseload_by_contact on caseload (coordinator_id, quiet_since, person_id)
    include (called_key, reference, paused_at);
create index caseload_in_turn on caseload (coordinator_id, person_id);
create index caseload_waits on caseload (since) where coordinator_id = '00000000-0000-0000-0000-000000000000';
create index caseload_quiet on caseload (quiet_since) where paused_at is null;
create index caseload_covered on caseload (cover_id, person_id) where cover_id is not null;
call table_of_person('caseload', may => 'select');
create policy the_network on caseload using ((select acting_for_network()));

-- As its owner, since whoever changes a leader (a person who pauses, a screener) may not write here.
create function keep_caseload() returns trigger language plpgsql security definer set search_path from current as $$
begin
    if new.status = 'left' then
        delete from caseload where person_id = new.id;
        return null;
    end if;
    insert into caseload (person_id, coordinator_id, cover_id, cover_until, since, called_key, reference, paused_at,
        joined_on)
    select id, coalesce((state ->> 'coordinator_id')::uuid, '00000000-0000-0000-0000-000000000000'),
        (state ->> 'cover_id')::uuid, (state ->> 'cover_until')::date,
        coalesce(state ->> 'coordinator_since', state ->> 'approved_at')::timestamptz, called_key, reference,
        (state ->> 'paused_at')::timestamptz, london_day((state ->> 'approved_at')::timestamptz)
    from leader where id = new.id
    on conflict (person_id) do update set coordinator_id = excluded.coordinator_id, cover_id = excluded.cover_id,
        cover_until = excluded.cover_until, since = excluded.since, called_key = excluded.called_key,
        reference = excluded.reference, paused_at = excluded.paused_at, joined_on = excluded.joined_on;
    return null;
end $$;
create trigger leader_in_caseload after insert or update of state on leader
    for each row execute function keep_caseload();
insert into caseload (person_id, coordinator_id, since, called_key, reference, joined_on)
select id, '00000000-0000-0000-0000-000000000000', (state ->> 'approved_at')::timestamptz, called_key, reference,
    london_day((state ->> 'approved_at')::timestamptz)
from leader where status = 'approved';

-- What was written about somebody: that one was in touch, and what was said. The person reads it, and so do their
-- coordinator and whoever covers; nobody else does.
create table note (
    id uuid primary key,
    person_id uuid not null,
    kind text not null check (kind in ('contact', 'hand_over')),
    happened_on date not null,
    way text,
    outcome text,
    words text not null check (length(words) <= 2000),
    written_by uuid,
    written_at timestamptz not null,
    check ((kind = 'contact') = (way is not null) and (kind = 'contact') = (outcome is not null)),
    check (kind = 'contact' or words <> ''),
    constraint nobody_writes_about_themselves check (written_by <> person_id)
);
create index note_of_person on note (person_id, written_at desc, id desc);
create index note_written_at on note (written_at);
create index note_written_by on note (written_by);
call table_of_person('note', may => 'select');
create policy who_looks_after_them on note using ((select acting_for_network()) and exists (
    select from caseload c where c.person_id = note.person_id and acting_hand() in (c.coordinator_id, c.cover_id)));
-- Whoever hands somebody over leaves a line, also an admin who looks after nobody.
create policy who_hands_them_over on note for insert
    with check ((select acting_for_network()) and kind = 'hand_over' and written_by = acting_hand());

-- Which organisations may do things for a person, as they said it last; entered_by: to whom on the phone.
create table permission (
    person_id uuid not null,
    organisation_id uuid not null,
    may_act boolean not null,
    said_at timestamptz not null,
    entered_by uuid,
    primary key (person_id, organisation_id),
    constraint nobody_phones_themselves check (entered_by <> person_id)
);
call table_of_person('permission');

-- Who covers for whom, until when. One for each coordinator; the network's.
create table cover (
    coordinator_id uuid primary key,
    organisation_id uuid not null,
    cover_id uuid not null check (cover_id <> coordinator_id),
    until date not null,
    set_by uuid not null,
    set_at timestamptz not null
);
create index cover_covers on cover (cover_id);
call table_of_organisation('cover');

-- All people of somebody (or all who wait) go to a colleague: one statement, done a batch at a time.
create table hand_over (
    id uuid primary key,
    organisation_id uuid not null,
    from_id uuid not null,
    to_id uuid not null check (to_id <> from_id),
    line text not null check (length(line) <= 500),
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    done_at timestamptz check (done_at >= ordered_at)
);
create unique index hand_over_one_at_a_time on hand_over (from_id) where done_at is null;
create index hand_over_done on hand_over (done_at) where done_at is not null;
call table_of_organisation('hand_over');

-- A person reads the called name of whoever looks after them, covers, or wrote a note about them.
create policy who_looks_after_me on mirror_account for select using (id in (
    select (state ->> 'coordinator_id')::uuid from leader where id = acting_person()
    union select (state ->> 'cover_id')::uuid from leader where id = acting_person()
    union select written_by from note where person_id = acting_person()
    union select entered_by from permission where person_id = acting_person()));
-- A coordinator sees what waits for the people whom they look after.
create policy who_looks_after_them on mirror_engagement for select using ((select acting_for_network()) and person_id in (
    select person_id from caseload where coordinator_id = acting_hand()
    union select person_id from caseload where cover_id = acting_hand()));

-- How long notes are kept, and how often somebody is in touch. A network that has its own adds an edition.
insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('coordinator_notes', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object(
    'title', 'How long we keep notes about talks', 'words',
'Your coordinator writes down when you talked, and what about. You can read all of it.
We delete each note after this time. When you ask us to forget you, we delete all of them at once.', 'days', 730)),
('contact', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object(
    'title', 'How often your coordinator is in touch', 'words',
'Your coordinator asks how you are at least this often, by the way that suits you. Not while you have a break.', 'days', 90));
