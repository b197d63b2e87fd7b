"""What organisations usually look for, made of their roles of the last year; and the story of the front page.

Both are chosen by jobs, so that a page that anybody can open reads a row and not a year.
"""

from datetime import datetime

from services.chassis.postgres.transaction import Transaction

_ROLES = "o.posted_at > $1 and not o.is_job and not o.called_off"


async def follow_roles(tx: Transaction, *, since: datetime) -> None:
    """One for each organisation and kind of role: how much time and experience most of them took, and the newest
    titles. What no role was of since then is taken out.
    """
    await tx.change_any(
        "with lately as (select o.organisation_id, o.height, o.posted_at, o.state ->> 'title' as title,"
        " o.state #>> '{work,title}' as work, o.state ->> 'expertise_level' as expertise,"
        " case when n.many <= 1 then 'hours' when n.many <= 6 then 'some' when n.days < 10 * n.many then 'week'"
        " else 'month' end as takes,"
        " row_number() over (partition by o.organisation_id, o.height, o.state ->> 'title'"
        " order by o.posted_at desc, o.id) as again,"
        " row_number() over (partition by o.organisation_id, o.height, o.state #>> '{work,title}'"
        " order by o.posted_at desc, o.id) as work_again"
        " from opportunity o cross join lateral (select greatest(cardinality(o.starts),"
        " (o.state ->> 'sessions_planned')::integer, 1) as many, coalesce((select extract(day from max(s) - min(s))"
        " from unnest(o.starts) s), 0) as days) n where " + _ROLES + ")"
        " insert into way_in (id, organisation_id, made_of_roles, whose_key, place, kind, title, summary, looks_for,"
        " works, takes, expertise, since)"
        " select gen_random_uuid(), l.organisation_id, true, searched(max(m.state ->> 'name')), 1000000 + l.height,"
        " (array['feedback', 'improvement', 'governance', 'senior'])[1 + l.height], '', '',"
        " (array_agg(l.title order by l.posted_at desc) filter (where l.again = 1))[1:3],"
        " coalesce((array_agg(l.work order by l.posted_at desc)"
        " filter (where l.work_again = 1 and l.work is not null))[1:2], '{}'),"
        " mode() within group (order by l.takes), mode() within group (order by l.expertise), max(l.posted_at)"
        " from lately l join mirror_organisation m on m.id = l.organisation_id and not m.erased"
        " group by l.organisation_id, l.height"
        " on conflict (organisation_id, kind) where made_of_roles do update set looks_for = excluded.looks_for,"
        " works = excluded.works, takes = excluded.takes, expertise = excluded.expertise, since = excluded.since"
        " where (way_in.looks_for, way_in.works, way_in.takes, way_in.expertise, way_in.since) is distinct from"
        " (excluded.looks_for, excluded.works, excluded.takes, excluded.expertise, excluded.since)",
        since,
    )
    await tx.change_any(
        "delete from way_in w where w.made_of_roles and not exists (select from opportunity o"
        " where o.organisation_id = w.organisation_id and o.height = height(w.kind) and " + _ROLES + ")",
        since,
    )


async def follow_names(tx: Transaction) -> None:
    """They stand in the list where their organisation's name of today stands."""
    await tx.change_any(
        "update way_in set whose_key = searched(m.state ->> 'name') from mirror_organisation m"
        " where m.id = way_in.organisation_id and not m.erased and way_in.run_by = ''"
        " and way_in.whose_key <> searched(m.state ->> 'name')"
    )


async def choose_story(tx: Transaction) -> None:
    """The closed role of which it was told last what changed. Looked at is what was heard since the last time, and an
    hour before, in which somebody may have been slow to commit; whole, if what was chosen is there no more.
    """
    await tx.change_one(
        "insert into story (opportunity_id, told_at, looked_until) select n.id, n.told_at, $1 from (select) as always"
        " left join lateral (select i.id, (i.state #>> '{outcome,recorded_at}')::timestamptz as told_at"
        " from mirror_intake i join opportunity o on o.id = i.id where not i.erased and o.closed_at is not null"
        " and jsonb_typeof(i.state -> 'outcome') = 'object' and i.mirrored_at > coalesce((select s.looked_until"
        " from story s join mirror_intake k on k.id = s.opportunity_id and not k.erased), '-infinity')"
        " - interval '1 hour' order by 2 desc limit 1) n on true"
        " on conflict (one) do update set looked_until = excluded.looked_until,"
        " opportunity_id = case when excluded.told_at >= coalesce(story.told_at, '-infinity')"
        " then excluded.opportunity_id else story.opportunity_id end,"
        " told_at = greatest(excluded.told_at, story.told_at)",
        tx.now,
    )
