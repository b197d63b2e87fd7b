"""A role whose places are drawn by lot, as its coordinators and those in it work it while things break."""

from collections.abc import Sequence
from typing import Any

from tests.faults.doors import Caller, Final

PLACES = 2
CLOSE = {"why": "Enough people have shown interest."}
MOVED = ("draw-changed",)
"""Refused because of what whoever draws has seen: somebody's interest was not counted yet."""


class RoleByLot:
    """It is drawn, objected to, set aside, drawn again and confirmed, by two coordinators."""

    def __init__(self, draws: Caller, answers: Caller, ods: str, id: str) -> None:
        self._draws, self._answers, self.id = draws, answers, id
        self._opportunity = f"/organisations/{ods}/opportunities/{id}"
        self._draw = f"/organisations/{ods}/intakes/{id}/draw"
        self.offered = 0
        """As was acknowledged when the second draw was confirmed."""

    async def is_drawn_twice(self, people: Sequence[Caller]) -> None:
        """All of `people` want it. Of the first draw one of them says what is wrong with it, and is right."""
        rule = {"at_least": [{"asked": "side", "said": "carer", "people": 1}]}
        await self._draws.write("PUT", "engagements", f"{self._draw}/rules", rule)
        wanted = [await self._is_wanted(person) for person in people]
        await people[0].write("PUT", "engagements", f"/mine/engagements/{wanted[0]}/draw", {"side": "carer"})
        await self._draws.post("matching", f"{self._opportunity}/close", CLOSE)
        await self._is_drawn(len(people))
        objected = {"words": "My ticket is not in the data."}
        path = f"/mine/engagements/{wanted[1]}/draw/objection"
        objection = (await people[1].post("engagements", path, objected))["id"]
        answer = {"right": "yes", "words": "You are right.", "why": "A ticket was left out."}
        await self._answers.post("engagements", f"{self._draw}/objections/{objection}/answer", answer)
        again = await self._is_drawn(len(people))
        self.offered = (await self._draws.post("engagements", f"{self._draw}/confirm", {"draw": again}))["offered"]
        await self._draws.post("matching", f"{self._opportunity}/withdraw", {"why": "no_longer_needed"})

    async def _is_wanted(self, person: Caller) -> str:
        interest = {"opportunity_id": self.id, "why": "I know these letters.", "needs": ""}
        return (await person.post("engagements", "/mine/interests", interest))["id"]

    async def _is_drawn(self, people: int) -> str:
        """Its id, as soon as the role is closed here too and may be drawn."""
        while True:

            def may(found: Any) -> Any:
                return found if found["choices"]["draw"] is True and found["people"] == people else None

            seen = await self._draws.get("engagements", self._draw, when=may)
            counted = {"people": seen["people"], "places": seen["places_left"]}
            try:
                return (await self._draws.post("engagements", self._draw, counted, final=MOVED))["id"]
            except Final:
                continue
