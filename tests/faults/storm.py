"""A storm: the writer writes while something breaks; then everything heals, and the checker looks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.chassis.base.settings import Settings
from services.cli.verify.check import check
from services.cli.verify.report import Expected, Report
from tests.faults.doors import Doors
from tests.faults.network import Network
from tests.faults.writer import PENCE, Writer
from tests.support import until

HEAL_SECONDS = 90.0


@dataclass(frozen=True)
class Outcome:
    """What a storm came to."""

    kills: int
    acknowledged: int
    lost: int
    twice: int
    ledger_pence: int
    longest_heal: float
    """Seconds from an end of a service to its next ready answer, the longest, while no server was stalled."""
    slowest: str
    """The service that took so long."""
    green_after: float
    """Seconds from the last fault until the checker found nothing broken."""
    paid: int
    files: int
    """Forms on paper that were acknowledged."""
    broken: tuple[str, ...]
    """What the checker found, in words."""

    @property
    def kept(self) -> bool:
        return not (self.broken or self.lost or self.twice or self.ledger_pence)

    def must_have_kept_all(self) -> None:
        """Print what it came to. AssertionError, with all that is broken, when a promise was."""
        print(self.line())
        assert self.kept, "\n".join([self.line(), *self.broken])

    def line(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged:,} commands acknowledged, {self.lost} lost, {self.twice} done"
            f" twice, {self.files} files kept, ledger sum {self.ledger_pence},"
            f" longest time to heal {self.longest_heal:.1f} s ({self.slowest}),"
            f" checker green after {self.green_after:.1f} s ({self.paid} people paid)"
        )


@dataclass
class Weather:
    """A network with a writer at its doors, through any number of storms."""

    network: Network
    doors: Doors
    writer: Writer

    async def storm(self, fault: Callable[[], Awaitable[None]], *, groups: int = 2) -> Outcome:
        """Write, `groups` at once, while `fault` runs and until those in hand are done; heal; look."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.writer.run(stop, side_by_side=groups))
            try:
                await fault()
            finally:
                stop.set()
            began = time.monotonic()
            await self.network.until_ready()
            soon = await self._look()
            green_after = time.monotonic() - began
        report = await self._look()
        lost, twice, ledger = await self._money()
        missing, odd = await self._files()
        missing += await self._not_as_acknowledged()
        longest_heal, slowest = max(self.network.deaths.healed, default=(0.0, "nobody"))
        return Outcome(
            kills=self.network.deaths.kills,
            acknowledged=len(self.doors.acknowledged),
            lost=lost + missing + sum(one.promise == "acknowledged" for one in report.broken),
            twice=twice + odd,
            ledger_pence=ledger,
            longest_heal=longest_heal,
            slowest=slowest,
            green_after=green_after if soon.ok else float("inf"),
            paid=len(self.writer.paid),
            files=len(self.writer.forms),
            broken=tuple(report.in_words()) if not report.ok else (),
        )

    async def until_written(self, more: int = 20) -> None:
        """Wait until so many more writes were acknowledged: people are in the middle of something."""
        wanted = len(self.doors.acknowledged) + more
        await until(lambda: len(self.doors.acknowledged) >= wanted, seconds=HEAL_SECONDS)

    async def _look(self) -> Report:
        expected = Expected(acknowledged=tuple(self.doors.acknowledged))
        return await check(self.network.environment, expected=expected, patience_seconds=HEAL_SECONDS)

    async def _money(self) -> tuple[int, int, int]:
        """How many who saw their pay have none, how many have more than theirs, and the sum of the ledger in pence."""
        async with self.network.database() as connection:
            rows = await connection.fetch(_PAID)
            ledger = await connection.fetchval("select coalesce(sum(amount_pence), 0) from payments.entry")
        paid = {str(row["person_id"]): int(row["pence"]) for row in rows}
        lost = sum(paid.get(person, 0) < PENCE for person in self.writer.paid)
        return lost, sum(pence > PENCE for pence in paid.values()), int(ledger)

    async def _files(self) -> tuple[int, int]:
        """How many forms on paper are not kept whole, and how many files are kept that nobody was told of."""
        async with self.network.database() as connection:
            rows = await connection.fetch(_FORMS, list(self.writer.forms))
        kept = [(str(row["about"]), row["sha256"]) for row in rows]
        return sum(one not in kept for one in self.writer.forms.items()), len(kept) - len(self.writer.forms)

    async def _not_as_acknowledged(self) -> int:
        """How many sessions are not when they were moved to, or not cancelled, whose coming is not recorded, who is not
        answered, agreed with and marked, for whom nothing is arranged, and which roles were not drawn twice.
        """
        roles, by_lot = self.writer.roles, self.writer.drawn
        moved = {id: at for role in roles for id, at in role.moved.items()}
        cancelled, came = [id for role in roles for id in role.cancelled], [id for role in roles for id in role.came]
        heard, arranged = [id for role in roles for id in role.heard], [id for role in roles for id in role.arranged]
        async with self.network.database() as connection:
            there = await connection.fetchval(_MOVED, list(moved), list(moved.values()))
            off, recorded = await connection.fetchval(_CANCELLED, cancelled), await connection.fetchval(_CAME, came)
            answered = await connection.fetchval(_HEARD, heard)
            ready = await connection.fetchval(_ARRANGED, arranged)
            drawn = await connection.fetchval(_DRAWN, [role.id for role in by_lot], [role.offered for role in by_lot])
        short = len(moved) - there + len(cancelled) - off + len(came) - recorded
        return short + len(heard) - answered + len(arranged) - ready + len(by_lot) - drawn


_MOVED = """
select count(*) from unnest($1::text[], $2::timestamptz[]) as told (id, at) where exists (select from
    matching.opportunity o, jsonb_array_elements(o.state -> 'sessions') s
    where s ->> 'id' = told.id and (s ->> 'starts_at')::timestamptz = told.at)
"""
_CANCELLED = """
select count(*) from matching.opportunity o, jsonb_array_elements(o.state -> 'sessions') s
where s ->> 'id' = any($1::text[]) and jsonb_typeof(s -> 'cancelled') = 'object'
"""
_CAME = """
select count(*) from engagements.engagement e, jsonb_array_elements(e.state -> 'sessions') s
where e.id = any($1::uuid[]) and (s ->> 'attended')::boolean and s ->> 'said_wrong_at' is null
"""
_HEARD = """
select count(*) from engagements.engagement e where e.id = any($1::uuid[])
    and e.state #>> '{chat,agreed_at}' is not null
    and (select count(*) from notifications.said s where s.conversation_id = e.id) = 2
    and exists (select from notifications.conversation c where c.id = e.id and c.answer_since is null)
    and exists (select from engagements.mark m where m.engagement_id = e.id and m.mark = 'shows')
"""
_ARRANGED = """
select count(*) from unnest($1::uuid[]) as told (id) where exists (select from engagements.arrangement a
    join engagements.booking b on b.arrangement_id = a.id where a.engagement_id = told.id and b.state = 'confirmed')
"""
_DRAWN = """
select count(*) from unnest($1::uuid[], $2::integer[]) as told (id, offered) where
    (select array_agg(d.number || ' ' || (d.set_aside_at is not null) || ' ' || (d.confirmed_at is not null)
        order by d.number) from engagements.draw d where d.opportunity_id = told.id)
        = array['1 true false', '2 false true']
    and told.offered = (select count(*) from engagements.draw d join engagements.engagement e using (opportunity_id)
        where d.opportunity_id = told.id and (e.state #>> '{offer,offered_at}')::timestamptz = d.confirmed_at
            and e.state #>> '{draw,outcome}' = 'drawn')
    and (select count(*) from engagements.draw_objection b where b.opportunity_id = told.id and b.upheld) = 1
"""
"""How many were drawn once, set aside, drawn again and confirmed, with so many offers; whether each comes out the same
when it is done again is the checker's."""
_FORMS = """
select about, encode(sha256(content), 'hex') as sha256 from recruitment.file where about = any($1::uuid[])
"""
_PAID = "select person_id, sum(amount_pence) as pence from payments.payment group by person_id"


async def open_weather(network: Network) -> Weather:
    """A writer who has opened the region in which the main job is done."""
    doors = Doors(lambda service: network.rooms[service].url)
    secret = Settings.from_environment(network.environment).secret("bootstrap").hex()
    writer = Writer(doors, secret)
    await writer.open()
    return Weather(network, doors, writer)
