"""A role with sessions, and a clock that is set: what is told of them as days go by."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from schemas.engagements import Engagement, EngagementRestated
from schemas.matching import Opportunity, OpportunityRestated, Session, SessionCancelled, SessionChange
from services import load
from services.chassis.app import connect
from services.chassis.postgres.transaction import new_id
from services.chassis.work import timers
from services.notifications.domain.kinds import LONDON
from tests.notifications.support import World, a_world
from tests.support import Connected, Database, Person

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(LONDON).date()


def on(days: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time of day in London, so many days from today."""
    return datetime.combine(TODAY + timedelta(days=days), time(hour, minute), LONDON)


def session(starts_at: datetime, **changes: Any) -> Session:
    return Session(id=new_id(), starts_at=starts_at, hours=2, **changes)


def moved(one: Session, to: datetime, *, at: datetime) -> Session:
    first = (one.changed.starts_at_first or one.changed.starts_before) if one.changed else None
    change = SessionChange(at=at, why="another_day_suits", starts_before=one.starts_at, starts_at_first=first)
    return one.model_copy(update={"starts_at": to, "changed": change})


def cancelled(one: Session, *, at: datetime) -> Session:
    return one.model_copy(update={"cancelled": SessionCancelled(at=at, why="not_safe")})


@dataclass
class Role:
    """`now`: what the clock of the service shows; None: the one on the wall."""

    world: World
    clock: "SetClock"

    @property
    def service(self) -> Connected:
        return self.world.service

    async def has(self, *sessions: Session, **changes: Any) -> Opportunity:
        """It has these sessions now, and that is heard and done."""
        o = await self.becomes(*sessions, **changes)
        await self.service.settle()
        return o

    async def becomes(self, *sessions: Session, **changes: Any) -> Opportunity:
        """The same, heard and not done yet."""
        o = self.world.opportunity
        self.world.opportunity = o.model_copy(update={"sessions": sessions, "version": o.version + 1} | changes)
        await self.service.hears(OpportunityRestated(self.world.opportunity))
        return self.world.opportunity

    async def somebody(self, status: str = "accepted", **changes: Any) -> Person:
        """Who has been in it for long."""
        person = Person()
        await self.service.hears(person.opened)
        values = {"interested_at": NOW - timedelta(days=60), "person_id": person.id}
        values |= {"accepted_at": NOW - timedelta(days=50)} if status == "accepted" else {}
        await self.is_now(self.world.engagement(status, **(values | changes)))
        return person

    async def is_now(self, engagement: Engagement) -> None:
        await self.service.hears_and_settles(EngagementRestated(engagement))

    async def at(self, moment: datetime) -> None:
        """The clock shows it, and what rings is done."""
        self.clock.now = moment
        while await timers.fire(self.service.app.database):
            await self.service.settle()

    async def told(self, person: Person) -> list[str]:
        """What they were told, oldest first."""
        return [message.news.kind for message in reversed(await self.world.messages(person))]

    async def waits(self, person: Person) -> list[tuple[str, str]]:
        """What still waits for them to be rung: kind and subject."""
        found = await self.world.messages(person)
        return [(one.news.kind, one.news.subject) for one in reversed(found) if one.status == "queued"]

    async def is_rung(self, person: Person) -> None:
        """They cannot sign in: whatever is told to them waits for staff."""
        account = person.account.model_copy(update={"can_sign_in": False, "version": person.account.version + 1})
        await self.service.hears_and_settles(type(person.opened)(account))

    async def ids(self, kind: str) -> list[UUID]:
        """Whom it was told to, in the order of the queue."""
        async with self.service.transaction() as tx:
            rows = await tx.fetch("select person_id from message where kind = $1 order by queued_at, id", kind)
        return [row["person_id"] for row in rows]


@dataclass
class SetClock:
    now: datetime | None = None

    def __call__(self) -> datetime:
        return self.now or datetime.now(UTC)


async def a_role(database: Database) -> Role:
    clock = SetClock()
    app = await connect(load(["notifications"])[0], database.settings, clock=clock)
    database.opened.append(app)
    world = await a_world(Connected(app))
    world.opportunity = world.opportunity.model_copy(update={"posted_at": NOW - timedelta(days=61)})
    return Role(world, clock)
