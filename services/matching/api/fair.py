"""The JSON API of how roles are matched: the numbers in force, for everybody; and who is told of nothing."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.matching import words_of_fair
from services.matching.commands import glossary
from services.matching.domain.telling import TellingOfRoles
from services.matching.store import fair, policies, untold

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]


class Few(BaseModel):
    """`share`: of 100 sessions of a year, in how many the tenth took part that took part most. In steps of 5."""

    people: int
    share: int
    counted_on: date


class HowMatched(BaseModel):
    """`conditions`: codes of what has to fit; `told`: the policy in force; `same_few`: none where it is too few people
    to say."""

    conditions: list[str]
    told: TellingOfRoles
    far_miles: int
    same_few: Few | None


class ToldNothing(BaseModel):
    """Somebody whom the coordinator who asks looks after. `reason`: what stands in the way most often."""

    person_id: UUID
    called: str
    reference: str
    reason: str
    words: str
    counted_on: date


class ManyToldNothing(OnePage):
    """`counts`: about how many people of the whole pool, by reason; none of fewer than ten."""

    counts: dict[str, int]
    people: list[ToldNothing]


@router.get("/how-roles-are-matched")
async def how(request: Request, acting: Anyone) -> HowMatched:
    """What has to fit, who is told first and how often: the same for everybody. It never decides who is chosen."""
    async with open_transaction(request, acting) as tx:
        policy = await policies.telling_of_roles(tx, on=london_day(tx.now))
        few = await fair.same_few(tx, None)
    return HowMatched(
        conditions=list(words_of_fair.CONDITIONS),
        told=policy,
        far_miles=words_of_fair.FAR_MILES,
        same_few=Few(**asdict(few)) if few else None,
    )


@router.get("/organisations/{ods}/told-nothing")
async def told_nothing(request: Request, ods: str, acting: Coordinator, asked: AskedByApi) -> ManyToldNothing:
    """Of the network's coordinators: who asked to be told and was told of nothing for 90 days, and why."""
    async with open_transaction(request, acting) as tx:
        await glossary.must_be_the_network(tx)
        counts = await fair.untold_counts(tx)
        page = await untold.of_coordinator(tx, asked, tx.acting.by)
    people = [
        ToldNothing(**asdict(one), words=words_of_fair.STANDS_IN_THE_WAY.get(one.reason, "")) for one in page.items
    ]
    return ManyToldNothing(counts=dict(counts), people=people, **going_on(page))


@router.get("/organisations/{ods}/same-few")
async def same_few(request: Request, ods: str, acting: Coordinator) -> Few | None:
    """Of the organisation's own sessions, for its staff alone. None where too few people took part."""
    async with open_transaction(request, acting) as tx:
        few = await fair.same_few(tx, tx.acting.organisation_id)
    return Few(**asdict(few)) if few else None
