"""What engagements does from time to time, besides what every service does."""

from services.chassis.work.scheduler import Clock, Jobs
from services.engagements.commands import drawing, honesty

jobs = Jobs()


@jobs.every(days=1)
async def publish_how_much_say(clock: Clock) -> None:
    """How often it runs tells nobody anything: what is published changes by whole batches alone."""
    async with clock.transaction() as tx:
        await honesty.publish(tx)


@jobs.every(days=1)
async def forget_what_draws_used(clock: Clock) -> None:
    """A hundred roles at a time, so that no transaction grows with them."""
    while True:
        async with clock.transaction() as tx:
            if await drawing.forget_what_was_given(tx) < drawing.AT_ONCE:
                return
