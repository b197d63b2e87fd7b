"""What the pages of notifications and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications import sheets, words_of_messages
from services.notifications.domain.contact import CONFIRM, Contact
from services.notifications.domain.letter import A_PART, Sender, is_reference
from services.notifications.domain.message import Message
from services.notifications.sheets import Listed
from services.notifications.store import contact as contact_store
from services.notifications.store import letters as letter_store
from services.notifications.store import messages as message_store
from services.notifications.store import neighbours
from services.notifications.store import news as news_store
from services.notifications.store import no_way as no_way_store
from services.notifications.store.contact import NotReached
from services.notifications.store.letters import Printing, ToWrite, Waits
from services.notifications.store.messages import LinkLetter, ToTell
from services.notifications.store.news import Thread
from services.notifications.store.no_way import NoWay
from services.notifications.words_of_now import in_words


async def own_name(tx: Transaction[Member]) -> str:
    """The name of the organisation that is acted for."""
    return await neighbours.organisation_name(tx, tx.acting.organisation_id)


async def my_messages(tx: Transaction[Person], asked: Asked) -> Page[Message]:
    """One page of them, newest first."""
    page = await message_store.of_person(tx, asked, tx.acting.person_id)
    return page.with_items(await in_words(tx, page.items))


async def my_message(tx: Transaction[Person], id: UUID) -> Thread:
    """With the newest of the same thing, and the ones before it. Raises NotFound, for somebody else's too."""
    found = await news_store.one_of_person(tx, tx.acting.person_id, id)
    every = [found.item, *([found.newest] if found.newest else []), *found.earlier]
    filled = {one.id: one for one in await in_words(tx, [one.message for one in every])}
    return found.saying(filled)


async def my_letter(tx: Transaction[Person], id: UUID, by: Sender) -> Listed:
    """A letter to the person, as it reads today. Raises NotFound for what goes to them in another way."""
    return (await _listed(tx, [await letter_store.one_of_person(tx, id)], by))[0]


async def my_contact(tx: Transaction[Person]) -> Contact | None:
    """How the person is reached; None before they said so."""
    return await contact_store.get(tx, tx.acting.person_id)


async def my_undelivered(tx: Transaction[Person], contact: Contact | None) -> datetime | None:
    """When we last wrote to the person's e-mail address, if it was refused for good; None when all is well."""
    if contact is None or contact.channel != "email":
        return None
    return await message_store.undelivered_since(tx, tx.acting.person_id, contact.changed_at)


async def my_link(tx: Transaction[Person], contact: Contact | None) -> LinkLetter | None:
    """The letter by which the person shows that an address is theirs, where that is still to be shown."""
    if contact is None or contact.usable or contact.address is None:
        return None
    return await message_store.newest_letter(tx, contact.person_id, CONFIRM, address=contact.address)


async def people_to_tell(tx: Transaction[Member], asked: Asked, words: str = "") -> Page[ToTell]:
    """Whom to tell something by phone or post, oldest first.

    Raises NotFound for every organisation but the one that runs the network.
    """
    await only_the_network(tx)
    page = await message_store.to_tell(tx, asked, tx.acting.organisation_id, words)
    tx.note(Happened.LOOKED, what="contacts", count=len(page.items))
    filled = await words_of_messages.to_be_told(tx, [one.message for one in page.items])
    return page.with_items([replace(one, message=said) for one, said in zip(page.items, filled, strict=True)])


async def people_to_reach(tx: Transaction[Member], asked: Asked) -> Page[NotReached]:
    """Who has not said yet how to reach them. Raises what `people_to_tell` raises."""
    await only_the_network(tx)
    return await contact_store.unreached(tx, asked)


async def people_with_no_way(tx: Transaction[Member], asked: Asked) -> Page[NoWay]:
    """Who gave a name and no way to reach them, whoever came first, first.

    Raises NotFound for every organisation but the one that runs the network.
    """
    await only_the_network(tx)
    return await no_way_store.people(tx, asked)


async def only_the_network(tx: Transaction[Member]) -> None:
    if not await contact_store.is_network(tx, tx.acting.organisation_id):
        raise NotFound


async def found_by_reference(tx: Transaction[Member], words: str) -> Few[ToWrite]:
    """The letters and calls with a reference that somebody reads out; none where the words are no reference."""
    await only_the_network(tx)
    if not is_reference(words):
        return Few()
    return await letter_store.by_reference(tx, words)


@dataclass(frozen=True)
class Letters:
    """What waits to be printed, and a page of what was taken to be printed, the newest first."""

    waits: Waits
    printings: Page[Printing]


async def letters(tx: Transaction[Member], asked: Asked) -> Letters:
    """Raises NotFound for every organisation but the one that runs the network."""
    await only_the_network(tx)
    return Letters(await letter_store.waiting(tx), await letter_store.printings(tx, asked))


async def letter(tx: Transaction[Member], id: UUID, by: Sender) -> Listed:
    """One letter as it reads today, also one without an address yet. Raises NotFound."""
    await only_the_network(tx)
    found = await letter_store.one(tx, id)
    tx.note(Happened.LOOKED, of=found.message.news.person_id, what="letter")
    return (await _listed(tx, [found], by))[0]


async def printing(tx: Transaction[Member], id: UUID) -> Printing:
    """Raises NotFound."""
    await only_the_network(tx)
    return await letter_store.printing(tx, id)


async def letters_of_part(tx: Transaction[Member], id: UUID, part: int, by: Sender) -> list[Listed]:
    """The letters of one file of a printing, as they read today. Raises NotFound where none is left to print."""
    await only_the_network(tx)
    await letter_store.printing(tx, id)
    first = (part - 1) * A_PART + 1
    found = await letter_store.in_printing(tx, id, range(first, first + A_PART))
    if not found:
        raise NotFound
    tx.note(Happened.TAKEN_AWAY, what="letters", count=len(found))
    return await _listed(tx, found, by)


async def _listed(tx: Transaction, some: list[ToWrite], by: Sender) -> list[Listed]:
    filled = await words_of_messages.to_be_told(tx, [one.message for one in some])
    whole = [replace(one, message=said) for one, said in zip(some, filled, strict=True)]
    return [sheets.listed(one, by, on=tx.now) for one in whole]
