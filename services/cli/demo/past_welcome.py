"""Who is on the way into the demo region's pool: somebody at each stage, one for whom the welcome team is late, and one
who was told "not now" and waits for a second look."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from services.cli.demo.past import Past, Step
from services.cli.demo.past_people import People
from services.cli.demo.region import history
from services.recruitment.commands import joining, welcoming


class Welcome:
    """By the welcome team's own commands. Days are counted back; a talk lies so many days ahead."""

    def __init__(self, past: Past, people: People) -> None:
        self._past, self._people = past, people

    def steps(self) -> list[Step]:
        return [step for one in history()["welcome"] for step in self._steps_of(one)]

    def _steps_of(self, one: Mapping[str, Any]) -> list[Step]:
        called = one["called"]
        steps: list[Step] = [
            (one["asked"], partial(self._people.open, called)),
            (one["asked"], partial(self._ask, called)),
        ]
        if sent := one.get("sent"):
            steps.append((sent, partial(self._people.apply, called, one["why"])))
        if more := one.get("more"):
            steps.append((more["days"], partial(self._ask_more, called, more["words"])))
        if talk := one.get("talk"):
            steps.append((talk["days"], partial(self._agree_talk, called, talk)))
        if told := one.get("not_now"):
            steps.append((told["days"], partial(self._decline, called, told)))
            steps.append((told["again"], partial(self._look_again, called)))
        return steps

    async def _ask(self, called: str) -> int:
        """With a name alone."""
        person = self._past.accounts[called]
        async with self._past.rooms.transaction("recruitment", person) as tx:
            await joining.open_application(tx, person.person_id)
        return 1

    async def _ask_more(self, called: str, words: str) -> int:
        sent = await self._people.sent(called)
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await welcoming.take(tx, sent.id)
            await welcoming.ask_more(tx, sent.id, words)
        return 2

    async def _agree_talk(self, called: str, talk: Mapping[str, Any]) -> int:
        sent = await self._people.sent(called)
        at = (self._past.now + timedelta(days=talk["ahead"])).replace(hour=11, minute=0, second=0, microsecond=0)
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await welcoming.take(tx, sent.id)
            await welcoming.agree_talk(tx, sent.id, at=at, how=talk["how"])
        return 2

    async def _decline(self, called: str, told: Mapping[str, Any]) -> int:
        sent, said = await self._people.sent(called), {"reason": told["reason"], "would_help": told["would_help"]}
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await welcoming.decline_application(tx, sent.id, **said, tell_now=True)
        return 1

    async def _look_again(self, called: str) -> int:
        async with self._past.rooms.transaction("recruitment", self._past.accounts[called]) as tx:
            await joining.look_again(tx)
        return 1
