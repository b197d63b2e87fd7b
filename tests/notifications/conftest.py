"""The tests of notifications are the same at every hour: what waits for the day at night is sent at once, but in tests
of just that (`@pytest.mark.as_the_hour_is`)."""

from datetime import datetime

import pytest

from services.notifications.domain import kinds


def _at_once(kind: kinds.Kind, at: datetime) -> datetime:
    return at


@pytest.fixture(autouse=True)
def it_is_day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "as_the_hour_is" not in request.keywords:
        monkeypatch.setattr(kinds, "sending_time", _at_once)
