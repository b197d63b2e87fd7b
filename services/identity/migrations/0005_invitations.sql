-- Whom an organisation has asked to act for it, until they answer. What was typed stays here: on no topic.
create table invitation (
    id uuid primary key,
    organisation_id uuid not null references organisation,
    email text not null check (length(email) between 3 and 254),
    email_key text collate "C" not null,
    called text not null check (length(called) between 1 and 80),
    roles text[] not null check (cardinality(roles) > 0),
    valid_from date,
    valid_to date check (valid_to >= valid_from),
    invited_by uuid not null,
    invited_by_called text not null,
    link_hash text not null constraint invitation_link_hash unique,
    letters integer not null check (letters > 0),
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_as text check (ended_as in ('declined', 'withdrawn')),
    check ((ended_at is null) = (ended_as is null))
);
create unique index invitation_once on invitation (organisation_id, email_key) where ended_at is null;
create index invitation_of_address on invitation (email_key);
create index invitation_age on invitation (expires_at);
call table_of_organisation('invitation');
-- Whoever holds the link of the letter may read it; whoever has proved the address may answer it.
create policy the_link on invitation for select using (link_hash = named_link());
create policy the_address on invitation using (email_key = named_address());
-- Whoever invited takes their name out of it when they are forgotten.
create policy its_hand on invitation using (invited_by = acting_person());
