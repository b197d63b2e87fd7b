"""What the front desk promises about people's data, in editions that the network sets."""

from datetime import date
from typing import Any

from services.chassis.base.hands import Member
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Edition, Kind
from services.chassis.postgres.transaction import Transaction
from services.identity.domain.asking import WhoMayAsk


async def _whoever_is_known(_: Transaction[Member]) -> str:
    return (
        "From its first day on, the next edition stands beside the first question that people are asked, and on the "
        "page about privacy. It is a promise to everybody whom the network knows, also to those who came before."
    )


WHO_MAY_ASK = Kind("who_may_ask", "Who might ask about people", WhoMayAsk, _whoever_is_known)
KINDS: tuple[Kind[Any], ...] = (WHO_MAY_ASK,)
"""What the front desk obeys."""


async def who_may_ask(tx: Transaction, *, on: date) -> Edition[WhoMayAsk] | None:
    """What the network says on a day about who might ask for people's data, and what it does then."""
    return await policies.in_force(tx, WHO_MAY_ASK, None, on=on)
