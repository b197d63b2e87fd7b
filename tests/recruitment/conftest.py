"""The scene that recruitment's tests begin with."""

import pytest

from tests.recruitment.registers import Lists, make_lists
from tests.recruitment.scene import Scene, make_scene
from tests.recruitment.team import Team, make_team
from tests.recruitment.twice import Twice
from tests.support import Connected


@pytest.fixture
async def scene(recruitment: Connected) -> Scene:
    return await make_scene(recruitment)


@pytest.fixture
async def team(scene: Scene) -> Team:
    return await make_team(scene)


@pytest.fixture
async def lists(scene: Scene) -> Lists:
    return await make_lists(scene)


@pytest.fixture
def twice(scene: Scene) -> Twice:
    return Twice(scene)
