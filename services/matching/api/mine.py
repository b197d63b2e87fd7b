"""The JSON API of what fits a person, and why; and of what they were told of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.matching import Match, Opportunity
from services.chassis.base.hands import Person
from services.chassis.http import helping, json_api
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, OnePage, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, queries_of_fitting, words
from services.matching.commands import wishing
from services.matching.domain.fit import NOT_USED
from services.matching.store import fitting as store
from services.matching.words_of_fitting import Missing

router = APIRouter()
own = OwnApi(router)
SignedIn = Annotated[Person, Depends(helping.own)]


class MyMatch(Match):
    """An opportunity that the person was told of, and why it fits, in words."""

    title: str
    reasons: list[str]


class MyMatches(OnePage):
    matches: list[MyMatch]


class FittingRole(BaseModel):
    """A role that fits, and where it stands. `match_id`: of what the person was told; null: they were not told.
    `miles`: from the home district; null where nobody goes there, or where one of the two is not known.
    """

    opportunity: Opportunity
    organisation: str
    what_is_paid: str
    score: int
    miles: int | None
    match_id: UUID | None


class FittingRoles(OnePage):
    roles: list[FittingRole]


class Mending(BaseModel):
    """One thing that is missing, in words, and the page that mends it."""

    code: str
    says: str
    mend: str
    link: str

    @classmethod
    def of(cls, one: Missing) -> "Mending":
        return cls(code=one.code, says=one.says, mend=one.mend, link=one.link)


class NearRole(BaseModel):
    """A role that is open and nearly fits."""

    opportunity_id: UUID
    title: str
    organisation: str
    score: int
    missing: list[Mending]


class NearRoles(BaseModel):
    roles: list[NearRole]


class MyRole(BaseModel):
    """How a role fits whoever asks. `fits`: null, where they are not known to be in the pool; `points`: what the score
    is the sum of, by code.
    """

    opportunity_id: UUID
    title: str
    is_open: bool
    fits: bool | None
    reasons: list[str]
    missing: list[Mending]
    score: int | None
    points: dict[str, int]
    not_looked_at: list[str]
    not_for_me: bool
    match: Match | None


class NotForMe(BaseModel):
    not_for_me: bool


@own.get("/mine/matches")
async def my_matches(request: Request, acting: SignedIn, asked: ManyAskedByApi) -> MyMatches:
    """One page of what the person was told of, newest first, with the reasons in words; what has ended has none."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        why = await store.explain(tx, [one.opportunity.id for one in page.items if one.match.ended_at is None])
        training = await training_titles(tx, {code for one in page.items for code in one.opportunity.training})
    matches = [
        MyMatch.build(
            **dict(one.match.public()),
            title=one.opportunity.title,
            reasons=words.reasons(why[one.opportunity.id].reasons, one.opportunity, training)
            if one.opportunity.id in why
            else [],
        )
        for one in page.items
    ]
    return MyMatches(matches=matches, **going_on(page))


@own.get("/mine/roles")
async def my_roles(request: Request, acting: SignedIn, asked: AskedByApi) -> FittingRoles:
    """One page of what fits the person now, best first."""
    async with open_transaction(request, acting) as tx:
        page = await store.of_person(tx, asked)
    roles = [FittingRole(**vars(one), what_is_paid=words.pay(one.opportunity)) for one in page.items]
    return FittingRoles(roles=roles, **going_on(page))


@own.get("/mine/roles/nearest")
async def nearest_roles(request: Request, acting: SignedIn) -> NearRoles:
    """The three open roles from which the fewest things stand between the person, and what mends each. What fits
    already is among them, with nothing missing."""
    async with open_transaction(request, acting) as tx:
        found = await queries_of_fitting.nearest(tx)
    return NearRoles(
        roles=[
            NearRole(
                opportunity_id=one.near.opportunity.id,
                title=one.near.opportunity.title,
                organisation=one.near.organisation,
                score=one.near.fit.score,
                missing=[Mending.of(thing) for thing in one.missing],
            )
            for one in found
        ]
    )


@own.get("/mine/roles/{opportunity_id}")
async def my_role(request: Request, opportunity_id: UUID, acting: SignedIn) -> MyRole:
    """Why a role fits the person, or what is missing and what mends it; what was never looked at."""
    async with open_transaction(request, acting) as tx:
        found = await queries_of_fitting.my_role(tx, opportunity_id)
    choices, fit = found.shown.choices, found.fit
    return MyRole(
        opportunity_id=opportunity_id,
        title=found.shown.opportunity.title,
        is_open=bool(choices.show_interest or choices.apply),
        fits=None if fit is None else fit.fits,
        reasons=found.reasons,
        missing=[Mending.of(one) for one in found.missing],
        score=fit.score if fit else None,
        points=dict(fit.points) if fit else {},
        not_looked_at=[*NOT_USED],
        not_for_me=found.not_for_me,
        match=found.match.public() if found.match else None,
    )


@own.post("/mine/roles/{opportunity_id}/not-for-me", does="say_wishes", response_model=NotForMe)
async def not_for_me(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    """Leave a role out of what fits the person, and tell them no more of it. Said twice is said once."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await wishing.not_for_me(tx, opportunity_id)
        return {"not_for_me": True}

    return await json_api.write(request, acting, act)


@own.post("/mine/roles/{opportunity_id}/show-again", does="say_wishes", response_model=NotForMe)
async def show_again(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    """Take that back."""

    async def act(tx: Transaction[Person]) -> dict[str, bool]:
        await wishing.show_again(tx, opportunity_id)
        return {"not_for_me": False}

    return await json_api.write(request, acting, act)
