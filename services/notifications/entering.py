"""Who may enter where the chassis's kinds of visitor are not enough."""

from datetime import UTC, datetime

from fastapi import Request

from services.chassis.base.hands import Person
from services.chassis.base.refusals import ProveItIsYou
from services.chassis.http import entry
from services.chassis.http.request import open_transaction
from services.notifications import beginning


async def first_or_fresh(request: Request) -> Person:
    """Whoever is signed in, as long as nobody has said how to reach them; later if they proved who they are lately.

    Whoever has only just given a name has nothing yet that somebody else at their desk could take. Raises ProveItIsYou.
    """
    acting = await entry.signed_in(request)
    if not acting.is_fresh(datetime.now(UTC)):
        async with open_transaction(request, acting) as tx:
            if not await beginning.says_it_first(tx):
                raise ProveItIsYou
    return acting


async def signed_in_or_shown(request: Request) -> Person:
    """Whoever is signed in; who has nothing to sign in with only if they proved who they are lately, once there is a
    way to reach them: it is what they prove it by. Raises ProveItIsYou.
    """
    acting = await entry.signed_in(request)
    if not acting.is_fresh(datetime.now(UTC)):
        async with open_transaction(request, acting) as tx:
            if await beginning.cannot_sign_in(tx) and not await beginning.says_it_first(tx):
                raise ProveItIsYou
    return acting


signed_in_or_shown.may_enter = "signed in, shown lately by whoever cannot sign in"  # pyright: ignore[reportFunctionMemberAccess]
_WORDS = "signed in, shown lately once there is a way to reach them"
first_or_fresh.may_enter = _WORDS  # pyright: ignore[reportFunctionMemberAccess]
