"""Since when the oldest of each kind waits for somebody, for the metrics and `/ops/recruitment`."""

from datetime import datetime

from services.chassis.postgres.transaction import Transaction
from services.recruitment import metrics
from services.recruitment.store import applications, caseloads, duplicates, imports


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    metrics.LISTED.set(await imports.unanswered(tx))
    return {
        **await applications.waits(tx),
        **await caseloads.waits(tx),
        **await imports.waits(tx),
        "duplicate": await duplicates.oldest(tx),
    }
