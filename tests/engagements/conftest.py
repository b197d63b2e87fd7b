"""The world that the tests of engagements start from."""

import pytest

from tests.engagements.world import World, make
from tests.support import Connected


@pytest.fixture
async def world(engagements: Connected) -> World:
    """A trust, its coordinator, a person in the pool, and an opportunity with two places whose session has begun."""
    return await make(engagements)
