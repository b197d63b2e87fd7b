"""Who enters where something that an organisation asked for is drafted: its staff and its host's, or the network's
coordinators, for just that thing and while they are the ones who draft it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from fastapi import Request

from services.chassis.base.hands import VISITOR, Acting, Machine, Member
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.http.entry import remember, staff
from services.chassis.http.request import open_transaction
from services.matching.store import asked as store

COORDINATOR = "coordinator"


def or_who_drafts(*roles: str) -> Callable[[Request, str], Awaitable[Member]]:
    """Staff of the organisation in the address with one of the roles (none: any); or people who coordinate in the
    network, while it is they who draft what the address names (`{id}` or `{draft_id}`). They then act for it there.

    Raises NotFound to everybody else, and NotAllowed to its own staff without the role.
    """

    async def enter(request: Request, ods: str) -> Member:
        try:
            return await staff(*roles)(request, ods)
        except (NotFound, NotAllowed) as refusal:
            acting = await _who_drafts(request, ods)
            if acting is None:
                raise refusal from None
            return remember(request, acting)

    enter.may_enter = f"staff: {', '.join(roles) or 'any role'}, or who drafts it"  # pyright: ignore[reportFunctionMemberAccess]
    return enter


async def _who_drafts(request: Request, ods: str) -> Member | None:
    try:
        id = UUID(request.path_params.get("id") or request.path_params["draft_id"])
    except ValueError:
        return None
    async with open_transaction(request, VISITOR) as tx:
        network = await store.network(tx)
    if network is None or network.ods_code == ods:
        return None
    before: Acting = getattr(request.state, "acting", VISITOR)
    try:
        acting = await staff(COORDINATOR)(request, network.ods_code)
    except (NotFound, NotAllowed):
        remember(request, before)
        return None
    async with open_transaction(request, acting) as tx:
        asking = await store.is_drafted_here(tx, id, ods)
    if asking is None or isinstance(acting, Machine):
        remember(request, before)
        return None
    return replace(acting, organisation_id=asking, ods_code=ods, by_network=True, roles=frozenset({COORDINATOR}))
