"""The life of a message: queued once, sent by e-mail or told by staff, tried again, given up, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.event import Erased, Event
from schemas.notifications import Message as PublicMessage
from schemas.notifications import MessageErased
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction, new_id
from services.chassis.work.outgoing import NotBefore
from services.chassis.work.text_office import Arrived
from services.notifications import metrics
from services.notifications.commands import alike
from services.notifications.domain import contact as contacts
from services.notifications.domain import message as domain
from services.notifications.domain.contact import BY_PEOPLE, Channel, Contact
from services.notifications.domain.message import Message, News, Office
from services.notifications.store import calls as call_store
from services.notifications.store import contact as contact_store
from services.notifications.store import messages as store
from services.notifications.store import waiting as waiting_store
from services.notifications.store.waiting import Thing


async def tell(tx: Transaction, news: News) -> None:
    """Tell a person something once, by the channel of their choice. An erased person is told nothing.

    Raises NotYet while the account, or the network's organisation for a phone call or a letter, is not heard of.
    """
    if waits := await tell_each(tx, [news]):
        raise waits[0].why


@dataclass(frozen=True)
class CannotYet:
    """Somebody who cannot be told yet, and why: `tell` would raise it."""

    news: News
    why: NotYet


async def tell_each(tx: Transaction, many: Sequence[News]) -> list[CannotYet]:
    """Tell each person theirs, by one statement for all that is asked and one for all that is written.

    Returns those that `tell` would have raised NotYet for: they keep no others waiting.
    """
    await contact_store.keep_people(tx, [news.person_id for news in many])
    reached = await contact_store.reach(tx, many)
    waits: list[CannotYet] = []
    to_tell: list[tuple[News, Channel]] = []
    for news, at in zip(many, reached, strict=True):
        if not at.known:
            waits.append(CannotYet(news, NotYet(f"account {news.person_id}")))
        elif not at.gone and not at.told:
            to_tell.append((news, contacts.channel_for(at.contact, can_sign_in=at.can_sign_in)))
    by_staff = [news for news, channel in to_tell if channel in BY_PEOPLE]
    office = await contact_store.network_office(tx) if by_staff else None
    if by_staff and office is None:
        waits += [CannotYet(news, NotYet("the organisation that runs the network")) for news in by_staff]
        to_tell = [(news, channel) for news, channel in to_tell if channel not in BY_PEOPLE]
    await _queue(tx, to_tell, office)
    return waits


async def queue_email(tx: Transaction, news: News) -> None:
    """Queue a message that goes by e-mail whatever its person chose."""
    await _queue(tx, [(news, "email")], None)


async def show_on_page(tx: Transaction, news: News) -> None:
    """Show a message on its person's home page, whatever they chose."""
    await _queue(tx, [(news, "page")], None)


async def _queue(tx: Transaction, many: Sequence[tuple[News, Channel]], office: Office | None) -> None:
    """Queue the messages. Those that are only shown on the home page count as sent at once.

    The caller keeps the people (`contact_store.keep_people`). What is no longer worth sending is noted as stale.
    """
    if not many:
        return
    queued: list[tuple[Message, list[Event[PublicMessage]]]] = []
    for news, channel in many:
        message, event = domain.queue(news, id=new_id(), channel=channel, office=office, now=tx.now)
        events: list[Event[PublicMessage]] = [event]
        if channel == "page":
            message, sent = domain.hand_over(message, now=tx.now)
            events.append(sent)
        elif domain.is_stale(message, tx.now):
            message, stale = domain.go_stale(message)
            events.append(stale)
        queued.append((message, events))
    added = await store.add(tx, [(message, domain.may_be_sent_at(message, tx.now)) for message, _ in queued])
    new = [(message, events) for message, events in queued if message.id in added]
    await tx.emit(*(event for _, events in new for event in events))
    await _list_waiting(tx, *(message for message, _ in new))
    for message, _ in new:
        if message.status in ("sent", "stale"):
            tx.count(metrics.SENT.labels(message.channel, message.status).inc)


@dataclass(frozen=True)
class ToSend:
    """One e-mail that may be sent now."""

    message: Message
    to: str
    called: str
    """Empty when the address is not known to be the person's: a stranger is told no name."""


async def load(tx: Transaction, id: UUID) -> ToSend | None:
    """The e-mail, to the address of now. None when it is gone; when its person has no address any more it is left to
    their home page.

    Raises NotBefore at an hour at which its kind is not sent, and while the address of somebody who cannot sign in, and
    so reads no page, is not known to be theirs.
    """
    message = await _waiting(tx, id)
    if message is None:
        return None
    at = domain.may_be_sent_at(message, tx.now)
    if at > tx.now:
        raise NotBefore(at)
    heard = await contact_store.account(tx, message.news.person_id)
    contact = await contact_store.get(tx, message.news.person_id)
    reads_no_page = heard is not None and heard.account is not None and not heard.account.can_sign_in
    if reads_no_page and domain.waits_for_proof(message, contact, tx.now):
        raise NotBefore(tx.now + domain.LOOK_FOR_PROOF)
    to = message.news.address or _address(contact)
    if to is None or heard is None or heard.account is None:
        await save_and_emit(tx, domain.hand_over(domain.show_on_page(message), now=tx.now))
        return None
    return ToSend(message, to, "" if message.news.address else heard.account.called)


@dataclass(frozen=True)
class ToText:
    """One text that may be sent now. `tried`: somebody began to send it before."""

    message: Message
    to: str
    can_sign_in: bool
    tried: bool


async def load_text(tx: Transaction, id: UUID) -> ToText | None:
    """The text, to the number of now; None when it is gone, or its person is reached in another way by now.

    Raises NotBefore in the evening and at night: a text wakes people.
    """
    message = await _waiting(tx, id)
    if message is None:
        return None
    at = domain.may_be_sent_at(message, tx.now)
    if at > tx.now:
        raise NotBefore(at)
    heard = await contact_store.account(tx, message.news.person_id)
    contact = await contact_store.get(tx, message.news.person_id)
    to = contact.address if contact and contact.channel == "sms" and contact.usable else None
    if to is None or heard is None or heard.account is None:
        await _by_page_or_phone(tx, message)
        return None
    return ToText(message, to, heard.account.can_sign_in, await store.attempts(tx, id) > 1)


async def note_text_given_up(tx: Transaction, id: UUID, why: str) -> None:
    """Its number takes no texts. Whoever can sign in reads that on their page, anybody else is rung."""
    if message := await _waiting(tx, id):
        await _note_wrong_number(tx, message)
        if not await _by_phone(tx, message):
            await save_and_emit(tx, domain.give_up(message))


async def note_text_arrived(tx: Transaction, id: UUID, arrived: Arrived) -> None:
    """What became of a text at its phone. One that did not get there counts as not sent after all."""
    message = await store.lock(tx, id)
    if message is None or message.status != "sent" or arrived == "later":
        return
    await store.note_arrived(tx, id, "yes" if arrived == "yes" else "no")
    if arrived == "yes":
        return
    if arrived == "wrong_number":
        await _note_wrong_number(tx, message)
    undone = domain.not_sent_after_all(message)
    if not await _by_phone(tx, undone):
        await save_and_emit(tx, domain.give_up(undone))


async def _note_wrong_number(tx: Transaction, message: Message) -> None:
    contact = await contact_store.lock(tx, message.news.person_id)
    if contact is not None and contact.channel == "sms":
        await contact_store.note_unreached(tx, message.news.person_id, "wrong_number")


async def _by_page_or_phone(tx: Transaction, message: Message) -> None:
    if not await _by_phone(tx, message):
        await save_and_emit(tx, domain.hand_over(domain.show_on_page(message), now=tx.now))


async def _by_phone(tx: Transaction, message: Message) -> bool:
    """Somebody who cannot sign in has no page: staff tell them. False for everybody else."""
    heard = await contact_store.account(tx, message.news.person_id)
    office = await contact_store.network_office(tx)
    if heard is None or heard.account is None or heard.account.can_sign_in or office is None:
        return False
    await save_and_emit(tx, domain.ring_instead(message, office))
    return True


async def _waiting(tx: Transaction, id: UUID) -> Message | None:
    message = await store.lock(tx, id)
    return message if message and message.status in domain.WAITING else None


def _address(contact: Contact | None) -> str | None:
    return contact.address if contact and contact.channel == "email" and contact.verified else None


async def send_what_waits(tx: Transaction, person_id: UUID) -> None:
    """The person's address is known to be theirs from now on."""
    await store.bring_forward(tx, person_id)


async def note_sent(tx: Transaction, id: UUID) -> None:
    """The mail server has taken it."""
    if message := await _waiting(tx, id):
        await save_and_emit(tx, domain.hand_over(message, now=tx.now))


async def note_given_up(tx: Transaction, id: UUID, why: str) -> None:
    """It will not be tried again: its person reads that on its page, operators read why on theirs."""
    if message := await _waiting(tx, id):
        await save_and_emit(tx, domain.give_up(message))


async def note_stale(tx: Transaction, id: UUID) -> None:
    """It is no longer worth sending."""
    if message := await _waiting(tx, id):
        await save_and_emit(tx, domain.go_stale(message))


async def note_told(tx: Transaction[Member], id: UUID) -> None:
    """A member of the network's staff has rung or written to the person. Raises NotFound or AlreadyTold."""
    message = await store.lock_for_office(tx, id)
    await save_and_emit(tx, domain.hand_over(message, now=tx.now, done_by=tx.acting.by))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete how the person was reached and what they were told, and say so for each message. Safe to repeat.

    Whoever queues something for them at this moment is waited for; whoever comes later finds that they are gone.
    """
    await contact_store.hold_person(tx, person_id)
    gone = await store.lock_of_person(tx, person_id)
    await waiting_store.rewrite(tx, {Thing(PublicMessage.topic, id): () for id, _ in gone})
    await tx.emit(*(MessageErased(Erased(id=id, version=version + 1)) for id, version in gone))
    await store.forget(tx, person_id)
    await contact_store.forget(tx, person_id)
    await alike.forget(tx, person_id)
    await call_store.forget(tx, person_id)
    await help_given.forget(tx, person_id)
    await waiting_store.forget_person(tx, person_id)


async def save_and_emit(tx: Transaction, *changed: tuple[Message, Event[PublicMessage]]) -> None:
    """And list what waits for staff, and count what became of each. The caller holds the locks."""
    await store.save(tx, *(message for message, _ in changed))
    await tx.emit(*(event for _, event in changed))
    await _list_waiting(tx, *(message for message, _ in changed))
    for message, _ in changed:
        if message.status in metrics.OUTCOMES:
            tx.count(metrics.SENT.labels(message.channel, message.status).inc)


async def _list_waiting(tx: Transaction, *messages: Message) -> None:
    """What waits for the network's staff. Only a message by phone or post ever does."""
    if by_staff := [one for one in messages if one.office is not None]:
        await waiting_store.rewrite(tx, {_thing(one): one.public().waiting for one in by_staff})


def _thing(message: Message) -> Thing:
    return Thing(PublicMessage.topic, message.id, person_id=message.news.person_id)
