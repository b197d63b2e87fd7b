"""What the pages of training and its API both show, read in the name of whoever asks."""

from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.training.domain.programme import Programme
from services.training.domain.session import Session
from services.training.store import people
from services.training.store import programmes as store
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
    return await people.places_of(tx, asked, tx.acting.person_id)


async def my_credentials(tx: Transaction[Person], asked: Asked) -> Page[MyCredential]:
    """What the person completed, newest first."""
    return await people.credentials_of(tx, asked, tx.acting.person_id)
