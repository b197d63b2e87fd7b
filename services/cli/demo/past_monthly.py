"""The monthly list of open roles in the demo region: somebody said no to it, the others had it, by letter too."""

from datetime import date
from functools import partial
from typing import Any

from services.chassis.base.access import london_day
from services.chassis.base.hands import SYSTEM
from services.chassis.postgres.lists import Asked
from services.cli.demo.past import Past, Step
from services.cli.demo.region import history
from services.notifications import queries as notified
from services.notifications.commands import messages, monthly
from services.notifications.domain.kinds import MONTHLY


class Monthly:
    """The list of the month is told on a day of it, and its letters are posted on another one."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        told = history()["monthly_list"]
        steps: list[Step] = [(one["days"], partial(self._choose, one)) for one in told["said"]]
        return [*steps, (told["made"], self._tell), (told["posted"], self._post)]

    async def _choose(self, one: dict[str, Any]) -> int:
        async with self._past.doing("notifications", self._past.accounts[one["called"]], "choose_monthly_list") as tx:
            await monthly.choose(tx, wanted=one["says"] == "yes")
        return 1

    async def _tell(self) -> int:
        month: date | None = None
        more = True
        while more:
            async with self._past.rooms.transaction("notifications", SYSTEM) as tx:
                month = month or london_day(tx.now).replace(day=1)
                more = await monthly.tell_of_month(tx, month)
        return 1

    async def _post(self) -> int:
        """Staff print and post the letters with it; other letters wait as they are."""
        async with self._past.as_member("notifications", self._past.network, "screener") as tx:
            waiting = (await notified.people_to_tell(tx, Asked(size=100))).items
            lists = [one.message.id for one in waiting if one.message.news.kind == MONTHLY]
            for id in lists:
                await messages.note_told(tx, id)
        return len(lists)
