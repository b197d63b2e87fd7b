"""What engagements does from time to time, besides what every service does."""

from services.chassis.work.scheduler import Clock, Jobs
from services.engagements.commands import honesty

jobs = Jobs()


@jobs.every(days=1)
async def publish_how_much_say(clock: Clock) -> None:
    """How often it runs tells nobody anything: what is published changes by whole batches alone."""
    async with clock.transaction() as tx:
        await honesty.publish(tx)
