"""Signing in without a letter, in the demo and test profiles only: the doors let nobody here in any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.sessions import SignedIn, begin_session
from services.identity.personas import PERSONAS, Persona
from services.identity.store import accounts as store
from services.identity.store import demo as demo_store
from services.identity.store.demo import DemoAccount
from services.identity.store.naming import name_account, name_address, show_demo_list


@dataclass(frozen=True)
class Who:
    """Somebody by id or by address."""

    account_id: UUID | None = None
    email: EmailAddress | None = None


@dataclass(frozen=True)
class Card:
    """One of the eight, and their account here."""

    account: DemoAccount
    persona: Persona


async def sign_in(tx: Transaction, who: Who) -> SignedIn:
    """Raises NotFound when there is nobody like this, NotSignedIn when they have no credential."""
    account_id = who.account_id
    if account_id is None and who.email:
        await name_address(tx, who.email.key)
        account_id = await store.account_of_address(tx, who.email.key)
    if account_id is None:
        raise NotFound
    await name_account(tx, account_id)
    return await begin_session(tx, await store.lock_account(tx, account_id))


async def make_account(tx: Transaction, newcomer: Newcomer) -> SignedIn:
    """An account whose address no letter has proved. Raises AddressTaken."""
    return await begin_session(tx, await open_account(tx, newcomer), is_new=True)


async def list_accounts(tx: Transaction) -> Few[DemoAccount]:
    await show_demo_list(tx)
    return await demo_store.demo_accounts(tx)


async def list_personas(tx: Transaction, offered: Sequence[DemoAccount]) -> list[Card]:
    """Those of the eight who are there, in their order. `offered`: the accounts that the demo offers."""
    by_id: dict[UUID | None, DemoAccount] = {}
    for one in offered:
        by_id.setdefault(one.account_id, one)
    cards: list[Card] = []
    for persona in PERSONAS:
        await name_address(tx, EmailAddress.read(persona.email).key)
        account = by_id.get(await store.account_of_address(tx, EmailAddress.read(persona.email).key))
        if account:
            cards.append(Card(account, persona))
    return cards
