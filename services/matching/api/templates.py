"""The JSON API of what a posting can begin with: templates from practice, an organisation's own, and past roles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.matching import beginnings
from services.matching.commands import templates as commands
from services.matching.domain import practice
from services.matching.domain.beginning import Beginning
from services.matching.forms import KeptRole, TemplateName
from services.matching.store import templates as store

router = APIRouter()
PRACTICE = "/organisations/{ods}/templates-from-practice"
OWN = "/organisations/{ods}/templates"
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class Begun(BaseModel):
    """The body of a posting as far as it goes: complete it, and send it to the opportunities of the organisation.

    `unanswered`: fields that are missing still. `left_out`: fields whose answer is no longer possible.
    """

    draft: dict[str, Any]
    unanswered: list[str]
    left_out: list[str]

    @classmethod
    def of(cls, beginning: Beginning) -> "Begun":
        return cls(draft=dict(beginning.says), unanswered=beginning.unanswered(), left_out=list(beginning.no_longer))


class FromPractice(BaseModel):
    """A template for every organisation."""

    code: str
    called: str
    about: str
    source: str


class AllFromPractice(BaseModel):
    templates: list[FromPractice]


class OneFromPractice(FromPractice):
    begins: Begun


class OwnTemplate(BaseModel):
    """A template that the organisation keeps."""

    id: UUID
    called: str


class OwnTemplates(OnePage):
    templates: list[OwnTemplate]


class OneOwnTemplate(OwnTemplate):
    begins: Begun


@router.get(PRACTICE)
async def templates_from_practice(request: Request, ods: str, acting: Coordinator) -> AllFromPractice:
    """All templates that every organisation of the network can begin with."""
    return AllFromPractice(templates=[_from_practice(one) for one in practice.templates().values()])


@router.get(PRACTICE + "/{code}")
async def template_from_practice(request: Request, ods: str, code: str, acting: Coordinator) -> OneFromPractice:
    """One of them, as the organisation can begin with it today."""
    async with open_transaction(request, acting) as tx:
        begins = Begun.of(await beginnings.from_practice(tx, code))
    return OneFromPractice(**_from_practice(practice.template(code)).model_dump(), begins=begins)


@router.get(OWN)
async def own_templates(request: Request, ods: str, acting: Coordinator, asked: AskedByApi) -> OwnTemplates:
    """One page of the organisation's own templates, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await store.newest(tx, asked)
    return OwnTemplates(templates=[OwnTemplate(id=one.id, called=one.called) for one in page.items], **going_on(page))


@router.post(OWN, status_code=201, response_model=json_api.OnlyId)
async def keep_template(request: Request, ods: str, kept: KeptRole, acting: Coordinator) -> Response:
    """Keep what one of the organisation's opportunities says as a template, without its days and who answers for it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await commands.keep_template(tx, kept.opportunity_id, kept.called))}

    return await json_api.write(request, acting, act, status=201)


@router.get(OWN + "/{id}")
async def own_template(request: Request, ods: str, id: UUID, acting: Coordinator) -> OneOwnTemplate:
    """One of them, as the organisation can begin with it today."""
    async with open_transaction(request, acting) as tx:
        found, begins = await store.get(tx, id), Begun.of(await beginnings.from_own(tx, id))
    return OneOwnTemplate(id=found.id, called=found.called, begins=begins)


@router.put(OWN + "/{id}", response_model=json_api.OnlyId)
async def rename_template(request: Request, ods: str, id: UUID, new: TemplateName, acting: Coordinator) -> Response:
    """Give a template another name."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.rename_template(tx, id, new.called)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(OWN + "/{id}/delete", response_model=json_api.OnlyId)
async def delete_template(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Delete a template. What began with it stays."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.delete_template(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/opportunities/{id}/copy")
async def copy_of_opportunity(request: Request, ods: str, id: UUID, acting: Coordinator) -> Begun:
    """What one of the organisation's opportunities says, open or over, but for its days: the body of another one."""
    async with open_transaction(request, acting) as tx:
        return Begun.of(await beginnings.from_role(tx, id))


def _from_practice(one: practice.Template) -> FromPractice:
    return FromPractice(code=one.code, called=one.called, about=one.about, source=one.source)
