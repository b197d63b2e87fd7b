"""What the rule in SQL finds in a region, beside what a naive loop finds in it: the same, and in the same order."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.hands import SYSTEM, Acting
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.telling import TellingOfRoles
from services.matching.store import fitting, telling
from services.matching.store.rule import BOTH, LOOKED_AT, SCORE
from tests.matching import oracle
from tests.matching.oracle import Somebody
from tests.matching.region import Region
from tests.support import Connected, Person

POLICY = TellingOfRoles(
    most_a_week=3, first_told=50, told_for_each_place=25, near_miles=10, next_after_days=3, answers_for_each_place=2
)
ALL = 10_000
"""More than any list has."""
EACH_PAIR = "select p.person_id, o.id, " + SCORE + " as score from " + BOTH + " where " + LOOKED_AT


class Undone(Exception):
    """What was told is taken back, so that it can be told again."""


@asynccontextmanager
async def at(matching: Connected, region: Region, person: UUID | None = None) -> AsyncGenerator[Transaction]:
    """A transaction at the moment of the region that is taken back."""
    try:
        acting: Acting = Person(id=person).acting() if person else SYSTEM
        async with matching.transaction(acting) as tx:
            tx.now = region.now
            yield tx
            raise Undone
    except Undone:
        pass


@dataclass
class Found:
    """What the loop finds: of each role whom it fits, and of each person what fits them."""

    region: Region
    people: dict[UUID, Somebody] = field(init=False)
    of_role: dict[UUID, list[Somebody]] = field(default_factory=lambda: defaultdict[UUID, list[Somebody]](list))
    of_person: dict[UUID, list[Opportunity]] = field(default_factory=lambda: defaultdict[UUID, list[Opportunity]](list))
    scores: set[tuple[UUID, UUID, int]] = field(default_factory=set[tuple[UUID, UUID, int]])

    def __post_init__(self) -> None:
        region = self.region
        self.people = {one.id: one for one in region.people}
        self.answers = region.answers()
        for role in region.roles.values():
            for one in self.people.values():
                if not oracle.missing(role, one, region.districts, region.now):
                    self.of_role[role.id].append(one)
                    self.of_person[one.id].append(role)
                    self.scores.add((one.id, role.id, oracle.score(role, one, region.districts)))

    def is_enough(self, role: Opportunity) -> bool:
        full = sum(self.region.intakes[role.id]) >= role.places
        return oracle.is_enough(role, full=full, answers=self.answers[role.id], for_each=POLICY.answers_for_each_place)

    def whom_to_tell(self, role: Opportunity, limit: int) -> list[UUID]:
        fit, of = self.of_role[role.id], self.region
        first = oracle.whom_to_tell(
            role, fit, of.districts, of.now, most=POLICY.most_a_week, near=POLICY.near_miles, limit=limit
        )
        return [] if self.is_enough(role) else first

    def ranked(self, id: UUID) -> list[tuple[UUID, int]]:
        return oracle.ranked(self.people[id], self.of_person[id], self.region.districts, self.region.now)

    def of_which_to_tell(self, id: UUID) -> set[UUID]:
        one, roles, now = self.people[id], self.region.roles, self.region.now
        left = min(POLICY.most_a_week, one.most_a_week) - len([t for t in one.told if t > now - oracle.WEEK])
        may = (
            role
            for role, _ in self.ranked(id)
            if oracle.may_be_told(roles[role], one, now, most=POLICY.most_a_week) and not self.is_enough(roles[role])
        )
        return set([*may][: max(0, left)])


async def agrees(matching: Connected, region: Region, *, looked: int = 20) -> None:
    """Everywhere; `looked`: of so many people what they see on their own pages."""
    found = Found(region)
    assert len(found.scores) > len(region.roles)
    async with at(matching, region) as tx:
        rows = await tx.connection.fetch(EACH_PAIR, region.now, timeout=1200)
        assert {(row["person_id"], row["id"], row["score"]) for row in rows} == found.scores
    await tells_whom_it_should(matching, region, found)
    await ends_what_it_should(matching, region)
    asked = sorted(found.people)[:: max(1, len(found.people) // looked)]
    for id in asked:
        await shows_what_it_should(matching, region, found, id)


async def tells_whom_it_should(matching: Connected, region: Region, found: Found) -> None:
    """Of each role all, and of some the first few: what is told by any limit is its order."""
    told, everybody = 0, len(found.people)
    for n, role in enumerate(region.roles.values()):
        for limit in (1, 2, 5, everybody) if n % 4 == 0 else (everybody,):
            async with at(matching, region) as tx:
                made = await telling.tell_of_role(tx, role, POLICY, limit)
                assert {one.person_id for one in made} == {*found.whom_to_tell(role, limit)}, (role.title, limit)
                told += len(made)
    assert told


async def ends_what_it_should(matching: Connected, region: Region) -> None:
    async with at(matching, region) as tx:
        ended = {(one.person_id, one.opportunity_id) for one in await telling.end_unfit(tx)}
        stand = {
            (one.id, id)
            for one in region.people
            for id in one.told_of
            if oracle.stays(region.roles[id], one, region.districts, region.now)
        }
        assert ended == {(one.id, id) for one in region.people for id in one.told_of} - stand


async def shows_what_it_should(matching: Connected, region: Region, found: Found, id: UUID) -> None:
    one = found.people[id]
    async with at(matching, region, id) as tx:
        page = await fitting.of_person(tx, Asked(size=ALL, counted=True))
        assert [(each.opportunity.id, each.score) for each in page.items] == found.ranked(id)
        assert page.count == len(page.items)
        why = await fitting.explain(tx, list(region.roles))
    for role in region.roles.values():
        expected = oracle.said(role, one, region.districts, region.now)
        assert kinds(why[role.id].missing) == expected, (role, one)
        assert why[role.id].score == oracle.score(role, one, region.districts)
    async with at(matching, region) as tx:
        await telling.hold_person(tx, id)
        made = await telling.tell_person(tx, id, POLICY)
        assert {each.opportunity_id for each in made} == found.of_which_to_tell(id)


def kinds(codes: Iterable[str]) -> list[str]:
    """Each once, without what exactly is missing of it."""
    return list(dict.fromkeys(code.partition(":")[0] for code in codes))
