-- By what two contacts are compared: a mailbox, a phone and an address for letters, each in one form made in Python (domain/alike.py). Rows of
-- before get theirs from a job; an older version writes rows without.
alter table contact_point
    add column email_key text collate "C",
    add column phone_key text collate "C",
    add column post_key text collate "C";
create index contact_by_email on contact_point (email_key, person_id) where email_key <> '';
create index contact_by_phone on contact_point (phone_key, person_id) where phone_key <> '';
create index contact_by_post on contact_point (post_key, person_id) where post_key <> '';
create index contact_not_compared on contact_point (person_id) where email_key is null;

-- Two who are reached by the same mailbox, phone or post, once for each two. Only codes of what is alike; nobody but the
-- system looks at it: staff of the welcome team see it in recruitment.
create table alike (
    id uuid primary key,
    version bigint not null check (version > 0),
    first_id uuid not null,
    second_id uuid not null check (second_id > first_id),
    alike text[] not null,
    found_at timestamptz not null,
    entered_by uuid[] not null,
    unique (first_id, second_id)
);
create index alike_second on alike (second_id);
call table_of_system('alike');

-- Who does not see that something waits, though they have the role for it: whom it is about, and who entered them.
alter table waiting_item add column not_for uuid[] not null default '{}';
create policy not_for_them on waiting_item as restrictive using (not coalesce(acting_hand() = any(not_for), false));
