-- What waits, from one key to the next; and what a called name is looked for in.
alter table application add column called_key text collate "C" not null generated always as (searched(called)) stored;
-- With the person, whom row-level security asks of each row: then a count needs the index only.
create index application_waiting_longest on application (organisation_id, sent_at, id) include (person_id, called_key)
    where stage = 'sent';
drop index application_waiting;

-- The pool by name and by the day on which somebody joined. The day is text, as the state has it: it is put in order
-- byte by byte, and nothing else is done with it.
alter table leader add column called_key text collate "C" not null
    generated always as (searched(coalesce(state ->> 'called', ''))) stored;
alter table leader add column approved_text text collate "C" not null
    generated always as (coalesce(state ->> 'approved_at', '')) stored;
create index leader_by_name on leader (called_key, id) where status = 'approved';
create index leader_newest on leader (approved_text, id) where status = 'approved';

-- When an answer was promised by, on the day on which it was sent; what waits says so.
alter table application add column answer_by timestamptz check (answer_by > sent_at);
