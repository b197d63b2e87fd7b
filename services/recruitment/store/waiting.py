"""Since when the oldest of each kind waits for somebody, for the metrics and `/ops/recruitment`."""

from datetime import datetime

from services.chassis.postgres.transaction import Transaction
from services.recruitment.store import applications, caseloads, duplicates


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    return {
        **await applications.waits(tx),
        **await caseloads.waits(tx),
        "duplicate": await duplicates.oldest(tx),
    }
