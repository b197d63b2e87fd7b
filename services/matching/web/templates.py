"""Staff pages: a role that was posted as the beginning of others: copied once, or kept as a template."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.matching import beginnings, queries
from services.matching import words_of_beginnings as words
from services.matching.commands import templates as commands
from services.matching.domain import beginning as domain
from services.matching.forms import TemplateName
from services.matching.store import templates as store
from services.matching.typed import typed
from services.matching.web.drafting import POSTING
from services.matching.web.lists import TEMPLATES
from services.matching.web.starting import begin

router = APIRouter()
OWN = "/opportunities/for/{ods}/templates"
ROLE = "/opportunities/for/{ods}/{id}"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
DONE = {
    "kept": "It is kept. You and your colleagues can begin with it.",
    "renamed": "Saved.",
    "deleted": "The template is deleted.",
}


@router.get(OWN)
async def own(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.newest(tx, asked)
    done = confirmation(request, DONE)
    return render(
        request, "own_templates.jinja", ods=ods, things=page.items, list=view(request, page, TEMPLATES), done=done
    )


@router.get(OWN + "/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        template, known = await store.get(tx, id), await queries.on_offer(tx)
        beginning = await beginnings.from_own(tx, id, known)
    return render(
        request,
        "own_template.jinja",
        ods=ods,
        pages=POSTING.pages,
        template=template,
        says=beginning.says,
        values=typed(beginning.says),
        known=known,
        left_out=words.left_out(beginning.no_longer),
        done=confirmation(request, DONE),
    )


@router.post(OWN + "/{id}")
async def use(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        return await begin(tx, ods, await beginnings.from_own(tx, id))

    return await button(request, acting, act)


@router.get(OWN + "/{id}/name")
async def name_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _name(id).shown(request, tx)
    return render(request, "template_name.jinja", values=values, errors={}, ods=ods, id=id, role=None)


def _name(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return {"called": (await store.get(tx, id)).called}

    async def hold(tx: Transaction[Member]) -> None:
        await store.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.post(OWN + "/{id}/name")
async def rename(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: TemplateName) -> str:
        await commands.rename_template(tx, id, form.called)
        return confirmed(OWN.format(ods=ods) + f"/{id}", "renamed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            await store.get(tx, id)
        return render(request, "template_name.jinja", values=values, errors=errors, ods=ods, id=id, role=None)

    return await submit(request, acting, TemplateName, act, again, kind=_name(id))


@router.get(OWN + "/{id}/delete")
async def delete_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        template = await store.get(tx, id)
    return render(request, "template_delete.jinja", ods=ods, template=template)


@router.post(OWN + "/{id}/delete")
async def delete(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.delete_template(tx, id)
        return confirmed(OWN.format(ods=ods), "deleted")

    return await button(request, acting, act)


@router.get(ROLE + "/keep")
async def keep_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        role = (await queries.own_opportunity(tx, id)).opportunity
    domain.to_keep(role)  # before anything is typed for nothing
    values = {"called": role.title}
    return render(request, "template_name.jinja", values=values, errors={}, ods=ods, id=id, role=role)


@router.post(ROLE + "/keep")
async def keep(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: TemplateName) -> str:
        kept = await commands.keep_template(tx, id, form.called)
        return confirmed(OWN.format(ods=ods) + f"/{kept}", "kept")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            role = (await queries.own_opportunity(tx, id)).opportunity
        return render(request, "template_name.jinja", values=values, errors=errors, ods=ods, id=id, role=role)

    return await submit(request, acting, TemplateName, act, again, kind=MAKES)


@router.post(ROLE + "/copy")
async def copy(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        return await begin(tx, ods, await beginnings.from_role(tx, id))

    return await button(request, acting, act)
