"""What matching does from time to time."""

from uuid import UUID

from services.chassis.work import to_do
from services.chassis.work.scheduler import Clock, Jobs
from services.matching.commands import asking, counting, fair, feeds, fitting, ways_in
from services.matching.store import feed, usual_ways
from services.matching.store import to_do as to_do_store

jobs = Jobs()


@jobs.every(hours=6)
async def end_what_fits_no_longer(clock: Clock) -> None:
    """A day ends a credential, and no event says so."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with clock.transaction() as tx:
            after = await fitting.end_some_unfit(tx, after)


@jobs.every(hours=1)
async def keep_the_pool_in_step(clock: Clock) -> None:
    """A version that ran beside this one, before there was a pool, wrote down what people asked for and what they were
    told of, and no more. Whom it told is known first, so that nobody is told too often."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with clock.transaction() as tx:
            after = await fitting.remember_told(tx, after)
    some = True
    while some:
        async with clock.transaction() as tx:
            some = await fitting.catch_up(tx)


@jobs.every(minutes=15)
async def number_what_has_no_number(clock: Clock) -> None:
    """What was open before there were numbers, what a version that ran beside this one changed, what a restore lost."""
    some = True
    while some:
        async with clock.transaction() as tx:
            some = await feeds.catch_up(tx)


@jobs.every(days=1)
async def delete_what_was_over_long_ago(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await feeds.delete_old(tx)


@jobs.every(seconds=60)
async def find_roles_by_what_organisations_are_called_now(clock: Clock) -> None:
    """A version that ran beside this one wrote no name, and an organisation's may change while a role is posted."""
    some = 1
    while some:
        async with clock.transaction() as tx:
            some = await feed.names_of_organisations(tx)


@jobs.every(seconds=10)
async def say_what_waits_for_staff(clock: Clock) -> None:
    """Of what no other state says: on home pages within seconds. Who drafts what was asked for is looked at first."""
    async with clock.transaction() as tx:
        await asking.follow(tx)
        await to_do.keep_in_step(tx, to_do_store.TO_DO, await to_do_store.wanted(tx))


@jobs.every(days=1)
async def delete_what_was_asked_long_ago(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await asking.delete_old(tx)


@jobs.every(days=1)
async def delete_old_counts(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await counting.delete_old(tx)


@jobs.every(minutes=15)
async def look_for_roles_that_fit_nobody(clock: Clock) -> None:
    """A few at a time, so that nobody who waits for the pool waits for it."""
    more = True
    while more:
        async with clock.transaction() as tx:
            more = await fair.look_for_roles_that_fit_nobody(tx)


@jobs.every(hours=1)
async def count_how_fair(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await fair.count(tx)


@jobs.every(days=1)
async def count_the_same_few(clock: Clock) -> None:
    """Anew once in four weeks: two days tell nothing of one person."""
    async with clock.transaction() as tx:
        await fair.count_the_same_few(tx)


@jobs.every(days=1)
async def note_who_is_told_nothing(clock: Clock) -> None:
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with clock.transaction() as tx:
            after = await fair.note_next_untold(tx, after)
    async with clock.transaction() as tx:
        await fair.say_who_is_told_nothing(tx)


@jobs.every(hours=1)
async def say_what_is_usual(clock: Clock) -> None:
    """What organisations usually look for, in the list of ways to get involved."""
    async with clock.transaction() as tx:
        await ways_in.follow_roles(tx)


@jobs.every(minutes=5)
async def choose_the_story(clock: Clock) -> None:
    """Of the front page."""
    async with clock.transaction() as tx:
        await usual_ways.choose_story(tx)
