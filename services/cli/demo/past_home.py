"""Home pages in the demo region: people have read what is older than a few days; somebody hears of most once a day."""

from services.chassis.base.hands import Person
from services.cli.demo.past import Past, Step
from services.cli.demo.region import history
from services.notifications.commands import how_told
from services.notifications.domain.how_told import At, How
from services.notifications.store import news


class Homes:
    """What people did on their own home pages."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        homes = history()["homes"]
        return [(homes["chose"], self._choose), (homes["read"], self._read)]

    async def _choose(self) -> int:
        homes = history()["homes"]
        wanted: dict[str, How] = dict(homes["once_a_day"])
        return await self._as(self._past.accounts[homes["called"]], wanted, At(**homes["at"]))

    async def _as(self, person: Person, wanted: dict[str, How], at: At) -> int:
        async with self._past.rooms.transaction("notifications", person) as tx:
            await how_told.choose(tx, wanted, lambda _was: at)
        return 1

    async def _read(self) -> int:
        read = 0
        for person in self._past.accounts.values():
            async with self._past.rooms.transaction("notifications", person) as tx:
                read += await news.note_all_read(tx, person.person_id, until=tx.now)
        return read
