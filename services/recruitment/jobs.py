"""What recruitment does from time to time."""

from datetime import UTC, datetime

from prometheus_client import Gauge

from services.chassis.jobs import Clock, Jobs
from services.recruitment.commands import joining
from services.recruitment.store import applications

OLDEST_WAITING = Gauge("pln_application_oldest_waiting_age_seconds", "Age of the oldest application without an answer")

jobs = Jobs()


@jobs.every(minutes=1)
async def measure_the_oldest_application(clock: Clock) -> None:
    async with clock.transaction() as tx:
        oldest = await applications.oldest_waiting(tx)
    OLDEST_WAITING.set((datetime.now(UTC) - oldest).total_seconds() if oldest else 0)


@jobs.every(days=1)
async def erase_unsuccessful_applications(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await joining.erase_unsuccessful_applications(tx) < joining.ERASE_AT_ONCE:
                return
