"""Since when what organisations asked for waits, and how much does, as metrics say it."""

from collections.abc import Mapping
from datetime import datetime

from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.store import fair

KINDS_OF_ORGANISATIONS = 50


async def waits(tx: Transaction) -> Mapping[str, datetime | None]:
    """What was asked for waits for its draft since the day on which it was asked for."""
    counted = await tx.fetch(
        "select coalesce(o.state ->> 'kind', '') as kind, count(*)::integer as waiting,"
        " (count(*) filter (where a.status <> 'to_approve' and a.draft_by <= $1))::integer as late,"
        " min(a.asked_at) filter (where a.status <> 'to_approve') as oldest"
        " from asked a left join mirror_organisation o on o.id = a.organisation_id where a.ended_at is null"
        " group by 1 order by 2 desc limit $2",
        *(tx.now, KINDS_OF_ORGANISATIONS),
    )
    metrics.ASKED_WAITING.clear()
    for row in counted:
        metrics.ASKED_WAITING.labels(row["kind"]).set(row["waiting"])
    metrics.ASKED_LATE.set(sum(row["late"] for row in counted))
    oldest = min((row["oldest"] for row in counted if row["oldest"]), default=None)
    metrics.ASKED_OLDEST.set((tx.now - oldest).total_seconds() if oldest else 0)
    await _say_how_fair(tx)
    return {"asked": oldest}


async def _say_how_fair(tx: Transaction) -> None:
    numbers, stuck, few = await fair.numbers(tx), await fair.stuck(tx), await fair.same_few(tx, None)
    metrics.NEVER_TOLD.set(numbers.get("never_told", 0))
    metrics.ASKING.set(numbers.get("asking", 0))
    metrics.AT_CAP.set(numbers.get("at_cap", 0))
    metrics.ANSWERED.set(numbers.get("answered", 0))
    metrics.NOBODY_FITS.set(stuck.nobody_fits)
    for gauge, since in (
        (metrics.NOBODY_FITS_OLDEST, stuck.nobody_fits_since),
        (metrics.NOT_TOLD_OLDEST, stuck.not_told_since),
    ):
        gauge.set((tx.now - since).total_seconds() if since else 0)
    metrics.SAME_FEW.set(few.share / 100 if few else 0)
