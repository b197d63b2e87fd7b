-- A row of the outbox is written twice (said, then marked), and each time into every index. What is looked for only now
-- and then, by whoever follows a trace, is found by ranges of pages, which cost a write next to nothing: correlation ids
-- rise with time, as the table does. Nobody looks for an event by its id.
alter table outbox drop constraint outbox_event_id_key;
drop index outbox_correlation;
drop index outbox_published;
create index outbox_correlation_range on outbox using brin (correlation_id) with (autosummarize = on);

-- Commits that notify wait for one another, in the whole database. The process that has committed wakes its relay itself,
-- or tells the relay that holds the lock elsewhere, once for all that was said meanwhile.
drop trigger outbox_written on outbox;
drop function wake_relay();

-- Which rows the holder of the relay's lock before the present one may have had under way: until they were said again.
create table taken_over (
    one boolean primary key default true check (one),
    from_seq bigint not null,
    to_seq bigint not null check (to_seq >= from_seq)
);
