-- Whoever was told of roles by the version before, when there was no pool, counts as told then: in the order, for the
-- number of a week, and for who was told of nothing. What that version tells while it still runs beside this one is made
-- up for by the clock (store/pool.py, `remember_told`). It reads matches in the order of their index, and locks no row
-- but of the pool, which that version does not know.
update pool p set told = before.told, version = p.version + 1
from (select person_id, (array_agg(matched_at order by matched_at desc))[1:20] as told from match group by person_id)
    before
where p.person_id = before.person_id and p.told is distinct from before.told;
