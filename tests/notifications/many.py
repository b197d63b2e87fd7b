"""A role with many who showed interest and are reached in different ways, as notifications knows them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.engagements import Engagement, InterestShown, PersonNotChosen
from schemas.event import AnyEvent
from schemas.identity import AccountOpened
from schemas.matching import OpportunityPosted, OpportunityWithdrawn, Withdrawn
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
    """`people`: those who showed interest, the ways in which they are reached in turn."""

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
        interest = [InterestShown(one) for one in self.interested]
        both = registered(self.world.trust, self.world.network)
        return [*both, *accounts, OpportunityPosted(self.world.opportunity), *interest]

    @property
    def withdrawn(self) -> OpportunityWithdrawn:
        now = datetime.now(UTC)
        gone = {"withdrawn": Withdrawn(at=now, why="postponed"), "closed_at": now, "version": 2}
        return OpportunityWithdrawn(self.world.opportunity.model_copy(update=gone))

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


def a_role(service: Connected, count: int) -> Many:
    """Nothing of it is heard yet."""
    trust, network = organisation(), organisation("QZZ", "Example Network", kind="network")
    world = World(service, trust, network, Person(), an_opportunity(trust))
    people = [Person(f"Sam {n}") for n in range(count)]
    return Many(world, people, [world.engagement(person_id=one.id) for one in people])


async def many(service: Connected, count: int) -> Many:
    """Heard and done: nothing is due."""
    role = a_role(service, count)
    await service.hears(*role.before)
    await role.are_reached()
    await service.settle()
    return role


def _with_ways(people: list[Person]) -> list[tuple[Person, str]]:
    return [(one, WAYS[number % len(WAYS)]) for number, one in enumerate(people)]


async def told(service: Connected) -> dict[str, int]:
    """How many were told of a withdrawal, by the way in which they are reached."""
    async with service.transaction() as tx:
        rows = await tx.fetch(
            "select channel, count(*) as messages, count(distinct person_id) as people from message"
            " where kind = 'opportunity_withdrawn' group by channel"
        )
    assert all(row["messages"] == row["people"] for row in rows), "somebody is told twice"
    return {row["channel"]: row["messages"] for row in rows}
