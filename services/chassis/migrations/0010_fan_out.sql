-- How far a fan-out has come: what is after this id is still to be done. Null: all of it.
alter table due add column after uuid;
