"""Six months of the demo region, lived before the doors open."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import asyncpg
import pytest

from services import load
from services.chassis.app import connect
from services.chassis.base.access import london_day
from services.chassis.base.hands import VISITOR
from services.chassis.base.settings import BadSettings, Settings
from services.cli.demo.history import make_history, prepare_and_make
from services.cli.demo.in_process import rooms
from services.cli.demo.region import region
from services.cli.verify.check import check
from services.identity.commands import demo
from services.identity.personas import PERSONAS, Persona
from tests.cli.eight import SEES
from tests.cli.little import Little, own_database, running
from tests.support import Database, until
from tests.town import Town

pytestmark = pytest.mark.timeout(180)
PATHS = {path: service.name for service in load() for path in service.card.paths}
NEW_CODE = london_day(datetime.now(UTC)) - timedelta(days=100)


@dataclass
class Lived:
    """A database with a history, and how many things were done in it."""

    database: Database
    done: int


@pytest.fixture(scope="module")
async def lived(run_settings: Settings, template: str) -> AsyncIterator[Lived]:
    async with own_database(run_settings, template) as database:
        await begin_an_edition(database.settings)
        yield Lived(database, await make_history(database.settings, datetime.now(UTC)))


async def begin_an_edition(settings: Settings) -> None:
    """Of the code of conduct, in the middle of the history that is made."""
    connection = await asyncpg.connect(settings.admin_dsn(), timeout=10)
    try:
        await connection.execute(
            "insert into recruitment.policy_edition (kind, edition, valid_from, issuer, source, value)"
            " select kind, 'autumn', $1, issuer, source, value from recruitment.policy_edition"
            " where kind = 'code_of_conduct'",
            NEW_CODE,
        )
    finally:
        await connection.close()


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


@pytest.fixture(scope="module")
async def town(lived: Lived) -> AsyncIterator[Town]:
    async with rooms(lived.database.settings, datetime.now(UTC)) as opened:
        yield Town(opened)


@pytest.mark.parametrize("persona", PERSONAS, ids=[one.email.partition("@")[0] for one in PERSONAS])
async def test_none_of_the_eight_people_of_the_demo_finds_an_empty_page(town: Town, persona: Persona) -> None:
    pages = SEES[persona.email.partition("@")[0]]
    assert persona.begins == next(iter(pages))
    async with town.rooms.transaction("identity", VISITOR) as tx:
        cards = await demo.list_personas(tx, await demo.list_accounts(tx))
    [who] = [town.sign_in(one.account.account_id) for one in cards if one.persona == persona]
    for path, words in pages.items():
        service = PATHS[max((one for one in PATHS if path.startswith(one) and one != "/"), key=len)]
        async with town.browser(service, who) as browser:
            answer = await browser.get(path)
        shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
        assert answer.status_code == 200, shown
        assert not [one for one in words if one not in shown], f"{path}: {shown}"


async def test_a_draft_of_the_demo_has_advice_of_each_kind_and_can_be_posted_as_it_is(town: Town) -> None:
    async with town.rooms.transaction("identity", VISITOR) as tx:
        [cora] = [one for one in await demo.list_accounts(tx) if (one.called, one.ods_code) == ("Cora", "RZ9")]
    async with town.browser("matching", town.sign_in(cora.account_id)) as browser:
        listed = (await browser.get("/opportunities/for/RZ9")).text
        at = re.search(r'href="(/opportunities/for/RZ9/drafts/[^"]+)"[^>]*>A seat in the MDT', listed)
        assert at
        page = unescape((await browser.get(f"{at[1]}/check")).text)
    for words in (
        "Not all know \u201cMDT\u201d",
        "Not all know \u201cMDTs\u201d",
        "Say what \u201cSSNAP\u201d stands for",
        "A sentence has 31 words",
        "There is one place, so whoever takes it is the only one",
        "People have less than a week to show interest",
        "£75 for 1 person",
        "Post it on the feed",
    ):
        assert words in page, words
    assert "There is a problem" not in page


async def test_everybody_agreed_to_the_edition_of_their_day(lived: Lived) -> None:
    recruitment = await lived.database.connect("recruitment")
    async with recruitment.transaction() as tx:
        agreed = await tx.fetch(
            "select version, min(london_day(agreed_at)) as first, max(london_day(agreed_at)) as last from agreement"
            " where kind = 'code_of_conduct' group by version"
        )
    by_edition = {row["version"]: row for row in agreed}
    assert by_edition.keys() == {"1", "autumn", "2"}
    assert by_edition["1"]["last"] < NEW_CODE <= by_edition["autumn"]["first"]
    assert by_edition["autumn"]["last"] < by_edition["2"]["first"]


async def test_a_second_try_changes_nothing(lived: Lived) -> None:
    assert await make_history(lived.database.settings, datetime.now(UTC)) == 0


async def test_when_the_doors_open_everything_is_said_once_and_every_promise_holds(lived: Lived) -> None:
    async with running(lived.database) as network:
        await network.settle()
        before = await told_at_last(network)
        report = await check(network.environment, patience_seconds=30)
        assert report.ok, report.in_words()
        assert await told(network) == before


def test_the_senior_roles_of_the_demo_are_no_posts_that_somebody_is_employed_for() -> None:
    senior = [one for one in region()["opportunities"] if one["rung"] == "senior"]
    assert senior
    assert not [one["title"] for one in senior if "director" in one["title"].lower() or one["hours"] > 4]


async def told_at_last(network: Little) -> int:
    """When nothing came for a while: some is told by what looks from time to time."""
    counts: list[int] = []

    async def stays() -> bool:
        counts.append(await told(network))
        return len(counts) >= 10 and len({*counts[-10:]}) == 1

    await until(stays, seconds=60, every=0.5)
    return counts[-1]


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
