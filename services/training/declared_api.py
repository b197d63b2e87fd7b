"""The JSON API of training that organisations' registers declare: all that its pages do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import Number, open_transaction, site_of
from services.chassis.http.uploads import takes_long_form
from services.chassis.postgres.transaction import Transaction
from services.training import answers, declaring
from services.training.domain.declared import DeclaredForm
from services.training.store import declared as store

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
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
    found = [answers.BroughtIn(id=one.id, applied=one.applied_at is not None) for one in page.items]
    return answers.Registers(registers=found, **going_on(page))


@router.post("/organisations/{ods}/registers", response_model=json_api.OnlyId, openapi_extra=_SIGNED_TEXT)
async def stage_register(request: Request, ods: str, acting: Importing) -> Response:
    """Send the part of an import that recruitment gave for this room. Nothing of it is kept before `apply`."""
    part, site = (await request.body()).decode("ascii", "replace"), site_of(request)

    async def act(tx: Transaction[Member]) -> json_api.OnlyId:
        return json_api.OnlyId(id=await declaring.stage(tx, part, secret=site.form_secret))

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/registers/{id}")
async def register(request: Request, ods: str, id: UUID, acting: Admin, asked: AskedByApi) -> answers.OneBroughtIn:
    """One import, and a page of its lines with something wrong."""
    async with open_transaction(request, acting) as tx:
        found, counts = await store.get(tx, id), await store.counts(tx, id)
        page = await store.lines(tx, asked, id)
    lines = [answers.Line(**vars(one)) for one in page.items]
    return answers.OneBroughtIn(
        id=id, applied=found.applied_at is not None, **vars(counts), lines=lines, **going_on(page)
    )


@router.post("/organisations/{ods}/registers/{id}/apply", response_model=json_api.OnlyId)
async def apply_register(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """It is right: it is kept with each person, as what the organisation says."""

    async def act(tx: Transaction[Member]) -> json_api.OnlyId:
        await declaring.apply(tx, id)
        return json_api.OnlyId(id=id)

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/registers/{id}/lines/{line}/{number}")
async def register_line(
    request: Request, ods: str, id: UUID, line: Number, number: Number, acting: Admin
) -> answers.Line:
    """One training, as it was typed or completed; nothing of one that is kept, which is its person's."""
    async with open_transaction(request, acting) as tx:
        return answers.Line(**vars(await store.one(tx, id, line, number)))


@router.put("/organisations/{ods}/registers/{id}/lines/{line}/{number}", response_model=json_api.OnlyId)
async def complete_register_line(
    request: Request, ods: str, id: UUID, line: Number, number: Number, form: DeclaredForm, acting: Admin
) -> Response:
    """Put right what was wrong in it."""

    async def act(tx: Transaction[Member]) -> json_api.OnlyId:
        await declaring.complete(tx, id, (line, number), form)
        return json_api.OnlyId(id=id)

    return await json_api.write(request, acting, act)


@own.get("/mine/declared")
async def my_declared(request: Request, acting: SignedIn, asked: AskedByApi) -> answers.MyDeclared:
    """One page of the training that organisations say the person has done."""
    async with open_transaction(request, acting) as tx:
        page = await store.of_person(tx, asked)
    return answers.MyDeclared(trainings=[answers.DeclaredTraining(**vars(one)) for one in page.items], **going_on(page))


@own.get("/mine/declared/{id}")
async def my_declared_training(request: Request, id: UUID, acting: SignedIn) -> answers.DeclaredTraining:
    """One of them."""
    async with open_transaction(request, acting) as tx:
        return answers.DeclaredTraining(**vars(await store.one_of_person(tx, id)))


@own.put("/mine/declared/{id}", does="correct_training", response_model=json_api.OnlyId)
async def correct_declared(request: Request, id: UUID, form: DeclaredForm, acting: SignedIn) -> Response:
    """Put right what an organisation says of one."""

    async def act(tx: Transaction[Person]) -> json_api.OnlyId:
        await declaring.correct(tx, id, form)
        return json_api.OnlyId(id=id)

    return await json_api.write(request, acting, act)


@own.delete("/mine/declared/{id}", does="remove_training", response_model=json_api.OnlyId)
async def remove_declared(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Do not keep it."""

    async def act(tx: Transaction[Person]) -> json_api.OnlyId:
        await declaring.remove(tx, id)
        return json_api.OnlyId(id=id)

    return await json_api.write(request, acting, act)
