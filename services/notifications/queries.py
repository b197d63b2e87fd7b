"""What the pages of notifications and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.contact import Contact
from services.notifications.domain.message import Message
from services.notifications.store import contact as contact_store
from services.notifications.store import messages as message_store
from services.notifications.store import neighbours
from services.notifications.store import waiting as waiting_store
from services.notifications.store.contact import Unreached
from services.notifications.store.messages import ToTell
from services.notifications.store.waiting import Item


@dataclass(frozen=True)
class Home:
    """What a person's home shows. `more`: whether there are older messages; `organisations`: ODS code → name."""

    waiting: list[Item]
    messages: list[Message]
    more: bool
    organisations: dict[str, str]


async def my_home(tx: Transaction[Person], *, page: int = 0) -> Home:
    """What waits for the person, oldest first; what is new, newest first; the organisations they work for."""
    waiting = await waiting_store.of_person(tx, tx.acting.person_id)
    messages, more = await my_messages(tx, page=page)
    return Home(waiting, messages, more, await neighbours.organisation_names(tx, list(tx.acting.staff_of)))


async def own_home(tx: Transaction[Member]) -> tuple[str, list[Item]]:
    """The name of the organisation that is acted for, and what waits there for the roles that this member has."""
    name = await neighbours.organisation_name(tx, tx.acting.organisation_id)
    return name, await waiting_store.of_organisation(tx, tx.acting.organisation_id, tx.acting.roles)


async def is_network(tx: Transaction[Member]) -> bool:
    """Whether the organisation that is acted for runs the network."""
    return await contact_store.is_network(tx, tx.acting.organisation_id)


async def my_messages(tx: Transaction[Person], *, page: int = 0) -> tuple[list[Message], bool]:
    """One page of them, newest first, and whether there are more."""
    return await message_store.of_person(tx, tx.acting.person_id, page=page)


async def my_message(tx: Transaction[Person], id: UUID) -> Message:
    """Raises NotFound, for somebody else's too."""
    return await message_store.one_of_person(tx, tx.acting.person_id, id)


async def my_contact(tx: Transaction[Person]) -> Contact | None:
    """How the person is reached; None before they said so."""
    return await contact_store.get(tx, tx.acting.person_id)


async def people_to_tell(tx: Transaction[Member]) -> tuple[list[ToTell], list[Unreached]]:
    """Whom to tell something by phone or post, oldest first; and who has not said yet how to reach them.

    Raises NotFound for every organisation but the one that runs the network.
    """
    if not await contact_store.is_network(tx, tx.acting.organisation_id):
        raise NotFound
    return await message_store.to_tell(tx, tx.acting.organisation_id), await contact_store.unreached(tx)
