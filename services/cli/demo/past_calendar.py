"""Calendar addresses in the demo region: somebody's calendar program reads what they have booked."""

from functools import partial
from typing import Any

from services.cli.demo.past import Past, Step
from services.cli.demo.region import history
from services.notifications.commands import calendar


class Calendars:
    """Each made by its person, on a day."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        return [(one["days"], partial(self._make, one)) for one in history()["calendars"]]

    async def _make(self, one: dict[str, Any]) -> int:
        secret = self._past.rooms.apps["notifications"].site.form_secret
        async with self._past.rooms.transaction("notifications", self._past.accounts[one["called"]]) as tx:
            await calendar.make_address(tx, secret=secret)
        return 1
