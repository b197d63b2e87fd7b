"""The desks and venues of an organisation: its own public words, which its staff keep up to date. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from schemas.identity import Desk, OrganisationChanged, Venue
from services.chassis.base.refusals import Refused
from services.identity.domain.organisation import Organisation, changed

MOST_DESKS = 50
MOST_VENUES = 200
"""So many an organisation keeps: all of them are said with it, and an event has a limit."""

Thing = TypeVar("Thing", Desk, Venue)


class TooManyDesks(Refused, slug="too-many-desks", status=422, field="name"):
    """You keep 50 desks already. Close one that you no longer need."""


class TooManyVenues(Refused, slug="too-many-venues", status=422, field="name"):
    """You keep 200 venues already. Close one that you no longer need."""


class NoWayToReach(Refused, slug="no-way-to-reach", status=422, field="phone"):
    """Enter a phone number or a mailbox, or both: without one nobody can reach this desk."""


class NoSuchDeputy(Refused, slug="no-such-deputy", status=422, field="deputy_id"):
    """A desk that stands in has to be another one of your organisation that is kept now. Choose one, or none."""


class SameName(Refused, slug="same-name", status=422, field="name"):
    """You have one of this name already. Give this one another name, or change the other one."""


class NoLongerKept(Refused, slug="no-longer-kept", status=404):
    """There is no such desk or venue, or not any more. Go back to the list to see those that are kept now."""


def keep_desk(organisation: Organisation, desk: Desk) -> tuple[Organisation, OrganisationChanged]:
    """One more, or the same one in other words. Raises NoWayToReach, NoSuchDeputy or TooManyDesks."""
    if not (desk.phone or desk.mailbox):
        raise NoWayToReach
    if desk.deputy_id and desk.deputy_id not in {one.id for one in organisation.desks if one.id != desk.id}:
        raise NoSuchDeputy
    desks = _with(organisation.desks, desk)
    if len(desks) > MOST_DESKS:
        raise TooManyDesks
    return changed(replace(organisation, desks=desks))


def keep_venue(organisation: Organisation, venue: Venue) -> tuple[Organisation, OrganisationChanged]:
    """One more, or the same one in other words. Raises TooManyVenues."""
    venues = _with(organisation.venues, venue)
    if len(venues) > MOST_VENUES:
        raise TooManyVenues
    return changed(replace(organisation, venues=venues))


def close_desk(organisation: Organisation, id: UUID) -> tuple[Organisation, OrganisationChanged]:
    """One fewer. Those for which it stood in have nobody named any more."""
    left = tuple(
        one.with_changes(deputy_id=None) if one.deputy_id == id else one for one in organisation.desks if one.id != id
    )
    return changed(replace(organisation, desks=left))


def close_venue(organisation: Organisation, id: UUID) -> tuple[Organisation, OrganisationChanged]:
    """One fewer."""
    return changed(replace(organisation, venues=tuple(one for one in organisation.venues if one.id != id)))


def _with(things: Sequence[Thing], thing: Thing) -> tuple[Thing, ...]:
    return (*(one for one in things if one.id != thing.id), thing)
