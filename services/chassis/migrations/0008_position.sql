-- How far a fan-out has come: what comes after this position is still to be done. Null: all of it.
alter table due add column position uuid;
