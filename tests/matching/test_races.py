"""Roles posted, changed and closed while people change what they want: nothing is lost, and nothing is told twice."""

import asyncio
import random
from datetime import UTC, datetime
from uuid import UUID

from schemas.recruitment import MODES, STRANDS, LeaderApproved, LeaderLeft
from services.chassis.base.access import london_day
from services.matching.commands import fitting
from services.matching.domain.fit import Subscription
from services.matching.domain.telling import TellingOfRoles
from services.matching.store import policies, telling
from services.matching.store.rule import AWAY, BOTH, MAY_BE_TOLD, ROLE, STAYS
from tests.faults.long import LONG
from tests.matching import world
from tests.matching.world import a_trust, leader, post
from tests.support import Connected, Person, until_a_lock_is_waited_for

WEEKS = (2, None)
"""How many roles of a week people say; None: as the network has it."""
PEOPLE, POSTINGS = (1000, 100) if LONG else (40, 10)
# Whoever may be told of a role whose round is not full, though nothing is due any more.
LOST = (
    "select count(*) from " + BOTH + " where " + MAY_BE_TOLD + " and $2::uuid is null and $5::integer > 0 and"
    " (select count(*) from match m where m.opportunity_id = o.id) < $6"
)
OVER = "select count(*) from pool where told[least($1, most_a_week) + 1] > now() - interval '7 days'"
COUNTED_OTHERWISE = (
    "select count(*) from pool p where array(select one from unnest(told) one order by 1) is distinct from"
    " array(select m.matched_at from match m where m.person_id = p.person_id order by 1)"
)
"""Each counts once, when it was told: none is told of so many that the first are forgotten."""
UNFIT = (
    "select count(*) from match m join " + ROLE + " on o.id = m.opportunity_id left join pool p"
    " on p.person_id = m.person_id" + AWAY + " where m.ended_at is null and not " + STAYS
)
TWICE = (
    "select count(*) from (select key from outbox where type = 'MatchMade' group by key, version having count(*) > 1"
    " union all select null from match group by opportunity_id, person_id having count(*) > 1) twice"
)


async def policy_of(matching: Connected) -> TellingOfRoles:
    async with matching.transaction() as tx:
        return await policies.telling_of_roles(tx, on=london_day(tx.now))


async def is_right(matching: Connected) -> None:
    """Once nothing is due."""
    assert await matching.failing() == []
    said = await policy_of(matching)
    given = (None, said.answers_for_each_place, said.most_a_week, said.near_miles, said.first_told)
    async with matching.transaction() as tx:
        assert await tx.fetchval(LOST, datetime.now(UTC), *given) == 0
        assert await tx.fetchval(UNFIT, datetime.now(UTC)) == 0
        assert await tx.fetchval(OVER, said.most_a_week) == 0
        assert await tx.fetchval(COUNTED_OTHERWISE) == 0
        assert await tx.fetchval(TWICE) == 0


async def people(matching: Connected, count: int) -> list[Person]:
    them = [Person(called=f"Person {n}") for n in range(count)]
    await matching.hears(*(one.opened for one in them), *(LeaderApproved(leader(one)) for one in them))
    for number, one in enumerate(them):
        await world.subscribe(matching, one, Subscription(most_a_week=WEEKS[number % 2]))
    await matching.settle()
    return them


async def test_postings_while_people_change_their_wishes_lose_nothing_and_tell_nobody_twice(
    matching: Connected,
) -> None:
    by, (trust, staff) = random.Random(17), await a_trust(matching)
    them = await people(matching, PEOPLE)
    matching.app.workers.start()

    async def wishes(one: Person) -> None:
        await asyncio.sleep(by.random())
        strand, mode, week = by.choice(STRANDS), by.choice(MODES), WEEKS[them.index(one) % 2]
        wanted = Subscription(strands=(strand,), modes=(mode,), active=by.random() < 0.8, most_a_week=week)
        await world.subscribe(matching, one, wanted)
        if by.random() < 0.2:
            await matching.hears(LeaderLeft(leader(one, status="left", version=2)))

    async def posting(number: int) -> None:
        await asyncio.sleep(by.random())
        id = await post(
            matching, trust, staff, title=f"Role {number}", strand=by.choice(STRANDS), mode=by.choice(MODES)
        )
        await matching.app.workers.wake()
        async with matching.transaction() as tx:  # as the clock does each hour, beside a version of before
            await fitting.remember_told(tx, UUID(int=0))
        if number % 5 == 0:
            await asyncio.sleep(by.random() / 5)
            await world.withdraw(matching, trust, staff, id)

    await asyncio.gather(*(wishes(one) for one in them), *(posting(number) for number in range(POSTINGS)))
    await matching.app.workers.stop()
    await matching.settle()
    await is_right(matching)


async def test_twenty_roles_posted_at_once_tell_nobody_of_more_than_their_week_has(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await people(matching, 6)
    await asyncio.gather(*(post(matching, trust, staff, title=f"Role {number}") for number in range(20)))
    await asyncio.gather(*(matching.settle() for _ in range(6)))
    await is_right(matching)
    most = (await policy_of(matching)).most_a_week
    async with matching.transaction() as tx:
        told = await tx.fetch("select person_id, count(*) as n from match group by 1")
    assert sorted(row["n"] for row in told) == [2] * 3 + [most] * 3


async def test_whoever_is_told_of_another_role_at_the_same_moment_is_told_of_both_and_counted_once_for_each(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    [sam] = await people(matching, 1)
    first, second = [await role_nobody_was_told_of(matching, trust, staff, f"Role {n}") for n in range(2)]
    async with matching.transaction() as tx:
        await fitting.tell_next(tx, first)
        other = asyncio.create_task(told_of(matching, second))
        await until_a_lock_is_waited_for(matching.app.settings)
    await other
    await matching.settle()
    async with matching.transaction() as tx:
        assert await tx.fetchval("select count(*) from match where ended_at is null and person_id = $1", sam.id) == 2
    await is_right(matching)


async def test_what_a_person_is_told_of_from_both_sides_at_once_counts_once(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    [sam] = await people(matching, 1)
    role = await role_nobody_was_told_of(matching, trust, staff, "A role")
    said = await policy_of(matching)
    async with matching.transaction() as tx:
        await telling.hold_person(tx, sam.id)
        assert len(await telling.tell_person(tx, sam.id, said)) == 1
        other = asyncio.create_task(told_of(matching, role))
        await until_a_lock_is_waited_for(matching.app.settings)
    await other
    await is_right(matching)


async def role_nobody_was_told_of(matching: Connected, trust: object, staff: Person, title: str) -> UUID:
    """Posted, and what is due then is not done yet."""
    return await post(matching, trust, staff, title=title)  # pyright: ignore[reportArgumentType]


async def told_of(matching: Connected, role: UUID) -> None:
    async with matching.transaction() as tx:
        await fitting.tell_next(tx, role)
