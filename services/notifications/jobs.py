"""What notifications does by the clock: send the e-mails that are due."""

import asyncio

import structlog

from services.chassis.work.scheduler import Clock, Jobs
from services.notifications.commands import messages as commands
from services.notifications.commands.messages import Outgoing
from services.notifications.post_office import NotTaken, PostOffice

RUN_SECONDS = 15.0
"""After so long no further e-mail is begun: the next run goes on, and other jobs have their turn between."""

log = structlog.get_logger()
jobs = Jobs()


@jobs.every(seconds=1)
async def send_emails(clock: Clock) -> None:
    """Claim one, send it, note the outcome: two transactions, and nothing open while the mail server is asked."""
    end = asyncio.get_running_loop().time() + RUN_SECONDS
    async with PostOffice(clock.settings) as office:
        while asyncio.get_running_loop().time() < end:
            async with clock.transaction() as tx:
                outgoing = await commands.take_next(tx)
            if outgoing is None or not await _send(clock, office, outgoing):
                return


async def _send(clock: Clock, office: PostOffice, outgoing: Outgoing) -> bool:
    """False when the mail server is away: the others wait for the next run too."""
    message = outgoing.message
    try:
        await office.send(message.id, to=outgoing.to, called=outgoing.called, news=message.news)
    except NotTaken as reason:
        async with clock.transaction() as tx:
            again = await commands.note_not_sent(tx, message.id, str(reason), for_good=reason.for_good)
        words = "an e-mail waits" if again else "an e-mail is given up"
        log.warning(words, id=str(message.id), tries=message.attempts, error=str(reason))
        return reason.for_good
    async with clock.transaction() as tx:
        await commands.note_sent(tx, message.id)
    return True
