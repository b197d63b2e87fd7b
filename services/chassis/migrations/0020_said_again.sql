-- Which events the relay shall say once more, as they are: the newest of each partition, once a day, so that Kafka begins
-- a new segment there and compacts what is older (operate/maintenance.py). Only the relay knows when nothing newer of the
-- same thing is under way, so the job only notes them.
create table said_again (
    seq bigint primary key
);
call table_of_system('said_again');
create policy relay on said_again using ((select coalesce(current_setting('app.door', true), '') = ''));
