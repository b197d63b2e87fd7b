"""Staff pages: how a posting begins: with a template, as a copy of a role, or with empty pages; and unsent drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, submit
from services.chassis.http.task_drafts import begin_with, unsent_drafts
from services.chassis.http.task_list import TaskPage
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.matching import beginnings, queries
from services.matching.domain import practice
from services.matching.domain.beginning import Beginning
from services.matching.forms import TemplateUse
from services.matching.queries import OnOffer
from services.matching.store import templates as store
from services.matching.typed import by_page, typed
from services.matching.web.drafting import POSTING
from services.matching.web.jobs import JOBS
from services.matching.web.lists import DRAFTS

router = APIRouter()
START = "/opportunities/for/{ods}/start"
NEWEST_OWN = 5
"""So many of its own templates an organisation sees where it begins; all are on their own page."""
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


@dataclass(frozen=True)
class FilledIn:
    """What the page of a template shows of it. `asks_for_work`: which piece of work it is a part of is asked there."""

    pages: Sequence[TaskPage]
    says: Mapping[str, Any]
    values: Mapping[str, Any]
    known: OnOffer
    asks_for_work: bool

    @classmethod
    def of(cls, beginning: Beginning, known: OnOffer) -> "FilledIn":
        asks = beginning.asks_for_work(known.works)
        return cls(POSTING.pages, beginning.says, typed(beginning.says), known, asks)


async def _template(
    request: Request, acting: Member, ods: str, code: str, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        one = practice.template(code)  # before anything is read for nothing
        known = await queries.on_offer(tx)
        shown = FilledIn.of(await beginnings.from_practice(tx, code, known), known)
    return render(request, "template.jinja", values=values, errors=errors, ods=ods, template=one, shown=shown)


@router.get(START + "/{code}")
async def template(request: Request, ods: str, code: str, acting: Coordinator) -> Response:
    return await _template(request, acting, ods, code, {}, {})


@router.post(START + "/{code}")
async def use_template(request: Request, ods: str, code: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: TemplateUse) -> str:
        known = await queries.on_offer(tx)
        beginning = await beginnings.from_practice(tx, code, known)
        return await begin(tx, ods, beginnings.with_work(beginning, form.work, known))

    again = partial(_template, request, acting, ods, code)
    return await submit(request, acting, TemplateUse, act, again, kind=MAKES)


@router.get("/opportunities/for/{ods}/drafts")
async def drafts(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await unsent_drafts(tx, (POSTING, JOBS), {"ods": ods}, asked)
    return render(request, "drafts_all.jinja", ods=ods, things=page.items, list=view(request, page, DRAFTS))
