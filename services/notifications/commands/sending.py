"""How a message goes out: an e-mail or a text as it is now, to the address of now; and what became of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.access import london_day
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.outgoing import NotBefore
from services.chassis.work.text_office import Arrived
from services.notifications import words_of_lists as lists
from services.notifications import words_of_messages, words_of_now
from services.notifications.commands import fitting
from services.notifications.commands.attaching import bookings_of
from services.notifications.commands.messages import save_and_emit, still_waits
from services.notifications.desks_of_now import Desk, desk_now
from services.notifications.domain import kinds
from services.notifications.domain import message as domain
from services.notifications.domain.booking import Booking
from services.notifications.domain.contact import Contact
from services.notifications.domain.kinds import ASKS
from services.notifications.domain.message import Message
from services.notifications.store import asking as asking_store
from services.notifications.store import contact as contact_store
from services.notifications.store import messages as store
from services.notifications.store import news as news_store
from services.notifications.store import texts_sent
from services.notifications.store.news import First


@dataclass(frozen=True)
class ToSend:
    """One e-mail that may be sent now."""

    message: Message
    to: str
    called: str
    """Empty when the address is not known to be the person's: a stranger is told no name."""
    today: date
    bookings: Sequence[Booking] = ()
    """What goes with it for its person's calendar."""
    first: First | None = None
    """The first e-mail to them of the same thing, where that is another: mail programs show them together."""

    @property
    def subject(self) -> str:
        """The same in all mails of a thread, also where its role has another title by now: programs that thread go by
        it too. What happened is the first line."""
        return (self.first.thing if self.first else "") or self.message.news.thing or self.message.news.subject


async def load(tx: Transaction, id: UUID) -> ToSend | None:
    """The e-mail, to the address of now. None when it is gone; when its person has no address any more it is left to
    their home page.

    Raises NotBefore at an hour at which its kind is not sent, and while the address of somebody who cannot sign in, and
    so reads no page, is not known to be theirs.
    """
    message = await _still_to_send(tx, id)
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
    [message] = await words_of_messages.with_words(tx, [message], in_mail=contact is not None and contact.words_in_mail)
    today = london_day(tx.now)
    if message.news.address:
        return ToSend(message, to, "", today)
    bookings, first = await bookings_of(tx, message.news), await news_store.first_of_thread(tx, message)
    return ToSend(message, to, heard.account.called, today, bookings, first)


@dataclass(frozen=True)
class ToText:
    """One text that may be sent now. `tried`: somebody began to send it before."""

    message: Message
    to: str
    can_sign_in: bool
    tried: bool
    desk: Desk | None = None
    """The one to ask about it, as it answers now."""
    roles: Sequence[Opportunity] = ()
    """Of what tells of roles that fit: these."""


async def load_text(tx: Transaction, id: UUID) -> ToText | None:
    """The text, to the number of now; None when it is gone, or its person is reached in another way by now.

    Raises NotBefore in the evening and at night: a text wakes people.
    """
    message = await _still_to_send(tx, id)
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
    desk = await desk_now(tx, message.news.rings)
    roles = await _roles_of(tx, message)
    return ToText(message, to, heard.account.can_sign_in, await store.attempts(tx, id) > 1, desk, roles)


async def _roles_of(tx: Transaction, message: Message) -> list[Opportunity]:
    if not message.news.matches:
        return []
    ids = [one.role_id for one in message.news.fits] or [message.news.thread]
    return [*(await mirrors.get_each(tx, Opportunity, ids)).values()]


async def note_text_given_up(tx: Transaction, id: UUID, why: str) -> None:
    """Its number takes no texts. Whoever can sign in reads that on their page, anybody else is rung."""
    if message := await still_waits(tx, id):
        await _note_wrong_number(tx, message)
        if not await _by_phone(tx, message):
            await save_and_emit(tx, domain.give_up(message))


async def note_text_arrived(tx: Transaction, id: UUID, arrived: Arrived) -> None:
    """What became of a text at its phone. One that did not get there counts as not sent after all."""
    message = await store.lock(tx, id)
    if message is None or message.status != "sent" or arrived == "later":
        return
    await texts_sent.note_arrived(tx, id, "yes" if arrived == "yes" else "no")
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
    """Somebody who cannot sign in has no page: staff tell them. False for everybody else, and of what nobody is rung
    with."""
    if not kinds.of(message.news.kind).rung:
        return False
    heard = await contact_store.account(tx, message.news.person_id)
    office = await contact_store.network_office(tx)
    if heard is None or heard.account is None or heard.account.can_sign_in or office is None:
        return False
    await save_and_emit(tx, domain.ring_instead(message, office))
    return True


async def _still_to_send(tx: Transaction, id: UUID) -> Message | None:
    """In its words of now; unless it asks what is answered by now, or is a list for somebody who gets it no more or of
    which nothing is open: then it is stale. A role that fits is looked at again."""
    message = await still_waits(tx, id)
    if message is None:
        return None
    asks = message.news.kind in ASKS and not await asking_store.is_listed(tx, message.news.about)
    if asks or (message.news.lists and await lists.is_over(tx, message)):
        await save_and_emit(tx, domain.go_stale(message))
        return None
    message = await fitting.still_to_tell(tx, message)
    return (await words_of_now.in_words(tx, [message], in_mail=True))[0] if message else None


def _address(contact: Contact | None) -> str | None:
    return contact.address if contact and contact.channel == "email" and contact.verified else None
