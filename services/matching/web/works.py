"""Staff pages: an organisation's pieces of work, by the five principles; and for everyone, the roles of one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas.matching import Work
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, words
from services.matching.commands import works as commands
from services.matching.domain import work as domain
from services.matching.domain.work import Kept, WorkWords
from services.matching.forms import NewWork, WorkFilters
from services.matching.store import works as store
from services.matching.web import lists
from services.matching.web.drafting import POSTING

pages = OwnPages()
router = pages.router
LIST = "/opportunities/for/{ods}/work"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]
ASKS_FOR_IT = "change"
"""The page of a role's draft that asks which piece of work it is a part of."""
DONE = {
    "added": "It is added. You can choose it for new roles now.",
    "changed": "Saved. New roles have the new words.",
    "ended": "It has ended. It is not offered to new roles any more.",
    "goes_on": "It goes on again. You can choose it for new roles.",
}


@pages.get("/opportunities/work/{id}")
async def public(request: Request, id: UUID, acting: Anyone, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        newest, page = await queries.roles_of_work(tx, asked, id)
    about = view(request, page, lists.ROLES_OF_WORK)
    return render(request, "work_public.jinja", newest=newest, things=page.items, list=about, words=words)


@router.get(LIST)
async def own(request: Request, ods: str, acting: Coordinator, filters: WorkFilters, asked: AskedByPage) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Kept]:
        return await store.of_organisation(tx, asked, filters)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.WORK_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    return render(request, "works.jinja", things=page.items, list=view(request, page, lists.WORKS), ods=ods)


@router.get(LIST + "/new")
async def new(request: Request, ods: str, acting: Coordinator, draft: UUID | None = None) -> Response:
    return render(request, "work_form.jinja", values={"draft": draft or ""}, errors={}, ods=ods, id=None)


@router.post(LIST + "/new")
async def add(request: Request, ods: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: NewWork) -> str:
        id = await commands.add_work(tx, form.words())
        if form.draft and await _choose_in_draft(tx, form.draft, id):
            return f"{POSTING.at.format(ods=ods, draft_id=form.draft)}/{ASKS_FOR_IT}"
        return confirmed(f"{LIST.format(ods=ods)}/{id}", "added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "work_form.jinja", values=values, errors=errors, ods=ods, id=None)

    return await submit(request, acting, NewWork, act, again, kind=MAKES)


async def _choose_in_draft(tx: Transaction[Member], draft_id: UUID, work_id: UUID) -> bool:
    """In the draft from which somebody came here. False where it is not there any more, or was sent."""
    draft = await drafts.lock(tx, POSTING.kind, Owner(organisation_id=tx.acting.organisation_id), draft_id)
    if draft is None or draft.sent_as or (page := draft.pages.get(ASKS_FOR_IT)) is None:
        return False
    await drafts.save(tx, draft, ASKS_FOR_IT, {**page.typed, "work": str(work_id)}, form="")
    return True


@router.get(LIST + "/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        kept = await store.own(tx, id)
        page = await store.roles_of(tx, asked, id)
    return render(
        request,
        "work.jinja",
        kept=kept,
        w=kept.work,
        may=domain.choices(kept),
        things=page.items,
        list=view(request, page, lists.ROLES_OF_WORK),
        ods=ods,
        done=confirmation(request, DONE),
    )


@router.get(LIST + "/{id}/change")
async def change_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        domain.choices(await store.own(tx, id)).change.must()  # before anything is typed for nothing
        values = await _changes(id).shown(request, tx)
    return render(request, "work_form.jinja", values=values, errors={}, ods=ods, id=id)


@router.post(LIST + "/{id}/change")
async def change(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: WorkWords) -> str:
        await commands.change_work(tx, id, form)
        return confirmed(f"{LIST.format(ods=ods)}/{id}", "changed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            await store.own(tx, id)  # whatever was typed: one that is not there is not asked about
        return render(request, "work_form.jinja", values=values, errors=errors, ods=ods, id=id)

    return await submit(request, acting, WorkWords, act, again, kind=_changes(id))


def _changes(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return _said((await store.own(tx, id)).work)

    async def hold(tx: Transaction[Member]) -> None:
        await store.hold_titles(tx)
        await store.lock(tx, id)

    return Changes(now=now, hold=hold)


def _said(work: Work) -> dict[str, Any]:
    return work.model_dump(exclude={"id"})


@router.post(LIST + "/{id}/end")
async def end(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.end_work(tx, id)
        return confirmed(f"{LIST.format(ods=ods)}/{id}", "ended")

    return await button(request, acting, act)


@router.post(LIST + "/{id}/take-up")
async def take_up(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.take_up_work(tx, id)
        return confirmed(f"{LIST.format(ods=ods)}/{id}", "goes_on")

    return await button(request, acting, act)
