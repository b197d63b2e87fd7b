"""What tests need of the real thing: databases from a template, connected services, news from a neighbour."""

import asyncio
import itertools
import re
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, overload
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import httpx
from aiokafka.admin import AIOKafkaAdminClient
from fastapi import FastAPI
from starlette.datastructures import State

from schemas.event import AnyEvent
from schemas.identity import Account, AccountOpened, Membership, Organisation, OrganisationRegistered
from services import load
from services.chassis.app import App, Clock, http_door
from services.chassis.base import access, hands, keys
from services.chassis.base.cause import Cause
from services.chassis.base.hands import SYSTEM, Acting, System
from services.chassis.base.settings import Settings
from services.chassis.kafka.administrator import administrator
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.encoding import Encoder
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.mirrors import name_of
from services.chassis.postgres.transaction import Hand, Pool, Transaction, new_id, time_of_day
from services.cli.local.servers import Servers
from tests.documented import as_documented

_OFFSETS = itertools.count(1)
_ENCODER = Encoder(Settings(kafka_bootstrap_servers="", base_url="https://network.example"), "test")


@cache
def _door(name: str) -> FastAPI:
    return http_door(load([name])[0])


def _door_again(name: str) -> FastAPI:
    """A service's HTTP door with a state of its own; its routes are built once, which takes a twentieth of a second."""
    door = copy(_door(name))
    door.state, door.middleware_stack = State(), None
    return door


@dataclass
class Database:
    """One migrated database of its own, and the settings that lead to it. `pool`: how a service gets connections."""

    settings: Settings
    opened: list[App] = field(default_factory=list[App])
    pool: Callable[[Settings, str], Awaitable[Pool]] = open_pool

    async def connect(self, name: str, clock: Clock = time_of_day, /, **changes: object) -> "Connected":
        """A service of this database, without its Kafka and clock doors. Called twice: two instances of it.

        `changes`: of its settings.
        """
        settings = self.settings.model_copy(update=changes)
        app = App(load([name])[0], settings, await self.pool(settings, name), clock)
        app.__dict__["asgi"] = app.behind(_door_again(name))
        self.opened.append(app)
        return Connected(app)


@dataclass
class Connected:
    """A service to which a test can say what a neighbour said, and whose reactions it can have done."""

    app: App

    @overload
    def transaction(self) -> AbstractAsyncContextManager[Transaction[System]]: ...
    @overload
    def transaction(self, acting: Hand) -> AbstractAsyncContextManager[Transaction[Hand]]: ...
    def transaction(self, acting: Acting = SYSTEM) -> AbstractAsyncContextManager[Transaction[Any]]:
        return self.app.database.transaction(acting)

    async def hears(self, *events: AnyEvent) -> None:
        """As if the events had come over Kafka, in one batch."""
        await self.app.inbox.take([record_of(event, self.app.settings.topic_prefix) for event in events])

    async def settle(self) -> None:
        """Do what is due now, and what a timer wakes whose time has come, until there is no more."""
        while await self.app.workers.do_some() or await self.app.workers.look():
            pass

    async def hears_and_settles(self, *events: AnyEvent) -> None:
        await self.hears(*events)
        await self.settle()

    async def said(self) -> list[tuple[str, UUID]]:
        """The names and aggregate ids of what is in the outbox, in order."""
        async with self.transaction() as tx:
            return [(row["type"], row["key"]) for row in await tx.fetch("select type, key from outbox order by seq")]

    async def failing(self) -> list[str]:
        async with self.transaction() as tx:
            return [row["error"] for row in await tx.fetch("select error from due where error is not null")]

    @asynccontextmanager
    async def browser(self, person: "Person | None" = None) -> AsyncGenerator[httpx.AsyncClient]:
        """An HTTP client straight at the service's app, signed in by cookie as the person."""
        cookies = {"pln": person.token(self.app.settings)} if person else {}
        transport = httpx.ASGITransport(app=self.app.asgi, raise_app_exceptions=False)
        headers = {"sec-fetch-site": "same-origin"}  # as browsers say of what our own pages send
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://test",
            cookies=cookies,
            headers=headers,
            event_hooks={"response": [as_documented]},
        ) as client:
            yield client

    @asynccontextmanager
    async def api(self, person: "Person | None" = None) -> AsyncGenerator[httpx.AsyncClient]:
        """An API client at /api/<service>/v1, with the person's token and a fresh Idempotency-Key for each request."""

        async def key(request: httpx.Request) -> None:
            request.headers.setdefault("idempotency-key", secrets.token_hex(8))

        headers = {"authorization": f"Bearer {person.token(self.app.settings)}"} if person else {}
        transport = httpx.ASGITransport(app=self.app.asgi, raise_app_exceptions=False)
        base = f"http://test/api/{self.app.name}/v1"
        hooks: dict[str, list[Any]] = {"request": [key], "response": [as_documented]}
        async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers, event_hooks=hooks) as client:
            yield client


@asynccontextmanager
async def started(database: Database, name: str) -> AsyncGenerator[Connected]:
    """A service with all its doors open, in this process."""
    connected = await database.connect(name)
    await connected.app.start()
    try:
        yield connected
    finally:
        await connected.app.stop()


def record_of(event: AnyEvent, prefix: str = "") -> Record:
    """The Kafka record that the relay would make of an event."""
    state, cause = event.state, Cause.fresh()
    row: Any = {
        "event_id": new_id(),
        "topic": event.of.topic,
        "type": type(event).__name__,
        "happened_at": datetime.now(UTC),
        "key": state.id,
        "version": state.version,
        "correlation_id": cause.correlation_id,
        "traceparent": cause.traceparent,
        "value": state.model_dump_json(),
    }
    key, headers, value = _ENCODER.record(row)
    return Record(prefix + event.of.topic, 0, next(_OFFSETS), key, [*headers], value)


def next_page(html: str) -> str:
    """The address of the next page of a list, as a page of it links to it."""
    found = re.search(r'href="([^"]*)" rel="next"', html)
    assert found, "there is no next page"
    return found[1].replace("&amp;", "&")


@dataclass
class Person:
    """Somebody with an account, perhaps a member of organisations."""

    called: str = "Sam"
    id: UUID = field(default_factory=new_id)
    memberships: tuple[Membership, ...] = ()
    session: UUID = field(default_factory=new_id)
    proved_at: datetime | None = None
    """When they last showed who they are; None: just now."""

    @property
    def account(self) -> Account:
        return Account(id=self.id, version=1, called=self.called, memberships=self.memberships)

    @property
    def opened(self) -> AccountOpened:
        return AccountOpened(self.account)

    @overload
    def acting(self) -> hands.Person: ...
    @overload
    def acting(self, organisation: Organisation) -> hands.Member: ...
    def acting(self, organisation: Organisation | None = None) -> hands.Person | hands.Member:
        """As the access check would make it, as themselves or for an organisation."""
        now = datetime.now(UTC)
        token = access.Token(self.id, 1, self.session, now, now + access.TOKEN_LIFE, now)
        if organisation is None:
            return access.person(self.account, token)
        acting = access.member(self.account, token, organisation.ods_code)
        assert acting, f"{self.called} is not a member of {organisation.name}"
        return acting

    def token(self, settings: Settings) -> str:
        now = datetime.now(UTC)
        token = access.Token(self.id, 1, self.session, now, now + access.TOKEN_LIFE, self.proved_at or now)
        return access.sign(token, keys.private(settings))


def member(organisation: Organisation, *roles: str, called: str = "Alex") -> Person:
    """A member of staff of an organisation, with roles."""
    membership = Membership(
        organisation_id=organisation.id, ods_code=organisation.ods_code, roles=roles, valid_from=date(2020, 1, 1)
    )
    return Person(called=called, memberships=(membership,))


def organisation(
    ods_code: str = "RX2", name: str = "Sussex Example Trust", kind: str = "trust", **more: object
) -> Organisation:
    return Organisation.model_validate(
        {
            "id": new_id(),
            "version": 1,
            "ods_code": ods_code,
            "name": name,
            "kind": kind,
            "valid_from": "2020-01-01",
            **more,
        }
    )


def registered(*organisations: Organisation) -> list[OrganisationRegistered]:
    return [OrganisationRegistered(one) for one in organisations]


def led_to(answer: httpx.Response) -> str:
    """The page to which the answer to an act leads, without the name of the note that it confirms once."""
    assert answer.status_code == 303, answer.text
    return re.sub(r"[?&]said=[0-9a-f]{16}$", "", answer.headers["location"])


def form_key(html: str) -> str:
    """The key in a page's form."""
    return html.split('name="form_key" value="')[1].split('"')[0]


def hidden(html: str) -> dict[str, str]:
    """What a page's form brings besides what is typed: its key, and what it saw; a draft's also says the version."""
    found = (re.search(rf'name="{name}" value="(\w+)"', html) for name in ("seen", "saw"))
    return {"form_key": form_key(html)} | {one[0].split('"')[1]: one[1] for one in found if one}


async def save_page(client: httpx.AsyncClient, page: str, typed: Mapping[str, str | list[str]]) -> httpx.Response:
    """Open a page of a draft, type, and save it (or send the whole, from the page where answers are checked)."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text[:500]
    return await client.post(page, data={**hidden(shown.text), **typed})


async def save_and_say(
    connected: Connected, acting: Acting, save: Callable[[Transaction], Awaitable[None]], event: AnyEvent
) -> None:
    """What a command does in the end."""
    async with connected.transaction(acting) as tx:
        await save(tx)
        await tx.emit(event)


async def mirrored(connected: Connected, of: type, id: UUID) -> str | None:
    async with connected.transaction() as tx:
        return await tx.fetchval("select state from {mirror} where id = $1".replace("{mirror}", name_of(of)), id)


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def make_database(admin: str, name: str, template: str | None = None) -> str:
    """A new database, from a template where one is given; its DSN."""
    connection = await asyncpg.connect(admin, timeout=30)
    try:
        await connection.execute(f"create database {name}" + (f" template {template}" if template else ""))
    finally:
        await connection.close()
    return with_database(admin, name)


async def drop_database(admin: str, name: str) -> None:
    connection = await asyncpg.connect(admin, timeout=30)
    try:
        await connection.execute(f"drop database if exists {name} with (force)")
    finally:
        await connection.close()


async def until(
    what: Callable[[], Any], *, seconds: float = 90.0, every: float = 0.05, why: Callable[[], str] = str
) -> Any:
    """Wait until `what()` (perhaps async) is true and return it. For things that arrive; never for their speed.

    Raises AssertionError, with `why()`, when time is up.
    """
    end = time.monotonic() + seconds
    while True:
        found = what()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {why()}"
        await asyncio.sleep(every)


def wait_until(
    what: Callable[[], Any], *, seconds: float = 30.0, every: float = 0.05, why: Callable[[], str] = str
) -> Any:
    """`until` where nothing is asynchronous."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {why()}"
        time.sleep(every)
    return found


async def until_a_lock_is_waited_for(settings: Settings, *, seconds: float = 30.0) -> None:
    """Wait until somebody in this database waits for a lock that another holds: then a race has begun.

    A pause instead would pass without the race on a machine that is slower than the pause was meant for.
    """
    connection = await asyncpg.connect(settings.admin_dsn(), timeout=30)
    try:
        await until(lambda: connection.fetchval(_WAITING), seconds=seconds)
    finally:
        await connection.close()


_WAITING = """
select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())
"""


def kafka_fields(servers: Servers) -> dict[str, Any]:
    """The settings of Kafka's administrator, as `Settings` takes them."""
    of_kafka = Settings.from_environment(servers.kafka).model_dump(exclude_defaults=True)
    return {name: value for name, value in of_kafka.items() if name.startswith("kafka_")}


def kafka_environment(settings: Settings) -> dict[str, str]:
    """The same, as a process is given them."""
    of_kafka = settings.model_dump(exclude_defaults=True)
    return {f"PLN_{name.upper()}": str(of_kafka[name]) for name in of_kafka if name.startswith("kafka_")}


async def delete_topics(settings: Settings, prefix: str) -> None:
    """Delete the topics whose names match `prefix` (a regular expression), and the users of that name with their rules.

    Thousands of old ones slow Kafka down.
    """
    admin = AIOKafkaAdminClient(**client_options(settings, ADMIN), request_timeout_ms=60000)
    await admin.start()
    try:
        names = [name for name in await admin.list_topics() if re.match(prefix, name)]
        if names:
            await admin.delete_topics(names)
    finally:
        await admin.close()
    if settings.kafka_security != "PLAINTEXT":
        async with administrator(settings) as kafka:
            rules = {rule for known in await kafka.rules() for rule in known if re.match(prefix, rule.user)}
            if rules:
                await kafka.revoke(rules)
            users = [user for user in await kafka.users() if re.match(prefix, user)]
            if users:
                await kafka.set_passwords({}, remove=users)
