"""The sweeper: what a mirror has and a reaction has not handled is made due, however it was lost."""

from uuid import UUID

from schemas.identity import Organisation
from services.chassis.operate.maintenance import Sweeper
from services.chassis.postgres.mirrors import SWEEP, Mirror
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions
from services.chassis.work.scheduler import Clock
from tests.support import Connected, organisation, registered


class Swept:
    """A sweeper of matching's mirror of organisations, for one reaction to it; nobody works off what is due."""

    def __init__(self, matching: Connected) -> None:
        self.matching, self.reactions = matching, Reactions("matching")
        self.reactions.keep(Organisation)
        self.reactions.react_to(Organisation)(note)
        self.clock = Clock(matching.app.database, matching.app.settings)
        self.sweeper = Sweeper(self.reactions, matching.app.workers.wake)

    async def lose(self, *ids: UUID, mirrored: str = "now") -> None:
        """As if nothing were owed, and each had been mirrored then."""
        async with self.matching.transaction() as tx:
            await tx.execute("delete from due")
            then = "update mirror_organisation set mirrored_at = $2::text::timestamptz where id = any($1)"
            await tx.execute(then, list(ids), mirrored)

    async def due(self) -> set[UUID]:
        async with self.matching.transaction() as tx:
            return {row["id"] for row in await tx.fetch("select id from due where reaction = 'note'")}


async def note(tx: Transaction, now: Organisation) -> None:
    """What the sweeper owes."""


async def test_the_first_look_of_a_process_takes_everything_for_reactions_that_are_new(matching: Connected) -> None:
    swept, trust = Swept(matching), organisation()
    await matching.hears(*registered(trust))
    await swept.lose(trust.id, mirrored="2020-01-01")
    await swept.sweeper.sweep(swept.clock)
    assert await swept.due() == {trust.id}


async def test_later_looks_take_what_was_mirrored_since_and_the_nightly_one_everything(matching: Connected) -> None:
    swept, old, new = Swept(matching), organisation("RX2"), organisation("RX3")
    await swept.sweeper.sweep(swept.clock)
    await matching.hears(*registered(old, new))
    await swept.lose(old.id, mirrored="2020-01-01")
    await swept.sweeper.sweep(swept.clock)
    assert await swept.due() == {new.id}
    await swept.sweeper.sweep_all(swept.clock)
    assert await swept.due() == {old.id, new.id}


async def test_a_row_whose_transaction_was_long_is_not_missed(matching: Connected) -> None:
    swept, slow = Swept(matching), organisation()
    await swept.sweeper.sweep(swept.clock)
    await matching.hears(*registered(slow))
    async with matching.transaction() as tx:
        before_the_look = await tx.fetchval("select (clock_timestamp() - interval '5 minutes')::text")
    await swept.lose(slow.id, mirrored=before_the_look)
    await swept.sweeper.sweep(swept.clock)
    assert await swept.due() == {slow.id}


async def test_a_sweep_has_no_limit(matching: Connected) -> None:
    swept = Swept(matching)
    many = [organisation(f"S{n:05}") for n in range(2100)]
    await matching.hears(*registered(*many))
    await swept.lose()
    await swept.sweeper.sweep_all(swept.clock)
    assert len(await swept.due()) == 2100, "a statement takes a thousand"


async def test_a_look_for_what_is_new_can_go_by_an_index(matching: Connected) -> None:
    sql = Mirror("matching", Organisation).sql(SWEEP)
    async with matching.transaction() as tx:
        for other_way in ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan"):  # a BRIN index is a bitmap's
            await tx.execute("select set_config($1, 'off', true)", other_way)
        await tx.execute("prepare look as " + sql)
        plan = await tx.fetch("explain execute look (array['note'], now())")
    assert any("mirror_organisation_new" in row[0] for row in plan), plan
