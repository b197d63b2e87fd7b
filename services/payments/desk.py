"""Who enters where an organisation decides about money: its own people, or the network's finance desk for them.

The desk acts for organisations that have too few people. That nobody of their own can decide is a rule of the domain.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import Request

from services.chassis.base.hands import VISITOR, Acting, Machine, Member
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.http.entry import remember, staff
from services.chassis.http.request import open_transaction
from services.payments.store import organisations

FINANCE = "finance"


def or_network(role: str) -> Callable[[Request, str], Awaitable[Member]]:
    """Staff of the organisation in the address with this role; or people in the network's finance, acting for it.

    Raises NotFound to everybody else, and NotAllowed to its own staff without the role.
    """

    async def enter(request: Request, ods: str) -> Member:
        try:
            return await staff(role)(request, ods)
        except (NotFound, NotAllowed) as refusal:
            acting = await _network_desk(request, ods)
            if acting is None:
                raise refusal from None
            return remember(request, acting)

    enter.may_enter = f"staff: {role}, or finance of the network"  # pyright: ignore[reportFunctionMemberAccess]
    return enter


async def _network_desk(request: Request, ods: str) -> Member | None:
    async with open_transaction(request, VISITOR) as tx:
        network, organisation = await organisations.network(tx), await organisations.with_code(tx, ods)
    if network is None or organisation is None or network.id == organisation.id:
        return None
    before: Acting = getattr(request.state, "acting", VISITOR)
    try:
        acting = await staff(FINANCE)(request, network.ods_code)
    except (NotFound, NotAllowed):
        remember(request, before)
        return None
    if isinstance(acting, Machine):
        return None
    return replace(acting, organisation_id=organisation.id, ods_code=organisation.ods_code, by_network=True)
