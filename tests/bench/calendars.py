"""What it costs that calendar programs ask each hour, for years: core-seconds of the service and of PostgreSQL.

`python -m tests.bench.calendars PORT` is what is asked: the HTTP door of notifications, with one trivial route more.
"""

import asyncio
import http.client
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import psutil
import uvicorn
from fastapi import Request
from fastapi.responses import Response

from schemas.engagements import Engagement
from schemas.event import State
from schemas.matching import Opportunity, Session
from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import new_id
from services.cli.local.ports import LOOPBACK, Ports
from services.notifications.domain.calendar_address import hash_of
from tests.bench.figures import Aim, Figure, at_most, median
from tests.bench.programs import Running, program
from tests.bench.scale import Scale
from tests.notifications.support import an_opportunity
from tests.support import Connected, Person, organisation

OK = "/feeds/ok"
NOW = datetime.now(UTC)
POLLED_EACH_HOUR = 10_000
ROLES, SESSIONS, PLACES = 200, 12, 2
"""Roles, the sessions of each, and the places of each person."""


async def ok(request: Request) -> Response:
    """As little as a route can do."""
    return Response(b"ok")


def main(port: int) -> None:
    """No worker and no job beside the door: their cost is none of a poll."""
    (notifications,) = load(["notifications"])
    notifications.pages_router.add_api_route(OK, ok)

    async def serve() -> None:
        app = await connect(notifications, Settings.from_environment())
        await uvicorn.Server(uvicorn.Config(app.asgi, port=port, log_config=None, access_log=False)).serve()

    asyncio.run(serve())


def measure(settings: Settings, scale: Scale) -> Iterator[Figure]:
    """Addresses with two roles of a dozen sessions each; one poll after another, each by a connection of its own."""
    people = min(POLLED_EACH_HOUR, scale.drained // 10)
    secrets, postgres = asyncio.run(_seed(settings, people))
    port = Ports(settings.state_dir).choose("calendars")
    asking = program(settings, "tests.bench.calendars", str(port), ports=(port, port), ready=False)
    with asking as ours:
        some = secrets[:: 1 if people < 1000 else 5]
        nothing: dict[str, str] = {}
        first, tags = _costs(ours, postgres, [(_at(one), nothing) for one in some], 200)
        again = [(_at(one), {"If-None-Match": tag}) for one, tag in zip(some, tags, strict=True)]
        same, trivial = list[float](), list[float]()
        for _ in range(scale.rounds):
            same.append(_costs(ours, postgres, again, 304)[0])
            trivial.append(_costs(ours, postgres, [(OK, nothing)] * len(some), 200)[0])
    each = f"{POLLED_EACH_HOUR:,} calendar addresses asked each hour"
    yield Figure(f"{each}, nothing new", "% of a core", _share(median(same)), aim=Aim(5, "at most", "ours"))
    yield Figure(f"{each}, each new each time", "% of a core", _share(first))
    yield Figure(
        "a poll that finds nothing new, beside the trivial route",
        "ms of a core",
        1000 * median(same),
        1000 * median(trivial),
        at_most(3),
    )


def _share(seconds: float) -> float:
    return 100 * seconds * POLLED_EACH_HOUR / 3600


def _at(secret: str) -> str:
    return f"/messages/calendar/{secret}.ics"


def _costs(
    ours: Running, postgres: psutil.Process, asked: Sequence[tuple[str, dict[str, str]]], status: int
) -> tuple[float, list[str]]:
    """Core-seconds of one, of the service and of PostgreSQL together; and the tags that were answered."""
    began, tags = _spent(ours, postgres), list[str]()
    for path, headers in asked:
        client = http.client.HTTPConnection(LOOPBACK, ours.port, timeout=30)
        client.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
        answer = client.getresponse()
        answer.read()
        assert answer.status == status, (path, answer.status)
        tags.append(answer.headers.get("etag", ""))
        client.close()
    return (_spent(ours, postgres) - began) / len(asked), tags


def _spent(ours: Running, postgres: psutil.Process) -> float:
    own = postgres.cpu_times()
    ended = own.user + own.system + own.children_user + own.children_system
    each = (one.cpu_times() for one in postgres.children())
    return ours.cpu_seconds + ended + sum(one.user + one.system for one in each)


async def _seed(settings: Settings, people: int) -> tuple[list[str], psutil.Process]:
    """The secrets of the addresses, and PostgreSQL's first process."""
    service = load(["notifications"])[0]
    await service.prepare(settings)
    notifications = Connected(await connect(service, settings))
    trust = organisation()
    roles = [_role(an_opportunity(trust)) for _ in range(ROLES)]
    somebody = [Person() for _ in range(people)]
    places = [
        _place(roles[(n * PLACES + at) % ROLES], one.id) for n, one in enumerate(somebody) for at in range(PLACES)
    ]
    secrets = [f"{n:043}" for n in range(people)]
    try:
        for states in ([trust], [one.account for one in somebody], roles, places):
            await _mirror(notifications, states)
        async with notifications.transaction() as tx:
            await tx.execute(
                "insert into calendar_address (id, person_id, hash, made_at) select gen_random_uuid(), *"
                " from unnest($1::uuid[], $2::bytea[], $3::timestamptz[])",
                *([one.id for one in somebody], [hash_of(one) for one in secrets], [NOW] * people),
            )
        connection = await asyncpg.connect(settings.admin_dsn())
        try:
            await connection.execute("analyze")
            backend = await connection.fetchval("select pg_backend_pid()")
            return secrets, psutil.Process(psutil.Process(backend).ppid())
        finally:
            await connection.close()
    finally:
        await notifications.app.database.pool.close()


def _role(role: Opportunity) -> Opportunity:
    each = (Session(id=new_id(), starts_at=NOW + timedelta(days=7 * (1 + n)), hours=2) for n in range(SESSIONS))
    return role.model_copy(update={"sessions": tuple(each)})


def _place(role: Opportunity, person_id: UUID) -> Engagement:
    return Engagement(
        id=new_id(),
        version=2,
        opportunity_id=role.id,
        organisation_id=role.organisation_id,
        ods_code=role.ods_code,
        person_id=person_id,
        status="accepted",
        interested_at=NOW - timedelta(days=40),
        accepted_at=NOW - timedelta(days=40),
    )


async def _mirror(notifications: Connected, states: Sequence[State]) -> None:
    """As heard, without any reaction being owed."""
    name = Mirror("", type(states[0])).name
    async with notifications.transaction() as tx:
        await tx.execute(
            f"insert into {name} (id, version, state, event_id, correlation_id, traceparent, happened_at)"
            " select id, version, state, id, id, '', $4 from unnest($1::uuid[], $2::bigint[], $3::jsonb[])"
            " as n (id, version, state)",
            [one.id for one in states],
            [one.version for one in states],
            [one.model_dump_json() for one in states],
            NOW,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
