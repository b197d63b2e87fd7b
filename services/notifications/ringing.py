"""Whom the network's staff ring, and what whoever rings has before them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.security_log import Happened
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain import calling
from services.notifications.domain.calling import Call
from services.notifications.domain.contact import NUMBERS, Contact, Part
from services.notifications.domain.kinds import AGREE_AGAIN, ASKS
from services.notifications.domain.message import Message
from services.notifications.queries import only_the_network
from services.notifications.store import calls as call_store
from services.notifications.store import contact as contact_store
from services.notifications.store.calls import ToRing
from services.notifications.words_of_messages import to_be_told


async def people_to_ring(tx: Transaction[Member], asked: Asked, which: str = "now") -> Page[ToRing]:
    """Whom to ring now, later or at any time; whoever waits longest first.

    Raises NotFound for every organisation but the one that runs the network.
    """
    await only_the_network(tx)
    page = await call_store.to_ring(tx, asked, which)
    tx.note(Happened.LOOKED, what="calls", count=len(page.items))
    return page


@dataclass(frozen=True)
class Script:
    """What whoever rings somebody has before them. `messages`: all that is to be said, the oldest first."""

    person_id: UUID
    called: str
    contact: Contact | None
    messages: list[Message]
    before: Few[Call]
    again: list[tuple[date, Part]]
    """The parts of days that can be chosen for another call."""
    may_enter: bool
    """Whether staff may enter how they are reached: whoever can sign in says it themselves."""

    def words_of(self, message: Message) -> str:
        """What to say of a message: in short sentences to whoever asked for Easy Read."""
        easy = self.contact is not None and self.contact.format == "easy_read"
        return (message.news.easy if easy else "") or message.news.body

    @property
    def number(self) -> str | None:
        """Where they are rung; None where nobody knows, or it is wrong."""
        good = self.contact and self.contact.channel in NUMBERS and self.contact.unreached != "wrong_number"
        return self.contact.address if self.contact and good else None


async def asked_on_the_phone(tx: Transaction[Member], person_id: UUID) -> dict[str, UUID]:
    """What they are to be asked among what is to be said to them: by its kind, what it is about."""
    waits = await call_store.waiting(tx, person_id)
    return {one.news.kind: one.news.about for one in waits if one.news.kind in (*ASKS, AGREE_AGAIN)}


async def script(tx: Transaction[Member], person_id: UUID) -> Script:
    """Raises NotFound where nothing is or was to be said to them on the phone."""
    await only_the_network(tx)
    called = await call_store.called(tx, person_id)
    contact = await contact_store.get(tx, person_id)
    heard = await contact_store.account(tx, person_id)
    tx.note(Happened.LOOKED, of=person_id, what="call")
    return Script(
        person_id,
        called,
        contact,
        await to_be_told(tx, await call_store.waiting(tx, person_id)),
        await call_store.calls_to(tx, person_id),
        calling.ahead(tx.now, days=calling.MOST_DAYS_AHEAD)[: calling.CHOICES_AHEAD],
        may_enter=heard is not None and heard.account is not None and not heard.account.can_sign_in,
    )
