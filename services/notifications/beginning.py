"""How far somebody is who began to join with a name, as the pages show it."""

from dataclasses import dataclass

from schemas.recruitment import Application
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.contact import Contact
from services.notifications.store import contact as contact_store
from services.notifications.store import neighbours
from services.notifications.store.neighbours import AnsweredBy


@dataclass(frozen=True)
class Started:
    """How far somebody is who began to join with a name, and who answers them."""

    came_to_join: bool
    can_sign_in: bool
    contact: Contact | None
    application: Application | None
    answered: AnsweredBy | None = None


async def my_start(tx: Transaction[Person]) -> Started:
    """Of the person who asks."""
    person_id = tx.acting.person_id
    heard, contact = await contact_store.account(tx, person_id), await contact_store.get(tx, person_id)
    account = heard.account if heard else None
    application = await neighbours.newest_application(tx, person_id)
    came = account is not None and account.came_to_join_at is not None
    answered = await neighbours.answered_by(tx, application) if application else None
    return Started(came, account is None or account.can_sign_in, contact, application, answered)


async def says_it_first(tx: Transaction[Person]) -> bool:
    """Whether nobody has said yet how to reach the person. A machine is reached by nobody."""
    heard = await contact_store.account(tx, tx.acting.person_id)
    if heard is None or heard.account is None or heard.account.kind == "machine":
        return False
    return await contact_store.get(tx, tx.acting.person_id) is None


async def cannot_sign_in(tx: Transaction[Person]) -> bool:
    """Whether the person has an account without a credential."""
    heard = await contact_store.account(tx, tx.acting.person_id)
    return heard is not None and heard.account is not None and not heard.account.can_sign_in


async def my_name(tx: Transaction[Person]) -> str:
    """What the person is called, as far as it was heard."""
    heard = await contact_store.account(tx, tx.acting.person_id)
    return heard.account.called if heard is not None and heard.account is not None else ""
