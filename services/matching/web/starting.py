"""Staff pages: how a posting begins: with a template, as a copy of a role, or with empty pages; and unsent drafts."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, Again, submit
from services.chassis.http.task_drafts import begin_with, unsent_drafts
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.matching import beginnings, queries
from services.matching.domain import practice
from services.matching.domain.beginning import Beginning
from services.matching.forms import TemplateUse
from services.matching.queries import OnOffer
from services.matching.store import templates as store
from services.matching.web.drafting import POSTING
from services.matching.web.jobs import JOBS
from services.matching.web.lists import DRAFTS
from services.matching.web.typed import by_page, typed

router = APIRouter()
START = "/opportunities/for/{ods}/start"
NEWEST_OWN = 5
"""So many of its own templates an organisation sees where it begins; all are on their own page."""
Of = Callable[[Transaction[Member], OnOffer], Awaitable[Beginning]]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


async def begin(tx: Transaction[Member], ods: str, beginning: Beginning) -> str:
    """A draft that colleagues share, and where it goes on."""
    pages = by_page(beginning.on_pages, POSTING.pages)
    return await begin_with(tx, POSTING, {"ods": ods}, pages, begun=beginning.begun)


@router.get(START)
async def start(request: Request, ods: str, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        own = await store.newest(tx, Asked(size=NEWEST_OWN))
    return render(request, "start.jinja", ods=ods, practice=practice.templates().values(), own=own.items, more=own.next)


async def use(request: Request, acting: Member, ods: str, of: Of, again: Again) -> Response:
    """Begin with a template, as a part of the piece of work that was chosen beside it."""

    async def act(tx: Transaction[Member], form: TemplateUse) -> str:
        known = await queries.on_offer(tx)
        return await begin(tx, ods, beginnings.with_work(await of(tx, known), form.work, known))

    return await submit(request, acting, TemplateUse, act, again, kind=MAKES)


def filled_in(beginning: Beginning, known: OnOffer) -> dict[str, Any]:
    """What a page of a template shows of it."""
    says, asks = beginning.says, beginning.asks_for_work(known.works)
    return {"pages": POSTING.pages, "says": says, "filled": typed(says), "known": known, "asks_for_work": asks}


async def _template(
    request: Request, acting: Member, ods: str, code: str, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        one = practice.template(code)  # before anything is read for nothing
        known = await queries.on_offer(tx)
        more = filled_in(await beginnings.from_practice(tx, code, known), known)
    return render(request, "template.jinja", values=values, errors=errors, ods=ods, template=one, **more)


@router.get(START + "/{code}")
async def template(request: Request, ods: str, code: str, acting: Coordinator) -> Response:
    return await _template(request, acting, ods, code, {}, {})


@router.post(START + "/{code}")
async def use_template(request: Request, ods: str, code: str, acting: Coordinator) -> Response:
    async def of(tx: Transaction[Member], known: OnOffer) -> Beginning:
        return await beginnings.from_practice(tx, code, known)

    return await use(request, acting, ods, of, partial(_template, request, acting, ods, code))


@router.get("/opportunities/for/{ods}/drafts")
async def drafts(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await unsent_drafts(tx, (POSTING, JOBS), {"ods": ods}, asked)
    return render(request, "drafts_all.jinja", ods=ods, things=page.items, list=view(request, page, DRAFTS))
