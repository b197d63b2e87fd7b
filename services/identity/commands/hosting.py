"""Who drafts, approves and pays for an organisation that is too small to do so. The network's admins set it."""

from datetime import date

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.identity.commands.organisations import must_act_for_network
from services.identity.domain import hosting as domain
from services.identity.domain.organisation import Organisation, UnknownCode, must_be_open
from services.identity.store import hosts as store
from services.identity.store import organisations as organisation_store


async def host(
    tx: Transaction[Member], ods_code: str, host_code: str, *, first: date | None, last: date | None
) -> None:
    """From the first day (today, where none is given) to the last, if there is one. Raises what the domain raises."""
    await must_act_for_network(tx)
    today = london_day(tx.now)
    held = {code: await organisation_store.lock_organisation(tx, code) for code in sorted({ods_code, host_code})}
    organisation = _known(held[ods_code])
    must_be_open(organisation, today)
    changed, event = domain.host(
        organisation,
        held[host_code],
        Period(first or today, last),
        hosts_others=bool(await store.hosted_by(tx, organisation.id, today=today)),
        today=today,
    )
    await store.add(tx, organisation.id, changed.hosts[-1], by=tx.acting.by)
    await organisation_store.save_version(tx, changed)
    tx.note(Happened.ROLES_CHANGED, of=organisation.id, what="hosted")
    await tx.emit(event)


async def end_hosting(tx: Transaction[Member], ods_code: str, host_code: str, *, last_day: date) -> None:
    """The host acts for it until that day; yesterday: no more. Raises NoHost or EndsTooEarly."""
    await must_act_for_network(tx)
    organisation = _known(await organisation_store.lock_organisation(tx, ods_code))
    changed, event = domain.end(organisation, host_code, last_day=last_day, today=london_day(tx.now))
    [ended] = [one for one in changed.hosts if one not in organisation.hosts] or [None]
    if ended is None:
        return
    await store.end(tx, organisation.id, ended, by=tx.acting.by)
    await organisation_store.save_version(tx, changed)
    tx.note(Happened.ROLES_CHANGED, of=organisation.id, what="host-ended")
    await tx.emit(event)


def _known(organisation: Organisation | None) -> Organisation:
    if organisation is None:
        raise UnknownCode
    return organisation
