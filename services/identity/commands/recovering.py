"""Make an administrator of the network where none is left who can act: for whoever holds the start secret."""

from uuid import UUID

import structlog

from schemas.identity import AdminRecovered
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity import news
from services.identity.commands.accounts import Newcomer, lock_owner, open_account
from services.identity.commands.telling import tell
from services.identity.domain import account as domain
from services.identity.domain.account import Membership
from services.identity.letters import Letters
from services.identity.store import accounts as store
from services.identity.store import organisations as organisation_store
from services.identity.store import staff as staff_store
from services.identity.store.naming import name_organisation

log = structlog.get_logger()


async def recover_admin(tx: Transaction, newcomer: Newcomer, letters: Letters) -> UUID:
    """Somebody is an administrator of the network from now on, and nobody gave it to them. It is logged, said and told.

    An address that is known keeps its account. Raises NotFound before the network was started, HasRoleAlready.
    """
    network = await organisation_store.network(tx)
    if network is None or newcomer.email is None:
        raise NotFound
    await organisation_store.lock_organisation(tx, network.ods_code)
    account, today = await lock_owner(tx, newcomer.email.key), london_day(tx.now)
    if account is None:
        account = await open_account(tx, newcomer)
    membership = Membership(new_id(), network.id, network.ods_code, ("admin",), today, granted_at=tx.now)
    grown, _ = domain.grant(account, membership, by_network=True, today=today)
    await store.save_account(tx, grown)
    await tx.emit(AdminRecovered(grown.public()))
    log.warning(
        "an administrator of the network was made with the start secret", service=tx.service, id=str(account.id)
    )
    await name_organisation(tx, network.id)
    for id in await staff_store.holders(tx, network.id, "admin", today=today):
        await tell(tx, id, news.admin_recovered(letters, called=account.called))
    return account.id
