"""What notifications does by the clock: send the e-mails and texts that are due, and delete what is over."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.work.leases import Rows
from services.chassis.work.outgoing import Outgoing, RefusesAll
from services.chassis.work.scheduler import Clock, Jobs
from services.chassis.work.text_office import what_arrived
from services.notifications.commands import (
    alike,
    asking,
    erasing_conversations,
    fitting,
    following,
    how_told,
    monthly,
    round_ups,
    sending,
    still_wanted,
    watching,
)
from services.notifications.commands import messages as commands
from services.notifications.domain.register import KEPT_FOR, NOT_APPLIED_FOR
from services.notifications.post_office import open_post_office
from services.notifications.store import calls, day_numbers, letters, register, texts_sent, to_all
from services.notifications.text_office import open_text_office

jobs = Jobs()
PRINTINGS_KEPT = timedelta(days=90)
"""After they were posted: who says that a letter never came asks within weeks."""
FOLLOWED = timedelta(days=3)
"""So long Notify and the phone companies try (its documentation of delivery), and then it says no more."""
FOLLOWED_AT_ONCE = 500
TAKEN_KEPT = timedelta(days=365)
"""That somebody's number was taken away on a sheet, for them to read."""
CALLS_KEPT = timedelta(days=400)
"""What came of each call, for a year's review of how people are reached."""

TO_ALL_KEPT = timedelta(days=30)
"""Each who had a place has it in their own conversation within seconds."""
ROUND_UPS_IN_A_RUN = 40
"""Batches of people who are told of roles together, before other jobs have their turn."""
LISTS_IN_A_RUN = 20
"""Batches of the monthly list that are queued before other jobs have their turn."""


@jobs.every(minutes=5)
async def write_to_staff(clock: Clock) -> None:
    """Of what waits for them, in the morning or soon after something new."""
    after: UUID | None = None
    while True:
        async with clock.transaction() as tx:
            after = await round_ups.write_to_staff(tx, after)
        if after is None:
            return


@jobs.every(minutes=1)
async def ask_who_was_listed(clock: Clock) -> None:
    """Whether the network may keep them: a few in each minute, each once, and once more after two weeks."""
    async with clock.transaction() as tx:
        await asking.ask_some(tx)


@jobs.every(minutes=5)
async def end_what_is_over(clock: Clock) -> None:
    """What staff were to say or write about a meeting that has begun, or an offer that has run out."""
    while True:
        async with clock.transaction() as tx:
            if await following.end_what_is_over(tx) < following.OVER_AT_ONCE:
                return


@jobs.every(minutes=5)
async def tell_daily(clock: Clock) -> None:
    """People who chose to hear once a day, each morning on which something is new."""
    more = True
    while more:
        async with clock.transaction() as tx:
            more = await how_told.tell_daily(tx)


@jobs.every(minutes=1)
async def tell_round_ups(clock: Clock) -> None:
    """Roles that fit people, together, at the hour that each chose; and how late it is is measured."""
    for _ in range(ROUND_UPS_IN_A_RUN):
        async with clock.transaction() as tx:
            if not await fitting.tell_round_ups(tx):
                break
    async with clock.transaction() as tx:
        await fitting.measure(tx)


@jobs.every(minutes=1)
async def look_at_what_staff_say(clock: Clock) -> None:
    """Roles that staff are to say or write to somebody, of which some have closed, or were answered."""
    while True:
        async with clock.transaction() as tx:
            if await fitting.look_at_what_staff_say(tx) < fitting.LOOKED_AT:
                return


@jobs.every(days=1)
async def ask_who_still_wants_it(clock: Clock) -> None:
    """Whoever is told of roles and has answered none for long; and whoever was asked and said nothing."""
    more, after = True, None
    while more:
        async with clock.transaction() as tx:
            more = await still_wanted.end_unanswered(tx)
    while True:
        async with clock.transaction() as tx:
            after = await still_wanted.ask_some(tx, after)
        if after is None:
            return


@jobs.every(minutes=1)
async def tell_what_is_open(clock: Clock) -> None:
    """The monthly list, on the first working day of the month, by day: so many in one run, and the next goes on."""
    for _ in range(LISTS_IN_A_RUN):
        async with clock.transaction() as tx:
            if not await monthly.tell_some(tx):
                return


@jobs.every(minutes=10)
async def look_at_concerns(clock: Clock) -> None:
    """Who reads each may have changed, or nobody has read it in time; and how many wait is measured."""
    after: UUID | None = None
    while True:
        async with clock.transaction() as tx:
            after = await watching.look_at_concerns(tx, after)
        if after is None:
            break
    async with clock.transaction() as tx:
        await watching.measure(tx)


@jobs.every(days=1)
async def delete_what_is_over(clock: Clock) -> None:
    """What was printed long ago, calls and sheets of numbers of more than a year ago, registers that are over, and what
    was written to all and all have."""
    async with clock.transaction() as tx:
        await letters.delete_old(tx, before=tx.now - PRINTINGS_KEPT)
        await calls.delete_old(tx, before=tx.now - CALLS_KEPT)
        await day_numbers.forget_old(tx, london_day(tx.now - TAKEN_KEPT))
        staged, applied = tx.now - NOT_APPLIED_FOR, tx.now - KEPT_FOR
        await to_all.delete_old(tx, before=tx.now - TO_ALL_KEPT)
        await register.delete_old(tx, staged_before=staged, applied_before=applied)
        await watching.delete_old(tx)


@jobs.every(days=1)
async def erase_old_messages_of_conversations(clock: Clock) -> None:
    """What was written so long ago as the policy says."""
    while True:
        async with clock.transaction() as tx:
            if await erasing_conversations.erase_old(tx) < erasing_conversations.ERASE_AT_ONCE:
                return


@jobs.every(hours=1)
async def compare_contacts_of_before(clock: Clock) -> None:
    """An older version, which may run beside this one, keeps contacts without the form by which they are compared."""
    while True:
        async with clock.transaction() as tx:
            if await alike.compare_contacts_of_before(tx) < alike.COMPARED_AT_ONCE:
                return


ORDER = "rank, next_try_at, id"
"""An offer or a link never waits behind a list for everybody."""
EMAILS = Outgoing(
    Rows("send_emails", table="message", waiting="channel = 'email' and status in ('queued', 'sending')", order=ORDER),
    what="email",
    open=open_post_office,
    load=sending.load,
    sent=commands.note_sent,
    given_up=commands.note_given_up,
    gone_stale=commands.note_stale,
)


@jobs.every(minutes=10)
async def follow_texts(clock: Clock) -> None:
    """Ask what became of the texts of the last days. Who has a wrong number is told in another way."""
    if not clock.settings.sends_texts:
        return
    async with clock.transaction() as tx:
        await texts_sent.note_never_known(tx, before=tx.now - FOLLOWED)
        texts = await texts_sent.to_follow(tx, since=tx.now - FOLLOWED, limit=FOLLOWED_AT_ONCE)
    if not texts:
        return
    with suppress(RefusesAll):  # what is sent says so to operators; this is asked again
        async with what_arrived(clock.settings) as ask:
            for id in texts:
                arrived = await ask(id)
                async with clock.transaction() as tx:
                    await sending.note_text_arrived(tx, id, arrived)


TEXTS = Outgoing(
    Rows("send_texts", table="message", waiting="channel = 'sms' and status in ('queued', 'sending')", order=ORDER),
    what="text",
    open=open_text_office,
    load=sending.load_text,
    sent=commands.note_sent,
    given_up=sending.note_text_given_up,
    gone_stale=commands.note_stale,
)
