"""Matching at the size of a region: what a posting, a change and a look cost beside a bare script, and a storm."""

import asyncio
from collections.abc import Iterator, Sequence
from uuid import UUID

import asyncpg

from services import load
from services.chassis.base.settings import Settings
from tests.bench import people as pool
from tests.bench.children import Child
from tests.bench.figures import Aim, Figure, at_least, at_most, median
from tests.bench.matcher import Matcher
from tests.bench.scale import Scale

MANY = 10
"""So many times more people the second time."""
POSTINGS, CHANGES = 100, 1000
NONE = Aim(0, "at most", "ours")


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """10,000 people and 10,000 open roles, then 100,000 people; less where little is measured."""
    people = min(10_000, scale.drained // 2)
    each, roles = asyncio.run(_seed(settings, people, people))
    subscribed = each[:: max(1, len(each) // (12 + 8 * scale.rounds))]
    some = roles[:: max(1, len(roles) // (12 + 8 * scale.rounds))]
    child = Child(Matcher, settings)
    try:
        few: list[float] = []
        yield from _posting(child, some, people, 2, few)
        yield from _person(child, subscribed, len(roles))
        ours, bare = child.ask("rematch", roles[1 :: max(2, len(roles) // (30 * scale.rounds))], len(roles))
        yield Figure(f"all of {people:,} × {len(roles):,} once more", "of a second", 1 / ours, 1 / bare, at_least(0.5))
        yield from _storm(child, each, people)
        asyncio.run(_seed(settings, people * (MANY - 1), 0))
        many: list[float] = []
        yield from _posting(child, some, people * MANY, 1.5, many)
        grown = f"telling of a posting with {MANY} times the people, and as many told"
        yield Figure(grown, "times", median(many) / median(few), aim=Aim(10, "at most", "ours"))
        yield Figure(
            "the process of the service at most", "MB", child.ask("megabytes"), aim=Aim(250, "at most", "ours")
        )
    finally:
        child.stop()


def _posting(child: Child, roles: Sequence[UUID], people: int, limit: float, spent: list[float]) -> Iterator[Figure]:
    (ours, bare), told = child.ask("tell", roles)
    spent += ours
    what = f"match, alerts and outbox of a posting to {people:,} people, {told / len(roles):.0f} of them told"
    yield Figure(what, "ms", 1000 * median(ours), 1000 * median(bare), at_most(limit))


def _person(child: Child, people: Sequence[UUID], roles: int) -> Iterator[Figure]:
    (ours, bare), told = child.ask("follow", people)
    what = f"a person's change against {roles:,} roles, told of {told / len(people):.0f}"
    yield Figure(what, "ms", 1000 * median(ours), 1000 * median(bare), at_most(3))
    (ours, bare), shown = child.ask("look", people)
    what = f"the first page of {roles:,} roles, ranked, {shown / len(people):.0f} shown"
    yield Figure(what, "ms", 1000 * median(ours), 1000 * median(bare), at_most(2))


def _storm(child: Child, each: Sequence[UUID], people: int) -> Iterator[Figure]:
    changing = each[: min(CHANGES, len(each))]
    postings = max(2, POSTINGS * len(changing) // CHANGES)
    found = child.ask("storm", changing, postings, len(changing) / 40)
    during = f"{postings} postings while {len(changing):,} of {people:,} people change their wishes"
    yield Figure(f"{during}: saving one, p99", "ms", 1000 * found["p99"], aim=Aim(200, "at most", "ours"))
    yield Figure(f"{during}: told", "alerts", found["told"])
    yield Figure(f"{during}: lost, doubled, or over somebody's week", "alerts", _wrong(found), aim=NONE)


def _wrong(found: dict[str, float]) -> float:
    return found["lost"] + found["doubled"] + found["over"]


async def _seed(settings: Settings, people: int, roles: int) -> tuple[list[UUID], list[UUID]]:
    await load(["matching"])[0].prepare(settings)
    connection = await asyncpg.connect(settings.admin_dsn(), server_settings={"search_path": "matching"})
    try:
        return await pool.make(connection, people=people, roles=roles)
    finally:
        await connection.close()
