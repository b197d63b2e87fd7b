"""A role with many in it who are reached in different ways, as notifications knows them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.engagements import Engagement, InterestShown, PersonNotChosen, PlaceAccepted
from schemas.event import AnyEvent
from schemas.identity import AccountOpened
from schemas.matching import OpportunityPosted, OpportunityWithdrawn, SessionChange, SessionChanged, Withdrawn
from tests.notifications.support import NOW, World, an_opportunity
from tests.support import Connected, Person, organisation, registered

WAYS = ("page", "email", "phone", "post")
"""In turn: nothing chosen, an e-mail address that is theirs, entered by phone without and with an address."""
_REACHED = """
insert into contact_point (person_id, channel, address, verified_at, changed_at, entered_by)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::uuid[])
"""


@dataclass
class Many:
    """`people`: those in it, the ways in which they are reached in turn. `interested`: what each is with it."""

    world: World
    people: list[Person]
    interested: list[Engagement]

    @property
    def before(self) -> list[AnyEvent]:
        """What the neighbours had said by the time that it is withdrawn."""
        accounts = [
            AccountOpened(one.account.model_copy(update={"can_sign_in": way in ("page", "email")}))
            for one, way in _with_ways(self.people)
        ]
        said = {"interested": InterestShown, "accepted": PlaceAccepted}
        interest = [said[one.status](one) for one in self.interested]
        both = registered(self.world.trust, self.world.network)
        return [*both, *accounts, OpportunityPosted(self.world.opportunity), *interest]

    @property
    def withdrawn(self) -> OpportunityWithdrawn:
        now = datetime.now(UTC)
        gone = {"withdrawn": Withdrawn(at=now, why="postponed"), "closed_at": now, "version": 2}
        return OpportunityWithdrawn(self.world.opportunity.model_copy(update=gone))

    def moved(self, version: int) -> SessionChanged:
        """Its session begins so many days later than at first."""
        role, [session] = self.world.opportunity, self.world.opportunity.sessions
        now = datetime.now(UTC)
        change = SessionChange(at=now, why="another_day_suits", starts_before=session.starts_at)
        later = session.model_copy(update={"starts_at": session.starts_at + timedelta(days=version), "changed": change})
        return SessionChanged(role.model_copy(update={"version": version, "sessions": (later,)}))

    @property
    def still_there(self) -> list[AnyEvent]:
        """What engagements says of each that has a place, for another reason."""
        return [PlaceAccepted(one.model_copy(update={"version": 2})) for one in self.interested]

    @property
    def ended(self) -> list[AnyEvent]:
        """What engagements says of each when it has heard of the withdrawal."""
        later = {"status": "not_chosen", "ended_at": datetime.now(UTC) + timedelta(seconds=1), "version": 2}
        return [PersonNotChosen(one.model_copy(update=later)) for one in self.interested]

    async def are_reached(self) -> None:
        """What people told notifications themselves."""
        rows = [
            (one.id, way, f"{one.id}@people.example", NOW if way == "email" else None, NOW, one.id)
            for one, way in _with_ways(self.people)
            if way in ("email", "post")
        ]
        async with self.world.service.transaction() as tx:
            await tx.change_each(_REACHED, rows)


def a_role(service: Connected, count: int, status: str = "interested") -> Many:
    """Nothing of it is heard yet. Whoever has a place has had it for longer than is news."""
    trust, network = organisation(), organisation("QZZ", "Example Network", kind="network")
    world = World(service, trust, network, Person(), an_opportunity(trust))
    people = [Person(f"Sam {n}") for n in range(count)]
    long_ago = {"accepted_at": NOW - timedelta(days=40)} if status == "accepted" else {}
    return Many(world, people, [world.engagement(status, person_id=one.id, **long_ago) for one in people])


async def many(service: Connected, count: int, status: str = "interested") -> Many:
    """Heard and done: nothing is due."""
    role = a_role(service, count, status)
    await service.hears(*role.before)
    await role.are_reached()
    await service.settle()
    return role


def _with_ways(people: list[Person]) -> list[tuple[Person, str]]:
    return [(one, WAYS[number % len(WAYS)]) for number, one in enumerate(people)]


async def told(service: Connected, kind: str = "opportunity_withdrawn") -> dict[str, int]:
    """How many were told of a withdrawal, or of something else, by the way in which they are reached."""
    async with service.transaction() as tx:
        rows = await tx.fetch(
            "select channel, count(*) as messages, count(distinct person_id) as people from message"
            " where kind = $1 group by channel",
            kind,
        )
    assert all(row["messages"] == row["people"] for row in rows), "somebody is told twice"
    return {row["channel"]: row["messages"] for row in rows}
