"""Promises about draws by lot: each comes out the same when it is done again, by the seed that was sealed; nobody had
a hand in one that they were in, or was offered a place ahead of it; and everybody was told what was drawn.

A draw with rules is not done again where what somebody gave for it is deleted, because they asked to be forgotten or
its time is over.
"""

from pydantic import TypeAdapter

from services.chassis.postgres.transaction import Connection, Row
from services.cli.verify.report import Tally
from services.engagements.domain.draw import FORGET_AFTER
from services.engagements.domain.lots import Rules, Ticket, draw

_RULES = TypeAdapter(Rules)
_SAID = TypeAdapter(dict[str, str])
_WHERE, _OTHERWISE = "engagements", "it comes out otherwise when it is done again"
# By promise, and by service and words: a query whose every row is the `about` of one broken thing.
_DRAWS = {
    "engagements: two draws of a role stand, none does, or one is missing": """
select opportunity_id::text as about from engagements.draw group by opportunity_id
having count(*) filter (where set_aside_at is null) <> 1 or count(*) <> max(number)
""",
    "engagements: its seed is not the one of which the SHA-256 was said before": """
select d.id::text as about from engagements.draw d left join engagements.draw_secret s on s.draw_id = d.id
where d.sealed_at is not null and (s.secret is null or encode(sha256(s.secret::bytea), 'hex') <> d.seal
    or d.seed <> case when d.drawn_at is null then '' else s.secret end)
""",
    "engagements: other people are in it than were counted, or more or fewer have a place": """
select d.id || ': ' || t.people || ' of ' || d.people || ', ' || t.chosen || ' of ' || d.places as about
from engagements.draw d cross join lateral (select count(*) as people, count(*) filter (where chosen) as chosen
    from engagements.draw_ticket t where t.draw_id = d.id) t
where (t.people, t.chosen) is distinct from (d.people::bigint, d.places::bigint)
""",
    "engagements: somebody set its rules, drew, confirmed or answered who was in it": """
select d.id || ' ' || hand.by as about from engagements.draw d
cross join lateral (select d.rules_by as by, d.rules_at as at union all select d.drawn_by, d.drawn_at
    union all select d.confirmed_by, d.confirmed_at
    union all select b.answered_by, b.answered_at from engagements.draw_objection b where b.draw_id = d.id) hand
join engagements.engagement e on e.opportunity_id = d.opportunity_id and e.person_id = hand.by
    and e.interested_at < hand.at and coalesce((e.state ->> 'ended_at')::timestamptz > hand.at, true)
""",
    "engagements: an objection was answered by who drew or confirmed": """
select b.id::text as about from engagements.draw_objection b join engagements.draw d on d.id = b.draw_id
where b.answered_by in (d.drawn_by, d.confirmed_by)
""",
    "engagements: offered a place ahead of the draw": """
select d.id || ' ' || e.id as about from engagements.draw d join engagements.engagement e using (opportunity_id)
cross join lateral (select (e.state #>> '{offer,offered_at}')::timestamptz as at) offered
where offered.at >= d.drawn_at and offered.at < coalesce(d.confirmed_at, d.set_aside_at, 'infinity')
    or d.number = 1 and offered.at < coalesce(d.sealed_at, 'infinity')
""",
    "engagements: somebody is told something else than was drawn": """
select e.id::text as about from engagements.engagement e
join engagements.draw d on d.opportunity_id = e.opportunity_id
left join engagements.draw_ticket t on t.draw_id = d.id and t.ticket = e.number
where (e.state #>> '{draw,number}')::integer = d.number and (e.state #>> '{draw,outcome}'
        is distinct from case when t.chosen then 'drawn' when not t.chosen then 'not_drawn' else 'left_out' end
        or (e.state #>> '{draw,confirmed_at}')::timestamptz is distinct from d.confirmed_at
        or (e.state #>> '{draw,set_aside_at}')::timestamptz <> d.set_aside_at)
    or (e.state #>> '{offer,offered_at}')::timestamptz = d.confirmed_at and t.chosen is distinct from true
""",
}
_MADE = """
select d.id, d.places, d.seed, d.rules, d.kept, t.numbers, t.chosen, t.given
from engagements.draw d join engagements.intake i on i.id = d.opportunity_id
cross join lateral (select array_agg(ticket order by turn) as numbers, array_agg(chosen order by turn) as chosen,
    array_agg(given order by turn) as given, bool_or(forgotten_at is not null) as forgotten
    from engagements.draw_ticket t where t.draw_id = d.id) t
where d.drawn_at is not null and t.numbers is not null and (d.rules = $2::jsonb
    or not t.forgotten and (i.opportunity ->> 'feedback_by')::timestamptz > now() - $1::interval)
"""
BROKEN = {"draws": _DRAWS}
COUNTED = {
    "draws": "select count(*) from engagements.draw where drawn_at is not null",
    "objections answered": "select count(*) from engagements.draw_objection where answered_at is not null",
}


async def check_draws(tally: Tally, connection: Connection) -> None:
    """Do each draw again, by the very program that anybody is given."""
    by_chance = _RULES.dump_json(Rules()).decode()
    async for row in connection.cursor(_MADE, FORGET_AFTER, by_chance):
        if not _comes_out_the_same(row):
            tally.breaks("draws", _WHERE, _OTHERWISE, [row["id"]])


def _comes_out_the_same(row: Row) -> bool:
    rules, kept = _RULES.validate_json(row["rules"]), _RULES.validate_json(row["kept"])
    said = [_SAID.validate_json(one) for one in row["given"]]
    tickets = [Ticket(number, of) for number, of in zip(row["numbers"], said, strict=True)]
    chosen = tuple(number for number, has in zip(row["numbers"], row["chosen"], strict=True) if has)
    again = draw(sorted(tickets, key=_number), row["places"], rules, seed=row["seed"], as_near_as_can_be=kept != rules)
    return again is not None and (again.order, again.chosen, again.kept) == (tuple(row["numbers"]), chosen, kept)


def _number(of: Ticket) -> int:
    return of.number
