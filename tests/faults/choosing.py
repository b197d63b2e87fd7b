"""Many who choose and are chosen at once: offers, acceptances, refusals, withdrawals and moves of the reserve list.

What is done is drawn by a seed; who comes first is not. Afterwards what was said is replayed in the order of its
commits: at no moment more places were taken and held than there are, and nobody on a reserve list was passed over
without a reason.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from schemas.engagements import Engagement, Intake
from schemas.matching import Opportunity, OpportunityPosted
from schemas.recruitment import LeaderApproved
from services.chassis.base.refusals import Refused
from services.cli.verify import effects
from services.cli.verify.bookkeeping import check_bookkeeping
from services.cli.verify.report import Expected, Tally
from services.engagements.commands import choosing, mine, settling
from services.engagements.domain.offers import Offering
from tests.engagements.world import NOT_CHOSEN, TO_COME, WORDS, World, leader, make, opportunity
from tests.support import Connected, Person

PLACES = (1, 2, 3, 5)
PEOPLE_A_ROLE = 12


@dataclass
class Crowd:
    """`at`: instances of the service; what was done, and what was refused, by its name."""

    world: World
    at: list[Connected]
    roles: list[Opportunity]
    people: list[Person]
    drawn: random.Random
    done: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])

    @property
    def counted(self) -> int:
        return sum(number for name, number in self.done.items() if name in COUNTED)

    async def act(self) -> None:
        """One of all that people and coordinators do, about one person and one role."""
        one, role = self.drawn.choice(self.at), self.drawn.choice(self.roles)
        person = self.drawn.choice(self.people)
        name, do = self.drawn.choice(FITTING.get(await self._stands(one, role, person), ACTS))
        if self.drawn.random() < AT_RANDOM:
            name, do = self.drawn.choice(ACTS)
        try:
            await do(self, one, role, person)
        except Refused as refused:
            self.refused[type(refused).__name__] += 1
        else:
            self.done[name] += 1

    async def _stands(self, one: Connected, role: Opportunity, person: Person) -> str:
        """As they see it on a page; when they act, something else may stand."""
        async with one.transaction() as tx:
            found = await tx.fetchval(
                "select status from engagement where opportunity_id = $1 and person_id = $2", role.id, person.id
            )
        return found or ""

    async def of_person(self, one: Connected, role: Opportunity, person: Person, command: Any) -> None:
        async with one.transaction(person.acting()) as tx:
            await command(tx, await self.id_of(one, role, person))

    async def of_staff(self, one: Connected, role: Opportunity, person: Person, command: Any, **given: Any) -> None:
        id = await self.id_of(one, role, person)
        async with one.transaction(self.world.staff.acting(self.world.trust)) as tx:
            await command(tx, id, **given)

    async def id_of(self, one: Connected, role: Opportunity, person: Person) -> UUID:
        """Their engagement's; of whoever has shown no interest, the role's, which is none."""
        async with one.transaction() as tx:
            return (
                await tx.fetchval(
                    "select id from engagement where opportunity_id = $1 and person_id = $2", role.id, person.id
                )
                or role.id
            )


Act = Callable[[Crowd, Connected, Opportunity, Person], Awaitable[None]]


async def _show_interest(crowd: Crowd, one: Connected, role: Opportunity, person: Person) -> None:
    async with one.transaction(person.acting()) as tx:
        await mine.show_interest(tx, role.id, WORDS)


async def _say_no(crowd: Crowd, one: Connected, role: Opportunity, person: Person) -> None:
    await crowd.of_person(one, role, person, mine.decline)
    await crowd.of_person(one, role, person, mine.tell_no_now)


async def _offer_first(crowd: Crowd, one: Connected, role: Opportunity, person: Person) -> None:
    async with one.transaction(crowd.world.staff.acting(crowd.world.trust)) as tx:
        await choosing.offer_to_first(tx, role.id)


async def _run_out(crowd: Crowd, one: Connected, role: Opportunity, person: Person) -> None:
    """As if its day had come, by a clock that is a year ahead."""
    id = await crowd.id_of(one, role, person)
    async with one.transaction() as tx:
        tx.now = TO_COME.replace(year=TO_COME.year + 1)
        await settling.run_out(tx, id)


def _of_person(command: Any) -> Act:
    return lambda crowd, one, role, person: crowd.of_person(one, role, person, command)


def _of_staff(command: Any, **given: Any) -> Act:
    return lambda crowd, one, role, person: crowd.of_staff(one, role, person, command, **given)


INTEREST, YES, NO = ("interest", _show_interest), ("yes", _of_person(mine.accept)), ("no", _say_no)
OFFER = ("offer", _of_staff(choosing.offer_place))
OUT_OF_TURN = ("offer out of turn", _of_staff(choosing.offer_place, offering=Offering(passing_over="asked_to_wait")))
BEYOND = (
    "offer beyond",
    _of_staff(choosing.offer_place, offering=Offering(beyond=True, passing_over="needs_this_person")),
)
WITHDRAWAL = ("withdrawal", _of_person(mine.withdraw))
RESERVE = ("put on the reserve list", _of_staff(choosing.put_on_reserve))
FIRST = ("move of the reserve list", _offer_first)
NOT = ("not chosen", _of_staff(choosing.not_choose, said=NOT_CHOSEN, tell_now=True))
RUN_OUT = ("run out", _run_out)
ACTS: list[tuple[str, Act]] = [
    *(INTEREST, OFFER, OUT_OF_TURN, BEYOND, YES, NO, WITHDRAWAL, RESERVE, FIRST, NOT, RUN_OUT),
]
FITTING: dict[str, list[tuple[str, Act]]] = {
    "": [INTEREST],
    "interested": [OFFER, OFFER, OFFER, OUT_OF_TURN, BEYOND, BEYOND, RESERVE, RESERVE, WITHDRAWAL, NOT],
    "offered": [YES, YES, YES, YES, NO, WITHDRAWAL, NOT, RUN_OUT],
    "accepted": [WITHDRAWAL, WITHDRAWAL, FIRST],
    "reserve": [FIRST, FIRST, FIRST, OUT_OF_TURN, WITHDRAWAL, NOT],
}
"""By where somebody stands; who has ended shows interest again."""
COUNTED = frozenset(name for name, _ in ACTS) - {INTEREST[0], NOT[0], RUN_OUT[0]}
"""Offers, acceptances, refusals, withdrawals and moves of the reserve list. What leads to them comes on top."""
for _ended in ("withdrawn", "declined", "lapsed", "not_chosen"):
    FITTING[_ended] = [INTEREST]
AT_RANDOM = 0.1
"""So often something is tried that fits nothing."""


async def crowd(at: list[Connected], *, roles: int, seed: int) -> Crowd:
    world = await make(at[0], starts_at=TO_COME)
    posted = [
        opportunity(world.trust, world.card, starts_at=TO_COME, places=PLACES[n % len(PLACES)]) for n in range(roles)
    ]
    people = [Person(called=f"Person {n}") for n in range(PEOPLE_A_ROLE)]
    await at[0].hears_and_settles(
        *(OpportunityPosted(one) for one in posted), *(LeaderApproved(leader(person)) for person in people)
    )
    return Crowd(world, at, posted, people, random.Random(seed))


async def race(crowd: Crowd, *, acts: int, at_once: int) -> None:
    """Until so many of the acts that count are done; so many are under way at the same time."""

    async def one_after_another() -> None:
        while crowd.counted < acts:
            await crowd.act()

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))


@dataclass
class Replayed:
    """What was found: roles that were overbooked at some moment, who was passed over without a reason, and offers that
    were made while others waited."""

    overbooked: list[UUID]
    skipped: list[tuple[UUID, UUID]]
    out_of_turn: int
    moved_up: int


async def replay(one: Connected) -> Replayed:
    """All that was said, in the order of its commits: within a role the intake's lock orders them."""
    async with one.transaction() as tx:
        said = await tx.fetch("select topic, type, value from outbox order by seq")
        rows = await tx.fetch("select engagement_id, offered_id, passed_at from passed_over")
    reasons = {(row["engagement_id"], row["offered_id"], row["passed_at"]) for row in rows}
    found = Replayed([], [], 0, 0)
    waits: defaultdict[UUID, dict[UUID, Engagement]] = defaultdict(dict)
    for row in said:
        if row["topic"] == Intake.topic:
            intake = Intake.model_validate_json(row["value"])
            if intake.places_taken + intake.places_held > intake.places:
                found.overbooked.append(intake.id)
        elif row["topic"] == Engagement.topic:
            _follow(found, waits, row["type"], Engagement.model_validate_json(row["value"]), reasons)
    return found


def _follow(
    found: Replayed,
    waits: defaultdict[UUID, dict[UUID, Engagement]],
    fact: str,
    now: Engagement,
    reasons: set[tuple[Any, Any, Any]],
) -> None:
    of_role = waits[now.opportunity_id]
    before = of_role.pop(now.id, None)
    if fact == "PlaceOffered" and now.offer:
        ahead = [one for one in of_role.values() if before is None or _turn(one) < _turn(before)]
        found.skipped += [(now.id, one.id) for one in ahead if (one.id, now.id, now.offer.offered_at) not in reasons]
        found.out_of_turn += bool(ahead)
        found.moved_up += before is not None and not ahead
    if now.status == "reserve":
        of_role[now.id] = now


def _turn(one: Engagement) -> tuple[bool, Any, UUID]:
    assert one.reserve
    return not one.reserve.said_yes, one.reserve.since, one.id


async def broken(one: Connected) -> list[str]:
    """What `pln verify` finds of engagements in the end: places, what follows of what, versions, what is overdue.

    Nothing was sent to Kafka, and what neighbours say came from nowhere: of that it finds nothing here.
    """
    tally = Tally()
    async with one.transaction() as tx:
        for promise, queries in effects.BROKEN.items():
            for words, query in queries.items():
                if words.startswith("engagements") and "matching." not in query:
                    tally.breaks(promise, "engagements", words, [row["about"] for row in await tx.fetch(query)])
        await check_bookkeeping(tally, tx.connection, one.app.service, Expected())
    return [str(one) for one in tally.broken if one.promise != "published"]


def figures(crowd: Crowd, found: Replayed) -> str:
    return json.dumps(
        {
            "counted": crowd.counted,
            "done": dict(crowd.done),
            "refused": dict(crowd.refused),
            "overbooked": len(found.overbooked),
            "skipped": len(found.skipped),
            "out of turn, with a reason": found.out_of_turn,
            "moved up in turn": found.moved_up,
        }
    )
