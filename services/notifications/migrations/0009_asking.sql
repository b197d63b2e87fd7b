-- What of a kind waits is looked for each minute, and of one thing at each answer of somebody who was listed.
create index message_of_kind_waits on message (kind, about) where status in ('queued', 'sending');
