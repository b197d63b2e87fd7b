-- A draft that did not begin with empty pages says how: a code of its room, such as "copy".
alter table draft add column begun text not null default '' check (begun ~ '^[a-z_:,]{0,80}$');
-- The list of what an organisation has not sent goes on from the draft that was changed last.
create index draft_unsent on draft (owner_id, kind, changed_at, id) where sent_at is null;
