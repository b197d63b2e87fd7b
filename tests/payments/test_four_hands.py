"""One person pays herself: each way that was tried, by the real doors of all services, and how it is refused."""

import pytest

from tests.support import Database
from tests.town import Town, refusal, town


@pytest.fixture
async def place(database: Database):
    async with town(database) as made:
        yield made


async def test_whoever_recorded_the_attendance_neither_approves_nor_releases_the_claim(place: Town) -> None:
    every = await place.hire(place.ada, "RX2", "Eve", "coordinator", "approver", "finance")
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    claim = await place.earned(every, await place.person())
    assert refusal(await place.approve(every, claim)) == "own-record"
    assert await place.status(claim) == "sent"
    assert (await place.approve(amir, claim)).is_success
    assert refusal(await place.pay(every)) == "nothing-to-pay"
    assert await place.status(claim) == "approved"
