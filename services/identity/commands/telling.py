"""Letters about an account and its roles: to the person, and to those who have to know. A letter of its own each."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.addresses import EmailAddress
from services.chassis.postgres.transaction import Transaction
from services.identity import news
from services.identity.domain.account import Account
from services.identity.domain.granting import CAREFUL
from services.identity.domain.organisation import Organisation
from services.identity.letters import Letters, Words
from services.identity.store import accounts as store
from services.identity.store import organisations as organisation_store
from services.identity.store import sign_in as letter_store
from services.identity.store import staff as staff_store
from services.identity.store.grants import WaitingRoles
from services.identity.store.naming import name_account, name_address, name_organisation

LETTER_LIFE = timedelta(days=14)


async def tell(tx: Transaction, account_id: UUID, words: Words) -> None:
    """Write to somebody at their sign-in address; nothing to whoever has none. They are the named one afterwards."""
    await name_account(tx, account_id)
    found = await store.SIGN_IN_ADDRESS.get(tx, account_id)
    if found is None or found.email_key is None:
        return
    await name_address(tx, found.email_key)
    to = EmailAddress(found.email, found.email_key)
    await letter_store.write_letter(tx, to, words, now=tx.now, good_until=tx.now + LETTER_LIFE)


async def tell_of_grant(
    tx: Transaction, to: Account, organisation: Organisation, roles: Sequence[str], *, by: Account, letters: Letters
) -> None:
    """The person, and, of a role that leads to money, the organisation's other admins; where there are none, the
    network's. The person is the named one afterwards."""
    if CAREFUL & set(roles):
        words = news.told_of_grant(
            letters, to=to.called, by=by.called, organisation=organisation.name, ods=organisation.ods_code, roles=roles
        )
        for id in await _other_admins(tx, organisation, {to.id, by.id}):
            await tell(tx, id, words)
    await tell(tx, to.id, news.roles_given(letters, called=to.called, organisation=organisation.name, roles=roles))


async def tell_of_answer(
    tx: Transaction, asked: WaitingRoles, organisation: Organisation, *, released: bool, letters: Letters
) -> None:
    """What the network's finance said: to whoever asked, and, of a no, to the person. Of a yes they hear as of any."""
    await name_account(tx, asked.account_id)
    if (to := await store.account(tx, asked.account_id)) is None:
        return
    name, roles = organisation.name, asked.roles
    if not released:
        await tell(tx, to.id, news.roles_refused(letters, called=to.called, organisation=name, roles=roles))
    since = asked.valid_from if released else None
    await tell(tx, asked.asked_by, news.roles_answered(to=to.called, organisation=name, roles=roles, since=since))


async def _other_admins(tx: Transaction, organisation: Organisation, besides: set[UUID]) -> list[UUID]:
    network = await organisation_store.network(tx)
    for one in (organisation, network):
        if one is None:
            continue
        await name_organisation(tx, one.id)
        found = await staff_store.holders(tx, one.id, "admin", today=london_day(tx.now))
        if others := [id for id in found if id not in besides]:
            return others
    return []


async def tell_finance(tx: Transaction, network: Organisation, words: Words, *, besides: set[UUID]) -> None:
    """Write to everybody in the network's finance but these."""
    await name_organisation(tx, network.id)
    for id in await staff_store.holders(tx, network.id, "finance", today=london_day(tx.now)):
        if id not in besides:
            await tell(tx, id, words)
