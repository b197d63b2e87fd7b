"""The JSON API of people side by side, and of how they meet what the organisation chooses by."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.engagements import Engagement
from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries, queries_comparing
from services.engagements.answers import Status, short
from services.engagements.commands import comparing
from services.engagements.domain.choosing import StaffChoices
from services.engagements.domain.comparing import Marks
from services.engagements.domain.naming import without_name
from services.engagements.queries_comparing import Against, SideBySide

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
AT_ONCE = 50


class MarkOf(BaseModel):
    """Something that the organisation chooses by, what the person wrote of it, and how they are marked, if they are."""

    criterion: str
    answer: str
    mark: str | None
    marked_by: UUID | None
    marked_at: datetime | None


class Compared(Engagement):
    """Somebody who may be chosen. Where names are hidden: by a number, without a person id, until a name is needed."""

    called: str
    reference: str
    why: str
    conflict: str
    training: tuple[queries.NeededTraining, ...]
    against: list[MarkOf]
    choices: StaffChoices


class SideBySidePage(OnePage):
    criteria: tuple[str, ...]
    names_hidden: bool
    engagements: list[Compared]


@router.get("/organisations/{ods}/intakes/{opportunity_id}/side-by-side")
async def side_by_side(
    request: Request, ods: str, opportunity_id: UUID, acting: Coordinator, asked: AskedByApi, status: str = ""
) -> SideBySidePage:
    """Those among whom is chosen, first come first, against what the organisation chooses by."""
    async with open_transaction(request, acting) as tx:
        intake = await queries.own_intake(tx, opportunity_id)
        page = await queries_comparing.side_by_side(tx, replace(asked, size=AT_ONCE), intake, status or None)
    o = intake.opportunity
    people = [_compared(one) for one in page.items]
    return SideBySidePage(criteria=o.criteria, names_hidden=o.names_hidden, engagements=people, **going_on(page))


@router.put("/organisations/{ods}/engagements/{id}/marks", response_model=Status)
async def mark(request: Request, ods: str, id: UUID, marks: Marks, acting: Coordinator) -> Response:
    """How somebody meets each thing that the organisation chooses by, in its order; null takes a mark back."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return short(await comparing.mark(tx, id, marks))

    return await json_api.write(request, acting, act)


def _compared(of: SideBySide) -> Compared:
    return Compared.build(
        **dict(of.engagement if of.is_named else without_name(of.engagement)),
        called=of.called,
        reference=of.reference,
        why=of.why,
        conflict=of.conflict,
        training=of.training,
        against=[_mark(one) for one in of.against],
        choices=of.choices,
    )


def _mark(of: Against) -> MarkOf:
    said = of.marked
    return MarkOf(
        criterion=of.criterion,
        answer=of.answer,
        mark=said and said.mark,
        marked_by=said and said.by,
        marked_at=said and said.at,
    )
