-- The monthly list of open roles: one row a month, which says what is in it and how far telling people has come.
create table monthly_list (
    month date primary key check (extract(day from month) = 1),
    made_at timestamptz not null,
    new_since timestamptz not null,
    roles uuid[] not null,
    open_roles integer not null check (open_roles >= cardinality(roles)),
    after uuid,
    finished_at timestamptz
);
call table_for_everyone('monthly_list');

-- Whether somebody wants it, where they said so; nothing is kept of whoever has not.
create table monthly_choice (
    person_id uuid primary key,
    wanted boolean not null,
    said_at timestamptz not null,
    said_by uuid not null
);
call table_of_person('monthly_choice');

-- Of a message that is a list: of which month, and which of its roles are not in this one. Its words are made of these
-- when it is sent or read, so that the same long text is not kept for everybody. And which goes first: the lowest.
alter table message
    add column list_month date references monthly_list,
    add column left_out uuid[],
    add column rank smallint not null default 1 check (rank between 0 and 2),
    add constraint message_list check ((list_month is null) = (left_out is null));
create index message_to_send_ranked on message (rank, next_try_at, id)
    where channel = 'email' and status in ('queued', 'sending');
create index message_to_text_ranked on message (rank, next_try_at, id)
    where channel = 'sms' and status in ('queued', 'sending');
-- Not beside them: the planner would sort all that waits for each few that are sent.
drop index message_to_send;
drop index message_to_text;
create index message_listed_waits on message (person_id, id) where list_month is not null and status in ('queued', 'sending');

-- Whoever is looked after sees what the staff are called who do so.
create policy who_looks_after_them on mirror_account for select using (acting_person() is not null and exists (
    select from mirror_leader l where l.id = acting_person() and not l.erased
        and mirror_account.id::text in (l.state ->> 'coordinator_id', l.state ->> 'cover_id')));
