"""A role with sessions to come and a place at it, for the tests of what people need and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from schemas.engagements import Arrangement
from schemas.matching import Session, SessionCancelled, SessionChange, SessionChanged, SessionsAdded, SessionsCancelled
from schemas.recruitment import Needs, NeedsChanged, NeedsGiven
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import arranging
from services.engagements.domain.arranging import Arranging, Booking
from services.engagements.store import arranging as store
from tests.engagements.world import NOW, World, make
from tests.support import Connected, Person

LIPSPEAKER = {"needs": ("lipspeaker",), "format": "standard", "ways_to_talk": ("text_relay",)}
FAR, NEAR = timedelta(days=60), timedelta(days=3)


def needs_of(person: Person, version: int = 1, **changes: Any) -> Needs:
    said = {"id": person.id, "version": version, "shared_with": ("places",), "said_on": "2026-11-01"}
    return Needs.model_validate(LIPSPEAKER | said | changes)


@dataclass
class Access:
    """A world whose role has sessions to come, and somebody with needs who takes a place there."""

    world: World

    @property
    def service(self) -> Connected:
        return self.world.engagements

    async def place(self, person: Person | None = None, **needs: Any) -> UUID:
        who = person or self.world.person
        await self.service.hears_and_settles(NeedsGiven(needs_of(who, **needs)))
        id = await self.world.accepted(person)
        await self.service.settle()
        return id

    async def needs(self, version: int, **changes: object) -> None:
        await self.service.hears_and_settles(NeedsChanged(needs_of(self.world.person, version, **changes)))

    async def all(self, id: UUID | None = None) -> list[Arrangement]:
        """Those of a place, or of all, in the order of their sessions."""
        async with self.service.transaction() as tx:
            rows = await tx.fetch(
                "select state from arrangement where $1::uuid is null or engagement_id = $1 order by starts_at, id", id
            )
        return [Arrangement.model_validate_json(row["state"]) for row in rows]

    async def statuses(self) -> list[str]:
        return [one.status for one in await self.all()]

    async def bookings(self, id: UUID) -> list[Mapping[str, Booking]]:
        """By need, of each session of a place."""
        async with self.service.transaction() as tx:
            found = await store.of_engagements(tx, [id])
        return [{booking.need: booking for booking in one.bookings} for one in found]

    async def say(self, id: UUID, need: str, *, at: UUID | None = None, **said: Any) -> None:
        async with self.service.transaction(self.world.staff.acting(self.world.trust)) as tx:
            if at is None:
                await arranging.arrange(tx, id, need, Arranging(**said))
            else:
                await arranging.arrange_one(tx, id, at, need, Arranging(**said))
        await self.service.settle()

    async def sessions(self, *sessions: Session) -> None:
        """The role has these from now on."""
        kinds = {"cancelled": SessionsCancelled, "changed": SessionChanged}
        o = self.world.o
        fact = next((kinds[what] for what in kinds if any(getattr(one, what) for one in sessions)), SessionsAdded)
        self.world.o = o.model_copy(update={"version": o.version + 1, "sessions": sessions})
        await self.service.hears_and_settles(fact(self.world.o))

    async def time_comes(self, *, starts_in: timedelta) -> None:
        """All sessions begin so long from now, as if they had always been to, and what has to be looked at is."""
        starts, first = NOW + starts_in, self.world.o.sessions[0].starts_at
        by = starts - first
        moved = [one.model_copy(update={"starts_at": one.starts_at + by}) for one in self.world.o.sessions]
        self.world.o = self.world.o.model_copy(update={"sessions": tuple(moved)})
        async with self.service.transaction() as tx:
            await tx.execute(
                "update intake set opportunity = $2 where id = $1", self.world.o.id, self.world.o.model_dump_json()
            )
            for one in await self.all():
                later = one.model_copy(update={"starts_at": one.starts_at + by, "ends_at": one.ends_at + by})
                await tx.execute("update arrangement set state = $2 where id = $1", one.id, later.model_dump_json())
            await tx.execute("update timer set at = $1 where reaction = 'follow_access_of'", NOW - timedelta(seconds=1))
        await self.service.settle()


def another(starts_in: timedelta, **more: Any) -> Session:
    return Session(id=new_id(), starts_at=NOW + starts_in, hours=2, **more)


def moved(of: Session, by: timedelta) -> Session:
    change = SessionChange(at=NOW, why="put_right", starts_before=of.starts_at)
    return of.model_copy(update={"starts_at": of.starts_at + by, "changed": change})


def cancelled(of: Session) -> Session:
    return of.model_copy(update={"cancelled": SessionCancelled(at=NOW, why="not_safe")})


async def access(engagements: Connected, **of_opportunity: Any) -> Access:
    return Access(await make(engagements, starts_at=NOW + FAR, **of_opportunity))
