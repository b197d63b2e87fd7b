"""A body that comes too slowly is not waited for: whoever sends it a byte at a time keeps nothing of ours busy."""

import asyncio
from typing import Final

from starlette.types import Message, Receive

from services.chassis.base.refusals import Refused

WAIT_SECONDS: Final = 20.0
"""So long a body is waited for in all, and a second more for each SLOWEST_BYTES that have come."""
SLOWEST_BYTES: Final = 2_000
MOST_SECONDS: Final = 300.0


class TooSlow(Refused, slug="too-slow", status=408):
    """What you sent came too slowly, so we stopped waiting and nothing was changed. Check your connection, then send it
    again."""


def timely(receive: Receive) -> Receive:
    """The same receiver, which raises TooSlow. Only waiting counts, not what is done between."""
    waited, taken, whole = 0.0, 0, False
    now = asyncio.get_running_loop().time

    async def in_time() -> Message:
        nonlocal waited, taken, whole
        if whole:  # what comes now is that the client went away, whenever that is
            return await receive()
        since = now()
        try:
            async with asyncio.timeout(min(WAIT_SECONDS + taken / SLOWEST_BYTES, MOST_SECONDS) - waited):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        waited += now() - since
        taken += len(message.get("body", b""))
        whole = not message.get("more_body")
        return message

    return in_time
