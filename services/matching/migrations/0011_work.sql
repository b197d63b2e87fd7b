-- A job is told apart from roles, and a role knows its piece of work by a column that an index can have. A piece of
-- work can end: it is not offered any more, and its roles stay.
alter table opportunity
    add is_job boolean not null generated always as (coalesce(jsonb_typeof(state -> 'job') = 'object', false)) stored,
    add work_id uuid generated always as ((state #>> '{work,id}')::uuid) stored;
create index opportunity_of_work on opportunity (work_id, posted_at, id) where work_id is not null;
alter table piece_of_work
    add ended_at timestamptz,
    add words text collate "C" not null generated always as (searched(title)) stored;

insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('most_places', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object('most', 50));
