"""How people of the demo region were looked after: talks, a hand-over, a break, who may act for whom, and cover."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.cli.demo.past import Past, Step
from services.cli.demo.region import history, region
from services.recruitment.commands import coordinating, noting, pool
from services.recruitment.domain.note import TalkDraft


class LookedAfter:
    """Sal takes people in and looks after them; half of them were handed over to a colleague, who is away now."""

    def __init__(self, past: Past) -> None:
        self._past, self._told = past, history()["looked_after"]

    def steps(self) -> list[Step]:
        told = self._told
        steps: list[Step] = [(one["days"], partial(self._hand_over, one)) for one in told["handed_over"]]
        steps += [(one["days"], partial(self._talk, one)) for one in told["talks"]]
        steps += [(one["days"], partial(self._pause, one)) for one in told["breaks"]]
        steps += [(one["days"], partial(self._say, one)) for one in told["said"]]
        return [*steps, (told["away"]["days"], self._go_away)]

    def _staff(self, called: str) -> Member:
        """Somebody of the network's staff."""
        one = next(one for one in region()["network_staff"] if one["called"] == called)
        found = self._past.member(self._past.network, one["roles"][-1])
        return Member(
            by=found.by,
            organisation_id=found.organisation_id,
            ods_code=found.ods_code,
            roles=frozenset(one["roles"]),
        )

    async def _hand_over(self, one: Mapping[str, Any]) -> int:
        to = self._staff(one["to"]).by
        for called in one["who"]:
            async with self._past.rooms.transaction("recruitment", self._staff(one["by"])) as tx:
                await coordinating.hand_over(tx, self._past.accounts[called].person_id, to, one["line"])
        return len(one["who"])

    async def _talk(self, one: Mapping[str, Any]) -> int:
        on = london_day(self._past.rooms.now)
        draft = TalkDraft(on=on, way=one["way"], outcome=one["outcome"], words=one["words"])
        async with self._past.rooms.transaction("recruitment", self._staff(one["by"])) as tx:
            await noting.write_note(tx, self._past.accounts[one["called"]].person_id, draft)
        return 1

    async def _pause(self, one: Mapping[str, Any]) -> int:
        until = london_day(self._past.now) + timedelta(days=one["until"])
        async with self._past.rooms.transaction("recruitment", self._past.accounts[one["called"]]) as tx:
            await pool.pause(tx, until)
        return 1

    async def _say(self, one: Mapping[str, Any]) -> int:
        organisation_id = self._past.organisations[one["of"]]
        async with self._past.rooms.transaction("recruitment", self._past.accounts[one["called"]]) as tx:
            await pool.say_who_may_act(tx, organisation_id, one["says"])
        return 1

    async def _go_away(self) -> int:
        away = self._told["away"]
        until, goes = london_day(self._past.now) + timedelta(days=away["until"]), self._staff(away["who"])
        async with self._past.rooms.transaction("recruitment", goes) as tx:
            await coordinating.say_who_covers(tx, goes.by, self._staff(away["cover"]).by, until)
        return 1
