"""The matching room in a process of its own, and a bare script beside it: each does the same in turn, and undoes it."""

import asyncio
import random
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.recruitment import MODES, STRANDS
from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Connection, new_id
from services.chassis.work.scheduler import Clock
from services.matching import jobs
from services.matching.commands import fitting
from services.matching.domain.fit import Subscription
from services.matching.store import fitting as looking
from services.matching.store.rule import BOTH, MAY_BE_TOLD
from tests.bench import bare_matching as bare
from tests.bench.figures import percentile
from tests.matching.world import a_trust, post
from tests.support import Connected, Person, until

FIRST_TOLD, MOST_A_WEEK, ENOUGH_ANSWERS = 50, 7, 3
"""As the network's first edition has it."""
_UNDO = """
with gone as (delete from match where (opportunity_id = $1 or person_id = $1) and matched_at >= $2 returning person_id),
of as (select person_id, count(*)::integer as n from gone group by person_id)
update pool p set told = p.told[of.n + 1:] from of where p.person_id = of.person_id
"""
# Nobody was told of a role that they may be told of, though its round is not full.
_LOST = (
    "select count(*) from " + BOTH + " where o.id = any($2::uuid[]) and " + MAY_BE_TOLD + " and (select count(*)"
    " from match m where m.opportunity_id = o.id) < (select greatest($5::integer, 25 * o.places))"
)
_DOUBLED = (
    "select count(*) from (select value::jsonb ->> 'person_id', value::jsonb ->> 'opportunity_id' from outbox"
    " where type = 'MatchMade' and version = 1 group by 1, 2 having count(*) > 1) twice"
)
_OVER = "select count(*) from pool where told[$1::integer + 1] > now() - interval '7 days'"
Pair = tuple[list[float], list[float]]


class Matcher:
    """One process of the service, its workers off until they are the point."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def start(self) -> None:
        self._matching = Connected(await connect(load(["matching"])[0], self._settings))
        paths = {"search_path": "matching", "application_name": "bare"}
        self._bare: Connection = await asyncpg.connect(self._settings.admin_dsn(), server_settings=paths)

    async def stop(self) -> None:
        await self._bare.close()
        await self._matching.app.database.pool.close()

    async def megabytes(self) -> float:
        """The most memory that this process ever had."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

    async def tell(self, roles: Sequence[UUID]) -> tuple[Pair, int]:
        """Seconds to tell the first people of each role. Raises AssertionError where the two do not tell the same."""
        asked = {row["id"]: tuple(row) for row in await self._bare.fetch(bare.OF_ROLE, list(roles))}

        async def ours(id: UUID) -> None:
            async with self._matching.transaction() as tx:
                await fitting.tell_next(tx, id)

        async def theirs(id: UUID) -> None:
            ids = [new_id() for _ in range(FIRST_TOLD)]
            sql = bare.ASKS_FOR_AREAS if asked[id][3] else bare.ASKS_FOR_NONE
            await self._bare.execute(sql, *asked[id], ids)

        return await self._in_turn(roles, ours, theirs)

    async def follow(self, people: Sequence[UUID]) -> tuple[Pair, int]:
        """Seconds to have what each person is told of agree with them."""
        asked = {row["person_id"]: tuple(row) for row in await self._bare.fetch(bare.OF_PERSON, list(people))}

        async def ours(id: UUID) -> None:
            async with self._matching.transaction() as tx:
                await fitting.match_subscriber(tx, id)

        async def theirs(id: UUID) -> None:
            ids = [new_id() for _ in range(MOST_A_WEEK)]
            async with self._bare.transaction():
                await self._bare.execute(bare.REFRESHED, id)
                await self._bare.execute(bare.PERSON, *asked[id], MOST_A_WEEK, ids)

        return await self._in_turn(people, ours, theirs)

    async def look(self, people: Sequence[UUID]) -> tuple[Pair, int]:
        """Seconds for the first page of what fits each."""
        asked = {row["person_id"]: tuple(row) for row in await self._bare.fetch(bare.OF_PERSON, list(people))}
        shown = 0

        async def ours(id: UUID) -> None:
            nonlocal shown
            async with self._matching.transaction(Person(id=id).acting()) as tx:
                shown += len((await looking.of_person(tx, Asked())).items)

        async def theirs(id: UUID) -> None:
            await self._bare.fetch(bare.PAGE, *asked[id], 21)

        (mine, their), _ = await self._in_turn(people, ours, theirs)
        return (mine, their), shown

    async def _in_turn(
        self,
        ids: Sequence[UUID],
        ours: Callable[[UUID], Awaitable[None]],
        theirs: Callable[[UUID], Awaitable[None]],
    ) -> tuple[Pair, int]:
        """The first five of each are not counted: plans are made. Each finds what it found before the other."""
        spent: dict[Any, list[float]] = {ours: [], theirs: []}
        told = 0
        for number, id in enumerate(ids):
            found: list[set[tuple[UUID, UUID]]] = []
            for do in (ours, theirs) if number % 2 else (theirs, ours):
                began, at = time.perf_counter(), datetime.now(UTC)
                await do(id)
                spent[do].append(time.perf_counter() - began)
                found.append(await self._made_since(id, at))
                await self._undo(id, at)
            assert found[0] == found[1], f"{id}: {len(found[0])} and {len(found[1])}, {len(found[0] ^ found[1])} differ"
            told += len(found[0])
        return (spent[ours][5:], spent[theirs][5:]), told

    async def _made_since(self, id: UUID, at: datetime) -> set[tuple[UUID, UUID]]:
        sql = "select person_id, opportunity_id from match where (opportunity_id = $1 or person_id = $1)"
        rows = await self._bare.fetch(sql + " and matched_at >= $2", id, at)
        return {(row["person_id"], row["opportunity_id"]) for row in rows}

    async def _undo(self, id: UUID, at: datetime) -> None:
        await self._bare.execute(_UNDO, id, at)
        for table, key in (("telling", "opportunity_id"), ("timer", "id"), ("due", "id")):
            await self._bare.execute(f"delete from {table} where {key} = $1", id)
        await self._bare.execute("delete from outbox where happened_at >= $1", at)

    async def rematch(self, roles: Sequence[UUID], of: int) -> tuple[float, float]:
        """Seconds for so many of all the roles, and their share of ending what fits no longer."""
        app, asked = self._matching.app, await self._bare.fetch(bare.OF_ROLE, list(roles))
        ours = theirs = 0.0
        began = time.perf_counter()
        await jobs.end_what_fits_no_longer(Clock(app.database, app.settings))
        ours += (time.perf_counter() - began) * len(roles) / of
        began = time.perf_counter()
        await self._bare.execute(bare.END, timeout=60)
        theirs += (time.perf_counter() - began) * len(roles) / of
        for row in asked:
            at, began = datetime.now(UTC), time.perf_counter()
            async with self._matching.transaction() as tx:
                await fitting.tell_next(tx, row["id"])
            ours += time.perf_counter() - began
            await self._undo(row["id"], at)
            ids, began = [new_id() for _ in range(FIRST_TOLD)], time.perf_counter()
            sql = bare.ASKS_FOR_AREAS if row["areas"] else bare.ASKS_FOR_NONE
            await self._bare.execute(sql, *row, ids)
            theirs += time.perf_counter() - began
            await self._undo(row["id"], at)
        return ours, theirs

    async def storm(self, people: Sequence[UUID], postings: int, seconds: float) -> dict[str, float]:
        """So many postings while people change their wishes, spread over a time; then all that is due is done."""
        matching, by = self._matching, random.Random(17)
        trust, staff = await a_trust(matching)
        await self._bare.execute("delete from outbox")
        matching.app.workers.start()
        waited: list[float] = []

        async def save(number: int, id: UUID) -> None:
            await asyncio.sleep(seconds * number / len(people))
            wanted = Subscription(strands=(by.choice(STRANDS),), modes=(by.choice(MODES),), active=by.random() < 0.9)
            began = time.perf_counter()
            async with matching.transaction(Person(id=id).acting()) as tx:
                await fitting.subscribe(tx, wanted)
            waited.append(time.perf_counter() - began)
            await matching.app.workers.wake()

        async def posted(number: int) -> UUID:
            await asyncio.sleep(seconds * number / postings)
            changes = {"strand": by.choice(STRANDS), "lived_experience": ["pain"] if number % 2 else []}
            id = await post(matching, trust, staff, title=f"Role {number}", **changes)
            await matching.app.workers.wake()
            return id

        roles = asyncio.gather(*(posted(number) for number in range(postings)))
        await asyncio.gather(*(save(number, id) for number, id in enumerate(people)))
        ids = await roles
        await until(self._is_quiet, seconds=170)
        await matching.app.workers.stop()
        given = (datetime.now(UTC), ids, ENOUGH_ANSWERS, MOST_A_WEEK, FIRST_TOLD)
        return {
            "lost": await self._bare.fetchval(_LOST, *given, timeout=100),
            "doubled": await self._bare.fetchval(_DOUBLED),
            "over": await self._bare.fetchval(_OVER, MOST_A_WEEK),
            "told": await self._bare.fetchval("select count(*) from match where opportunity_id = any($1)", ids),
            "p99": percentile(waited, 99),
        }

    async def _is_quiet(self) -> bool:
        if failed := await self._matching.failing():
            raise AssertionError(failed[0])
        return not await self._bare.fetchval("select exists (select from due)")
