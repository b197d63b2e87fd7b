"""What an operator sees and does in each service: what is stuck, since when and why; try again, or let it go."""

import json
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis import api as door
from services.chassis import measuring, parked, web
from services.chassis.access import SYSTEM, Acting
from services.chassis.errors import NotFound, Refused
from services.chassis.transaction import Transaction, transaction

LIST_LIMIT = 200

Operator = Annotated[Acting, Depends(web.operator)]
api = APIRouter()


class StillUnreadable(Refused, slug="still-unreadable", status=409):
    """The record still cannot be read."""


_PARKED = """
select id, topic, partition, "offset", error, parked_at from parked order by parked_at limit $1
"""
_FAILING = """
select reaction, id, version, tries, error, since, due_at from due where tries > 0 or error is not null
order by since limit $1
"""
_DONE = {"retry": "retried", "discard": "discarded"}
_SETTLE = "insert into settled (who, what, how, about, error) values ($1, $2, $3, $4, $5)"
_NOTE_DISCARDED = """
insert into handled (reaction, id, version, state) select reaction, id, version, null from due
where reaction = $1 and id = $2 on conflict (reaction, id) do update set version = excluded.version
"""
_SAID = """
select event_id, type, topic, key, version, happened_at, written_at, published_at from outbox
where correlation_id = $1 order by seq limit $2
"""


def pages(service: str) -> APIRouter:
    """The page /ops/<service>."""
    router = APIRouter()

    @router.get(f"/ops/{service}")
    async def stuck(request: Request, acting: Operator) -> Response:
        return web.page(request, "ops.jinja", service=service, links=links, **await _stuck(request))

    @router.post(f"/ops/{service}/retry-all")
    async def retry_all(request: Request, acting: Operator) -> Response:
        async def act(tx: Transaction) -> str:
            await _everything(request, acting, parked.Wish())
            return f"/ops/{service}"

        return await web.button(request, acting, act)

    @router.post(f"/ops/{service}/parked/{{parked_id}}/{{how}}")
    async def settle_record(request: Request, parked_id: UUID, how: str, acting: Operator) -> Response:
        return await web.button(request, acting, lambda tx: _record(request, acting, parked_id, how))

    @router.post(f"/ops/{service}/reactions/{{reaction}}/{{id}}/{{how}}")
    async def settle_reaction(request: Request, reaction: str, id: UUID, how: str, acting: Operator) -> Response:
        return await web.button(request, acting, lambda tx: _reaction(request, acting, (reaction, id), how))

    return router


@api.get("/stuck")
async def stuck_api(request: Request, acting: Operator) -> Response:
    """What cannot be read, and which reactions fail, oldest first; how the service stands, what it has not heard."""
    return Response(json.dumps(await _stuck(request), default=str), media_type="application/json")


@api.post("/retry-all")
async def retry_all_api(request: Request, acting: Operator, wish: parked.Wish) -> Response:
    """Everything that is stuck, or the parked records of one topic. Says where to go on, while there is more."""
    return await door.write(request, acting, lambda tx: _everything(request, acting, wish))


@api.post("/parked/{parked_id}/{how}")
async def settle_record_api(request: Request, parked_id: UUID, how: str, acting: Operator) -> Response:
    """`how`: retry or discard."""
    return await door.write(request, acting, lambda tx: _record(request, acting, parked_id, how))


@api.post("/reactions/{reaction}/{id}/{how}")
async def settle_reaction_api(request: Request, reaction: str, id: UUID, how: str, acting: Operator) -> Response:
    """`how`: retry or discard."""
    return await door.write(request, acting, lambda tx: _reaction(request, acting, (reaction, id), how))


@api.get("/trace/{correlation_id}")
async def trace(request: Request, correlation_id: UUID, acting: Operator) -> Response:
    """What this service said and what it heard as part of one thing: events of its outbox, rows of its mirrors."""
    service = web.service_of(request)
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        said = [dict(row) for row in await tx.fetch(_SAID, correlation_id, LIST_LIMIT)]
        heard: list[dict[str, Any]] = []
        for mirror in service.reactions.mirrors.values():
            heard += [{"topic": mirror.of.topic, **row} for row in await tx.fetch(mirror.trace_sql, correlation_id)]
        owed = await tx.fetchval("select count(*) from due")
    return Response(json.dumps({"said": said, "heard": heard, "due": owed}, default=str), media_type="application/json")


async def _stuck(request: Request) -> dict[str, Any]:
    service = web.service_of(request)
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        records = [dict(row) for row in await tx.fetch(_PARKED, LIST_LIMIT)]
        failing = [dict(row) for row in await tx.fetch(_FAILING, LIST_LIMIT)]
    hears = service.subscriber.behind() if service.subscriber else {}
    return {
        "parked": records,
        "failing": failing,
        "unready": await service.unready(),
        "stands": asdict(await measuring.look(service)),
        "hears": {topic: asdict(behind) for topic, behind in hears.items()},
    }


async def _record(request: Request, acting: Acting, parked_id: UUID, how: str) -> str:
    """Retry or discard a parked record, and note who did."""
    service = web.service_of(request)
    if how not in _DONE:
        raise NotFound
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        row = await tx.fetchrow('select topic, partition, "offset", error from parked where id = $1', parked_id)
    if row is None:
        raise NotFound
    if how == "retry":
        if error := await parked.retry(service, parked_id, who=acting.name):
            raise StillUnreadable(f"The record still cannot be read: {error}")
        return f"/ops/{service.name}"
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        await tx.execute("delete from parked where id = $1", parked_id)
        about = f"{row['topic']} {row['partition']}:{row['offset']}"
        await tx.execute(_SETTLE, acting.name, "record", _DONE[how], about, row["error"])
    return f"/ops/{service.name}"


async def _everything(request: Request, acting: Acting, wish: parked.Wish) -> dict[str, Any]:
    """Read parked records again and make failing reactions due now, and note who asked."""
    service = web.service_of(request)
    done = await parked.retry_all(service, wish, who=acting.name)
    again = 0 if wish.topic or wish.after else await parked.hurry_reactions(service, who=acting.name)
    return {**asdict(done), "reactions": again}


async def _reaction(request: Request, acting: Acting, which: tuple[str, UUID], how: str) -> str:
    """Try a failing reaction again now, or take it as handled, and note who did."""
    service = web.service_of(request)
    if how not in _DONE:
        raise NotFound
    async with transaction(service.name, service.pool, SYSTEM) as tx:
        row = await tx.fetchrow("select error from due where reaction = $1 and id = $2 for update", *which)
        if row is None:
            raise NotFound
        if how == "discard":
            await tx.execute(_NOTE_DISCARDED, *which)
            await tx.execute("delete from due where reaction = $1 and id = $2", *which)
        else:
            await tx.execute("update due set due_at = clock_timestamp() where reaction = $1 and id = $2", *which)
        await tx.execute(_SETTLE, acting.name, "reaction", _DONE[how], f"{which[0]} {which[1]}", row["error"])
    await service.workers.wake()
    return f"/ops/{service.name}"
