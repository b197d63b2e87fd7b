"""A worry, a complaint about data by phone, and a call around somebody's own story, in the demo region."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.cli.demo.past import Past, Step
from services.cli.demo.past_roles import Roles
from services.cli.demo.region import history
from services.notifications.commands import complaints, raising, story
from services.notifications.commands.complaints import Complaining
from services.notifications.commands.raising import Said, What
from services.notifications.commands.story import Asking


class Concerns:
    """Nobody has answered them yet, so that whoever looks around finds what waits."""

    def __init__(self, past: Past, roles: Roles) -> None:
        self._past, self._roles = past, roles

    def steps(self) -> list[Step]:
        told = history()["concerns"]
        steps: list[Step] = [(one["days"], partial(self._say, one)) for one in told["said"]]
        steps += [(one["days"], partial(self._complain, one)) for one in told["complaints"]]
        return [*steps, *((one["days"], partial(self._ask_for_call, one)) for one in told["calls"])]

    async def _say(self, one: dict[str, Any]) -> int:
        async with self._past.doing("notifications", self._past.accounts[one["called"]], "write_down") as tx:
            await raising.send(tx, What(one["about"], one["at"]), Said(one["to"], one["words"]))
        return 1

    async def _complain(self, one: dict[str, Any]) -> int:
        """On the day on which it came, by the network's admin, who was rung."""
        at: datetime = self._past.rooms.now - timedelta(minutes=10)
        async with self._past.as_member("notifications", self._past.network, "admin") as tx:
            said = Complaining(one["words"], one["called"], one["contact"])
            await complaints.enter(tx, said, came_by="phone", received_at=at)
        return 1

    async def _ask_for_call(self, one: dict[str, Any]) -> int:
        person = self._past.accounts[one["called"]]
        engagement_id = self._roles.named(one["role"]).engagements[person.person_id]
        async with self._past.doing("notifications", person, "ask_for_call") as tx:
            await story.ask(tx, engagement_id, Asking("both", at_desk=False, how=one["how"]))
        return 1
