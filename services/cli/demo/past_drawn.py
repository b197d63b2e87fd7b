"""A role of the demo region whose places were drawn by lot: rules, what people gave for it, the draw, the yes to it."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.access import london_day
from services.cli.demo.past import Past, Step
from services.cli.demo.past_roles import WORDS
from services.cli.demo.postings import said_of
from services.cli.demo.region import history
from services.engagements import queries_draw
from services.engagements.commands import drawing, mine, objecting
from services.engagements.domain.engagement import InterestWords
from services.engagements.domain.giving import DrawRules, Giving
from services.matching.commands import changing, posting
from services.matching.domain.draft import Draft
from services.matching.domain.parts import Why


class Drawn:
    """More people than places. Two were drawn and asked; the others wait, in the order of the draw. One objects, and
    nobody there may answer yet: whoever drew it is the only coordinator.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._roles: dict[str, UUID] = {}
        self._engagements: dict[str, UUID] = {}

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        for told in history()["drawn"]:
            steps += [(told["posted"], partial(self._post, told)), (told["wanted"], partial(self._show_interest, told))]
            steps += [(told["closed"], partial(self._close, told)), (told["drawn"], partial(self._draw, told))]
            steps.append((told["confirmed"], partial(self._confirm, told)))
            steps += [(one["days"], partial(self._object, one)) for one in told["objects"]]
        return steps

    async def _post(self, told: Mapping[str, Any]) -> int:
        at = self._past.at
        sent: dict[str, Any] = {name: told[name] for name in ("title", "summary", "strand", "rung", "places")} | {
            "what_will_change": told["change"],
            "mode": "remote",
            "time_commitment": f"{told['hours']} hours, once",
            "expertise_level": "none",
            "pay": self._past.rates[told["pay"]],
            "session_at": at(told["held"]),
            "session_hours": told["hours"],
            "apply_by": at(told["closed"] - 1),
            "decide_by": at(told["confirmed"] - 7),
            "feedback_by": at(told["held"] - 40),
        }
        decided = london_day(at(told["posted"])).isoformat()
        sent |= said_of({**sent, **told}, paid=True, decided_on=decided) | {"steps": ["reading", "draw"]}
        async with self._past.as_member("matching", told["by"], "coordinator") as tx:
            self._roles[told["title"]] = await posting.post_opportunity(tx, Draft.model_validate(sent))
        return 1

    async def _show_interest(self, told: Mapping[str, Any]) -> int:
        id = self._roles[told["title"]]
        async with self._past.as_member("engagements", told["by"], "coordinator") as tx:
            await drawing.set_rules(tx, id, DrawRules.model_validate(told["rules"]).rules)
        for number, called in enumerate(told["people"]):
            words = InterestWords.model_validate(WORDS[number % len(WORDS)])
            person = self._past.accounts[called]
            async with self._past.doing("engagements", person, "show_interest") as tx:
                self._engagements[called] = (await mine.show_interest(tx, id, words)).id
        for called, given in told["gave"].items():
            async with self._past.doing("engagements", self._past.accounts[called], "give_for_draw") as tx:
                await objecting.give(tx, self._engagements[called], Giving.model_validate(given))
        return len(told["people"])

    async def _close(self, told: Mapping[str, Any]) -> int:
        async with self._past.as_member("matching", told["by"], "coordinator") as tx:
            await changing.close_early(tx, self._roles[told["title"]], Why(why=told["why_closed"]))
        return 1

    async def _draw(self, told: Mapping[str, Any]) -> int:
        id = self._roles[told["title"]]
        async with self._past.as_member("engagements", told["by"], "coordinator") as tx:
            seen = await queries_draw.of_role(tx, id)
            await drawing.draw_lots(tx, id, people=seen.people, places=seen.intake.places_left)
        return 1

    async def _confirm(self, told: Mapping[str, Any]) -> int:
        id = self._roles[told["title"]]
        async with self._past.as_member("engagements", told["by"], "coordinator") as tx:
            seen = await queries_draw.of_role(tx, id)
            return await drawing.confirm(tx, id, draw_id=seen.draw.id) if seen.draw else 0

    async def _object(self, one: Mapping[str, Any]) -> int:
        async with self._past.doing("engagements", self._past.accounts[one["who"]], "object_to_draw") as tx:
            await objecting.object_to_draw(tx, self._engagements[one["who"]], one["words"])
        return 1
