"""Complaints about data: made by form, phone or post, acknowledged within 30 days, settled without undue delay."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications.commands.caring import tell_that_there_is
from services.notifications.domain import complaint as domain
from services.notifications.domain import contact as contacts
from services.notifications.domain.complaint import Complaint, NoWayToAnswer
from services.notifications.store import complaints as store
from services.notifications.store import contact as contact_store
from services.notifications.store import waiting
from services.notifications.store.waiting import Thing

TOPIC = "notifications.data_complaint"
"""Of what waits, in this room's own list; there is no such topic."""
BY_ITSELF = ("email", "page")
"""Channels by which the receipt goes at once, in its words; whoever is rung, texted or written to is told by staff, who
then say so."""


@dataclass(frozen=True)
class Complaining:
    """`called`, `contact`: of whoever has no account."""

    words: str
    called: str = ""
    contact: str = ""


async def complain(tx: Transaction[Visitor | Person], said: Complaining) -> Complaint:
    """By the form: of whoever is signed in, of somebody whom staff help, or of a stranger.

    Raises NoWayToAnswer of a stranger who says none, and TryAgainSoon before the network is heard of.
    """
    acting = tx.acting
    is_known = isinstance(acting, Person)
    if not is_known and not said.contact.strip():
        raise NoWayToAnswer
    complaint = replace(
        await _received(tx, said, came_by="phone" if is_known and acting.helper else "form", at=tx.now),
        person_id=acting.person_id if is_known else None,
        entered_by=acting.hand_id,
    )
    return await _add(tx, replace(complaint, called="", contact="") if is_known else complaint)


async def enter(tx: Transaction[Member], said: Complaining, *, came_by: str, received_at: datetime) -> Complaint:
    """By phone, post or e-mail, of somebody whom staff of the network write down as they say it.

    Raises NotFound for every other organisation, and NoWayToAnswer.
    """
    await _only_the_network(tx)
    if not said.contact.strip():
        raise NoWayToAnswer
    received = await _received(tx, said, came_by=came_by, at=min(received_at, tx.now))
    return await _add(tx, replace(received, entered_by=tx.acting.by))


async def _received(tx: Transaction, said: Complaining, *, came_by: str, at: datetime) -> Complaint:
    office = await contact_store.network_office(tx)
    if office is None:
        raise TryAgainSoon
    return Complaint(
        id=new_id(),
        person_id=None,
        entered_by=None,
        organisation_id=office.organisation_id,
        called=said.called,
        contact=said.contact,
        words=said.words,
        came_by=came_by,
        received_at=at,
        acknowledge_by=domain.last_day(at),
    )


async def _add(tx: Transaction, complaint: Complaint) -> Complaint:
    await store.add(tx, complaint)
    await tx.due(list_complaint, complaint.id, 1)
    return complaint


async def list_complaint(tx: Transaction, id: UUID) -> None:
    """The network's admins are told that it waits; who is reached by e-mail or page has their receipt."""
    complaint = await store.lock(tx, id)
    office = await contact_store.network_office(tx)
    if complaint is None or office is None:
        await waiting.rewrite(tx, {Thing(TOPIC, id): ()})
        return
    if complaint.acknowledged_at is None and complaint.person_id and complaint.settled_at is None:
        complaint = await _with_receipt(tx, complaint, complaint.person_id)
    not_for = (complaint.person_id,) if complaint.person_id else ()
    await waiting.rewrite(tx, {Thing(TOPIC, id, not_for=not_for): complaint.says(office.ods_code)})


async def _with_receipt(tx: Transaction, complaint: Complaint, person_id: UUID) -> Complaint:
    """What it says is what the law asks for: that we have received it, and when. It also says what comes next."""
    heard = await contact_store.account(tx, person_id)
    if heard is None or heard.account is None:
        return complaint
    contact = await contact_store.get(tx, person_id)
    if contacts.channel_for(contact, can_sign_in=heard.account.can_sign_in) not in BY_ITSELF:
        return complaint
    at, reference = complaint.received_at, complaint.reference
    await tell_that_there_is(tx, person_id, reference, stage="receipt", at=at, says="receipt")
    known = domain.acknowledge(complaint, how="receipt", by=None, now=tx.now)
    await store.save(tx, known)
    return known


async def acknowledge(tx: Transaction[Member], id: UUID) -> None:
    """Staff have told them that we have it. Raises NotFound, AcknowledgedAlready or SettledAlready."""
    complaint = await _lock(tx, id)
    await _save(tx, domain.acknowledge(complaint, how="told", by=tx.acting.by, now=tx.now))


async def note(tx: Transaction[Member], id: UUID, words: str) -> None:
    """They are told how far it is. Raises NotFound, NotAcknowledged, EnoughSteps or SettledAlready."""
    await _save(tx, domain.note(await _lock(tx, id), words, by=tx.acting.by, now=tx.now))
    await tx.due(tell_of_complaint, id, 1)


async def settle(tx: Transaction[Member], id: UUID, outcome: str) -> None:
    """This came of it, and they are told. Raises NotFound, NotAcknowledged or SettledAlready."""
    await _save(tx, domain.settle(await _lock(tx, id), outcome, by=tx.acting.by, now=tx.now))
    await tx.due(tell_of_complaint, id, 1)


async def tell_of_complaint(tx: Transaction, id: UUID) -> None:
    """Whoever has an account is told that there is something to read. Others are told by staff, as they asked."""
    complaint = await store.lock(tx, id)
    if complaint is None or complaint.person_id is None:
        return
    at = complaint.settled_at or (complaint.progress[-1].at if complaint.progress else None)
    if at:
        stage = f"complaint:{at.isoformat()}"
        await tell_that_there_is(tx, complaint.person_id, complaint.reference, stage=stage, at=at)


async def _only_the_network(tx: Transaction[Member]) -> None:
    if not await contact_store.is_network(tx, tx.acting.organisation_id):
        raise NotFound


async def _lock(tx: Transaction[Member], id: UUID) -> Complaint:
    await _only_the_network(tx)
    return await store.lock_of_staff(tx, id, tx.acting.organisation_id, tx.acting.by)


async def _save(tx: Transaction[Member], complaint: Complaint) -> None:
    await store.save(tx, complaint)
    await tx.due(list_complaint, complaint.id, 1)
