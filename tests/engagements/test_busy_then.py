"""Staff see when somebody is busy, and neither with what nor of anybody who is not interested in their role."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from schemas.engagements import Engagement
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import Opportunity, OpportunityPosted
from schemas.recruitment import LeaderApproved
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import mine
from services.engagements.store import clashes as store
from tests.asking import asked
from tests.engagements.clashing import TEN, another, role_of, session, two
from tests.engagements.world import World, leader
from tests.support import Person


async def busy_then(tx: Transaction, role: UUID, people: list[UUID], now: datetime) -> dict[UUID, set[UUID]]:
    busy: dict[UUID, set[UUID]] = {}
    for row in await tx.fetch("select person_id, session_id from busy_then($1, $2::uuid[], $3)", role, people, now):
        busy.setdefault(row["person_id"], set()).add(row["session_id"])
    return busy


async def test_staff_learn_nothing_of_whoever_is_not_interested_or_by_another_organisations_role(world: World) -> None:
    """By the function that answers, whatever is asked of it; nor by the tables."""
    found = await two(world, [session(TEN)], [session(TEN)])
    people, now = [world.person.id], datetime.now(UTC)

    async def busy(who: World) -> dict[UUID, set[UUID]]:
        async with world.engagements.transaction(who.staff.acting(who.trust)) as tx:
            return await busy_then(tx, found.role.id, people, now)

    assert await busy(world) == {}, "they showed no interest"
    id = await world.interested(o=found.role)
    assert await busy(world) == {world.person.id: {found.role.sessions[0].id}}
    assert await busy(found.other) == {}, "another organisation's role"
    async with world.engagements.transaction(world.person.acting()) as tx:
        assert await busy_then(tx, found.role.id, people, now) == {}, "for staff alone"
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        rows = await tx.fetch("select what, about from booked where person_id = any($1::uuid[])", people)
        assert rows == [], "the view shows what whoever asks may see"
    await world.does(mine.withdraw, id)
    assert await busy(world) == {}, "nor of whoever no longer takes part"


async def test_an_erased_person_leaves_no_clash(world: World) -> None:
    found = await two(world, [session(TEN)], [session(TEN)])
    await world.interested(o=found.role)
    assert await found.busy() == [[str(found.role.sessions[0].id)]]
    await world.engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    assert await found.busy() == []
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from booked where person_id = $1", world.person.id) == 0


async def everybody(world: World, o: Opportunity, status: str, people: list[Person]) -> None:
    """With one statement: people who stand so in a role."""
    states = [
        Engagement(
            id=uuid4(),
            version=1,
            opportunity_id=o.id,
            organisation_id=o.organisation_id,
            ods_code=o.ods_code,
            person_id=one.id,
            status=status,
            interested_at=TEN - timedelta(days=90),
        )
        for one in people
    ]
    async with world.engagements.transaction() as tx:
        await tx.execute(
            "insert into engagement (id, version, opportunity_id, organisation_id, person_id, status, state,"
            " interested_at) select (s ->> 'id')::uuid, 1, $2, $3, (s ->> 'person_id')::uuid, $4, s, $5"
            " from unnest($1::jsonb[]) as s",
            *([one.model_dump_json() for one in states], o.id, o.organisation_id, status, states[0].interested_at),
        )


async def test_five_hundred_people_and_sixty_sessions_are_one_statement_and_the_page_stays_small(world: World) -> None:
    weeks = [session(TEN + timedelta(days=7 * n)) for n in range(60)]
    theirs = [session(one.starts_at + timedelta(minutes=30)) for one in weeks]
    there = await another(world)
    there.o = role_of(there, *theirs, title="Reading letters", places=500)
    role = role_of(world, *weeks, title="The pain team")
    await world.engagements.hears_and_settles(*map(OpportunityPosted, (there.o, role)))
    people = [Person(called=f"Person {n}") for n in range(500)]
    await world.engagements.hears(*(LeaderApproved(leader(one)) for one in people))
    await everybody(world, there.o, "accepted", people)
    await everybody(world, role, "interested", people)
    async with world.engagements.browser(world.staff) as browser:
        with asked() as found:
            page = await browser.get(f"/engagements/for/RX2/{role.id}")
    lines = re.findall(r"<p>Busy then: .*?</p>", page.text)
    assert lines == ["<p>Busy then: at 60 of 60 sessions to come.</p>"] * 12
    assert len(found) <= 6
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        busy = await busy_then(tx, role.id, [one.id for one in people], tx.now)
    assert sum(map(len, busy.values())) == 500 * 60
    async with world.engagements.transaction(people[0].acting()) as tx:
        clashes = await store.of_person(tx, people[0].id, [role.id], now=tx.now)
    assert len(clashes[role.id]) == store.MOST_CLASHES and clashes[role.id].more
