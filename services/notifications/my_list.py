"""What one person says of the monthly list, and how it comes to them: on their page, by a link and the API."""

from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain import monthly as domain
from services.notifications.domain.monthly import Mine
from services.notifications.store import contact as contact_store
from services.notifications.store import monthly as store


async def mine(tx: Transaction[Person]) -> Mine:
    """Of the person who asks."""
    person_id = tx.acting.person_id
    wanted = await store.wanted(tx, person_id)
    contact = await contact_store.get(tx, person_id)
    return Mine(
        await store.standing(tx, person_id),
        wanted,
        domain.channel_of(contact, wanted=wanted),
        letters_known=contact is not None and bool(contact.letters_to),
        way=contact.channel if contact is not None and contact.usable else None,
    )
