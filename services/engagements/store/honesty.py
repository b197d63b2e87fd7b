"""What people said of how much say they had, one row each that is theirs alone; and what is published of it."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Engagement
from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.periods import Period
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.honesty import Say

Cell = tuple[UUID, str]
"""An organisation, and a kind of role."""
_COUNTS = TypeAdapter(dict[str, int])
_SAY = "said, rung, said_at, changed_at, final_at"


async def get(tx: Transaction, engagement_id: UUID) -> Say | None:
    """Nothing for anybody but the person."""
    row = await tx.fetchrow("select " + _SAY + " from say where engagement_id = $1", engagement_id)
    return Say(**dict(row)) if row else None


async def save(tx: Transaction, of: Engagement, one: Say) -> None:
    """The caller holds the engagement's lock. Whoever publishes it meanwhile is waited for, and is not overtaken."""
    await tx.change_one(
        "insert into say (engagement_id, organisation_id, person_id, said, rung, said_at, changed_at,"
        " final_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (engagement_id) do update set"
        " said = excluded.said, changed_at = excluded.changed_at where say.published_at is null",
        *(of.id, of.organisation_id, of.person_id, one.said, one.rung),
        *(one.said_at, one.changed_at, one.final_at),
    )


async def waiting(tx: Transaction) -> dict[Cell, int]:
    """How many answers of each cell are final and in no batch yet."""
    rows = await tx.fetch(
        "select organisation_id, rung, count(*) as people from say"
        " where published_at is null and said <> 'rather_not' and final_at <= $1 group by 1, 2 order by 1, 2",
        tx.now,
    )
    return {(row["organisation_id"], row["rung"]): row["people"] for row in rows}


async def take(tx: Transaction, so_many: Mapping[Cell, int]) -> dict[Cell, Counter[str]]:
    """So many of each cell, whoever was final first, are in a batch from now on. Returns what they said."""
    rows = await tx.fetch(
        "with waits as (select engagement_id, organisation_id, rung, row_number() over (partition by organisation_id,"
        " rung order by final_at, engagement_id) as place from say"
        " where published_at is null and said <> 'rather_not' and final_at <= $1),"
        " taken as (update say set published_at = $1 from waits join unnest($2::uuid[], $3::text[], $4::integer[])"
        " as n (organisation_id, rung, most) on n.organisation_id = waits.organisation_id and n.rung = waits.rung"
        " where say.engagement_id = waits.engagement_id and waits.place <= n.most and say.published_at is null"
        " returning say.organisation_id, say.rung, say.said)"
        " select organisation_id, rung, said, count(*) as people from taken group by 1, 2, 3 order by 1, 2, 3",
        *(tx.now, [of for of, _ in so_many], [rung for _, rung in so_many], list(so_many.values())),
    )
    batches: dict[Cell, Counter[str]] = {}
    for row in rows:
        batches.setdefault((row["organisation_id"], row["rung"]), Counter())[row["said"]] = row["people"]
    return batches


_OVER = """
    where i.places_taken > 0 and (i.told_at is not null or (
        select max((s ->> 'starts_at')::timestamptz + (s ->> 'hours')::double precision * interval '1 hour')
        from jsonb_array_elements(i.opportunity -> 'sessions') s
        where jsonb_typeof(s -> 'cancelled') is distinct from 'object') <= $1)
"""
"""Of intakes `i`: somebody had a place, and what changed was said or the last session that takes place is over."""
_CELLS = (
    "insert into promise (organisation_id, rung, ods_code, name, as_of)"
    " select c.organisation_id, c.rung, c.ods_code, coalesce(org.state ->> 'name', c.ods_code), $1 from ("
    "select i.organisation_id, i.opportunity ->> 'rung' as rung, i.ods_code from intake i"
    + _OVER
    + " union select i.organisation_id, s.rung, i.ods_code from say s join engagement e on e.id = s.engagement_id"
    " join intake i on i.id = e.opportunity_id) c"
    " left join mirror_organisation org on org.id = c.organisation_id on conflict (organisation_id, rung) do nothing"
)
_PROMISED = (
    "update promise set promised = r.promised, name = coalesce(org.state ->> 'name', promise.ods_code) from ("
    "select organisation_id, rung, jsonb_object_agg(influence, roles) as promised from ("
    "select i.organisation_id, i.opportunity ->> 'rung' as rung, coalesce(i.opportunity ->> 'influence', '') as"
    " influence, count(*) as roles from intake i" + _OVER + " group by 1, 2, 3) by_influence group by 1, 2) r"
    " left join mirror_organisation org on org.id = r.organisation_id"
    " where promise.organisation_id = r.organisation_id and promise.rung = r.rung"
)


async def note_promises(tx: Transaction) -> None:
    """What each organisation said of its roles that are over and in which somebody had a place. That is public.

    A role can have become one of another kind since somebody said something of it, so that there is no other of theirs.
    """
    await tx.change_any(_CELLS, tx.now)
    await tx.change_any("update promise set promised = '{}', as_of = $1", tx.now)
    await tx.change_any(_PROMISED, tx.now)


@dataclass(frozen=True)
class Promise:
    """What an organisation said of its roles of one kind that are over, in roles, and what partners said, in people.

    `said` is rounded (chassis/base/publication.py); `people`: of how many it is, 0 where too few said anything yet.
    """

    organisation_id: UUID
    ods_code: str
    name: str
    rung: str
    promised: Mapping[str, int]
    people: int
    said: Mapping[str, int]
    as_of: datetime

    @property
    def roles(self) -> int:
        return sum(self.promised.values())

    @property
    def is_shown(self) -> bool:
        return self.people > 0


def _promise(row: Row) -> Promise:
    values: dict[str, Any] = dict(row)
    values["promised"] = _COUNTS.validate_json(values["promised"])
    values["said"] = _COUNTS.validate_json(values["said"])
    return Promise(**values)


_PROMISE = "organisation_id, ods_code, name, rung, promised, people, said, as_of"


async def lock(tx: Transaction) -> dict[Cell, Promise]:
    """All cells, as they are published."""
    rows = await tx.lock_all("select " + _PROMISE + " from promise order by organisation_id, rung for update")
    return {(row["organisation_id"], row["rung"]): _promise(row) for row in rows}


async def publish(tx: Transaction, *cells: Promise) -> None:
    """The caller holds the lock of each."""
    await tx.change_each(
        "update promise set people = n.people, said = n.said from unnest($1::uuid[], $2::text[],"
        " $3::integer[], $4::jsonb[]) as n (organisation_id, rung, people, said)"
        " where promise.organisation_id = n.organisation_id and promise.rung = n.rung",
        [(one.organisation_id, one.rung, one.people, json.dumps(dict(one.said))) for one in cells],
    )


PROMISES = Listing(
    "promises",
    sorts=(
        Sort(
            "name",
            "By name",
            "select "
            + _PROMISE
            + " from promise where ($1::text is null or ods_code = $1)"
            + " and (name, organisation_id, rung) > ($2, $3, $4) order by name, organisation_id, rung limit $5",
            by={"name": str, "organisation_id": UUID, "rung": str},
        ),
    ),
    count="select count(*) from (select from promise where ($1::text is null or ods_code = $1) limit $2) as counted",
)


async def promises(tx: Transaction, asked: Asked, *, ods_code: str | None) -> Page[Promise]:
    """One page of them, by the organisation's name and the kind of role."""
    page = await PROMISES.page(tx, asked, ods_code)
    return page.with_items([_promise(row) for row in page.items])


async def answers_by_kind(tx: Transaction) -> dict[str, int]:
    """How many answered anything, in all organisations."""
    rows = await tx.fetch("select rung, count(*) as people from say group by 1 order by 1")
    return {row["rung"]: row["people"] for row in rows}


async def published(tx: Transaction) -> list[Promise]:
    """All cells of which it is published what partners said; as many as there are organisations, times four."""
    rows = await tx.fetch("select " + _PROMISE + " from promise where people > 0 order by organisation_id, rung")
    return [_promise(row) for row in rows]


async def is_helped_on_its_side(tx: Transaction[Person], organisation_id: UUID) -> bool:
    """Whether whoever acts for the person helps for this organisation, or for its host today; the network helps all."""
    helping_for = tx.acting.helping_for
    if helping_for is None or helping_for == organisation_id:
        return helping_for is not None
    of, helper = [await mirrors.get(tx, Organisation, id) for id in (organisation_id, helping_for)]
    if of is None or helper is None or helper.kind == "network":
        return False
    today = london_day(tx.now)
    return any(one.organisation_id == helping_for and Period.of(one).in_force_on(today) for one in of.hosts)
