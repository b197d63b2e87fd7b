"""The scene that training's tests start from."""

import pytest

from tests.support import Connected
from tests.training.scene import Scene, make_scene


@pytest.fixture
async def scene(training: Connected) -> Scene:
    return await make_scene(training)
