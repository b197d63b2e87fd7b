"""What the pages of training and its API both show, read in the name of whoever asks."""

from dataclasses import replace
from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.training.domain.programme import Programme
from services.training.domain.session import Session
from services.training.store import clashes, people
from services.training.store import programmes as store
from services.training.store.clashes import Clash
from services.training.store.people import Enrolled, MyCredential, MyPlace
from services.training.store.programmes import Listed


async def programme(tx: Transaction, id: UUID) -> Listed:
    """Raises NotFound."""
    listed = await store.get(tx, id)
    if listed is None:
        raise NotFound
    return listed


async def own_programmes(tx: Transaction[Member], asked: Asked, words: str = "") -> Page[Listed]:
    """Those of the organisation that is acted for, newest first."""
    return await store.of_organisation(tx, asked, tx.acting.organisation_id, words)


async def own_programme(tx: Transaction[Member], id: UUID) -> Programme:
    """One of the organisation that is acted for. Raises NotFound, for another organisation's too."""
    return _own(tx, await store.get(tx, id))


async def own_session(tx: Transaction[Member], id: UUID) -> tuple[Programme, Session]:
    """One of the organisation that is acted for, and its programme. Raises NotFound, for another organisation's too."""
    found = _own(tx, await store.of_session(tx, id))
    return found, found.session(id)


async def own_enrolled(tx: Transaction[Member], session_id: UUID) -> list[Enrolled]:
    """Everybody with a place in a session of the organisation, with what they need. That it was looked at is noted."""
    enrolled = await people.enrolled(tx, session_id)
    for one in enrolled:
        if one.says_needs:
            tx.note(Happened.LOOKED, of=one.person_id, what="needs")
    return enrolled


def _own(tx: Transaction[Member], listed: Listed | None) -> Programme:
    if listed is None or listed.programme.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return listed.programme


async def my_places(tx: Transaction[Person], asked: Asked) -> Page[MyPlace]:
    """The person's places, the newest session first."""
    page = await people.places_of(tx, asked, tx.acting.person_id)
    found = await clashes.of_person(tx, tx.acting.person_id, [one.session_id for one in page.items], now=tx.now)
    return page.with_items([_beside(one, found.get(one.session_id, Few())) for one in page.items])


def _beside(place: MyPlace, found: Few[Clash]) -> MyPlace:
    return replace(place, clashes=tuple(found), more_clashes=found.more)


async def my_clashes(tx: Transaction[Person], programme_id: UUID) -> dict[UUID, Few[Clash]]:
    """What the person has at the time of the sessions to come of a programme, by session. Raises NotFound."""
    coming = (await programme(tx, programme_id)).programme.coming(tx.now)
    return await clashes.of_person(tx, tx.acting.person_id, [one.id for one in coming], now=tx.now)


async def my_credentials(tx: Transaction[Person], asked: Asked) -> Page[MyCredential]:
    """What the person completed, newest first."""
    return await people.credentials_of(tx, asked, tx.acting.person_id)
