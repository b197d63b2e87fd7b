-- A place in a session is said on a topic of its own: who, which session, and whether they came. Each has an id of its own,
-- so that a place that was given back and one that was taken again are two things, of which the first stays gone. An older
-- version that runs beside this one takes places with the defaults, and `pln restate training.enrolment` says those.
alter table enrolment
    add column id uuid not null default gen_random_uuid(),
    add column version bigint not null default 1 check (version > 0),
    add constraint one_id_each unique (id);
