"""The JSON API of how much say people had: as they say it, and what is published of it beside what was promised."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.choices import Choice
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry, helping, json_api
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries_honesty as queries
from services.engagements.commands import honesty as commands
from services.engagements.domain.honesty import HowMuchSay
from services.engagements.store import honesty as store

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
MINE = "/mine/engagements/{id}/say"


class MySay(BaseModel):
    """`said`: one of schemas.matching.INFLUENCES, or rather_not; empty where nothing was, and for whoever helps the
    person: only they read it. It can be changed until `final_at`; then it may be counted.
    """

    said: str
    said_at: datetime | None
    changed_at: datetime | None
    final_at: datetime | None
    may_say: Choice


class Said(BaseModel):
    id: UUID
    final_at: datetime


class Promise(BaseModel):
    """Of one organisation and `kind` of role (schemas.recruitment.RUNGS). `promised` counts roles that are over, by
    what the organisation said of them (empty: it did not). `said` counts people: it is null while too few have said
    anything, and else in steps of five, up or down by chance, so that it need not add up to `people`.
    """

    organisation_id: UUID
    ods_code: str
    organisation: str
    kind: str
    promised: dict[str, int]
    people: int | None
    said: dict[str, int] | None
    as_of: datetime


class Promises(OnePage):
    promises: list[Promise]


@own.get(MINE)
async def my_say(request: Request, id: UUID, acting: SignedIn) -> MySay:
    """What the person said of how much say they had in a role, and whether they may say it, or something else, now."""
    async with open_transaction(request, acting) as tx:
        _, mine = await queries.mine(tx, id)
    said = mine.said
    return MySay(
        said=mine.answer,
        said_at=said and said.said_at,
        changed_at=said and said.changed_at,
        final_at=said and said.final_at,
        may_say=mine.may,
    )


@own.put(MINE, does="say_how_much", response_model=Said)
async def say_how_much(request: Request, id: UUID, say: HowMuchSay, acting: SignedIn) -> Response:
    """Say how much say one had, once the role is over; it can be changed for 30 days. Only the person reads it."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        kept = await commands.say(tx, id, say.said)
        return {"id": str(id), "final_at": kept.final_at.isoformat()}

    return await json_api.write(request, acting, act)


@router.get("/promises")
async def promises(request: Request, acting: Anyone, asked: AskedByApi, organisation: str = "") -> Promises:
    """One page of what organisations said of how much say people have, and what partners said afterwards, by the
    organisation's name and the kind of role. `organisation`: an ODS code. No sign-in.
    """
    async with open_transaction(request, acting) as tx:
        page = await store.promises(tx, asked, ods_code=organisation.upper() or None)
    return Promises(promises=[_shown(one) for one in page.items], **going_on(page))


def _shown(one: store.Promise) -> Promise:
    return Promise(
        organisation_id=one.organisation_id,
        ods_code=one.ods_code,
        organisation=one.name,
        kind=one.rung,
        promised=dict(one.promised),
        people=one.people if one.is_shown else None,
        said=dict(one.said) if one.is_shown else None,
        as_of=one.as_of,
    )
