"""Who may enter where the chassis's kinds of visitor are not enough."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from fastapi import Request

from services.chassis.base import security_log
from services.chassis.base.hands import Person
from services.chassis.base.refusals import ProveItIsYou
from services.chassis.base.security_log import Happened
from services.chassis.http import entry
from services.chassis.http.request import open_transaction
from services.notifications import beginning, metrics
from services.notifications.domain.knowing import NotWhatYouGave


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


@contextmanager
def failure_noted(acting: Person) -> Generator[None]:
    """Whoever types what is not how their person is reached is counted and noted; the refusal goes on."""
    try:
        yield
    except NotWhatYouGave as refusal:
        metrics.SHOWN.labels("wrong").inc()
        security_log.note(Happened.SIGN_IN_FAILED, of=acting.person_id, what=refusal.slug, status=refusal.status)
        raise


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
