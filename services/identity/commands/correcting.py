"""What is written down of an organisation is put right."""

from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.identity.commands.organisations import must_act_for_network, must_host_nobody_after
from services.identity.domain import organisation as domain
from services.identity.domain.organisation import Facts
from services.identity.store import organisations as store


async def correct(tx: Transaction[Member], ods_code: str, facts: Facts) -> None:
    """Only an admin of the network does it. What was written before stays to be seen. Raises what the domain raises."""
    await must_act_for_network(tx)
    organisation = await store.lock_organisation(tx, ods_code)
    if organisation is None:
        raise domain.UnknownCode
    if corrected := domain.correct(organisation, facts):
        now, event = corrected
        await must_host_nobody_after(tx, now)
        await store.save_correction(tx, organisation, now, by=tx.acting.by)
        await tx.emit(event)
