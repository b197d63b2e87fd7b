"""The API of the network's welcome team about two who may be one person."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.recruitment.answers import duplicates as answers
from services.recruitment.commands import closing, joining
from services.recruitment.domain.application import SCREENER
from services.recruitment.forms.duplicates import KeepOne, LeaveWaiting
from services.recruitment.queries import duplicates as queries
from services.recruitment.queries.duplicates import InList, Side
from services.recruitment.store import duplicates as store

router = APIRouter()
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
ALL = "/organisations/{ods}/duplicates"
ONE = ALL + "/{id}"


@router.get(ALL)
async def waiting_duplicates(request: Request, ods: str, acting: Welcomer, asked: AskedByApi) -> answers.Pairs:
    """One page of those who may be one person, the longest waiting first, but those that are not for who asks."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.waiting(tx, asked, network.id)
    return answers.Pairs(duplicates=[_listed(one) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/closed-records")
async def closed_records(request: Request, ods: str, acting: Welcomer, asked: AskedByApi) -> answers.Pairs:
    """One page of those in which a record was closed in favour of the other, the newest first."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.closed(tx, asked, network.id)
    return answers.Pairs(duplicates=[_listed(one) for one in page.items], **going_on(page))


@router.get(ONE)
async def two_side_by_side(request: Request, ods: str, id: UUID, acting: Welcomer) -> answers.SideBySide:
    """What recruitment holds of both, what is alike, and what may be said of it."""
    async with open_transaction(request, acting) as tx:
        found = await queries.side_by_side(tx, id, (await joining.check_screener(tx)).id)
    pair = found.pair
    return answers.SideBySide(
        id=pair.id,
        status=pair.status,
        alike=list(pair.alike),
        found_at=pair.found_at,
        line=pair.line,
        held_by=pair.held_by,
        sides=[_side(one) for one in found.sides],
        undo_until=pair.undo_until,
        choices=found.choices,
    )


@router.post(ONE + "/two-people", response_model=answers.Status)
async def say_two_people(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """They are two people. They come back only when something new is alike."""
    return await _do(request, acting, id, lambda tx: closing.say_two_people(tx, id))


@router.post(ONE + "/keep", response_model=answers.Status)
async def keep_one(request: Request, ods: str, id: UUID, body: KeepOne, acting: Welcomer) -> Response:
    """They are one person: one record is kept, the other is closed. Both are told. For 30 days it can be undone."""
    return await _do(request, acting, id, lambda tx: closing.close_one(tx, id, keep=body.keep))


@router.post(ONE + "/leave", response_model=answers.Status)
async def leave_waiting(request: Request, ods: str, id: UUID, body: LeaveWaiting, acting: Welcomer) -> Response:
    """It waits on, with a line for colleagues, and perhaps with one of them."""
    return await _do(request, acting, id, lambda tx: closing.leave_waiting(tx, id, line=body.line, to=body.to))


@router.post(ONE + "/open-again", response_model=answers.Status)
async def open_again(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """They are two people after all: the closed record is as it was. Both are told."""
    return await _do(request, acting, id, lambda tx: closing.open_again(tx, id))


async def _do(
    request: Request, acting: Member, id: UUID, do: Callable[[Transaction[Member]], Awaitable[None]]
) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await do(tx)
        pair = await store.get(tx, id)
        assert pair, "it was locked"
        return {"id": str(id), "status": pair.status}

    return await json_api.write(request, acting, act)


def _listed(one: InList) -> answers.Pair:
    pair = one.pair
    return answers.Pair(
        id=pair.id,
        status=pair.status,
        first_id=pair.first_id,
        first_called=one.first[0],
        first_reference=one.first[1],
        second_id=pair.second_id,
        second_called=one.second[0],
        second_reference=one.second[1],
        alike=list(pair.alike),
        found_at=pair.found_at,
        held_by=pair.held_by,
        holder=one.holder,
        line=pair.line,
        kept_reference=pair.kept_reference,
        closed_id=pair.closed_id,
        undo_until=pair.undo_until,
    )


def _side(one: Side) -> answers.Side:
    return answers.Side(
        person_id=one.person_id,
        called=one.called,
        reference=one.reference,
        full_name=one.full_name,
        year_of_birth=one.birth_year,
        status=one.leader.status if one.leader else None,
        stage=one.application.stage if one.application else None,
        since=one.since,
        coordinator=one.coordinator,
        by_phone=one.entered_by_phone,
        signs_in=one.signs_in,
        roles_waiting=one.roles.asked_for,
        roles_taken=one.roles.places,
        meetings=one.roles.came,
        kept_reference=one.kept_reference,
    )
