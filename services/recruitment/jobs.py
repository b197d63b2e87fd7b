"""What recruitment does from time to time."""

from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.work import to_do
from services.chassis.work.scheduler import Clock, Jobs
from services.recruitment.commands import agreeing, coordinating, duplicates, joining, noting, registers
from services.recruitment.domain.coordinator import NOBODY
from services.recruitment.store import to_do as to_do_store

jobs = Jobs()


@jobs.every(days=1)
async def erase_unsuccessful_applications(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await joining.erase_unsuccessful_applications(tx) < joining.ERASE_AT_ONCE:
                return


@jobs.every(days=1)
async def erase_old_notes(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await noting.erase_old_notes(tx) < noting.ERASE_AT_ONCE:
                return


@jobs.every(days=1)
async def forget_who_did_not_answer(clock: Clock) -> None:
    while True:
        async with clock.transaction() as tx:
            if await registers.forget_who_did_not_answer(tx) < registers.FORGET_AT_ONCE:
                return


@jobs.every(days=1)
async def delete_old_lists(clock: Clock) -> None:
    async with clock.transaction() as tx:
        await registers.delete_old_lists(tx)


@jobs.every(minutes=5)
async def look_for_new_editions(clock: Clock) -> None:
    """An edition begins on its first day without news: whoever is asked to agree to it is told."""
    async with clock.transaction() as tx:
        await agreeing.look_for_new_editions(tx)


@jobs.every(hours=1)
async def look_at_coordinators(clock: Clock) -> None:
    """Roles that end on a day end without news; and who joined before people had coordinators gets theirs."""
    async with clock.transaction() as tx:
        await coordinating.look_at_all_coordinators(tx)
    after: UUID | None = NOBODY
    while after is not None:
        async with clock.transaction() as tx:
            after = await coordinating.give_people_who_answered_them(tx, after)


@jobs.every(hours=1)
async def compare_names_of_before(clock: Clock) -> None:
    """An older version, which may run beside this one, keeps names without the form by which they are compared."""
    while True:
        async with clock.transaction() as tx:
            if await duplicates.compare_names_of_before(tx) < duplicates.COMPARED_AT_ONCE:
                return


@jobs.every(seconds=10)
async def say_what_waits_for_staff(clock: Clock) -> None:
    """Of what no other state says: on home pages within seconds."""
    async with clock.transaction() as tx:
        await to_do.keep_in_step(tx, to_do_store.TO_DO, await to_do_store.wanted(tx, today=london_day(tx.now)))
