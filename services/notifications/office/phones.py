"""The JSON API of numbers for the day: one's own, and the sheet of a role."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import is_head, open_transaction
from services.chassis.postgres.transaction import Transaction
from services.notifications import day_numbers
from services.notifications.commands import day_numbers as commands
from services.notifications.forms import DayNumberForm
from services.notifications.office import answers

router = APIRouter()
own = OwnApi(router)
Own = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


@own.get("/mine/day-number")
async def my_day_number(request: Request, acting: Own) -> answers.MyDayNumber:
    """The number that organisations where the person has a place may have for the day, and who has opened it."""
    async with open_transaction(request, acting) as tx:
        mine = await day_numbers.mine(tx)
    number = mine.number
    return answers.MyDayNumber(
        phone=number.phone if number else None,
        agreed_at=number.agreed_at if number else None,
        seen_by=[answers.SeenBy(**vars(one)) for one in mine.seen],
        taken=[answers.TakenBy(**vars(one)) for one in mine.taken],
        more=mine.seen.more or mine.taken.more,
    )


@own.put("/mine/day-number", does="say_day_number", response_model=answers.DayNumberSaid)
async def agree_to_day_number(request: Request, body: DayNumberForm, acting: Own) -> Response:
    """Let organisations where one has a place have a number for the day. It is never needed."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await commands.agree(tx, body.phone)
        return {"agreed": True}

    return await json_api.write(request, acting, act)


@own.delete("/mine/day-number", does="say_day_number", response_model=answers.DayNumberSaid)
async def take_day_number_back(request: Request, acting: Own) -> Response:
    """Take it back: nobody sees it from this moment on."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await commands.take_back(tx)
        return {"agreed": False}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/roles/{opportunity_id}/phones")
async def phone_sheet(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> answers.PhoneSheet:
    """The numbers of those with a place who agreed that this organisation may have them for the day. It is noted, and
    each of them sees it."""
    async with open_transaction(request, acting, get_may_change=True) as tx:
        sheet = await day_numbers.sheet(tx, opportunity_id)
        if not is_head(request):
            await commands.note_taken(tx, opportunity_id, sheet.people)
    people = [answers.PhoneOf(**vars(one)) for one in sheet.people]
    return answers.PhoneSheet(people=people, places=sheet.places, more=sheet.people.more)
