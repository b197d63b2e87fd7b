-- Whoever was told of roles by the version before, when there was no pool, counts as told then: in the order, for the
-- number of a week, and for who was told of nothing. What that version tells while it still runs beside this one is made
-- up for by the clock (store/pool.py, `remember_told`). No lock but on rows of the pool, which it does not know.
update pool p set told = before.told, version = p.version + 1
from pool kept cross join lateral (
    select array(select m.matched_at from match m where m.person_id = kept.person_id
        order by m.matched_at desc limit 20) as told) before
where p.person_id = kept.person_id and p.told is distinct from before.told;
