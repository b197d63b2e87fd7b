"""Who is in the pool, as whoever asks for a person may see it: by it goes who may act for them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from schemas.recruitment import Leader
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction

LeaderOf = Callable[[Transaction, UUID], Awaitable[Leader | None]]
"""How a service finds somebody of the pool; None of somebody who is not in it."""


async def mirrored_leader(tx: Transaction, person_id: UUID) -> Leader | None:
    """As the service heard it; the one that owns the pool looks at its own rows."""
    return await mirrors.get(tx, Leader, person_id)
