"""Lists of people that organisations of the demo region brought in: sent, released, and answered by some."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.hands import SYSTEM, Person
from services.chassis.base.tables.heading import Line
from services.chassis.base.tables.reading import Table
from services.cli.demo.past import Past, Step
from services.cli.demo.past_parts import take_parts
from services.cli.demo.region import history
from services.recruitment.commands import answering, registers
from services.recruitment.domain.register.imports import ADMIN
from services.recruitment.queries import registers as queries
from services.recruitment.store import applications, imports


class Lists:
    """A day after it was sent a list is released; a day after that, people are asked. Days are counted back."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._sent: dict[str, UUID] = {}

    def steps(self) -> list[Step]:
        return [step for one in history()["lists"] for step in self._steps_of(one)]

    def _steps_of(self, one: Mapping[str, Any]) -> list[Step]:
        sent, file = one["sent"], one["file"]
        steps: list[Step] = [
            (sent, partial(self._send, one)),
            (sent - 1, partial(self._release, file)),
            (sent - 2, partial(self._hand_on, one["by"], file)),
        ]
        says = (("said_yes", self._say, True), ("said_no", self._say, False), ("rang_yes", self._enter, True))
        for when, say, yes in says:
            steps += [(days, partial(say, called, yes)) for called, days in one.get(when, {}).items()]
        return steps

    async def _send(self, one: Mapping[str, Any]) -> int:
        lines = [Line(number, cells) for number, cells in enumerate(one["lines"], start=2)]
        async with self._past.as_member("recruitment", one["by"], ADMIN) as tx:
            id = await registers.send_list(tx, Table(one["columns"], lines, one["file"]))
            await registers.map_columns(tx, id, (await imports.get(tx, id)).meanings)
            await registers.ask_release(tx, id)
        self._sent[one["file"]] = id
        return 1

    async def _release(self, file: str) -> int:
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await registers.release(tx, self._sent[file])
        return 1

    async def _hand_on(self, by: str, file: str) -> int:
        async with self._past.as_member("recruitment", by, ADMIN) as tx:
            await registers.hand_on(tx, self._sent[file])
            parts = await queries.parts_of(tx, await queries.own_list(tx, self._sent[file]))
        return await take_parts(self._past, by, parts["contacts"], parts["training"])

    async def _say(self, called: str, yes: bool) -> int:
        """By the link that they were sent."""
        id, person_id = await self._listed(called)
        hand = Person(person_id=person_id, by=person_id)
        async with self._past.rooms.transaction("recruitment", hand) as tx:
            await (answering.say_yes if yes else answering.say_no)(tx, id)
        return 1

    async def _enter(self, called: str, yes: bool) -> int:
        """They rang, and the welcome team entered it."""
        id, _ = await self._listed(called)
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await (answering.enter_yes if yes else answering.enter_no)(tx, id)
        return 1

    async def _listed(self, called: str) -> tuple[UUID, UUID]:
        """The application and the person of whom a list calls so. Raises LookupError."""
        async with self._past.rooms.transaction("recruitment", SYSTEM) as tx:
            one = await applications.listed_as(tx, called)
        if one is None:
            raise LookupError(f"somebody called {called} on a list")
        return one.id, one.person_id
