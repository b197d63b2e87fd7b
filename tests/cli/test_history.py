"""Six months of the demo region, lived before the doors open."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services import load
from services.chassis.app import connect
from services.chassis.base.settings import BadSettings, Settings
from services.cli.demo.history import make_history, prepare_and_make
from services.cli.verify.check import check
from tests.cli.little import Little, own_database, running
from tests.support import Database

pytestmark = pytest.mark.timeout(180)


@dataclass
class Lived:
    """A database with a history, and how many things were done in it."""

    database: Database
    done: int


@pytest.fixture(scope="module")
async def lived(run_settings: Settings, template: str) -> AsyncIterator[Lived]:
    async with own_database(run_settings, template) as database:
        yield Lived(database, await make_history(database.settings, datetime.now(UTC)))


async def test_it_is_made_by_commands_on_their_days(lived: Lived) -> None:
    assert lived.done >= 300
    payments = await lived.database.connect("payments")
    async with payments.transaction() as tx:
        paid = await tx.fetch("select days_to_pay, paid_at from payment")
        drafted = await tx.fetchval("select max(claim.drafted_at) from claim where status = 'paid'")
        by_day = await tx.fetchval("select count(distinct happened_at::date) from outbox")
    assert len(paid) >= 20
    assert {row["days_to_pay"] for row in paid} == {10}
    assert max(row["paid_at"] for row in paid) < datetime.now(UTC) - timedelta(days=1)
    assert drafted < datetime.now(UTC) - timedelta(days=10)
    assert by_day > 20


async def test_a_second_try_changes_nothing(lived: Lived) -> None:
    assert await make_history(lived.database.settings, datetime.now(UTC)) == 0


async def test_when_the_doors_open_everything_is_said_once_and_every_promise_holds(lived: Lived) -> None:
    async with running(lived.database) as network:
        await network.settle()
        before = await told(network)
        report = await check(network.environment, patience_seconds=30)
        assert report.ok, report.in_words()
        assert await told(network) == before


async def told(network: Little) -> int:
    async with network.services["notifications"].transaction() as tx:
        return await tx.fetchval("select count(*) from message")


async def test_where_it_may_not_be_made_nothing_is_touched(run_settings: Settings, tmp_path: Path) -> None:
    elsewhere = {"profile": "production", "state_dir": tmp_path, "database_url": "postgresql://nobody@127.0.0.1:9/none"}
    with pytest.raises(BadSettings, match="only a demo or a test"):
        await prepare_and_make(run_settings.model_copy(update=elsewhere))
    assert list(tmp_path.iterdir()) == []


async def test_only_a_demo_or_a_test_may_set_the_clock(run_settings: Settings) -> None:
    with pytest.raises(BadSettings, match="only a demo or a test may set the clock"):
        await connect(
            load(["identity"])[0],
            run_settings.model_copy(update={"profile": "production"}),
            clock=lambda: datetime(2020, 1, 1, tzinfo=UTC),
        )
