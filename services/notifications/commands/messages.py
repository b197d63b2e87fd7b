"""The life of a message: queued once, sent by e-mail or told by staff, tried again, given up, forgotten."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from schemas.event import Erased, Event
from schemas.notifications import Message as PublicMessage
from schemas.notifications import MessageErased
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotYet
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications import metrics
from services.notifications.domain import contact as contacts
from services.notifications.domain import message as domain
from services.notifications.domain.contact import Channel
from services.notifications.domain.message import Message, News, Office
from services.notifications.store import contact as contact_store
from services.notifications.store import messages as store
from services.notifications.store import waiting as waiting_store
from services.notifications.store.waiting import Thing

STUCK_AFTER = timedelta(minutes=2)
"""A try that has not ended after so long has an unknown outcome: its process is gone. An e-mail is then sent again."""
MOST_SKIPPED = 100
"""E-mails that are settled without being sent, in one transaction, before the next that is to be sent."""


async def tell(tx: Transaction, news: News) -> None:
    """Tell a person something once, by the channel of their choice. An erased person is told nothing.

    Raises NotYet while the account, or the network's organisation for a phone call or a letter, is not heard of.
    """
    heard = await contact_store.account(tx, news.person_id)
    if heard is None:
        raise NotYet(f"account {news.person_id}")
    if heard.account is None or await store.was_told(tx, news):
        return
    contact = await contact_store.get(tx, news.person_id)
    channel = contacts.channel_for(contact, can_sign_in=heard.account.can_sign_in)
    office = await contact_store.network_office(tx) if channel in ("phone", "post") else None
    if office is None and channel in ("phone", "post"):
        raise NotYet("the organisation that runs the network")
    await queue(tx, news, channel=channel, office=office)


async def queue(tx: Transaction, news: News, *, channel: Channel, office: Office | None) -> None:
    """Queue the message. One that is only shown on the home page counts as sent at once."""
    message, event = domain.queue(news, id=new_id(), channel=channel, office=office, now=tx.now)
    if not await store.add(tx, message):
        return
    await tx.emit(event)
    await _list_waiting(tx, message)
    if channel == "page":
        await _save_and_emit(tx, *domain.hand_over(message, now=tx.now))


@dataclass(frozen=True)
class Outgoing:
    """One e-mail that this process may send now."""

    message: Message
    to: str
    called: str
    """Empty when the address is not known to be the person's: a stranger is told no name."""


async def take_next(tx: Transaction) -> Outgoing | None:
    """Claim the next e-mail and count the try; None when there is none due.

    One that has become too old goes stale; one whose person has no address any more is left to their home page.
    """
    for _ in range(MOST_SKIPPED):
        message = await store.lock_next_email(tx, stuck_since=tx.now - STUCK_AFTER)
        if message is None:
            return None
        if tx.now - message.queued_at > domain.FRESH_FOR:
            await _save_and_emit(tx, *domain.go_stale(message))
            continue
        heard = await contact_store.account(tx, message.news.person_id)
        to = message.news.address or await _address(tx, message.news.person_id)
        if to is None or heard is None or heard.account is None:
            await _save_and_emit(tx, *domain.hand_over(domain.show_on_page(message), now=tx.now))
            continue
        begun = domain.begin(message, now=tx.now)
        await store.save(tx, begun)
        return Outgoing(begun, to, "" if message.news.address else heard.account.called)
    return None


async def _address(tx: Transaction, person_id: UUID) -> str | None:
    contact = await contact_store.get(tx, person_id)
    return contact.address if contact and contact.channel == "email" and contact.verified else None


async def note_sent(tx: Transaction, id: UUID) -> None:
    """The mail server has taken it."""
    message = await store.lock(tx, id)
    if message is not None and message.status == "sending":
        await _save_and_emit(tx, *domain.hand_over(message, now=tx.now))


async def note_not_sent(tx: Transaction, id: UUID, why: str, *, for_good: bool) -> bool:
    """It did not go out, or nobody knows. It is tried again unless it was refused for good or tried often enough.

    `why` carries no address. Returns whether it will be tried again.
    """
    message = await store.lock(tx, id)
    if message is None or message.status != "sending":
        return False
    later = None if for_good else domain.try_again(message, why, now=tx.now)
    if later is None:
        await _save_and_emit(tx, *domain.give_up(message, why))
        return False
    await store.save(tx, later)
    metrics.counted(later.channel, "retried")
    return True


async def note_told(tx: Transaction[Member], id: UUID) -> None:
    """A member of the network's staff has rung or written to the person. Raises NotFound or AlreadyTold."""
    message = await store.lock_for_office(tx, id)
    await _save_and_emit(tx, *domain.hand_over(message, now=tx.now, done_by=tx.acting.by))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete how the person was reached and what they were told, and say so for each message. Safe to repeat."""
    for id, version in await store.lock_of_person(tx, person_id):
        await waiting_store.rewrite(tx, Thing(PublicMessage.topic, id), ())
        await tx.emit(MessageErased(Erased(id=id, version=version + 1)))
    await store.forget(tx, person_id)
    await contact_store.forget(tx, person_id)
    await waiting_store.forget_person(tx, person_id)


async def _save_and_emit(tx: Transaction, message: Message, event: Event[PublicMessage]) -> None:
    """And list what waits for staff, and count what became of it."""
    await store.save(tx, message)
    await tx.emit(event)
    await _list_waiting(tx, message)
    metrics.counted(message.channel, message.status)


async def _list_waiting(tx: Transaction, message: Message) -> None:
    """What waits for the network's staff. Only a message by phone or post ever does."""
    if message.office is not None:
        await waiting_store.rewrite(tx, _thing(message), message.public().waiting)


def _thing(message: Message) -> Thing:
    return Thing(PublicMessage.topic, message.id, person_id=message.news.person_id)
