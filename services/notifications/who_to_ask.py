"""Somebody to ask: who looks after a person, or the welcome team, and how they are reached."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications.store import contact as contact_store


@dataclass(frozen=True)
class Desk:
    """A desk of the network that answers today: never anybody's own number. Empty where there is none: ring us."""

    network: str = ""
    desk: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Ask:
    """`coordinator`: what they are called; "" where somebody has none, or it is not heard of yet: the welcome team.

    `cover`: who stands in for them today.
    """

    coordinator: str
    cover: str
    at: Desk


async def desk(tx: Transaction) -> Desk:
    office = await contact_store.network_office(tx)
    network = await mirrors.get(tx, Organisation, office.organisation_id) if office else None
    return desk_of(network, london_day(tx.now))


def desk_of(network: Organisation | None, today: date) -> Desk:
    rings = network.desk_to_ring(today) if network else None
    name = network.name if network else ""
    return Desk(name, rings.name, rings.phone or "", rings.hours or "") if rings else Desk(name)


async def of_each(tx: Transaction, person_ids: list[UUID]) -> dict[UUID, Ask]:
    """Of each of them, by a few statements for all."""
    today, at = london_day(tx.now), await desk(tx)
    leaders = await mirrors.get_each(tx, Leader, person_ids)
    ids = {one.coordinator_id for one in leaders.values()} | {one.covered_on(today) for one in leaders.values()}
    accounts = await mirrors.get_each(tx, Account, [id for id in ids if id])
    called = {id: one.called for id, one in accounts.items()}

    def ask(leader: Leader | None) -> Ask:
        if leader is None or leader.status != "approved":
            return Ask("", "", at)
        coordinator = called.get(leader.coordinator_id, "") if leader.coordinator_id else ""
        cover = leader.covered_on(today)
        return Ask(coordinator, called.get(cover, "") if coordinator and cover else "", at)

    return {id: ask(leaders.get(id)) for id in person_ids}


async def of_person(tx: Transaction, person_id: UUID) -> Ask:
    return (await of_each(tx, [person_id]))[person_id]
