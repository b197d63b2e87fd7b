-- What is to be said, what was seen last and what could not be read are the system's. Whoever acts at a page or an API
-- may say something (`emit`), and reads nothing of it back. This guards against a statement of ours that forgot whose
-- rows it wants, not against somebody who has the service's password (SECURITY.md).
call table_of_system('handled');
call table_of_system('parked');
call table_of_system('outbox');

-- Asked once a statement, not for each row: the relay marks five hundred at a time.
create policy anybody_emits on outbox for insert with check (true);
-- The relay has a connection of its own, in which nobody acts.
create policy relay on outbox using ((select coalesce(current_setting('app.door', true), '') = ''));

-- What was said of something that is erased now goes with it, whoever asked to be forgotten: as the schema's owner.
-- Locked in the order in which the relay marks them, so that neither waits for the other in a circle.
create function drop_older_events(topics text[], keys uuid[], versions bigint[]) returns void
    language sql security definer set search_path from current as $$
    delete from outbox where seq in (
        select seq from outbox join unnest(topics, keys, versions) as gone (topic, key, version)
            on outbox.topic = gone.topic and outbox.key = gone.key and outbox.version < gone.version
        order by seq for update of outbox)
$$;
