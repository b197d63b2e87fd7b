"""What staff do with a concern, and its person's word that it is not settled."""

from dataclasses import replace
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands.caring import list_concern, tell_answer, tell_question
from services.notifications.domain import concern as domain
from services.notifications.domain import handing_on
from services.notifications.domain.concern import READERS, Concern, NobodyMayRead
from services.notifications.domain.readers import Readers, who_reads
from services.notifications.store import concerns as store
from services.notifications.store import contact as contact_store
from services.notifications.store import readers as readers_store


def whose(acting: Member) -> tuple[UUID, list[str], UUID]:
    """By what somebody reads concerns: their organisation, those of their roles that count, and their hand."""
    return acting.organisation_id, domain.reading(sorted(acting.roles)), acting.by


async def note_read(tx: Transaction[Member], id: UUID) -> None:
    """Raises NotFound or Closed."""
    concern = await _lock(tx, id)
    domain.may_answer(concern).must()
    await _save(tx, domain.read(concern, by=tx.acting.by, now=tx.now))


async def answer(tx: Transaction[Member], id: UUID, words: str, *, closes: bool) -> None:
    """The person reads it, and is told that it is there. Raises NotFound, Closed or EnoughAnswers."""
    concern = await _lock(tx, id)
    ods = tx.acting.ods_code
    said = domain.answer(concern, words, by=tx.acting.by, ods_code=ods, closes=closes, now=tx.now)
    await _save(tx, said)
    await tx.due(tell_answer, id, 1)


async def move_to_network(tx: Transaction[Member], id: UUID) -> None:
    """The network has it from now on. Raises NotFound, Closed, AtTheNetwork or NobodyMayRead."""
    concern = await _lock(tx, id)
    office = await contact_store.network_office(tx)
    at_network = office is not None and office.organisation_id == concern.organisation_id
    domain.choices_of_staff(concern, at_network=at_network).move.must()
    await _save(tx, await _for_network(tx, concern))


async def ask_to_hand_on(tx: Transaction[Member], id: UUID) -> None:
    """The person is asked whether the organisation that it is about may have it; until their yes the network has it.

    Raises NotFound, Closed, NotToHandOn, AskedAlready, or NobodyMayRead where nobody there may read it.
    """
    concern = await _lock(tx, id)
    office = await contact_store.network_office(tx)
    at_network = office is not None and office.organisation_id == concern.organisation_id
    domain.choices_of_staff(concern, at_network=at_network).hand_on.must()
    readers = await readers_at(tx, concern, concern.could_go_to)
    if readers is None:
        raise NobodyMayRead
    await _save(tx, handing_on.offer(concern, readers, by=tx.acting.by, now=tx.now))
    await tx.due(tell_question, id, 1)


async def say_whether_to_hand_on(tx: Transaction[Person], id: UUID, *, yes: bool) -> None:
    """The person's word on it; after a yes the organisation has it. Raises NotFound, Closed or NothingAsked."""
    concern = await store.lock_of_person(tx, id, tx.acting.person_id)
    await _save(tx, handing_on.said(concern, yes=yes, now=tx.now))


async def readers_at(tx: Transaction, concern: Concern, organisation_id: UUID | None) -> Readers | None:
    """Who would read it at an organisation today; None where that is not heard of."""
    if organisation_id is None:
        return None
    accounts = await readers_store.accounts_at(tx, [organisation_id])
    today = london_day(tx.now)
    for place in await readers_store.of_organisations(tx, [organisation_id]):
        return who_reads(place, accounts, READERS, not_for=concern.never_for, today=today)
    return None


async def step_back(tx: Transaction[Member], id: UUID) -> None:
    """Whoever does it reads it no more; where nobody is left, the network has it. Raises NotFound or Closed."""
    concern = await _lock(tx, id)
    domain.choices_of_staff(concern, at_network=False).step_back.must()
    await _save(tx, replace(concern, subjects=tuple(sorted({*concern.subjects, tx.acting.by}))))


async def not_settled(tx: Transaction[Person], id: UUID) -> None:
    """Once: somebody else looks at it, who has not answered it.

    Raises NotFound, NotClosed, SaidAlready, or NobodyMayRead where only somebody outside is left.
    """
    concern = await store.lock_of_person(tx, id, tx.acting.person_id)
    domain.may_say_not_settled(concern).must()
    subjects = tuple(sorted(concern.hands.union(concern.subjects)))
    again = replace(concern, subjects=subjects, not_settled_at=tx.now, closed_at=None)
    await _save(tx, await _for_network(tx, again))


async def _for_network(tx: Transaction, concern: Concern) -> Concern:
    """Asks that the network has it, if there is somebody who may read it there."""
    office = await contact_store.network_office(tx)
    readers = await readers_at(tx, concern, office.organisation_id if office else None)
    if readers is None or not readers.can:
        raise NobodyMayRead
    return replace(concern, to_network_at=tx.now)


async def _lock(tx: Transaction[Member], id: UUID) -> Concern:
    return await store.lock_of_staff(tx, id, whose(tx.acting))


async def _save(tx: Transaction, concern: Concern) -> None:
    await store.save(tx, concern)
    await tx.due(list_concern, concern.id, 1)
