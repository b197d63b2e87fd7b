"""The JSON API of an organisation's register, as far as it is about how people are reached: all that its pages do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.request import Number, open_transaction, site_of
from services.chassis.http.uploads import takes_long_form
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import register as commands
from services.notifications.domain.register import Import
from services.notifications.office import answers
from services.notifications.register_forms import RowForm
from services.notifications.store import register as store

router = APIRouter()
Admin = Annotated[Member, Depends(entry.staff("admin"))]
Importing = Annotated[Member, Depends(takes_long_form(entry.staff("admin")))]
_SIGNED_TEXT = {
    "requestBody": {
        "required": True,
        "description": "the part as recruitment signed it, as it is",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}


@router.get("/organisations/{ods}/registers")
async def registers(request: Request, ods: str, acting: Admin, asked: AskedByApi) -> answers.Registers:
    """One page of what the organisation brought in, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await store.imports(tx, asked)
    return answers.Registers(registers=[_register(one) for one in page.items], **going_on(page))


@router.post("/organisations/{ods}/registers", response_model=json_api.OnlyId, openapi_extra=_SIGNED_TEXT)
async def stage_register(request: Request, ods: str, acting: Importing) -> Response:
    """Send the part of an import that recruitment gave for this room. Nothing of it is kept before `apply`."""
    part, site = (await request.body()).decode("ascii", "replace"), site_of(request)

    async def act(tx: Transaction[Member]) -> json_api.OnlyId:
        texts = site.settings.sends_texts
        return json_api.OnlyId(id=await commands.stage(tx, part, secret=site.form_secret, texts=texts))

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/registers/{id}")
async def register(
    request: Request, ods: str, id: UUID, acting: Admin, asked: AskedByApi, nobody: bool = False
) -> answers.OneBroughtIn:
    """One import, and a page of its lines with something wrong. `nobody`: only those whom nobody can reach yet."""
    async with open_transaction(request, acting) as tx:
        found, counts = await store.get(tx, id), await store.counts(tx, id)
        page = await store.lines(tx, asked, id, nobody=nobody)
    return answers.OneBroughtIn(
        id=id,
        applied=found.applied_at is not None,
        rows=counts.rows,
        by=dict(counts.by),
        nobody=counts.nobody,
        kept=counts.applied,
        asked=counts.asked,
        to_tell=counts.to_tell,
        not_reached=counts.not_reached,
        to_ask=counts.to_ask,
        to_ask_by_phone=counts.to_ask_by_phone,
        lines=[answers.Line(**vars(one)) for one in page.items],
        **going_on(page),
    )


@router.post("/organisations/{ods}/registers/{id}/apply", response_model=json_api.OnlyId)
async def apply_register(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """It is right: each person is kept so, and asked whether the network may keep them."""

    async def act(tx: Transaction[Member]) -> json_api.OnlyId:
        await commands.apply(tx, id)
        return json_api.OnlyId(id=id)

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/registers/{id}/lines/{line}")
async def register_line(request: Request, ods: str, id: UUID, line: Number, acting: Admin) -> answers.Row:
    """One line as it was typed."""
    async with open_transaction(request, acting) as tx:
        found = await store.one(tx, id, line)
    return answers.Row(line=line, cells=dict(found.cells), wrong=found.wrong, kept=found.done)


@router.put("/organisations/{ods}/registers/{id}/lines/{line}", response_model=json_api.OnlyId)
async def complete_register_line(
    request: Request, ods: str, id: UUID, line: Number, row: RowForm, acting: Admin
) -> Response:
    """Give a way to reach somebody whose line had none, or another one, as long as it is not kept."""
    texts = site_of(request).settings.sends_texts

    async def act(tx: Transaction[Member]) -> json_api.OnlyId:
        await commands.complete(tx, id, line, row.cells(), texts=texts)
        return json_api.OnlyId(id=id)

    return await json_api.write(request, acting, act)


def _register(one: Import) -> answers.BroughtIn:
    return answers.BroughtIn(id=one.id, applied=one.applied_at is not None)
