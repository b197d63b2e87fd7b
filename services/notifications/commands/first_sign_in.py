"""Whoever has nothing to sign in with reads the mailbox by which we reach them: with it they can sign in from then on.

What lets them in is a letter to that mailbox and never the link by which they were asked to join, which may have been
forwarded: the most that a stranger does with that is to have one more letter sent to its owner.
"""

from datetime import timedelta

from schemas.signed import PROVED_MAILBOX
from services.chassis.base.addresses import are_the_same
from services.chassis.base.hands import Person
from services.chassis.base.keys import Secrets
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import contact as contacts
from services.notifications.commands.going_out import CONFIRMATION
from services.notifications.domain.contact import TooManyLinks
from services.notifications.domain.first_sign_in import LettersEnough, NoMailbox, NotYet, SignsIn
from services.notifications.store import asking as asking_store
from services.notifications.store import contact as store

LATELY = timedelta(hours=1)
"""As long as a link to sign in works. After it a letter that somebody keeps, or forwards, lets nobody in."""


async def hand_over(tx: Transaction[Person], token: str, *, secret: Secrets) -> str | None:
    """What identity takes for five minutes, where the person whose link it is has shown in the last hour that they read
    the mailbox, for the first time or by a new letter. None where they can sign in already, or may not yet."""
    contact = await store.get(tx, tx.acting.person_id)
    if contact is None or contact.channel != "email" or contact.verified_at is None or await _why_not(tx):
        return None
    purpose, seconds = CONFIRMATION
    lately = int(LATELY.total_seconds())
    good_for = seconds if contact.verified_at > tx.now - LATELY else min(seconds, lately)
    email = contacts.proved_address(tx, token, secret, (purpose, good_for))
    if email is None or not are_the_same(contact.address, email):
        return None
    return sign(secret, {"person_id": str(tx.acting.person_id), "email": contact.address}, purpose=PROVED_MAILBOX)


async def send_letter(tx: Transaction[Person]) -> None:
    """Once more, to the mailbox that we have, whoever asks. Raises SignsIn, NotYet, NoMailbox, LettersEnough, and
    NotFound where they were forgotten."""
    await contacts.hold_account(tx, tx.acting.person_id)
    contact = await store.lock(tx, tx.acting.person_id)
    if why := await _why_not(tx):
        raise why
    if contact is None or contact.channel != "email":
        raise NoMailbox
    try:
        await contacts.send_link(tx, contact)
    except TooManyLinks:
        raise LettersEnough from None


async def _why_not(tx: Transaction[Person]) -> SignsIn | NotYet | None:
    heard = await store.account(tx, tx.acting.person_id)
    if heard is None or heard.account is None or await asking_store.listed(tx, [tx.acting.person_id]):
        return NotYet()
    return SignsIn() if heard.account.can_sign_in else None
