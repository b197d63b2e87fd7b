"""Who may act for an organisation: grant and end roles. Invitations and machines are beside it."""

from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity import news
from services.identity.commands.granting import Granted, give_roles
from services.identity.commands.telling import tell
from services.identity.domain import account as domain
from services.identity.domain.account import Membership
from services.identity.domain.organisation import NETWORK, Organisation, UnknownCode, must_be_open
from services.identity.letters import Letters
from services.identity.store import accounts as store
from services.identity.store import organisations as organisation_store
from services.identity.store import staff as staff_store
from services.identity.store.naming import name_account, name_organisation


async def must_be_grantable(tx: Transaction[Member], granted: Granted) -> Organisation:
    """The organisation acted for, once it is sure that it may give these roles to somebody who has none.

    Raises NotAllowed, OrganisationClosed, UnknownRole, NetworkRole or DaysMixedUp.
    """
    organisation, today = await acting_organisation(tx), london_day(tx.now)
    days = (granted.valid_from or today, granted.valid_to)
    tried = Membership(new_id(), organisation.id, organisation.ods_code, granted.roles, *days)
    domain.must_be_sound(tried, by_network=organisation.kind == NETWORK)
    return organisation


async def grant(tx: Transaction[Member], account_id: UUID, granted: Granted, letters: Letters) -> bool:
    """More roles for somebody who is on the organisation's list already. False: they wait for the network's finance."""
    organisation = await acting_organisation(tx)
    await must_be_listed(tx, account_id, organisation)
    return await give_roles(tx, account_id, organisation, granted, by=tx.acting.by, letters=letters)


async def end_membership(tx: Transaction[Member], membership_id: UUID, letters: Letters) -> None:
    """From now on it holds no more. Raises NotFound, and LastAdmin when the network would be left without one."""
    organisation = await acting_organisation(tx, closed_too=True)
    await organisation_store.lock_organisation(tx, organisation.ods_code)
    account_id = await staff_store.membership_account(tx, membership_id, organisation.id)
    if account_id is None:
        raise NotFound
    await name_account(tx, account_id)
    account = await store.lock_account(tx, account_id)
    ended = domain.end_membership(account, membership_id, today=london_day(tx.now))
    if ended is None:
        return
    if organisation.kind == NETWORK:
        await must_keep_an_admin(tx, organisation, without=membership_id)
    left, event = ended
    await store.save_account(tx, left)
    await tx.emit(event)
    tx.note(Happened.ROLES_CHANGED, of=account_id, what="ended")
    roles = next(one.roles for one in account.memberships if one.id == membership_id)
    words = news.roles_ended(letters, called=account.called, organisation=organisation.name, roles=roles)
    await tell(tx, account_id, words)


async def must_keep_an_admin(tx: Transaction, network: Organisation, *, without: UUID) -> None:
    """On every way out of the network's own organisation: a person who is admin today, and without a last day, stays.

    The caller holds the organisation's row, so that two who leave at once cannot both. `without`: the membership that
    ends, or the account that leaves. Raises LastAdmin.
    """
    await name_organisation(tx, network.id)
    if not await staff_store.admins_left(tx, network.id, today=london_day(tx.now), without=without):
        raise domain.LastAdmin


async def acting_organisation(tx: Transaction[Member], *, closed_too: bool = False) -> Organisation:
    """The organisation that an admin acts for. Raises NotAllowed, UnknownCode, OrganisationClosed."""
    if "admin" not in tx.acting.roles:
        raise NotAllowed
    organisation = await organisation_store.organisation(tx, tx.acting.ods_code)
    if organisation is None or organisation.id != tx.acting.organisation_id:
        raise UnknownCode
    if not closed_too:
        must_be_open(organisation, london_day(tx.now))
    return organisation


async def must_be_listed(tx: Transaction, account_id: UUID, organisation: Organisation) -> None:
    if await staff_store.called_of_staff(tx, account_id, organisation.id, today=london_day(tx.now)) is None:
        raise NotFound
