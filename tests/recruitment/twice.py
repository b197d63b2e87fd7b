"""People who may be here twice, and the welcome team that looks at them, for the tests of duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from schemas.notifications import Alike, AlikeFound
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import closing, joining
from services.recruitment.domain.duplicate import Duplicate
from services.recruitment.queries import duplicates as queries
from services.recruitment.store import duplicates as store
from services.recruitment.store import leaders
from tests.recruitment.scene import Scene, draft
from tests.support import Person


@dataclass
class Twice:
    """Who sends what name, what notifications says of two, and what the welcome team sees and says."""

    scene: Scene
    said: dict[tuple[UUID, UUID], tuple[UUID, int]] = field(default_factory=dict[tuple[UUID, UUID], tuple[UUID, int]])
    """What notifications said last of two: under which id, and its version."""

    async def comes(self, full_name: str, year: int | None = None, *, called: str = "", joins: bool = False) -> Person:
        """Somebody new sends the form; with `joins` they are taken into the pool."""
        person = Person(called=called or full_name.split()[0])
        await self.scene.knows(person)
        async with self.scene.recruitment.transaction(person.acting()) as tx:
            id = await joining.send_application(tx, draft(full_name=full_name, year_of_birth=year))
        await self.scene.recruitment.settle()
        if joins:
            await self.scene.approve(id)
            await self.scene.recruitment.settle()
        return person

    async def are_reached(self, one: Person, other: Person, *alike: str, entered_by: Sequence[UUID] = ()) -> None:
        """As notifications says it."""
        first, second = sorted((one.id, other.id))
        id, version = self.said.get((first, second), (new_id(), 0))
        self.said[first, second] = (id, version + 1)
        state = Alike(
            id=id,
            version=version + 1,
            first_id=first,
            second_id=second,
            alike=alike,
            found_at=datetime.now(UTC),
            entered_by=tuple(entered_by),
        )
        await self.scene.recruitment.hears_and_settles(AlikeFound(state))

    async def pairs(self) -> list[Duplicate]:
        async with self.scene.recruitment.transaction() as tx:
            return await store.after(tx, UUID(int=0), limit=100)

    async def pair(self) -> Duplicate:
        [pair] = await self.pairs()
        return pair

    async def listed(self, by: Person | None = None) -> list[UUID]:
        network = self.scene.network
        async with self.scene.recruitment.transaction((by or self.scene.screener).acting(network)) as tx:
            return [one.pair.id for one in (await queries.waiting(tx, Asked(), network.id)).items]

    async def says_two(self, pair: Duplicate, by: Person | None = None) -> None:
        async with self.scene.recruitment.transaction((by or self.scene.screener).acting(self.scene.network)) as tx:
            await closing.say_two_people(tx, pair.id)

    async def keeps(self, pair: Duplicate, keep: Person, by: Person | None = None) -> None:
        async with self.scene.recruitment.transaction((by or self.scene.screener).acting(self.scene.network)) as tx:
            await closing.close_one(tx, pair.id, keep=keep.id)
        await self.scene.recruitment.settle()

    async def opens_again(self, pair: Duplicate, by: Person | None = None) -> None:
        async with self.scene.recruitment.transaction((by or self.scene.screener).acting(self.scene.network)) as tx:
            await closing.open_again(tx, pair.id)
        await self.scene.recruitment.settle()

    async def reference(self, person: Person) -> str:
        async with self.scene.recruitment.transaction() as tx:
            leader = await leaders.get(tx, person.id)
        assert leader
        return leader.reference
