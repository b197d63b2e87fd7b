"""An organisation's staff keep its desks and venues up to date."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schemas.identity import Desk, OrganisationChanged, Venue
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.domain import desk as domain
from services.identity.domain.organisation import Organisation, UnknownCode, must_be_open
from services.identity.store import desks as desk_store
from services.identity.store import organisations as organisation_store
from services.identity.store import venues as venue_store

Fields = Mapping[str, Any]
"""What was typed, by the names of the contract."""


async def add_desk(tx: Transaction[Member], fields: Fields) -> UUID:
    """One more. Raises NoWayToReach, NoSuchDeputy, TooManyDesks, SameName, OrganisationClosed."""
    organisation = await _own(tx, open_only=True)
    desk = Desk.build(id=new_id(), **fields)
    changed = domain.keep_desk(organisation, desk)
    await desk_store.add(tx, desk, organisation.id)
    await _say(tx, *changed)
    return desk.id


async def change_desk(tx: Transaction[Member], id: UUID, fields: Fields) -> None:
    """Raises NoLongerKept, NoWayToReach, NoSuchDeputy, SameName, OrganisationClosed."""
    organisation = await _own(tx, open_only=True)
    await desk_store.desk(tx, id, organisation.id)
    desk = Desk.build(id=id, **fields)
    changed = domain.keep_desk(organisation, desk)
    await desk_store.change(tx, desk, organisation.id)
    await _say(tx, *changed)


async def close_desk(tx: Transaction[Member], id: UUID) -> None:
    """It is not shown any more, and stands in for no other. Raises NoLongerKept."""
    organisation = await _own(tx)
    await desk_store.desk(tx, id, organisation.id)
    await desk_store.close(tx, id, organisation.id, now=tx.now)
    await _say(tx, *domain.close_desk(organisation, id))


async def add_venue(tx: Transaction[Member], fields: Fields) -> UUID:
    """One more. Raises TooManyVenues, SameName, OrganisationClosed."""
    organisation = await _own(tx, open_only=True)
    venue = Venue.build(id=new_id(), **fields)
    changed = domain.keep_venue(organisation, venue)
    await venue_store.add(tx, venue, organisation.id)
    await _say(tx, *changed)
    return venue.id


async def change_venue(tx: Transaction[Member], id: UUID, fields: Fields) -> None:
    """Raises NoLongerKept, SameName, OrganisationClosed."""
    organisation = await _own(tx, open_only=True)
    await venue_store.venue(tx, id, organisation.id)
    venue = Venue.build(id=id, **fields)
    changed = domain.keep_venue(organisation, venue)
    await venue_store.change(tx, venue, organisation.id)
    await _say(tx, *changed)


async def close_venue(tx: Transaction[Member], id: UUID) -> None:
    """It is not shown any more. Raises NoLongerKept."""
    organisation = await _own(tx)
    await venue_store.venue(tx, id, organisation.id)
    await venue_store.close(tx, id, organisation.id, now=tx.now)
    await _say(tx, *domain.close_venue(organisation, id))


async def _own(tx: Transaction[Member], *, open_only: bool = False) -> Organisation:
    """The organisation that is acted for, its row held. Raises OrganisationClosed where it has to be open."""
    organisation = await organisation_store.lock_by_id(tx, tx.acting.organisation_id)
    if organisation is None:
        raise UnknownCode
    if open_only:
        must_be_open(organisation, london_day(tx.now))
    return organisation


async def _say(tx: Transaction, changed: Organisation, event: OrganisationChanged) -> None:
    await organisation_store.save_version(tx, changed)
    await tx.emit(event)
