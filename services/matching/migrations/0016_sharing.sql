-- Where the districts are is a fact of the list that came with 0012: nobody writes it but a migration.
do $$ begin execute format('revoke insert, update, delete on district from %I', current_schema()); end $$;

-- Whoever shares an area of life, as they stand in the pool: found by its index, which row-level security keeps from
-- whoever asks the table itself (`&&` is not leakproof), and read once. It answers the system alone. Its memory is for
-- a third of 100,000 people, who would go through a file otherwise. It takes the place of `who_shares`, which a version
-- before this one still asks.
create function pool_sharing(wanted text[]) returns setof pool language sql stable rows 2000 cost 1000
    security definer set search_path from current set work_mem = '64MB'
    as $$ select * from pool where (select acting_as_system()) and areas && wanted $$;

create index not_for_me_of on not_for_me (opportunity_id);
