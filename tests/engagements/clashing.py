"""Two roles of two organisations and training, at the same time or not, and what is said of it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

from schemas.matching import Opportunity, OpportunityPosted, Session, SessionChanged
from schemas.payments import RateCardIssued
from schemas.training import (
    Enrolment,
    EnrolmentBooked,
    Programme,
    ProgrammeOffered,
    TrainingSession,
)
from tests.engagements.world import World, opportunity, rate
from tests.support import Person, member, organisation, registered

TEN = datetime(2027, 3, 2, 10, tzinfo=UTC)
"""A Tuesday, ten in the morning in London too."""
SPRING, AUTUMN = datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
"""Half an hour before the clocks change."""


def session(starts_at: datetime, hours: float = 2) -> Session:
    return Session(id=uuid4(), starts_at=starts_at, hours=hours)


@dataclass
class Two:
    """The world's person has a place in `theirs`, a role of another organisation; `role` is the trust's."""

    world: World
    other: World
    role: Opportunity

    @property
    def page(self) -> str:
        return f"/engagements/interest/{self.role.id}"

    async def clashes(self, person: Person | None = None) -> list[dict[str, Any]]:
        """What the API says before interest is shown."""
        async with self.world.engagements.api(person or self.world.person) as api:
            return (await api.get(f"/mine/clashes/{self.role.id}")).json()["clashes"]

    async def read(self, path: str, person: Person | None = None) -> str:
        async with self.world.engagements.browser(person or self.world.person) as browser:
            html = (await browser.get(path)).text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

    async def busy(self) -> list[list[str]]:
        """What the trust's API says of each of those interested: at which sessions they are busy."""
        async with self.world.engagements.api(self.world.staff) as staff:
            found = (await staff.get(f"/organisations/RX2/intakes/{self.role.id}")).json()["engagements"]
        return [one["busy_at"] for one in found]

    async def changes(self, role: Opportunity) -> Opportunity:
        changed = role.model_copy(update={"version": role.version + 1})
        await self.world.engagements.hears_and_settles(SessionChanged(changed))
        return changed


def role_of(world: World, *sessions: Session, **changes: Any) -> Opportunity:
    last = max(one.starts_at for one in sessions)
    days = {"apply_by": min(one.starts_at for one in sessions) - timedelta(hours=1), "feedback_by": last}
    return opportunity(world.trust, world.card, sessions=sessions, **(days | changes))


async def another(world: World, role: Opportunity | None = None) -> World:
    """Another organisation with a role of its own."""
    trust = organisation("RX7", "Moorside Hospitals Trust")
    coordinator, card = member(trust, "coordinator", called="Kit"), rate(trust)
    there = World(world.engagements, trust, coordinator, card, role or world.o, world.person)
    await world.engagements.hears_and_settles(*registered(trust), coordinator.opened, RateCardIssued(card))
    return there


async def two(world: World, theirs: list[Session], sessions: list[Session]) -> Two:
    there = await another(world)
    there.o = role_of(there, *theirs, title="Reading letters")
    role = role_of(world, *sessions, title="The pain team")
    await world.engagements.hears_and_settles(OpportunityPosted(there.o), OpportunityPosted(role))
    await there.accepted()
    return Two(world, there, role)


@dataclass
class Trained:
    programme: Programme
    place: Enrolment


async def trained(world: World, starts_at: datetime, person: Person) -> Trained:
    """Somebody has a place in a session of training of two hours."""
    one = TrainingSession(id=uuid4(), starts_at=starts_at, hours=2, mode="remote", place="", places=5, places_taken=1)
    programme = Programme(
        id=uuid4(),
        version=1,
        organisation_id=world.trust.id,
        ods_code="RX2",
        title="Finding your voice",
        summary="How to say what matters.",
        credential="finding_your_voice",
        sessions=(one, one.model_copy(update={"id": uuid4(), "starts_at": starts_at + timedelta(days=1)})),
    )
    place = Enrolment(
        id=uuid4(),
        version=1,
        person_id=person.id,
        programme_id=programme.id,
        session_id=one.id,
        organisation_id=world.trust.id,
        status="booked",
    )
    await world.engagements.hears_and_settles(ProgrammeOffered(programme), EnrolmentBooked(place))
    return Trained(programme, place)


async def mine_of(world: World) -> list[dict[str, Any]]:
    async with world.engagements.api(world.person) as api:
        return (await api.get("/mine/engagements")).json()["engagements"]
