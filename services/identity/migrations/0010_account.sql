-- Another address to sign in with, until it is proved at both: the new one and the one of today. It is on no topic. Once it
-- has ended the row stays until its links would have: they say what came of it, and do no more. `refused`: at the old one.
create table address_change (
    account_id uuid primary key references account on delete cascade,
    email text not null check (length(email) between 3 and 254),
    email_key text collate "C" not null,
    new_hash text not null constraint address_change_new unique,
    old_hash text not null constraint address_change_old unique,
    new_proved_at timestamptz,
    old_proved_at timestamptz,
    letters uuid[] not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    ended_as text check (ended_as in ('made', 'stopped', 'refused'))
);
create index address_change_age on address_change (expires_at);
call table_of_person('address_change', person => 'account_id');
create policy the_named_account on address_change using (account_id = named_account());
-- Whoever holds the link of one of its two letters finds out whose it is.
create policy the_link on address_change for select using (named_link() in (new_hash, old_hash));

-- What sort of browser began a session, in words like "Firefox on Windows", for its person's own list of sessions. It goes
-- when the session ends.
alter table session add column browser text check (length(browser) between 1 and 40);
create index session_of_account on session (account_id, started_at, id);
drop index session_account;
