-- What a reaction has handled is known by a hash. The state itself is kept only for a reaction that compares the newest
-- state with it: a whole copy of each mirror for each reaction to it was kept for the sake of one.
alter table handled add column hash bytea;
