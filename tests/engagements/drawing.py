"""A role whose places are drawn by lot, people who want one, and what its tests do with it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from schemas.matching import Opportunity, OpportunityClosed
from schemas.recruitment import LeaderApproved, Profile, ProfileRestated
from services.engagements.commands import drawing, objecting
from services.engagements.domain.giving import AnswerObjection, Giving
from services.engagements.domain.lots import AtLeast, Rules
from tests.engagements.world import NOW, TO_COME, World, leader, make
from tests.support import Connected, Database, Person, member

CLOSED = NOW + timedelta(minutes=5)
UPHELD = AnswerObjection(right="yes", words="You are right.", why="A ticket was left out by mistake.")


@dataclass
class ByLot:
    """A role with two places that are drawn, its clock, and a second coordinator. Person → engagement."""

    world: World
    now: list[datetime]
    other: Person
    places: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])

    @property
    def engagements(self) -> Connected:
        return self.world.engagements

    @property
    def at(self) -> str:
        return f"/engagements/for/RX2/{self.world.o.id}/draw"

    @property
    def api(self) -> str:
        return f"/organisations/RX2/intakes/{self.world.o.id}/draw"

    def mine(self, person: Person) -> str:
        return f"/engagements/mine/{self.places[person.id]}/draw"

    async def want_it(self, *people: Person, district: str | None = "BN2") -> None:
        """They show interest, in this order."""
        profiles = [ProfileRestated(Profile(id=one.id, version=1, district=district)) for one in people]
        opened = [*(one.opened for one in people), *(LeaderApproved(leader(one)) for one in people)]
        await self.engagements.hears_and_settles(*opened, *profiles)
        for one in people:
            self.now[0] += timedelta(seconds=1)
            self.places[one.id] = await self.world.interested(one)
        await self.engagements.settle()

    async def gives(self, person: Person, **given: Any) -> None:
        async with self.engagements.transaction(person.acting()) as tx:
            await objecting.give(tx, self.places[person.id], Giving(**given))

    async def says_rules(self, *at_least: AtLeast, by: Person | None = None) -> None:
        async with self.engagements.transaction((by or self.world.staff).acting(self.world.trust)) as tx:
            await drawing.set_rules(tx, self.world.o.id, Rules(at_least))

    async def closes(self, **changes: Any) -> Opportunity:
        self.now[0] = max(self.now[0], CLOSED)
        self.world.o = closed = self.world.o.with_changes(
            closed_at=self.now[0], version=self.world.o.version + 1, **changes
        )
        await self.engagements.hears_and_settles(OpportunityClosed(closed))
        return closed

    async def draws(self, people: int, places: int = 2, *, by: Person | None = None, near: bool = False) -> UUID:
        async with self.engagements.transaction((by or self.world.staff).acting(self.world.trust)) as tx:
            counted = {"people": people, "places": places}
            return await drawing.draw_lots(tx, self.world.o.id, **counted, as_near_as_can_be=near)

    async def confirms(self, draw: UUID, *, by: Person | None = None) -> int:
        async with self.engagements.transaction((by or self.world.staff).acting(self.world.trust)) as tx:
            return await drawing.confirm(tx, self.world.o.id, draw_id=draw)

    async def objects(self, person: Person, words: str = "My ticket is not there.") -> UUID:
        async with self.engagements.transaction(person.acting()) as tx:
            return await objecting.object_to_draw(tx, self.places[person.id], words)

    async def answers(self, objection: UUID, said: AnswerObjection = UPHELD, *, by: Person | None = None) -> None:
        async with self.engagements.transaction((by or self.other).acting(self.world.trust)) as tx:
            await objecting.answer(tx, self.world.o.id, objection, said)

    async def data(self, number: int = 1) -> dict[str, Any]:
        async with self.engagements.api(self.world.staff) as api:
            return (await api.get(f"{self.api}/{number}/data")).json()

    async def standing(self) -> dict[UUID, str]:
        """Where each person stands."""
        return {person: (await self.world.engagement(id)).status for person, id in self.places.items()}

    async def numbers(self) -> dict[int, UUID]:
        """Ticket → person."""
        async with self.engagements.transaction() as tx:
            rows = await tx.fetch("select number, person_id from engagement where number is not null")
        return {row["number"]: row["person_id"] for row in rows}

    async def said(self) -> str:
        """All that was said on topics."""
        async with self.engagements.transaction() as tx:
            return str(await tx.fetchval("select string_agg(value, ' ') from outbox"))


async def by_lot(database: Database, **of_opportunity: Any) -> ByLot:
    now = [NOW]
    engagements = await database.connect("engagements", lambda: now[0])
    of: dict[str, Any] = {"starts_at": TO_COME, "steps": ("draw",), "lived_experience": ("pain", "diabetes")}
    world = await make(engagements, **of | of_opportunity)
    other = member(world.trust, "coordinator", called="Dora")
    await engagements.hears_and_settles(other.opened)
    return ByLot(world, now, other)


async def shows(client: httpx.AsyncClient, page: str, *words: str) -> str:
    """The page, which shows all of this."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text
    missing = [one for one in words if one not in shown.text]
    assert not missing, (missing, shown.text)
    return shown.text
