"""What fits whom, in which order, and what is missing: the rule in SQL finds just what a naive loop finds.

The whole of it, 1,000 roles and 10,000 people before and after 1,000 changes, with PLN_LONG.
"""

import pytest

from services.chassis.postgres.transaction import Transaction
from tests.faults.long import LONG
from tests.matching.agreeing import agrees
from tests.matching.region import Region, a_region
from tests.support import Connected

ROLES, PEOPLE, CHANGES, LOOKED = (1000, 10_000, 1000, 500) if LONG else (60, 400, 100, 20)
AT_ONCE = 10


@pytest.mark.timeout(3600 if LONG else 60)
async def test_the_rule_finds_what_a_naive_loop_finds_and_in_its_order(matching: Connected) -> None:
    async with matching.transaction() as tx:
        region = await a_region(tx, seed=17, roles=ROLES, people=PEOPLE)
        await tx.execute("analyze")
    await agrees(matching, region, looked=LOOKED)
    for _ in range(CHANGES // AT_ONCE):
        async with matching.transaction() as tx:
            await change(tx, region, AT_ONCE)
    await agrees(matching, region, looked=LOOKED)


async def change(tx: Transaction, region: Region, count: int) -> None:
    """Half of them people, most of the others roles: one in ten is new."""
    by, roles = region.by, list(region.roles)
    changed = {by.choice([*region.drawn]) for _ in range(count // 2)}
    for id in changed:
        region.changed(id)
    new = [region.somebody().id for _ in range(count // 10)]
    others = {*by.sample(roles, count // 3), *([None] * (count // 10))}
    await region.write_roles(tx, [region.role(id) for id in others])
    await region.write_people(tx, [*changed, *new])
