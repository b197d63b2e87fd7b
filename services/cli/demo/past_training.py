"""The demo region's training of the past: offered, booked, held; and what people have booked for the next weeks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Person
from services.cli.demo.past import Past, Step
from services.cli.demo.region import history, region
from services.training import commands
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft

PLACES = 6
PLANNED, BOOKED = 10, 5
"""How many days ago the next sessions were planned, and booked by who is known to."""


@dataclass
class Course:
    """What was told of a programme, and who has come to it."""

    told: Mapping[str, Any]
    id: UUID | None = None
    held: dict[int, UUID] = field(default_factory=dict[int, UUID])
    next: list[UUID] = field(default_factory=list[UUID])
    came: dict[int, list[UUID]] = field(default_factory=dict[int, list[UUID]])
    trained: set[UUID] = field(default_factory=set[UUID])

    @property
    def known_id(self) -> UUID:
        if self.id is None:
            raise LookupError(f"the training {self.told['title']}, which was not offered yet")
        return self.id


class Training:
    """Each time it is held, whoever is named comes, and then the next of the pool who have not done it."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        more = history()["training"]
        for told in [*region()["programmes"], *more["programmes"]]:
            course = Course({**told, **more["held"].get(told["credential"], {})})
            steps += [(182, partial(self._offer, course)), (PLANNED, partial(self._plan, course))]
            for days in course.told.get("held", ()):
                steps += [
                    (days + 2, partial(self._enrol, course, days)),
                    (days - 1, partial(self._record, course, days)),
                ]
            steps.append((BOOKED, partial(self._book, course)))
        return steps

    async def _offer(self, course: Course) -> int:
        told, by = course.told, course.told["by"]
        sent = {name: told[name] for name in ("title", "summary", "credential", "lasts_months") if name in told}
        async with self._past.as_member("training", by, "trainer") as tx:
            course.id = await commands.offer_programme(tx, ProgrammeDraft.model_validate(sent))
        for days in told.get("held", ()):
            about = {"hours": 4, "mode": "remote", "place": "", "places": PLACES}
            course.held[days] = await self._add(course, days, about)
        return 1 + len(course.held)

    async def _plan(self, course: Course) -> int:
        for told in course.told.get("sessions", ()):
            about = {name: told[name] for name in ("hours", "mode", "place", "places")}
            course.next.append(await self._add(course, -told["days"], about))
        return len(course.next)

    async def _add(self, course: Course, days: int, about: Mapping[str, Any]) -> UUID:
        session = SessionDraft.model_validate({**about, "starts_at": self._past.at(days, hour=10)})
        async with self._past.as_member("training", course.told["by"], "trainer") as tx:
            return await commands.add_session(tx, course.known_id, session)

    async def _enrol(self, course: Course, days: int) -> int:
        named = [self._past.accounts[called] for called in course.told.get("who", ())]
        order = [one for one in named if one in self._past.pool] + self._past.pool
        new = {one.person_id: one for one in order if one.person_id not in course.trained}
        some = list(new.values())[:PLACES]
        for person in some:
            await self._take_a_place(person, course.held[days])
        course.came[days] = [one.person_id for one in some]
        course.trained |= {*course.came[days]}
        return len(some)

    async def _record(self, course: Course, days: int) -> int:
        if not course.came[days]:
            return 0
        async with self._past.as_member("training", course.told["by"], "trainer") as tx:
            await commands.record_attendance(tx, course.held[days], Register(attended=course.came[days]))
        return 1

    async def _book(self, course: Course) -> int:
        booked = course.told.get("booked", ())
        for called in booked:
            await self._take_a_place(self._past.accounts[called], course.next[0])
        return len(booked)

    async def _take_a_place(self, person: Person, session_id: UUID) -> None:
        async with self._past.rooms.transaction("training", person) as tx:
            await commands.enrol(tx, session_id)
