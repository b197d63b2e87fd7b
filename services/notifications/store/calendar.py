"""Addresses at which calendars are read, and what stands in one person's calendar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.identity import Organisation
from schemas.matching import Opportunity
from schemas.recruitment import Application
from schemas.training import Enrolment, Programme
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.booking import Booked, Joins, Known, Trains
from services.notifications.domain.calendar_address import Address

MOST_READ = 200
"""The newest places of one person that are looked at, and as much training."""


async def add(tx: Transaction[Person], address: Address) -> None:
    await tx.change_one(
        "insert into calendar_address (id, person_id, hash, made_at) values ($1, $2, $3, $4)",
        *(address.id, address.person_id, address.hash, address.made_at),
    )


async def of_person(tx: Transaction, person_id: UUID) -> list[Address]:
    """The newest first. There are at most as many as the domain lets stand."""
    rows = await tx.fetch(
        "select id, person_id, hash, made_at from calendar_address where person_id = $1 order by made_at desc, id",
        person_id,
    )
    return [Address(row["id"], row["person_id"], row["hash"], row["made_at"]) for row in rows]


async def end(tx: Transaction, person_id: UUID, id: UUID) -> bool:
    """False where it stands no more, or is somebody else's."""
    found = await tx.lock_one(
        "select id from calendar_address where id = $1 and person_id = $2 for update", id, person_id
    )
    if found is None:
        return False
    await tx.change_one("delete from calendar_address where id = $1", id)
    return True


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from calendar_address where person_id = $1", person_id)


async def standing(tx: Transaction) -> int:
    return int(await tx.fetchval("select count(*) from calendar_address"))


@dataclass(frozen=True)
class Seen:
    """Whose calendar an address is, and a mark that differs when anything does that stands in it."""

    person_id: UUID
    mark: str


async def seen(tx: Transaction, hashed: bytes) -> Seen | None:
    """By one statement, which is all that a client costs that has the newest. None of what is no address any more."""
    row = await tx.fetchrow("select person_id, mark from calendar_seen($1)", hashed)
    return Seen(row["person_id"], row["mark"]) if row else None


_BOOKED = (
    "(select 'role' as kind, e.id, e.state as mine, o.state as thing, g.state as organisation,"
    " greatest(e.happened_at, o.happened_at) as since from mirror_engagement e"
    " join mirror_opportunity o on o.id = e.opportunity_id and not o.erased"
    " join mirror_organisation g on g.id = (o.state ->> 'organisation_id')::uuid and not g.erased"
    " where e.person_id = $1 and not e.erased"
    " and (e.state ->> 'accepted_at' is not null or e.state ->> 'chat' is not null)"
    " and ($2::uuid is null or e.id = $2 or e.opportunity_id = $2)"
    " and ($3::timestamptz is null or e.state ->> 'chat' is not null or exists ("
    "select from jsonb_array_elements(o.state -> 'sessions') as s (one)"
    " where (s.one ->> 'starts_at')::timestamptz > $3))"
    " order by e.id desc limit $4) union all"
    " (select 'training', t.id, t.state, p.state, g.state, greatest(t.happened_at, p.happened_at)"
    " from mirror_enrolment t join mirror_programme p on p.id = t.programme_id and not p.erased"
    " join mirror_organisation g on g.id = (p.state ->> 'organisation_id')::uuid and not g.erased"
    " where t.person_id = $1 and not t.erased and ($2::uuid is null or t.id = $2)"
    " and ($3::timestamptz is null or exists (select from jsonb_array_elements(p.state -> 'sessions') as s (one)"
    " where s.one ->> 'id' = t.state ->> 'session_id' and (s.one ->> 'starts_at')::timestamptz > $3))"
    " order by t.id desc limit $4) union all"
    " (select 'welcome', j.id, j.state, j.state, n.state, j.happened_at from mirror_application j cross join lateral"
    " (select g.state from mirror_organisation g where g.state ->> 'kind' = 'network' and not g.erased"
    " order by g.id limit 1) n where j.person_id = $1 and not j.erased and j.state ->> 'talk_at' is not null"
    " and ($2::uuid is null or j.id = $2)"
    " and ($3::timestamptz is null or (j.state ->> 'talk_at')::timestamptz > $3) order by j.id desc limit $4)"
)


async def booked(
    tx: Transaction, person_id: UUID, about: UUID | None = None, *, after: datetime | None = None
) -> list[Booked]:
    """Roles in which somebody has or had a place, or a talk, their places in training, and the talk before they join,
    by one statement.

    `about`: only of that engagement, enrolment, role or application. `after`: only of what has a session that begins
    after it.
    """
    rows = await tx.fetch(_BOOKED, person_id, about, after, MOST_READ)
    return [_READ[row["kind"]](row) for row in rows]


def _known(row: Row) -> Known:
    return Known(
        Engagement.model_validate_json(row["mine"]),
        Opportunity.model_validate_json(row["thing"]),
        Organisation.model_validate_json(row["organisation"]),
        row["since"],
    )


def _trains(row: Row) -> Trains:
    return Trains(
        Enrolment.model_validate_json(row["mine"]),
        Programme.model_validate_json(row["thing"]),
        Organisation.model_validate_json(row["organisation"]),
        row["since"],
    )


def _joins(row: Row) -> Joins:
    return Joins(
        Application.model_validate_json(row["mine"]),
        Organisation.model_validate_json(row["organisation"]),
        row["since"],
    )


_READ: Mapping[str, Callable[[Row], Booked]] = {"role": _known, "training": _trains, "welcome": _joins}
