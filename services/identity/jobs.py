"""What the front desk does by the clock: send its letters, and delete links and sessions that are over."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.chassis.base.settings import Settings
from services.chassis.work import letters, post_office, to_do
from services.chassis.work.back_off import BackOff
from services.chassis.work.leases import Rows
from services.chassis.work.outgoing import Outgoing, Send
from services.chassis.work.scheduler import Clock, Jobs
from services.identity.commands import granting, machines
from services.identity.commands import letters as commands
from services.identity.domain.sign_in import SESSION_LIFE
from services.identity.letters import Letters
from services.identity.store import address_change, browsers, invitations, sessions
from services.identity.store import sign_in as store
from services.identity.store import to_do as to_do_store
from services.identity.store.sign_in import Letter

KEEP_LINKS = timedelta(days=1)
"""So long an old link can be exchanged for a new one, and counts for the limit of an address without an account."""
KEEP_GIVEN_UP = timedelta(days=30)
KEEP_BROWSERS = timedelta(days=400)
SOMEBODY_WAITS = BackOff(waits=tuple(timedelta(minutes=n) for n in (0.5, 1, 3, 5, 15, 60, 240)))
"""Most letters have a link that somebody sits and waits for, good for an hour."""

jobs = Jobs()


@asynccontextmanager
async def _post_office(settings: Settings) -> AsyncGenerator[Send[Letter]]:
    async with post_office.post_office(settings) as send:

        async def send_letter(letter: Letter) -> None:
            await send(
                letters.Letter(
                    letter.id,
                    to=letter.to,
                    subject=letter.subject,
                    body=letter.body,
                    from_called=settings.network_name,
                    reply_to=settings.email_reply_to,
                )
            )

        yield send_letter


LETTERS = Outgoing(
    Rows("send_letters", table="letter_out", waiting="ended_at is null"),
    what="sign_in_letter",
    open=_post_office,
    load=commands.load,
    sent=commands.note_sent,
    given_up=commands.note_given_up,
    gone_stale=commands.note_stale,
    back_off=SOMEBODY_WAITS,
)


@jobs.every(minutes=1)
async def say_who_granted(clock: Clock) -> None:
    """Of roles that an older version of the network gave. There are none after a while, and then this finds nothing."""
    async with clock.transaction() as tx:
        await granting.say_who_granted(tx)


@jobs.every(hours=1)
async def tell_of_secrets_that_end(clock: Clock) -> None:
    """So that no machine stands outside one day without anybody knowing why."""
    async with clock.transaction() as tx:
        await machines.tell_of_secrets_that_end(
            tx, Letters(clock.settings.network_name, clock.settings.base_url, clock.settings.phone)
        )


@jobs.every(hours=1)
async def delete_what_is_over(clock: Clock) -> None:
    """Links a day after they expired, when no limit counts them any more; sessions that cannot be alive; what is left
    of letters that were given up; browsers that were not used for as long as they keep a cookie; invitations that
    nobody can answer any more; changes of address that nobody proved."""
    async with clock.transaction() as tx:
        await store.delete_old(tx, before=tx.now - KEEP_LINKS)
        await sessions.delete_old(tx, before=tx.now - 2 * SESSION_LIFE)
        await address_change.delete_old(tx, before=tx.now)
        await browsers.delete_old(tx, before=tx.now - KEEP_BROWSERS)
        await store.delete_given_up(tx, before=tx.now - KEEP_GIVEN_UP)
        await invitations.delete_old(tx, before=tx.now)


@jobs.every(seconds=10)
async def say_what_waits_for_staff(clock: Clock) -> None:
    """Of what no other state says: on home pages within seconds."""
    async with clock.transaction() as tx:
        await to_do.keep_in_step(tx, to_do_store.TO_DO, await to_do_store.wanted(tx))
