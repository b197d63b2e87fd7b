"""A number for the day: a person says whether organisations may have theirs; coordinators open the sheet of a role."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import csv_of, wants_csv
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import is_head, open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import day_numbers
from services.notifications.commands import day_numbers as commands
from services.notifications.forms import DayNumberForm
from services.notifications.store import day_numbers as store

own = OwnPages()
router = APIRouter()
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
DONE = {
    "agreed": "Saved. Organisations where you have a place can see this number.",
    "taken_back": "Taken back. No organisation can see the number any more. Give it again whenever you like.",
}


@own.get(links.MY_DAY_NUMBER)
async def day_number_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _NUMBER.shown(request, tx)
    return await _page(request, acting, values, {})


async def _as_typed(tx: Transaction[Person]) -> dict[str, Any]:
    mine = await day_numbers.mine(tx)
    return {"phone": mine.number.phone if mine.number else mine.usual}


async def _hold(tx: Transaction[Person]) -> None:
    await store.lock(tx, tx.acting.person_id)


_NUMBER = Changes(now=_as_typed, hold=_hold)


@own.post(links.MY_DAY_NUMBER, does="say_day_number")
async def agree(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: DayNumberForm) -> str:
        await commands.agree(tx, form.phone)
        return confirmed(links.MY_DAY_NUMBER, "agreed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, values, errors)

    return await submit(request, acting, DayNumberForm, act, again, kind=_NUMBER)


@own.post(links.MY_DAY_NUMBER + "/take-back", does="say_day_number")
async def take_back(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.take_back(tx)
        return confirmed(links.MY_DAY_NUMBER, "taken_back")

    return await button(request, acting, act)


async def _page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await day_numbers.mine(tx)
    return render(
        request,
        "day_number.jinja",
        mine=mine,
        values=values,
        errors=errors,
        most=store.MOST_SHOWN,
        done=confirmation(request, DONE),
        links=links,
    )


@router.get(links.STAFF_PHONE_SHEET)
async def phone_sheet(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting, get_may_change=True) as tx:
        sheet, now = await day_numbers.sheet(tx, opportunity_id), tx.now
        if not is_head(request):
            await commands.note_taken(tx, opportunity_id, sheet.people)
    if wants_csv(request):
        rows = ([one.called, one.reference, one.phone] for one in sheet.people)
        return csv_of(request, ("Name", "Reference", "Phone"), rows)
    return render(
        request,
        "phone_sheet.jinja",
        sheet=sheet,
        o=sheet.opportunity,
        now=now,
        most=store.MOST_ON_SHEET,
        back=links.STAFF_INTAKE.format(ods=ods, opportunity_id=opportunity_id),
    )
