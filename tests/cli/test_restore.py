"""Backup and restore: whatever is lost, the database's later days or Kafka's data, everybody agrees in the end."""

import asyncio
import json
import os
import stat
import tarfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from schemas.recruitment import Leader
from services import NAMES
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.cli.local.servers import LocalServers
from services.cli.main import app
from services.identity.commands import accounts
from services.matching.commands import posting
from services.recruitment.commands import joining, welcoming
from services.recruitment.domain.application import Draft as ApplicationDraft
from tests.cli.little import SIGNED_FORM, Little, be_paid, own_database, running, take_part
from tests.matching.world import draft
from tests.support import Database, Person, kafka_fields, until

pytestmark = pytest.mark.timeout(300)


@dataclass
class Region:
    """A network of its own on the servers of the run, and `pln` that looks after it."""

    little: Little
    file: Path

    @property
    def later_file(self) -> Path:
        return self.file.with_name("later.pln")

    async def pln(self, *words: str) -> Result:
        """As on a command line, while the services of this process go on."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
        environment = clean | self.little.environment

        return await asyncio.to_thread(CliRunner().invoke, app, words, env=environment, prog_name="pln")

    async def done(self, *words: str) -> str:
        result = await self.pln(*words)
        assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
        return result.stdout

    async def told(self, *words: str) -> Any:
        """What a command says to a machine, in its last line: the services' logs are on the same output."""
        return json.loads((await self.done(*words, "--json")).splitlines()[-1])

    async def value(self, sql: str, *values: object) -> Any:
        connection = await asyncpg.connect(self.little.database.settings.admin_dsn())
        try:
            return await connection.fetchval(sql, *values)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def region(
    run_settings: Settings, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Region]:
    async with own_database(run_settings, template) as database:
        yield Region(Little(database, {}), tmp_path_factory.mktemp("restore") / "network.pln")


async def test_a_backup_is_written_while_the_network_runs_and_nobody_else_can_read_it(region: Region) -> None:
    async with running(region.little.database) as little:
        region.little = little
        await take_part(little)
        said = await region.done("backup", str(region.file))
        assert "keep it safe" in said
        assert stat.S_IMODE(region.file.stat().st_mode) == 0o600
        with tarfile.open(region.file) as tar:
            assert {"manifest.json", "database.dump", "keys/token-private.json"} <= set(tar.getnames())
        again = await region.pln("backup", str(region.file))
        assert (again.exit_code, again.stdout) == (1, "")
        assert "never written over another" in again.stderr
        assert list(region.file.parent.iterdir()) == [region.file], "no parts are left"

        await much_happens_since(region)
        refused = await region.pln("restore", str(region.file), "--yes")
        assert refused.exit_code == 1
        assert "The network is running" in refused.stderr
        assert "matching" in refused.stderr


async def much_happens_since(region: Region) -> None:
    """Sam is paid, words change, an opportunity is posted, somebody joins, and Sam asks to be forgotten."""
    little = region.little
    await be_paid(little)
    coordinator = little.staff["coordinator"]
    for number in range(3):
        async with little.acting("matching", coordinator) as tx:
            words = {"title": f"Title {number}", "summary": "S.", "what_will_change": "W."}
            await posting.reword_opportunity(tx, little.ids["opportunity"], **words)
    async with little.acting("matching", coordinator) as tx:
        little.ids["later"] = await posting.post_opportunity(tx, draft())
    async with little.services["identity"].transaction() as tx:
        newcomer = Person(
            "Nia", (await accounts.open_account(tx, accounts.Newcomer("Nia", EmailAddress.read("nia@x.example")))).id
        )
    little.staff["newcomer"] = newcomer
    await little.settle()
    sent = ApplicationDraft(full_name="Nia Example", why="Pain.", code_of_conduct="1", data_notice="1")
    async with little.acting("recruitment", newcomer) as tx:
        application = await joining.send_application(tx, sent)
    async with little.acting("recruitment", little.staff["screener"]) as tx:
        await welcoming.give_signed_form(tx, application, SIGNED_FORM)
        await welcoming.approve_application(tx, application, tell_now=True)
    await little.settle()
    await region.done("backup", str(region.later_file))
    async with little.acting("identity", little.person) as tx:
        await accounts.forget_me(tx)
    await little.settle()


async def test_a_damaged_or_foreign_file_changes_nothing(region: Region, tmp_path: Path) -> None:
    whole = region.file.read_bytes()
    for name, content in (
        ("damaged", whole.replace(b"PGDMP", b"PGDUM", 1)),
        ("cut", whole[: len(whole) // 2]),
        ("other", b"no backup at all"),
    ):
        (tmp_path / name).write_bytes(content)
        refused = await region.pln("restore", str(tmp_path / name), "--yes")
        assert refused.exit_code == 1, name
        assert "damaged" in refused.stderr or "not a backup" in refused.stderr
    assert (
        await region.value("select count(*) from matching.opportunity where id = $1", region.little.ids["later"]) == 1
    )


async def test_after_an_older_database_all_agree_and_whoever_was_forgotten_since_stays_forgotten(
    region: Region,
) -> None:
    before, ids, sam = region.little, region.little.ids, region.little.person.id
    reference = await region.value("select reference from payments.payment")
    reworded = await region.value("select version from matching.opportunity where id = $1", ids["opportunity"])
    said = await region.done("restore", str(region.file), "--yes")
    assert "The network is as it was at" in said
    assert f"PAID SINCE THE BACKUP, and not known here any more: {reference}." in said
    assert await region.value("select reference from payments.paid_since where compared_at is null") == reference
    async with running(before.database) as little:
        region.little = little
        little.network, little.trust, little.staff, little.ids = before.network, before.trust, before.staff, ids
        little.person = before.person
        await little.settle()
        row = "select state ->> 'title' from matching.opportunity where id = $1 and version > $2"
        assert await region.value(row, ids["opportunity"], reworded) == draft().title
        assert await region.value("select count(*) from matching.opportunity where id = $1", ids["later"]) == 0
        assert await region.value("select erased from engagements.mirror_opportunity where id = $1", ids["later"])
        assert await region.value("select count(*) from identity.account where id = $1", sam) == 0
        assert await region.value("select erased from matching.mirror_account where id = $1", sam)
        assert await region.value("select count(*) from engagements.engagement where person_id = $1", sam) == 0
        assert await region.value("select count(*) from payments.claim where person_id = $1", sam) == 0
        assert await region.value("select count(*) from recruitment.file") == 0, "Sam's form came back, and went again"
        assert await region.value("select count(*) from payments.paid_since") == 0, "nothing of Sam's can be paid twice"
        newcomer = before.staff["newcomer"].id
        assert await region.value("select erased from notifications.mirror_leader where id = $1", newcomer)
        async with little.acting("matching", little.staff["coordinator"]) as tx:
            await posting.post_opportunity(tx, draft())
        await little.settle()
        assert "All 14 promises hold." in await region.done("verify")


async def test_what_is_made_again_under_the_same_id_is_heard_though_it_was_said_to_be_gone(region: Region) -> None:
    """The newcomer's place in the pool was lost, and has its id from the person: the first version lies above."""
    newcomer = region.little.staff["newcomer"].id
    lost = await region.value("select version from recruitment.lost where key = $1", newcomer)
    connected = await region.little.database.connect("recruitment")
    async with connected.transaction() as tx:
        assert await tx.first_version(Leader, newcomer) == lost + 1 > 1
        assert await tx.first_version(Leader, region.little.staff["finance"].id) == 1
    await connected.app.database.pool.close()


async def test_whoever_was_only_lost_comes_back_with_a_newer_backup(region: Region) -> None:
    """The newcomer was said to be gone, because the older backup did not know them; they never asked for it."""
    before, newcomer, sam = region.little, region.little.staff["newcomer"].id, region.little.person.id
    await region.done("restore", str(region.later_file), "--yes")
    async with running(before.database) as little:
        region.little = little
        little.network, little.trust, little.staff, little.ids = before.network, before.trust, before.staff, before.ids
        little.person = before.person
        await little.settle()
        alive = "select state ->> 'called' from matching.mirror_leader where id = $1 and not erased"
        assert await region.value(alive, newcomer) == "Nia"
        assert await region.value("select status from recruitment.leader where id = $1", newcomer) == "approved"
        form = "select encode(sha256(content), 'hex') from recruitment.file where person_id = $1"
        assert await region.value(form, newcomer) == SIGNED_FORM.sha256
        assert await region.value("select count(*) from recruitment.file") == 1, "Sam's is gone"
        assert await region.value("select count(*) from identity.account where id = $1", sam) == 0
        assert await region.value("select erased from matching.mirror_account where id = $1", sam)


async def test_after_kafka_has_lost_its_data_the_owners_say_everything_again(
    region: Region, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = region.little
    monkeypatch.setenv("PLN_DATABASE_URL", before.database.settings.admin_dsn())
    monkeypatch.delenv("PLN_KAFKA_BOOTSTRAP_SERVERS", raising=False)
    other = LocalServers(tmp_path_factory.mktemp("kafka"))
    servers = await asyncio.to_thread(other.start)
    try:
        settings = before.database.settings.model_copy(update=kafka_fields(servers))
        await make_topics(settings)
        region.little = Little(Database(settings), {})
        apps = [(await region.little.database.connect(name)).app for name in NAMES]
        starting = [asyncio.create_task(app.start()) for app in apps]
        try:
            await until(lambda: all("belongs to cluster" in " ".join(app.lifecycle.problems) for app in apps))
            counted = await region.told("restate")
            assert counted["said again"] > 10
            assert counted["gone"] > 0, "who was forgotten is forgotten in this Kafka too"
            await asyncio.wait_for(asyncio.gather(*starting), 60)
            await region.little.settle()
            sam = before.person.id
            assert (
                await region.value("select bool_and(erased) from payments.mirror_account where id = $1", sam)
                is not False
            )
            assert "All 14 promises hold." in await region.done("verify")
            assert (await region.told("restate", "payments.rate_card"))["said again"] == 1
            await region.little.settle()
        finally:
            await asyncio.gather(*(app.stop() for app in apps))
    finally:
        await asyncio.to_thread(other.stop)
