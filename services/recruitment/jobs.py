"""What recruitment does from time to time."""

from services.chassis.work.scheduler import Clock, Jobs
from services.recruitment.commands import joining

jobs = Jobs()


@jobs.every(days=1)
async def erase_unsuccessful_applications(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await joining.erase_unsuccessful_applications(tx) < joining.ERASE_AT_ONCE:
                return
