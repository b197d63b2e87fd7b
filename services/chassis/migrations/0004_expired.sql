-- A parked record that nobody settled in time is let go by the network itself, with a note that says so.
alter table settled drop constraint settled_how_check;
alter table settled add constraint settled_how_check check (how in ('retried', 'discarded', 'expired'));
