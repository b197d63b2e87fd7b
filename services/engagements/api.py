"""The JSON API of engagements. Everything that its pages do can be done here too."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.engagements import Engagement, Intake, Outcome
from schemas.matching import Session
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.paid import what_is_paid
from services.chassis.http import entry, helping, json_api, organisations_data, own_data, policies
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, OnePage, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Hand, Transaction
from services.engagements import (
    api_arranging,
    api_asking,
    api_choosing,
    api_clashes,
    api_comparing,
    api_drawing,
    api_honesty,
    api_sessions,
    api_talking,
    queries,
)
from services.engagements.answers import Applicant, MyClaim, SaidNo, Status, applicant, short
from services.engagements.commands import mine, staff
from services.engagements.domain.choosing import PersonChoices
from services.engagements.domain.intake import WhatChanged
from services.engagements.forms import Interest, WantedPeople, WhoCame
from services.engagements.store import holds, intakes
from services.engagements.store.clashes import Clash
from services.engagements.store.policies import KINDS

router = APIRouter()
own = OwnApi(router)
router.include_router(api_arranging.router)
router.include_router(api_asking.router)
router.include_router(api_choosing.router)
router.include_router(api_clashes.router)
router.include_router(api_comparing.router)
router.include_router(api_drawing.router)
router.include_router(api_honesty.router)
router.include_router(api_sessions.router)
router.include_router(api_talking.router)
router.include_router(policies.api(KINDS))
router.include_router(own_data.api("engagements", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(helping.own)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class Mine(Engagement):
    """An engagement as its person sees it."""

    title: str
    organisation: str
    what_is_paid: str
    what_changed: str | None
    why: str
    needs: str
    conflict: str
    meets: tuple[str, ...]
    claims: list[MyClaim]
    said_no: SaidNo | None
    """A no that can still be undone; the organisation does not know of it."""
    why_not_words: str
    """A sentence of the organisation that chose others."""
    choices: PersonChoices
    clashes: list[Clash]
    """What they have at the time of its sessions to come, of those named here; `more_clashes`: there are more."""
    more_clashes: bool


class MyEngagements(OnePage):
    engagements: list[Mine]


class OwnIntake(OnePage):
    """The places of one opportunity, its sessions, and one page of those who showed interest."""

    intake: Intake
    title: str
    sessions: tuple[Session, ...]
    engagements: list[Applicant]


class Recorded(BaseModel):
    """How many came to a session, and how many did not."""

    attended: int
    absent: int


class OutcomeOf(BaseModel):
    opportunity_id: UUID


class PublicOutcome(Outcome):
    """What changed, and through which opportunity."""

    opportunity_id: UUID
    title: str
    organisation: str


class Outcomes(OnePage):
    outcomes: list[PublicOutcome]


@own.post("/mine/interests", does="show_interest", status_code=201, response_model=Status)
async def show_interest(request: Request, interest: Interest, acting: SignedIn) -> Response:
    """Say that one would take part. `needs` is shown to the organisation once one has a place; `meets` answers what it
    chooses by, in its order, and may be left out.
    """

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return short(await mine.show_interest(tx, interest.opportunity_id, interest.written))

    return await json_api.write(request, acting, act, status=201)


@own.get("/mine/engagements")
async def my_engagements(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyEngagements:
    """One page of the person's engagements, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_roles(tx, asked)
    return MyEngagements(engagements=[_mine(one) for one in page.items], **going_on(page))


@own.get("/mine/engagements/{id}")
async def my_engagement(request: Request, id: UUID, acting: SignedIn) -> Mine:
    """One of the person's engagements, and what they may do with it now."""
    async with open_transaction(request, acting) as tx:
        return _mine(await queries.my_role(tx, id))


@own.post("/mine/engagements/{id}/accept", does="accept_offer", response_model=Status)
async def accept_place(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Take the place that was offered. Where it held none, and none is left: they are first on the reserve list."""
    return await _do(request, acting, id, mine.accept)


@own.post("/mine/engagements/{id}/decline", does="decline_offer", response_model=Status)
async def decline_place(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Say no to the place that was offered. Until `said_no.undo_until` it can be undone, and the status stays."""
    return await _do(request, acting, id, mine.decline)


@own.post("/mine/engagements/{id}/undo", does="undo_no", response_model=Status)
async def undo_no(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Undo a no that is not told yet: the offer is as it was."""
    return await _do(request, acting, id, mine.undo_no)


@own.post("/mine/engagements/{id}/tell", does="tell_no", response_model=Status)
async def tell_no(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Tell a no at once: the place goes to somebody else, and it cannot be undone."""
    return await _do(request, acting, id, mine.tell_no_now)


@own.post("/mine/engagements/{id}/withdraw", does="withdraw_interest", response_model=Status)
async def withdraw(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Step back: from an interest, or from a place that one has."""
    return await _do(request, acting, id, mine.withdraw)


@router.get("/organisations/{ods}/intakes/{opportunity_id}")
async def intake(
    request: Request,
    ods: str,
    opportunity_id: UUID,
    acting: Coordinator,
    asked: ManyAskedByApi,
    wanted: WantedPeople,
) -> OwnIntake:
    """Places, sessions, and who showed interest. What people need is given once they have a place."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_intake(tx, opportunity_id)
        page = await queries.own_applicants(tx, asked, found, wanted)
    return OwnIntake(
        intake=found.public(),
        title=found.opportunity.title,
        sessions=found.opportunity.sessions,
        engagements=[applicant(person) for person in page.items],
        **going_on(page),
    )


@router.post("/organisations/{ods}/intakes/{opportunity_id}/sessions/{session_id}/attendance", response_model=Recorded)
async def record_attendance(
    request: Request, ods: str, opportunity_id: UUID, session_id: UUID, form: WhoCame, acting: Coordinator
) -> Response:
    """Who came to a session and who did not, by the ids of their engagements. Who came can claim for it."""

    async def act(tx: Transaction[Member]) -> dict[str, int]:
        attended, absent = frozenset(form.attended), frozenset(form.absent)
        await staff.record_attendance(
            tx,
            opportunity_id,
            session_id,
            attended=attended,
            absent=absent,
            hours=form.hours,
            prepared=form.preparation,
        )
        return {"attended": len(attended), "absent": len(absent)}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/intakes/{opportunity_id}/outcome", status_code=201, response_model=OutcomeOf)
async def record_outcome(
    request: Request, ods: str, opportunity_id: UUID, form: WhatChanged, acting: Coordinator
) -> Response:
    """Say what changed through what people said. They are told, and everybody can read it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await staff.record_outcome(tx, opportunity_id, form.what_changed)
        return {"opportunity_id": str(opportunity_id)}

    return await json_api.write(request, acting, act, status=201)


@router.get("/outcomes")
async def outcomes(request: Request, acting: Anyone, asked: AskedByApi, organisation: str = "") -> Outcomes:
    """One page of what changed, newest first. `organisation`: an ODS code. No sign-in."""
    async with open_transaction(request, acting) as tx:
        page = await intakes.outcomes(tx, asked, ods_code=organisation.upper() or None)
    outcomes = [
        PublicOutcome.build(
            opportunity_id=one.opportunity.id,
            title=one.opportunity.title,
            organisation=one.organisation,
            **dict(one.outcome),
        )
        for one in page.items
    ]
    return Outcomes(outcomes=outcomes, **going_on(page))


async def _do(
    request: Request, acting: Hand, id: UUID, command: Callable[[Transaction[Hand], UUID], Awaitable[Engagement]]
) -> Response:
    async def act(tx: Transaction[Hand]) -> dict[str, str]:
        return short(await command(tx, id))

    return await json_api.write(request, acting, act)


def _mine(of: queries.MyRole) -> Mine:
    return Mine.build(
        **dict(of.engagement),
        title=of.opportunity.title,
        organisation=of.organisation,
        what_is_paid=what_is_paid(of.pay, of.opportunity.takes_place),
        what_changed=of.what_changed,
        why=of.why,
        needs=of.needs,
        conflict=of.conflict,
        meets=of.meets,
        claims=[MyClaim(**claim.model_dump(include={"id", "session_id", "status"})) for claim in of.claims],
        said_no=of.said_no and SaidNo(undo_until=of.said_no.undo_until),
        why_not_words=of.chosen_others.words if of.chosen_others else "",
        choices=of.choices,
        clashes=of.clashes,
        more_clashes=of.clashes.more,
    )
