"""What waits for somebody, as the home page lists it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.event import Waiting
from services.chassis.postgres.transaction import Row, Transaction

LIST_LIMIT = 100


@dataclass(frozen=True)
class Item:
    """One thing to do. `title`: of the opportunity that it is about, where there is one."""

    what: str
    since: datetime
    link: str
    title: str | None


@dataclass(frozen=True)
class Thing:
    """The aggregate that says what waits: its topic and id, and the opportunity that it belongs to."""

    topic: str
    id: UUID
    opportunity_id: UUID | None = None


async def rewrite(tx: Transaction, says: Mapping[Thing, Sequence[Waiting]]) -> None:
    """Make the list agree with what each thing says now."""
    await tx.change_any(
        "delete from waiting_item w using unnest($1::text[], $2::uuid[]) as n (topic, thing_id)"
        " where w.topic = n.topic and w.thing_id = n.thing_id",
        *([thing.topic for thing in says], [thing.id for thing in says]),
    )
    await tx.change_each(
        "insert into waiting_item (topic, thing_id, position, person_id, organisation_id, role, what, about, since,"
        " link, opportunity_id) select * from unnest($1::text[], $2::uuid[], $3::int[], $4::uuid[], $5::uuid[],"
        " $6::text[], $7::text[], $8::uuid[], $9::timestamptz[], $10::text[], $11::uuid[])",
        [
            (
                *(thing.topic, thing.id, position, one.person_id, one.organisation_id, one.role, one.what, one.about),
                *(one.since, one.link, thing.opportunity_id),
            )
            for thing, waiting in says.items()
            for position, one in enumerate(waiting)
        ],
    )


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from waiting_item where person_id = $1", person_id)


async def of_person(tx: Transaction, person_id: UUID) -> list[Item]:
    """Oldest first."""
    rows = await tx.fetch(
        "select w.what, w.since, w.link, o.state ->> 'title' as title from waiting_item w"
        " left join mirror_opportunity o on o.id = w.opportunity_id where w.person_id = $1"
        " order by w.since, w.link limit $2",
        *(person_id, LIST_LIMIT),
    )
    return [_item(row) for row in rows]


async def of_organisation(tx: Transaction, organisation_id: UUID, roles: Iterable[str]) -> list[Item]:
    """What waits for the roles, oldest first; once for somebody who has two roles for which it waits."""
    rows = await tx.fetch(
        "select distinct w.what, w.since, w.link, w.about, o.state ->> 'title' as title from waiting_item w"
        " left join mirror_opportunity o on o.id = w.opportunity_id"
        " where w.organisation_id = $1 and (w.role is null or w.role = any($2::text[]))"
        " order by w.since, w.link limit $3",
        *(organisation_id, list(roles), LIST_LIMIT),
    )
    return [_item(row) for row in rows]


def _item(row: Row) -> Item:
    return Item(row["what"], row["since"], row["link"], row["title"])
