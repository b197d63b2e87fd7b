"""Make and stop an address at which somebody's calendar program reads what they have booked."""

import base64
from uuid import UUID

from services.chassis.base.hands import Person
from services.chassis.base.keys import Secrets
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications.domain import calendar_address as domain
from services.notifications.domain.calendar_address import Address
from services.notifications.store import calendar as store
from services.notifications.store import contact as contact_store


async def make_address(tx: Transaction[Person], *, secret: Secrets) -> UUID:
    """A new address; its person is shown it for ten minutes. Raises TooManyAddresses, and NotFound of who was erased.

    What makes it up is the network's secret of the day and its id, so that the answer to a form, which is kept for
    repeats, need not hold it.
    """
    person_id = tx.acting.person_id
    await contact_store.hold_person(tx, person_id)
    heard = await contact_store.account(tx, person_id)
    if heard is None or heard.account is None:
        raise NotFound
    domain.check_another(await store.of_person(tx, person_id))
    id = new_id()
    await store.add(tx, Address(id, person_id, domain.hash_of(_made_of(id, secret[0])), tx.now))
    tx.note(Happened.ADDRESS_MADE, of=person_id, what="calendar")
    return id


def secret_of(address: Address, secret: Secrets) -> str | None:
    """The secret of an address, as long as it can be made again; None once the network's own was rotated twice."""
    made = (_made_of(address.id, one) for one in secret)
    return next((one for one in made if domain.hash_of(one) == address.hash), None)


def _made_of(id: UUID, key: bytes) -> str:
    return base64.urlsafe_b64encode(sealed(key, Purpose.CALENDAR, str(id))).decode().rstrip("=")


async def stop_address(tx: Transaction[Person], id: UUID) -> None:
    """From the commit on nobody reads anything there. What programs have read already they keep. Raises NotFound."""
    if not await store.end(tx, tx.acting.person_id, id):
        raise NotFound
    tx.note(Happened.ADDRESS_ENDED, of=tx.acting.person_id, what="calendar")
