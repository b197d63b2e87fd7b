"""The JSON API of draws: of the role, by its coordinators, and of what somebody in it says for it and against it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries_draw as queries
from services.engagements.answers_draw import DrawData, RulesSaid, rules_said
from services.engagements.commands import drawing, objecting
from services.engagements.domain.draw import Draw, MyDrawChoices, StaffDrawChoices
from services.engagements.domain.giving import AnswerObjection, DrawRules, Giving, Objecting, ToDraw
from services.engagements.domain.lots import Rules
from services.engagements.domain.objected import answer_by
from services.engagements.draw_forms import Confirming
from services.engagements.store.objections import Objection

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
ROLE, MINE = "/organisations/{ods}/intakes/{opportunity_id}/draw", "/mine/engagements/{id}/draw"


class DrawSaid(BaseModel):
    """A draw as it stands. `seal`: the SHA-256 of its seed, from the closing of the role on; `places` and `people`: as
    it was drawn, 0 before.
    """

    id: UUID
    number: int
    rules: RulesSaid
    seal: str
    sealed_at: datetime | None
    places: int
    people: int
    drawn_at: datetime | None
    confirmed_at: datetime | None


class ObjectionSaid(BaseModel):
    """`upheld`: null while it waits for an answer. `draw`: to which; `answer_by`: its last day to be answered."""

    id: UUID
    draw: UUID
    words: str
    made_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    upheld: bool | None
    answer: str


class AnswerersSaid(BaseModel):
    """Who may answer an objection, besides whoever drew: colleagues by what they are called, and the hosts whose
    coordinators may. Both empty: nobody may. `more`: there are more colleagues than these.
    """

    colleagues: tuple[str, ...]
    hosts: tuple[str, ...]
    more: bool


class RoleDraw(BaseModel):
    """The draw of a role. `people`: who is in it now; `left_out`: marked "not yet", or told no."""

    draw: DrawSaid | None
    people: int
    places_left: int
    left_out: int
    objections: list[ObjectionSaid]
    more: bool
    """There are more objections than these."""
    answerers: AnswerersSaid
    choices: StaffDrawChoices


class MyGiven(BaseModel):
    """What this draw alone may use; empty where nothing was said. `area`: an outward code."""

    area: str
    knows: str
    side: str
    been: str


class MyDraw(BaseModel):
    """`ticket`: its number; `turn`: its place in the order of the draw, and `chosen`: null before it is drawn, and for
    whoever was not in it.
    """

    draw: DrawSaid | None
    ticket: int | None
    turn: int | None
    chosen: bool | None
    given: MyGiven
    objections: list[ObjectionSaid]
    choices: MyDrawChoices


class Offers(BaseModel):
    """How many places were offered."""

    offered: int


@router.get(ROLE)
async def draw_of_role(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> RoleDraw:
    """The draw of a role whose places are drawn by lot."""
    async with open_transaction(request, acting) as tx:
        found = await queries.of_role(tx, opportunity_id)
    return RoleDraw(
        draw=_draw(found.draw),
        people=found.people,
        places_left=found.intake.places_left,
        left_out=found.left_out,
        objections=[_objection(one) for one in found.objections],
        more=found.objections.more,
        answerers=AnswerersSaid(**vars(found.answerers)),
        choices=found.choices,
    )


@router.put(ROLE + "/rules", response_model=RulesSaid)
async def set_rules_of_draw(
    request: Request, ods: str, opportunity_id: UUID, rules: DrawRules, acting: Coordinator
) -> Response:
    """What the draw goes by besides chance, until the role closes; empty: by chance alone."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await drawing.set_rules(tx, opportunity_id, rules.rules)
        return rules_said(rules.rules).model_dump()

    return await json_api.write(request, acting, act)


@router.get(ROLE + "/rules")
async def rules_of_draw(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> RulesSaid:
    """The rules of the draw of a role."""
    async with open_transaction(request, acting) as tx:
        found = await queries.of_role(tx, opportunity_id)
    return rules_said(found.draw.rules if found.draw else Rules())


@router.post(ROLE, response_model=json_api.OnlyId)
async def draw_lots(request: Request, ods: str, opportunity_id: UUID, seen: ToDraw, acting: Coordinator) -> Response:
    """Draw, once. Nothing is offered by it. `people` and `places`: as they were read."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        counted = {"people": seen.people, "places": seen.places}
        return {"id": str(await drawing.draw_lots(tx, opportunity_id, **counted, as_near_as_can_be=seen.as_near))}

    return await json_api.write(request, acting, act)


@router.post(ROLE + "/confirm", response_model=Offers)
async def confirm_draw(
    request: Request, ods: str, opportunity_id: UUID, read: Confirming, acting: Coordinator
) -> Response:
    """Offer a place to each who was drawn, and put the others on the reserve list, in the order of the draw."""

    async def act(tx: Transaction[Member]) -> dict[str, int]:
        return {"offered": await drawing.confirm(tx, opportunity_id, draw_id=read.draw)}

    return await json_api.write(request, acting, act)


@router.post(ROLE + "/offer-all", response_model=Offers)
async def offer_to_all(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    """Offer a place to everybody, where there are no more people than places."""

    async def act(tx: Transaction[Member]) -> dict[str, int]:
        return {"offered": await drawing.offer_to_all(tx, opportunity_id)}

    return await json_api.write(request, acting, act)


@router.get(ROLE + "/{number}/data")
async def data_of_draw(request: Request, ods: str, opportunity_id: UUID, number: int, acting: Coordinator) -> DrawData:
    """All that is needed to do a draw again; without names."""
    async with open_transaction(request, acting) as tx:
        return await queries.data_of_role(tx, opportunity_id, number)


@router.post(ROLE + "/objections/{objection_id}/answer", response_model=json_api.OnlyId)
async def answer_objection(
    request: Request, ods: str, opportunity_id: UUID, objection_id: UUID, said: AnswerObjection, acting: Coordinator
) -> Response:
    """Answer an objection, as somebody who did not draw. Where it is right, it can be drawn again."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await objecting.answer(tx, opportunity_id, objection_id, said)
        return {"id": str(objection_id)}

    return await json_api.write(request, acting, act)


@own.get(MINE)
async def my_draw(request: Request, id: UUID, acting: SignedIn) -> MyDraw:
    """The draw of a role in which the person takes part: their ticket, and what they let it use."""
    async with open_transaction(request, acting) as tx:
        found = await queries.mine(tx, id)
    ticket = found.ticket
    return MyDraw(
        draw=_draw(found.draw),
        ticket=found.number,
        turn=ticket and ticket.turn,
        chosen=ticket and ticket.chosen,
        given=MyGiven(**vars(found.given)),
        objections=[_objection(one) for one in found.objections],
        choices=found.choices,
    )


@own.put(MINE, does="give_for_draw", response_model=MyGiven)
async def give_for_draw(request: Request, id: UUID, giving: Giving, acting: SignedIn) -> Response:
    """What this draw alone may use, until it is drawn. An empty body takes it back."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return vars(await objecting.give(tx, id, giving))

    return await json_api.write(request, acting, act)


@own.post(MINE + "/objection", does="object_to_draw", response_model=json_api.OnlyId)
async def object_to_draw(request: Request, id: UUID, said: Objecting, acting: SignedIn) -> Response:
    """Say what is wrong with a draw, once for each. It cannot be confirmed before somebody has answered."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str(await objecting.object_to_draw(tx, id, said.words))}

    return await json_api.write(request, acting, act)


@own.get(MINE + "/{number}/data")
async def my_data_of_draw(request: Request, id: UUID, number: int, acting: SignedIn) -> DrawData:
    """All that is needed to do again a draw in which the person was; without names."""
    async with open_transaction(request, acting) as tx:
        return await queries.my_data(tx, id, number)


def _draw(of: Draw | None) -> DrawSaid | None:
    return of and DrawSaid(
        id=of.id,
        number=of.number,
        rules=rules_said(of.rules),
        seal=of.seal,
        sealed_at=of.sealed_at,
        places=of.places,
        people=of.people,
        drawn_at=of.drawn_at,
        confirmed_at=of.confirmed_at,
    )


def _objection(of: Objection) -> ObjectionSaid:
    return ObjectionSaid(
        id=of.id,
        draw=of.draw_id,
        words=of.words,
        made_at=of.made_at,
        answer_by=answer_by(of.made_at),
        answered_at=of.answered_at,
        upheld=of.upheld,
        answer=of.answer,
    )
