"""Mail and PostgreSQL over TLS, where a setting asks for it: what does not offer it gets nothing in plain text."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from services import NAMES, load
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.network import check
from services.chassis.postgres.connections import schema_problems
from services.chassis.postgres.transaction import new_id
from services.chassis.work.outgoing import RefusesAll
from services.chassis.work.post_office import Letter, post_office
from services.cli.archive import dumps
from services.cli.base.trouble import Trouble
from services.cli.local.probes import database_version
from tests.certificates import Authority
from tests.mail_server import MailServer, mail_server
from tests.support import Database

REQUIRED = "smtp+starttls"


def serving(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.give("mail"))
    return context


async def post(server: MailServer, settings: Settings, scheme: str) -> None:
    address = settings.model_copy(update={"smtp_url": f"{scheme}://network:secret@127.0.0.1:{server.port}"})
    async with post_office(address) as send:
        await send(Letter(new_id(), "sam@people.example", "Hello", "Words"))


async def test_a_letter_goes_over_tls_where_the_address_asks_for_it_and_never_without(
    run_settings: Settings, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    settings = run_settings.model_copy(update={"smtp_ca": authority.file})
    for scheme in (REQUIRED, "smtps"):
        async with mail_server(scheme, tls=serving(authority)) as server:
            await post(server, settings, scheme)
            assert server.receivers == ["sam@people.example"]
            with pytest.raises(RefusesAll):  # it is not the authority of this machine
                await post(server, run_settings, scheme)
    async with mail_server() as without:
        with pytest.raises(RefusesAll):
            await post(without, settings, REQUIRED)
        assert without.opened == 1
        assert without.taken == []
        assert not without.asked_for_password


@pytest.mark.parametrize("url", ["mail.example:25", "http://mail.example", "smtp+tls://mail.example"])
def test_an_address_of_no_known_kind_is_a_bad_setting(url: str) -> None:
    with pytest.raises(BadSettings, match="PLN_SMTP_URL"):
        Settings.from_environment({"PLN_KAFKA_BOOTSTRAP_SERVERS": "-", "PLN_SMTP_URL": url})


async def test_where_tls_is_asked_for_a_postgresql_without_it_gets_no_password(
    database: Database, tmp_path: Path
) -> None:
    """The administrator's `sslmode` is every service's, and that of the operators' tools."""
    url = f"{database.settings.admin_dsn()}?sslmode=require"
    settings = database.settings.model_copy(update={"database_url": url})
    assert {urlsplit(settings.service_dsn(name)).query for name in NAMES} == {"sslmode=require"}
    demanding = await Database(settings).connect("matching")
    said = "it does not speak TLS, and its address asks for that (sslmode)"
    assert await schema_problems(demanding.app.database.pool, demanding.app.service.tables()) == [said]
    with pytest.raises(ConnectionError, match="rejected SSL upgrade"):
        await asyncpg.connect(settings.service_dsn("matching"), timeout=10)  # as the relay does
    await check(settings, load(["matching"]), preparing=False)  # it may offer it later
    with pytest.raises(Trouble, match="SSL"):
        database_version(url)
    with pytest.raises(Trouble, match=r"does not support SSL|PLN_POSTGRES_BIN"):  # the wheel's speaks no TLS
        dumps.dump(tmp_path, url, tmp_path / "dump")
    await demanding.app.database.pool.close()


async def test_a_service_works_over_tls_with_a_postgresql_whose_certificate_it_checks_by_name(
    database: Database, tmp_path: Path
) -> None:
    authority, other = Authority(tmp_path), Authority(tmp_path, "other")
    plain = urlsplit(database.settings.admin_dsn())
    async with tls_in_front_of(plain.port or 0, serving(authority)) as port:

        def trusting(file: Path, host: str) -> Settings:
            where = plain.netloc.replace(f"{plain.hostname}:{plain.port}", f"{host}:{port}")
            url = plain._replace(netloc=where, query=f"sslmode=verify-full&sslrootcert={file}").geturl()
            return database.settings.model_copy(update={"database_url": url})

        matching = await Database(trusting(authority.file, "localhost")).connect("matching")
        async with matching.transaction() as tx:
            assert await tx.fetchval("select count(*) from outbox") == 0
        await matching.app.database.pool.close()
        by_number = trusting(authority.file, "127.0.0.1").admin_dsn()
        assert await asyncio.to_thread(database_version, by_number)
        with pytest.raises(BadSettings, match="its certificate is not to be trusted"):
            await check(trusting(other.file, "localhost"), load(["matching"]), preparing=False)


@asynccontextmanager
async def tls_in_front_of(port: int, context: ssl.SSLContext) -> AsyncGenerator[int]:
    """Speaks TLS as PostgreSQL does, and passes all on to one that cannot (the wheel's)."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readexactly(8)  # SSLRequest
            writer.write(b"S")
            await writer.start_tls(context)
            inner, outer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pump(reader, outer), _pump(inner, writer))

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()
