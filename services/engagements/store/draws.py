"""Draws of roles that give their places by lot: their rules, seeds and tickets."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Engagement
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.engagements.domain.draw import NO_RULES, Draw, sealed
from services.engagements.domain.lots import Drawn, Rules
from services.engagements.store.names import CALLED, called, reference

MOST_PAST, MOST_NAMED = 5, 100
_RULES = TypeAdapter(Rules)
_SAID = TypeAdapter(dict[str, str])
_DRAW = (
    "id, opportunity_id, organisation_id, number, rules, rules_at, rules_by, seal, sealed_at, seed, places, people,"
    " kept, drawn_at, drawn_by, confirmed_at, confirmed_by, set_aside_at, set_aside_why"
)


def _draw(row: Row) -> Draw:
    values: dict[str, Any] = dict(row)
    values["rules"] = _RULES.validate_json(values["rules"])
    values["kept"] = _RULES.validate_json(values["kept"]) if values["kept"] else None
    return Draw(**values)


async def current(tx: Transaction, opportunity_id: UUID) -> Draw | None:
    """The one that was not set aside."""
    row = await tx.fetchrow(
        "select " + _DRAW + " from draw where opportunity_id = $1 and set_aside_at is null", opportunity_id
    )
    return _draw(row) if row else None


async def get(tx: Transaction, id: UUID) -> Draw | None:
    row = await tx.fetchrow("select " + _DRAW + " from draw where id = $1", id)
    return _draw(row) if row else None


async def numbered(tx: Transaction, opportunity_id: UUID, number: int) -> Draw | None:
    row = await tx.fetchrow(
        "select " + _DRAW + " from draw where opportunity_id = $1 and number = $2", *(opportunity_id, number)
    )
    return _draw(row) if row else None


async def past(tx: Transaction, opportunity_id: UUID) -> Few[Draw]:
    """Those that were set aside, the newest first: each because of an objection."""
    rows = await tx.fetch(
        "select " + _DRAW + " from draw where opportunity_id = $1 and set_aside_at is not null"
        " order by number desc limit $2",
        *(opportunity_id, MOST_PAST + 1),
    )
    return few(rows, MOST_PAST, _draw)


async def begin(tx: Transaction, opportunity_id: UUID, organisation_id: UUID, *, after: Draw | None = None) -> Draw:
    """The first draw of a role, or the next, with the same rules. The caller holds the intake's lock."""
    id = new_id()
    await tx.change_one(
        "insert into draw (id, opportunity_id, organisation_id, number, rules, rules_at, rules_by)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(id, opportunity_id, organisation_id, after.number + 1 if after else 1),
        _RULES.dump_json(after.rules if after else NO_RULES).decode(),
        *(after.rules_at if after else None, after.rules_by if after else None),
    )
    begun = await get(tx, id)
    assert begun, "it was added just now"
    return begun


async def save_rules(tx: Transaction, draw: Draw, rules: Rules, *, by: UUID) -> None:
    await tx.change_one(
        "update draw set rules = $2, rules_at = $3, rules_by = $4 where id = $1 and sealed_at is null",
        *(draw.id, _RULES.dump_json(rules).decode(), tx.now, by),
    )


async def seal(tx: Transaction, draw: Draw) -> None:
    """Make its seed, which nobody reads before it is drawn, and say by its hash that it stays."""
    secret = secrets.token_hex(32)
    await tx.change_one("insert into draw_secret (draw_id, secret) values ($1, $2)", draw.id, secret)
    await tx.change_one(
        "update draw set seal = $2, sealed_at = $3 where id = $1 and sealed_at is null",
        *(draw.id, sealed(secret), tx.now),
    )


async def open_seed(tx: Transaction, draw: Draw, *, places: int, people: int, by: UUID) -> str:
    """From now on it is drawn; its seed is read."""
    await tx.change_one(
        "update draw set drawn_at = $2, drawn_by = $3, places = $4, people = $5 where id = $1 and drawn_at is null",
        *(draw.id, tx.now, by, places, people),
    )
    seed = str(await tx.fetchval("select secret from draw_secret where draw_id = $1", draw.id))
    await tx.change_one("update draw set seed = $2 where id = $1", draw.id, seed)
    return seed


async def save_drawn(tx: Transaction, draw: Draw, drawn: Drawn, used: Mapping[int, Mapping[str, str]]) -> None:
    """`used`: what each ticket's person gave of what the rules ask."""
    await tx.change_one("update draw set kept = $2 where id = $1", draw.id, _RULES.dump_json(drawn.kept).decode())
    chosen = set(drawn.chosen)
    await tx.change_any(
        "insert into draw_ticket (draw_id, opportunity_id, organisation_id, ticket, turn, chosen, given)"
        " select $1, $2, $3, n.ticket, n.turn, n.chosen, n.given"
        " from unnest($4::integer[], $5::integer[], $6::boolean[], $7::jsonb[]) as n (ticket, turn, chosen, given)",
        *(draw.id, draw.opportunity_id, draw.organisation_id, list(drawn.order)),
        *(list(range(1, len(drawn.order) + 1)), [number in chosen for number in drawn.order]),
        [_SAID.dump_json(dict(used.get(number, {}))).decode() for number in drawn.order],
    )


async def confirm(tx: Transaction, draw: Draw, *, by: UUID) -> None:
    await tx.change_one(
        "update draw set confirmed_at = $2, confirmed_by = $3 where id = $1 and drawn_at is not null"
        " and confirmed_at is null and set_aside_at is null",
        *(draw.id, tx.now, by),
    )


async def set_aside(tx: Transaction, draw: Draw, why: str) -> None:
    await tx.change_one(
        "update draw set set_aside_at = $2, set_aside_why = $3 where id = $1 and set_aside_at is null",
        *(draw.id, tx.now, why),
    )


@dataclass(frozen=True)
class Out:
    """Who is not in a draw: a coordinator marked "not yet", or (`answered`) chose others and can still undo it."""

    everybody: frozenset[UUID]
    answered: frozenset[UUID]


async def left_out(tx: Transaction, opportunity_id: UUID) -> Out:
    rows = await tx.fetch(
        "select e.id, exists (select from answer a where a.engagement_id = e.id and a.what = 'not_chosen'"
        " and a.undo_until is not null) as answered from engagement e"
        " where e.opportunity_id = $1 and is_out_of_draw(e.id)",
        opportunity_id,
    )
    out, answered = {row["id"] for row in rows}, {row["id"] for row in rows if row["answered"]}
    return Out(frozenset(out), frozenset(answered))


async def numbers(tx: Transaction, opportunity_id: UUID) -> dict[UUID, int]:
    """Of each engagement of a role. Whoever has none yet gets the next, first come first."""
    await tx.change_any(
        "with waits as (select e.id, i.numbered + row_number() over (order by e.interested_at, e.id) as number"
        " from engagement e join intake i on i.id = e.opportunity_id where e.opportunity_id = $1"
        " and e.number is null), counted as (update intake set numbered = numbered + (select count(*) from waits)"
        " where id = $1 and exists (select from waits))"
        " update engagement set number = waits.number from waits where engagement.id = waits.id",
        opportunity_id,
    )
    rows = await tx.fetch("select id, number from engagement where opportunity_id = $1", opportunity_id)
    return {row["id"]: row["number"] for row in rows}


async def number_of(tx: Transaction, engagement_id: UUID) -> int | None:
    """The number of somebody's ticket; None: not yet, it comes within seconds of their interest."""
    return await tx.fetchval("select number from engagement where id = $1", engagement_id)


@dataclass(frozen=True)
class DrawnTicket:
    """A ticket as it was drawn. `forgotten`: its person asked to be, so what they gave is not there any more."""

    number: int
    turn: int
    chosen: bool
    given: dict[str, str]
    forgotten: bool


_TICKET = "ticket, turn, chosen, given, forgotten_at is not null as forgotten"


def _ticket(row: Row) -> DrawnTicket:
    given = _SAID.validate_json(row["given"])
    return DrawnTicket(row["ticket"], row["turn"], row["chosen"], given, row["forgotten"])


async def tickets(tx: Transaction, draw_id: UUID) -> list[DrawnTicket]:
    """In the order of the draw: as many as took part, all of which are needed to do it again."""
    rows = await tx.fetch("select " + _TICKET + " from draw_ticket where draw_id = $1 order by turn", draw_id)
    return [_ticket(row) for row in rows]


async def ticket(tx: Transaction, draw_id: UUID, number: int) -> DrawnTicket | None:
    row = await tx.fetchrow(
        "select " + _TICKET + " from draw_ticket where draw_id = $1 and ticket = $2", *(draw_id, number)
    )
    return _ticket(row) if row else None


@dataclass(frozen=True)
class WhoIsIn:
    """How many are in a draw, and how many are not, by a mark or a no; and whether whoever asks is one of them, or did
    things for one of them.
    """

    people: int
    left_out: int
    takes_part: bool
    helped: bool


async def who_is_in(tx: Transaction, opportunity_id: UUID, by: UUID) -> WhoIsIn:
    row = await tx.fetchrow(
        "with one as (select e.person_id, e.status in ('interested', 'reserve') as waits,"
        " e.status in ('interested', 'offered', 'reserve', 'accepted') as is_there, is_out_of_draw(e.id) as out"
        " from engagement e where e.opportunity_id = $1)"
        " select count(*) filter (where waits and not out) as people,"
        " count(*) filter (where waits and out) as left_out,"
        " coalesce(bool_or(is_there and person_id = $2), false) as takes_part, coalesce(bool_or(waits and not out and"
        " exists (select from help_given h where h.helped_by = $2 and h.person_id = one.person_id)), false) as helped"
        " from one",
        *(opportunity_id, by),
    )
    assert row
    return WhoIsIn(**dict(row))


@dataclass(frozen=True)
class DrawnPerson:
    """Somebody who was drawn, as staff see them. `status`: None where they asked to be forgotten."""

    number: int
    called: str
    reference: str
    status: str | None


async def people(tx: Transaction, draw_id: UUID, *, chosen: bool) -> Few[DrawnPerson]:
    """In the order of the draw. All of them are in the file that does it again."""
    rows = await tx.fetch(
        "select t.ticket, e.status, "
        + CALLED
        + " from draw_ticket t join intake i on i.id = t.opportunity_id left join engagement e"
        " on e.opportunity_id = t.opportunity_id and e.number = t.ticket"
        " where t.draw_id = $1 and t.chosen = $2 order by t.turn limit $3",
        *(draw_id, chosen, MOST_NAMED + 1),
    )
    return few(rows, MOST_NAMED, _person)


def _person(row: Row) -> DrawnPerson:
    if row["status"] is None:
        return DrawnPerson(row["ticket"], "Somebody who asked to be forgotten", "", None)
    return DrawnPerson(row["ticket"], called(row), reference(row), row["status"])


async def forget(tx: Transaction, *engagements: Engagement) -> None:
    """What they gave for draws that were made. Their tickets stay as numbers: others were drawn beside them."""
    await tx.change_any(
        "update draw_ticket set given = '{}', forgotten_at = $2 from engagement e where e.id = any($1::uuid[])"
        " and draw_ticket.opportunity_id = e.opportunity_id and draw_ticket.ticket = e.number",
        *([one.id for one in engagements], tx.now),
    )


async def forget_old(tx: Transaction, before: datetime, *, limit: int) -> int:
    """What people gave for draws of roles whose day of telling what changed was before that. Returns how many roles."""
    rows = await tx.fetch(
        "select i.id from intake i where said_at(i.opportunity ->> 'feedback_by') < $1 and (exists (select from"
        " draw_given g where g.opportunity_id = i.id) or exists (select from draw_ticket t"
        " where t.opportunity_id = i.id and t.given <> '{}')) order by i.id limit $2",
        *(before, limit),
    )
    over: Sequence[UUID] = [row["id"] for row in rows]
    await tx.change_any("delete from draw_given where opportunity_id = any($1::uuid[])", list(over))
    await tx.change_any(
        "update draw_ticket set given = '{}' where opportunity_id = any($1::uuid[]) and given <> '{}'", list(over)
    )
    return len(over)
