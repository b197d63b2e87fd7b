"""The scene that recruitment's tests begin with."""

import pytest

from tests.recruitment.scene import Scene, make_scene
from tests.support import Connected


@pytest.fixture
async def scene(recruitment: Connected) -> Scene:
    return await make_scene(recruitment)
