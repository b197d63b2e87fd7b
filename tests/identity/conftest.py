"""A front desk for each test."""

import pytest

from tests.identity.desk import Desk
from tests.support import Connected


@pytest.fixture
def desk(identity: Connected) -> Desk:
    return Desk(identity)
