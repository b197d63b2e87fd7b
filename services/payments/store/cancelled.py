"""Sessions that were cancelled late, by the policy of whoever pays for them; there is none where nobody set one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.matching import Opportunity, Session
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Edition, Kind
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.cancelled import LateCancelling, is_late


async def _whoever_had_a_place(tx: Transaction[Member]) -> str:
    return (
        "From its first day on, whoever has a place at a session that is cancelled later than this gets a claim for "
        "it, filled in. What was cancelled before keeps what held on its day. Without an edition nothing is paid for "
        "what is cancelled."
    )


LATE_CANCELLING = Kind(
    "late_cancelling", "Pay for sessions that are cancelled late", LateCancelling, _whoever_had_a_place,
    by_organisations=True,
)  # fmt: skip


@dataclass(frozen=True)
class PaidLate:
    """A session that was cancelled late, and where it stands that this is paid."""

    session: Session
    source: str


async def paid_late(tx: Transaction, opportunity: Opportunity, payer_id: UUID) -> Sequence[PaidLate]:
    """By the edition of the day on which each was cancelled: the payer's own, else the network's."""
    days = {london_day(one.cancelled.at) for one in opportunity.sessions if one.cancelled}
    held: dict[object, Edition[LateCancelling] | None] = {
        day: await policies.in_force(tx, LATE_CANCELLING, payer_id, on=day) for day in sorted(days)
    }
    found: list[PaidLate] = []
    for one in opportunity.sessions:
        edition = held[london_day(one.cancelled.at)] if one.cancelled else None
        if edition and is_late(one, edition.value.hours):
            found.append(PaidLate(one, edition.source))
    return found


async def places(tx: Transaction, opportunity_id: UUID) -> dict[UUID, int]:
    """Who took a place at it, with the version that was heard."""
    rows = await tx.fetch(
        "select id, version from mirror_engagement where opportunity_id = $1 and not erased"
        " and state ->> 'accepted_at' is not null",
        opportunity_id,
    )
    return {row["id"]: row["version"] for row in rows}
