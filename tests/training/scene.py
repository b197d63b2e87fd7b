"""What training's tests start from: two organisations, their trainers, and people in the pool."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.identity import Organisation
from schemas.recruitment import Leader, LeaderApproved
from services.training import commands
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft
from tests.support import Connected, Person, member, organisation, registered

NOW = datetime.now(UTC)


@dataclass
class Scene:
    """The charity runs training; the trust is another organisation."""

    training: Connected
    charity: Organisation
    trainer: Person
    trust: Organisation
    stranger: Person

    async def offer(self, **changes: Any) -> UUID:
        async with self.training.transaction(self.trainer.acting(self.charity)) as tx:
            return await commands.offer_programme(tx, programme_draft(**changes))

    async def add_session(self, programme_id: UUID, **changes: Any) -> UUID:
        async with self.training.transaction(self.trainer.acting(self.charity)) as tx:
            return await commands.add_session(tx, programme_id, session_draft(**changes))

    async def session(self, **changes: Any) -> UUID:
        return await self.add_session(await self.offer(), **changes)

    async def person(self, called: str = "Sam", **changes: Any) -> Person:
        """Somebody in the pool."""
        person = Person(called=called)
        await self.training.hears_and_settles(person.opened, LeaderApproved(leader(person, **changes)))
        return person

    async def enrol(self, session_id: UUID, *people: Person) -> None:
        for person in people:
            async with self.training.transaction(person.acting()) as tx:
                await commands.enrol(tx, session_id)

    async def record(
        self, session_id: UUID, *, attended: list[Person], absent: list[Person], at: datetime | None = None
    ) -> None:
        register = Register(attended=[p.id for p in attended], absent=[p.id for p in absent])
        async with self.training.transaction(self.trainer.acting(self.charity)) as tx:
            tx.now = at or tx.now
            await commands.record_attendance(tx, session_id, register)

    async def names(self) -> list[str]:
        return [name for name, _ in await self.training.said()]

    async def count(self, table: str) -> int:
        counts = {
            "enrolment": "select count(*) from enrolment",
            "credential": "select count(*) from credential",
            "declared_training": "select count(*) from declared_training",
            "session": "select count(*) from session",
            "programme": "select count(*) from programme",
        }
        async with self.training.transaction() as tx:
            return int(await tx.fetchval(counts[table]))

    async def asks(self) -> list[datetime]:
        """When the organisation will be asked who came."""
        async with self.training.transaction() as tx:
            return [row["at"] for row in await tx.fetch("select at from timer order by at")]

    async def taken(self, session_id: UUID) -> int:
        async with self.training.transaction() as tx:
            return int(await tx.fetchval("select places_taken from session where id = $1", session_id))


async def make_scene(training: Connected) -> Scene:
    charity = organisation("X24A1", "Example Voices", "charity")
    trust = organisation()
    trainer, stranger = member(charity, "trainer"), member(trust, "trainer", "coordinator", called="Robin")
    await training.hears_and_settles(*registered(charity, trust), trainer.opened, stranger.opened)
    return Scene(training, charity, trainer, trust, stranger)


def programme_draft(**changes: Any) -> ProgrammeDraft:
    values = {"title": "Finding your voice", "summary": "How to say what matters to you in a meeting."}
    return ProgrammeDraft.model_validate(values | changes)


def session_draft(**changes: Any) -> SessionDraft:
    values = {"starts_at": NOW + timedelta(days=7), "hours": 2, "mode": "remote", "places": 5}
    return SessionDraft.model_validate(values | changes)


def soon() -> datetime:
    """A session that starts now, as people arrive: it can be enrolled in and recorded."""
    return datetime.now(UTC) - timedelta(seconds=1)


def leader(person: Person, *, status: str = "approved", version: int = 1) -> Leader:
    return Leader(
        id=person.id,
        version=version,
        called=person.called,
        reference="PL-7K3Q",
        status=status,
        rung="feedback",
        approved_at=NOW,
    )
