"""What an operator sees and does in each service: what is stuck, since when and why; try again, or let it go."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import SYSTEM, Operator
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.security_log import Happened, note
from services.chassis.http import entry, json_api
from services.chassis.http.lists import About, also_asked, view
from services.chassis.http.request import render, site_of
from services.chassis.http.sending import button
from services.chassis.operate import answers
from services.chassis.operate.health import Health
from services.chassis.operate.parked import ParkedRecords, RetryRequest
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.chassis.work.outgoing import Outgoing
from services.chassis.work.reactions import Reactions

LIST_LIMIT = 200

Operating = Annotated[Operator, Depends(entry.operator)]
How = Literal["retry", "discard"]
Cursor = Annotated[
    str,
    Query(
        title="where the list goes on", max_length=1000, description="as an answer before gave it: what comes after it"
    ),
]
api = APIRouter()


class StillUnreadable(Refused, slug="still-unreadable", title="The record still cannot be read", status=409):
    """The record still cannot be read."""


_PARKED = """
select id, topic, partition, "offset", error, parked_at from parked where (parked_at, id) > ($1, $2)
order by parked_at, id limit $3
"""
_FAILING = """
select reaction, id, version, tries, error, since, due_at from due where (tries > 0 or error is not null)
and (since, reaction, id) > ($1, $2, $3) order by since, reaction, id limit $4
"""
_FAIL = "select count(*) from (select from due where tries > 0 or error is not null limit $1) as counted"
PARKED = Listing(
    "parked",
    sorts=(Sort("oldest", "Oldest first", _PARKED, by={"parked_at": datetime, "id": UUID}),),
    count="select count(*) from (select from parked limit $1) as counted",
    size=LIST_LIMIT,
)
FAILING = Listing(
    "failing",
    sorts=(Sort("oldest", "Oldest first", _FAILING, by={"since": datetime, "reaction": str, "id": UUID}),),
    count=_FAIL,
    size=LIST_LIMIT,
)
_RECORDS = About(PARKED, "record", cursor="parked_after")
_REACTIONS = About(FAILING, "reaction", cursor="failing_after")
_EMITTED = """
select event_id, type, topic, key, version, happened_at, written_at, published_at from outbox
where correlation_id = $1 order by seq limit $2
"""


@dataclass(frozen=True)
class Operated:
    """What these pages look at and act on; `app.state.operated`."""

    health: Health
    parked: ParkedRecords
    reactions: Reactions
    unready: Callable[[], Awaitable[list[str]]]
    outgoing: Sequence[Outgoing[Any]] = ()


def _operated(request: Request) -> Operated:
    return request.app.state.operated


def pages(service: str) -> APIRouter:
    """The page /ops/<service>."""
    router = APIRouter()

    @router.get(f"/ops/{service}")
    async def stuck(request: Request, acting: Operating) -> Response:
        parked, failing, stands = await _stuck(request)
        return render(
            request,
            "ops.jinja",
            service=service,
            links=links,
            parked=parked.items,
            parked_list=view(request, parked, _RECORDS),
            failing=failing.items,
            failing_list=view(request, failing, _REACTIONS),
            **stands,
        )

    @router.post(f"/ops/{service}/retry-all")
    async def retry_all(request: Request, acting: Operating) -> Response:
        async def act(tx: Transaction) -> str:
            await _everything(request, acting, RetryRequest())
            return f"/ops/{service}"

        return await button(request, acting, act)

    @router.post(f"/ops/{service}/parked/{{parked_id}}/{{how}}")
    async def settle_record(request: Request, parked_id: UUID, how: str, acting: Operating) -> Response:
        return await button(request, acting, lambda tx: _record(request, acting, parked_id, how))

    @router.post(f"/ops/{service}/reactions/{{reaction}}/{{id}}/{{how}}")
    async def settle_reaction(request: Request, reaction: str, id: UUID, how: str, acting: Operating) -> Response:
        return await button(request, acting, lambda tx: _reaction(request, acting, reaction, id, how))

    return router


@api.get("/stuck")
async def what_is_stuck(
    request: Request, acting: Operating, parked_after: Cursor = "", failing_after: Cursor = ""
) -> answers.Stuck:
    """What cannot be read, and which reactions fail, oldest first; a snapshot of the service, and its lag by topic.

    `parked_next` and `failing_next` are sent back as `parked_after` and `failing_after` for what comes then.
    """
    parked, failing, stands = await _stuck(request)
    more = {"parked_next": parked.next, "failing_next": failing.next}
    return answers.Stuck.model_validate({"parked": parked.items, "failing": failing.items, **more, **stands})


@api.post("/retry-all", response_model=answers.TriedAgain)
async def retry_everything(request: Request, acting: Operating, wanted: RetryRequest) -> Response:
    """Everything that is stuck, or the parked records of one topic. Says where to go on, while there is more."""
    return await json_api.write(request, acting, lambda tx: _everything(request, acting, wanted))


@api.post("/parked/{parked_id}/{how}", response_model=str)
async def settle_parked_record(request: Request, parked_id: UUID, how: How, acting: Operating) -> Response:
    """Try it again now, or let it go. Answers with the page where all that is stuck is shown."""
    return await json_api.write(request, acting, lambda tx: _record(request, acting, parked_id, how))


@api.post("/reactions/{reaction}/{id}/{how}", response_model=str)
async def settle_failing_reaction(request: Request, reaction: str, id: UUID, how: How, acting: Operating) -> Response:
    """Try it again now, or let it go. Answers with the page where all that is stuck is shown."""
    return await json_api.write(request, acting, lambda tx: _reaction(request, acting, reaction, id, how))


@api.get("/trace/{correlation_id}")
async def trace(request: Request, correlation_id: UUID, acting: Operating) -> answers.Trace:
    """What this service emitted and received under a correlation id: events of its outbox, rows of its mirrors.

    `more`: it emitted more than the first 200, which are given.
    """
    note(Happened.OPERATED, by=acting.by, what="trace")
    async with site_of(request).database.transaction(SYSTEM) as tx:
        emitted = [dict(row) for row in await tx.fetch(_EMITTED, correlation_id, LIST_LIMIT + 1)]
        received: list[dict[str, Any]] = []
        for mirror in _operated(request).reactions.mirrors.values():
            received += [
                {"topic": mirror.of.topic, **row} for row in await tx.fetch(mirror.sql(mirrors.TRACE), correlation_id)
            ]
        owed = await tx.fetchval("select count(*) from due")
    more = len(emitted) > LIST_LIMIT
    answer = {"said": emitted[:LIST_LIMIT], "more": more, "heard": received, "due": owed}
    return answers.Trace.model_validate(answer)


async def _stuck(request: Request) -> tuple[Page[dict[str, Any]], Page[dict[str, Any]], dict[str, Any]]:
    """Records that could not be read, reactions that fail, and how all else stands."""
    operated = _operated(request)
    async with site_of(request).database.transaction(SYSTEM) as tx:
        parked = await PARKED.page(tx, also_asked(request, _RECORDS))
        failing = await FAILING.page(tx, also_asked(request, _REACTIONS))
        not_sent = [(one.what, row) for one in operated.outgoing for row in await one.rows.given_up(tx)]
    stands = {
        "not_sent": [answers.NotSent.of(what, row) for what, row in not_sent],
        "unready": await operated.unready(),
        "stands": await operated.health.snapshot(),
        "hears": operated.health.behind(),
    }
    return _as_dicts(parked), _as_dicts(failing), stands


def _as_dicts(page: Page[Row]) -> Page[dict[str, Any]]:
    return page.with_items([dict(row) for row in page.items])


async def _record(request: Request, acting: Operator, parked_id: UUID, how: str) -> str:
    """Retry or discard a parked record, and note who did."""
    parked = _operated(request).parked
    note(Happened.OPERATED, by=acting.by, what=f"record-{how}")
    if how == "discard":
        await parked.discard(parked_id, who=acting.name)
    elif how == "retry":
        try:
            error = await parked.retry(parked_id, who=acting.name)
        except LookupError:
            raise NotFound from None
        if error:
            raise StillUnreadable(f"The record still cannot be read: {error}")
    else:
        raise NotFound
    return f"/ops/{site_of(request).service}"


async def _everything(request: Request, acting: Operator, wanted: RetryRequest) -> dict[str, Any]:
    """Read parked records again and make failing reactions due now, and note who asked."""
    parked = _operated(request).parked
    note(Happened.OPERATED, by=acting.by, what="retry-all")
    done = await parked.retry_all(wanted, who=acting.name)
    again = 0 if wanted.topic or wanted.after else await parked.retry_reactions_now(who=acting.name)
    return {**asdict(done), "reactions": again}


async def _reaction(request: Request, acting: Operator, reaction: str, id: UUID, how: str) -> str:
    """Try a failing reaction again now, or take it as handled, and note who did."""
    if how not in ("retry", "discard"):
        raise NotFound
    note(Happened.OPERATED, by=acting.by, what=f"reaction-{how}")
    await _operated(request).parked.settle_reaction(reaction, id, discard=how == "discard", who=acting.name)
    return f"/ops/{site_of(request).service}"
