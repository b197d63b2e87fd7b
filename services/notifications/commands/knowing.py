"""Whoever began to join with a name, and has nothing to sign in with, shows that it is them by how we reach them."""

from schemas.signed import SHOWN_BY_CONTACT
from services.chassis.base.hands import Person
from services.chassis.base.keys import Secrets
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import Transaction
from services.notifications import beginning, metrics
from services.notifications.domain import knowing as domain
from services.notifications.store import contact as store


async def show(tx: Transaction[Person], typed: str, *, secret: Secrets) -> str:
    """What identity takes for a proof, for five minutes, in the session of whoever asks. Who has said nothing yet has
    nothing yet either, so nothing is asked of them.

    Raises ShownByLink of whoever can sign in, NothingToShow and NotWhatYouGave.
    """
    if tx.acting.helper or not await beginning.cannot_sign_in(tx):
        raise domain.ShownByLink
    contact = await store.get(tx, tx.acting.person_id)
    if contact is not None:
        domain.check_known(contact, typed)
    tx.count(metrics.SHOWN.labels("right").inc)
    shown = {"person_id": str(tx.acting.person_id), "session_id": str(tx.acting.session_id)}
    return sign(secret, shown, purpose=SHOWN_BY_CONTACT)
