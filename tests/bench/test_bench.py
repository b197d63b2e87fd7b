"""The measures still work, at a scale that tells nothing: no time is asserted here."""

import asyncio
import os
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

from services import NAMES
from services.chassis.base.settings import Settings
from services.cli.local.servers import Servers
from tests.bench import bare, drain, forgetting, ours
from tests.bench.__main__ import MEASURES, measure
from tests.bench.figures import Aim, Figure, at_least, at_most, percentile
from tests.bench.ground import ground
from tests.bench.results import BY_HAND, write
from tests.bench.scale import TINY
from tests.cli.little import own_database

SHORT = ("latency", "pages")
"""They use nearly all of the machinery; the others too in the long form."""
SAID_AGAIN = 6000
"""So many that a hearer is still busy with those said again when it has as many as the round's own."""


@pytest.mark.parametrize("name", sorted(MEASURES) if os.environ.get("PLN_LONG") else SHORT)
def test_a_measure_finds_its_figures(name: str, servers: Servers, tmp_path: Path) -> None:
    figures = measure(servers, [name], TINY, state=tmp_path)[name]
    assert figures
    assert all(figure.ours > 0 for figure in figures)


@pytest.mark.parametrize("side", [bare, ours], ids=["bare", "ours"])
def test_a_drain_counts_only_its_own_events_though_the_relay_says_those_of_the_round_before_again(
    side: ModuleType, servers: Servers, tmp_path: Path
) -> None:
    with ground(servers, tmp_path) as settings:
        drain.drain(*drain.children(side, settings), SAID_AGAIN)
        asyncio.run(unmark(settings, "saying" if side is ours else "bare"))
        drain.drain(*drain.children(side, settings), SAID_AGAIN // 2)


async def unmark(settings: Settings, schema: str) -> None:
    """As a relay leaves it that is stopped between sending and marking."""
    connection = await asyncpg.connect(settings.admin_dsn(), server_settings={"search_path": schema})
    try:
        await connection.execute("update outbox set published_at = null")
    finally:
        await connection.close()


def test_a_figure_holds_when_its_aim_is_met_and_only_then() -> None:
    assert Figure("waits", "ms", 4, 2, at_most(2)).holds
    assert not Figure("waits", "ms", 4.1, 2, at_most(2)).holds
    assert Figure("does", "a second", 5, 10, at_least(0.5)).holds
    assert not Figure("does", "a second", 4.9, 10, at_least(0.5)).holds
    assert not Figure("alone", "ms", 51, aim=Aim(50, "at most", "ours")).holds
    assert Figure("seen", "MB", 51).holds is None


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, p) for p in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert percentile([3.0], 99) == 3.0


def test_what_was_written_by_hand_stays_when_results_are_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    write({"drain": [Figure("first", "ms", 1, 2, at_most(2))]}, {"when": "once"}, file)
    file.write_text(file.read_text() + "\nThe disk was slow.\n")
    write({"drain": [Figure("second", "ms", 9, 2, at_most(2))]}, {"when": "again"}, file)
    text = file.read_text()
    assert "| second | 9.00 ms | 2.00 ms | 4.50 | at most 2 | **falls short** |" in text
    assert "first" not in text
    assert text.count(BY_HAND) == 1
    assert text.endswith("The disk was slow.\n")


@pytest.mark.skipif(not os.environ.get("PLN_LONG"), reason="a whole network for one test: PLN_LONG=1")
@pytest.mark.timeout(120)
async def test_people_who_ask_to_be_forgotten_at_once_are_in_no_room(run_settings: Settings, template: str) -> None:
    async with own_database(run_settings, template) as database:
        found = await forgetting.measure(database, 4)
    assert set(found.rooms) == set(NAMES)
    assert len(found.answers) == 4
