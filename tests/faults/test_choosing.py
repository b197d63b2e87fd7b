"""Choosing at once, at many instances: nobody too many, nobody passed over. The long form does it 10,000 times."""

import asyncio
import os

import pytest

from tests.faults import choosing
from tests.faults.long import LONG
from tests.support import Database

pytestmark = pytest.mark.timeout(600)

ROLES, ACTS, AT_ONCE = (100, 10_000, 50) if LONG else (6, 300, 24)
INSTANCES = 6
SEED = int(os.environ.get("PLN_SEED", "14"))


async def test_nobody_is_one_too_many_and_nobody_is_passed_over_however_many_choose_at_once(database: Database) -> None:
    at = await asyncio.gather(*(database.connect("engagements") for _ in range(INSTANCES)))
    crowd = await choosing.crowd(list(at), roles=ROLES, seed=SEED)
    await choosing.race(crowd, acts=ACTS, at_once=AT_ONCE)
    await at[0].settle()
    found = await choosing.replay(at[0])
    print(choosing.figures(crowd, found))
    assert crowd.counted >= ACTS
    assert (found.overbooked, found.skipped) == ([], [])
    assert await choosing.broken(at[0]) == []
    assert await at[0].failing() == []
    assert crowd.done["yes"] > 0 < found.moved_up
    assert found.out_of_turn > 0, "and with a reason it was done"
