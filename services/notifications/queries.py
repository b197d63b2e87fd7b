"""What the pages of notifications and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.base.access import HOSTED_ROLES, london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications import words
from services.notifications.domain.contact import CONFIRM, Contact
from services.notifications.domain.message import Message
from services.notifications.store import contact as contact_store
from services.notifications.store import messages as message_store
from services.notifications.store import neighbours
from services.notifications.store import waiting as waiting_store
from services.notifications.store.contact import Unreached
from services.notifications.store.messages import LinkLetter, ToTell
from services.notifications.store.waiting import Item, Kind

FEW = 3
"""So many things of a kind stand on an organisation's home by themselves."""


@dataclass(frozen=True)
class Home:
    """What a person's home shows. `organisations`: ODS code → name."""

    waiting: Page[Item]
    messages: Page[Message]
    organisations: dict[str, str]
    undelivered: datetime | None


async def my_home(tx: Transaction[Person], asked: Asked, waiting: Asked, *, together: bool = False) -> Home:
    """What waits for the person, oldest first; what is new, newest first; the organisations they work for.

    `asked`: which page of what is new; `waiting`: of what waits, where `together` makes one item of each address.
    """
    waits = await waiting_store.of_person(tx, waiting, tx.acting.person_id, together=together)
    messages = await my_messages(tx, asked)
    undelivered = await my_undelivered(tx, await my_contact(tx))
    return Home(waits, messages, await neighbours.organisation_names(tx, list(tx.acting.staff_of)), undelivered)


async def own_waiting(tx: Transaction[Member], asked: Asked) -> Page[Item]:
    """What waits in the organisation that is acted for, for the roles that this member has, each by itself."""
    return await waiting_store.of_organisation(tx, asked, tx.acting.organisation_id, sorted(tx.acting.roles))


@dataclass(frozen=True)
class Hosted:
    """An organisation that is hosted. `waiting`: what waits there for whoever asks, oldest first."""

    ods_code: str
    name: str
    waiting: list[Kind]


@dataclass(frozen=True)
class OwnHome:
    """An organisation's home: `many` of a kind have one link together, `few` is a page of all else.

    `hosted`: those for which it drafts, approves and pays today, with what waits there for the roles of this member.
    """

    name: str
    many: list[Kind]
    few: Page[Item]
    hosted: list[Hosted]


async def own_home(tx: Transaction[Member], asked: Asked) -> OwnHome:
    """The same as its home shows it: more than three of a kind that has a list of its own are one line."""
    who = tx.acting.organisation_id, sorted(tx.acting.roles)
    many = [one for one in await waiting_store.kinds(tx, *who) if one.count > FEW and one.what in words.LISTS]
    few = await waiting_store.together(tx, asked, *who, besides=[one.what for one in many])
    return OwnHome(await own_name(tx), many, few, await hosted(tx))


async def hosted(tx: Transaction[Member]) -> list[Hosted]:
    """The organisations that this one hosts today, and what waits there for the roles in which a host acts."""
    found: list[Hosted] = []
    for one in await neighbours.hosted_by(tx, tx.acting.organisation_id, today=london_day(tx.now)):
        roles = tx.acting.roles & HOSTED_ROLES
        there = replace(tx.acting, organisation_id=one.id, ods_code=one.ods_code, roles=roles)
        async with tx.reading_as(there) as theirs:
            waiting = await waiting_store.kinds(theirs, one.id, sorted(roles)) if roles else []
        found.append(Hosted(one.ods_code, one.name, waiting))
    return found


async def own_name(tx: Transaction[Member]) -> str:
    """The name of the organisation that is acted for."""
    return await neighbours.organisation_name(tx, tx.acting.organisation_id)


async def my_messages(tx: Transaction[Person], asked: Asked) -> Page[Message]:
    """One page of them, newest first."""
    return await message_store.of_person(tx, asked, tx.acting.person_id)


async def my_message(tx: Transaction[Person], id: UUID) -> Message:
    """Raises NotFound, for somebody else's too."""
    return await message_store.one_of_person(tx, tx.acting.person_id, id)


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
    if not await contact_store.is_network(tx, tx.acting.organisation_id):
        raise NotFound
    page = await message_store.to_tell(tx, asked, tx.acting.organisation_id, words)
    tx.note(Happened.LOOKED, what="contacts", count=len(page.items))
    return page


async def people_to_reach(tx: Transaction[Member], asked: Asked) -> Page[Unreached]:
    """Who has not said yet how to reach them. Raises what `people_to_tell` raises."""
    if not await contact_store.is_network(tx, tx.acting.organisation_id):
        raise NotFound
    return await contact_store.unreached(tx, asked)
