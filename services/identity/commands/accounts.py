"""Open, rename and forget an account."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import Refused, TryAgainSoon
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands.letters import unsend_of_change
from services.identity.domain import account as domain
from services.identity.domain.account import Account
from services.identity.store import accounts as store
from services.identity.store import invitations as invitation_store
from services.identity.store import organisations as organisation_store
from services.identity.store import owed
from services.identity.store import sign_in as sign_in_store
from services.identity.store import staff as staff_store
from services.identity.store.naming import name_account, name_address, name_organisation


@dataclass(frozen=True)
class Newcomer:
    """Somebody who has no account yet. A person without an e-mail address cannot sign in."""

    called: str
    email: EmailAddress | None = None
    kind: str = "person"
    came_to_join: bool = False
    """On our own pages, without a credential."""


async def open_account(tx: Transaction, newcomer: Newcomer, *, entered_for: UUID | None = None) -> Account:
    """Make the account; from here on it is the named one. Raises AddressTaken.

    `entered_for`: the organisation whose member of staff (who is acting) entered somebody without an address.
    """
    account, event = domain.open_account(
        Account(
            id=new_id(),
            version=1,
            called=newcomer.called,
            kind="machine" if newcomer.kind == "machine" else "person",
            can_sign_in=newcomer.email is not None or newcomer.kind == "machine",
            came_to_join_at=tx.now if newcomer.came_to_join else None,
        )
    )
    await name_account(tx, account.id)
    entered_by = tx.acting.hand_id if entered_for else None
    await store.add_account(tx, account, now=tx.now, entered_by=entered_by, entered_for=entered_for)
    if newcomer.email is not None:
        await name_address(tx, newcomer.email.key)
        await store.add_address(tx, account, newcomer.email)
    await tx.emit(event)
    tx.note(Happened.ACCOUNT_OPENED, of=account.id)
    return account


async def enter_person(tx: Transaction[Member], called: str) -> UUID:
    """Somebody on the phone gets an account without a credential. Who entered it, and for whom, is kept."""
    account = await open_account(tx, Newcomer(called), entered_for=tx.acting.organisation_id)
    return account.id


async def rename(tx: Transaction[Person], called: str) -> None:
    """Another name to be called by, for whoever is acting."""
    account = await lock_own(tx)
    if changed := domain.rename(account, called):
        renamed, event = changed
        await store.save_account(tx, renamed)
        await tx.emit(event)


class MoreIsOwed(Refused, slug="more-is-owed", status=409):
    """You are owed more than you were told. You lose it when we forget you. Look at what it is before you decide."""


async def forget_me(tx: Transaction[Person], *, loses_pence: int = 0) -> None:
    """All that the front desk holds of whoever is acting is deleted, and every service is told to forget them.

    `loses_pence`: what they were told that they are owed and lose by it. Raises MoreIsOwed where it is more by now.
    """
    if (await owed.owed_to_me(tx)).pence > loses_pence:
        raise MoreIsOwed
    await _hold_letters(tx, tx.acting.person_id)
    was_admin = await _must_leave_an_admin(tx)
    account = await lock_own(tx)
    if not was_admin and await _is_admin(tx):
        raise TryAgainSoon  # they became one at this moment: whoever gives a role holds the account, too
    await _forget_letters(tx, account.id)
    await store.delete_account(tx, account.id)
    await tx.emit(domain.forget(account))
    tx.note(Happened.ACCOUNT_GONE, of=account.id)


async def _must_leave_an_admin(tx: Transaction[Person]) -> bool:
    """Whether whoever leaves is an admin of the network, whose last one stays until there is another. Nobody else waits
    for its row, or a hundred who leave at once would go one by one. Of two admins who leave at once the second sees the
    first gone. Raises LastAdmin.
    """
    if not await _is_admin(tx):
        return False
    network = await organisation_store.network(tx)
    assert network is not None
    await organisation_store.lock_organisation(tx, network.ods_code)
    await name_organisation(tx, network.id)
    today, leaving = london_day(tx.now), tx.acting.person_id
    if await _is_admin(tx) and not await staff_store.admins_left(tx, network.id, today=today, without=leaving):
        raise domain.LastAdmin
    return True


async def _is_admin(tx: Transaction[Person]) -> bool:
    return await staff_store.is_admin_of_network(tx, tx.acting.person_id, today=london_day(tx.now))


async def drop_account(tx: Transaction, account_id: UUID) -> None:
    """Delete an account that was erased, if a restored database has brought it back. Safe to repeat.

    Also the network's last admin, who has gone everywhere else: an operator makes another (`pln admin recover`).
    """
    await _forget_letters(tx, account_id)
    await store.forget_account(tx, account_id)


async def _hold_letters(tx: Transaction, account_id: UUID) -> None:
    """Links and invitations before organisations and accounts, as whoever uses one or says yes to one locks them."""
    await name_account(tx, account_id)
    if key := await store.key_of(tx, account_id):
        await name_address(tx, key)
        await sign_in_store.hold_links(tx, key)
        await invitation_store.hold(tx, key)
    await invitation_store.hold_hand(tx, account_id)


async def _forget_letters(tx: Transaction, account_id: UUID) -> None:
    await unsend_of_change(tx, account_id)
    if key := await store.key_of(tx, account_id):
        await name_address(tx, key)
        await sign_in_store.forget_links(tx, key)
        await invitation_store.forget(tx, key)
    await invitation_store.forget_hand(tx, account_id)


async def lock_owner(tx: Transaction, key: str) -> Account | None:
    """Whose sign-in address it is, held until the commit; from here on both are the named ones.

    None where it is nobody's, or is theirs no more by the time that the account could be held. Raises NotFound where
    they were forgotten meanwhile.
    """
    await name_address(tx, key)
    known = await store.account_of_address(tx, key)
    if known is None:
        return None
    await name_account(tx, known)
    account = await store.lock_account(tx, known)
    return account if await store.key_of(tx, known) == key else None


async def lock_own(tx: Transaction[Person]) -> Account:
    """The account of whoever is acting, held until the commit; from here on it is the named one."""
    await name_account(tx, tx.acting.person_id)
    return await store.lock_account(tx, tx.acting.person_id)
