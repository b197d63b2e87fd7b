"""The network's staff who look after people, and people whom they look after, for the tests of coordinators."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from schemas.identity import AccountChanged
from schemas.recruitment import Leader
from services import load
from services.chassis.app import connect
from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked
from services.chassis.work import timers
from services.recruitment.commands import coordinating, noting
from services.recruitment.domain import leader as domain
from services.recruitment.domain.note import TalkDraft
from services.recruitment.queries import people
from services.recruitment.store import leaders
from services.recruitment.store.caseloads import Narrowed
from tests.recruitment.scene import Scene
from tests.support import Connected, Person, member

TODAY = london_day(datetime.now(UTC))
TOMORROW = TODAY + timedelta(days=1)


@dataclass
class Team:
    """Robin, who answers and so looks after people, Jo and Kim, who could too, and an admin of the network."""

    scene: Scene
    jo: Person
    kim: Person
    admin: Person

    @property
    def robin(self) -> Person:
        return self.scene.screener

    async def leader(self, person: Person | None = None) -> Leader:
        async with self.scene.recruitment.transaction() as tx:
            found = await leaders.get(tx, (person or self.scene.sam).id)
        assert found
        return found

    async def hands_over(self, by: Person, to: Person, person: Person | None = None, line: str = "") -> None:
        async with self.scene.recruitment.transaction(by.acting(self.scene.network)) as tx:
            await coordinating.hand_over(tx, (person or self.scene.sam).id, to.id, line)

    async def hands_all_over(self, by: Person, of: UUID, to: Person, line: str = "") -> None:
        async with self.scene.recruitment.transaction(by.acting(self.scene.network)) as tx:
            await coordinating.hand_all_over(tx, of, to.id, line)

    async def covers(self, by: Person, cover: Person, of: Person | None = None, until: date = TOMORROW) -> None:
        async with self.scene.recruitment.transaction(by.acting(self.scene.network)) as tx:
            await coordinating.say_who_covers(tx, (of or by).id, cover.id, until)
        await self.scene.recruitment.settle()

    async def ends_cover(self, by: Person, of: Person | None = None) -> None:
        async with self.scene.recruitment.transaction(by.acting(self.scene.network)) as tx:
            await coordinating.end_cover(tx, (of or by).id)
        await self.scene.recruitment.settle()

    async def writes(
        self, by: Person, words: str = "We talked.", person: Person | None = None, **typed: object
    ) -> UUID:
        draft = TalkDraft.model_validate({"on": TODAY, "way": "phone", "outcome": "talked", "words": words, **typed})
        async with self.scene.recruitment.transaction(by.acting(self.scene.network)) as tx:
            return await noting.write_note(tx, (person or self.scene.sam).id, draft)

    async def reads(self, by: Person, person: Person | None = None) -> list[str]:
        """The notes that row-level security lets somebody read; without `person`, the network's staff about Sam."""
        acting = by.acting() if person and by.id == person.id else by.acting(self.scene.network)
        async with self.scene.recruitment.transaction(acting) as tx:
            page = await people.notes_of(tx, Asked(), (person or self.scene.sam).id)
        return [one.note.words for one in page.items]

    async def listed(self, of: UUID, by: Person | None = None, **narrowed: object) -> list[str]:
        async with self.scene.recruitment.transaction((by or self.robin).acting(self.scene.network)) as tx:
            page = await people.my_people(tx, Asked(), of, Narrowed(**narrowed))  # pyright: ignore[reportArgumentType]
        return [one.leader.called for one in page.items]

    async def pool(self, *called: str) -> list[Person]:
        """People whom Robin took in."""
        new = [Person(called=name) for name in called]
        await self.scene.knows(*new)
        for person in new:
            await self.scene.in_pool(person)
        return new

    async def crowd(self, many: int, coordinator: Person) -> list[UUID]:
        """So many people in the pool at once, whom somebody looks after."""
        now = datetime.now(UTC)
        made = [
            domain.join(
                person_id=UUID(int=n + 1),
                called=f"Crowd {n:04}",
                reference=domain.reference(_letters(n)),
                now=now,
                coordinator_id=coordinator.id,
            )[0]
            for n in range(many)
        ]
        async with self.scene.recruitment.transaction() as tx:
            await tx.execute(
                "insert into leader (id, version, state) select * from unnest($1::uuid[], $2::bigint[], $3::jsonb[])",
                *([one.id for one in made], [1] * many, [one.model_dump_json() for one in made]),
            )
        return [one.id for one in made]

    async def loses_the_role(self, person: Person, *, last_day: date | None = None) -> None:
        """Their membership ends: yesterday, or on a day."""
        last = last_day or TODAY - timedelta(days=1)
        memberships = tuple(one.model_copy(update={"valid_to": last}) for one in person.memberships)
        account = person.account.model_copy(update={"memberships": memberships, "version": 2})
        await self.scene.recruitment.hears_and_settles(AccountChanged(account))

    @asynccontextmanager
    async def on(self, day: date) -> AsyncGenerator[Connected]:
        """The same room with its clock set to noon of a day, and what had to happen until then done."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        app = await connect(load(["recruitment"])[0], self.scene.recruitment.app.settings, clock=lambda: noon)
        later = Connected(app)
        try:
            await timers.fire(app.database)
            await later.settle()
            yield later
        finally:
            await app.stop()


def _letters(n: int) -> str:
    letters, base = "", len(domain.REFERENCE_LETTERS)
    for _ in range(domain.REFERENCE_LENGTH):
        n, at = divmod(n, base)
        letters += domain.REFERENCE_LETTERS[at]
    return letters


async def make_team(scene: Scene) -> Team:
    jo, kim = member(scene.network, "coordinator", called="Jo"), member(scene.network, "screener", called="Kim")
    team = Team(scene, jo, kim, admin=member(scene.network, "admin", called="Ada"))
    await scene.knows(jo, kim, team.admin)
    return team
