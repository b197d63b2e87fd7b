"""What coordinators change of an opportunity once it is posted: any part of it, closing it early, opening it again."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from schemas.engagements import Intake
from schemas.matching import Job, Opportunity
from schemas.payments import RateCard
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.commands import saving
from services.matching.domain import changing
from services.matching.domain import who_answers as answers
from services.matching.domain.draft import EXPENSES_ONLY
from services.matching.domain.opportunity import status_decision
from services.matching.domain.parts import (
    STAYS_IF_LEFT_OUT,
    NewAnswers,
    NewJob,
    NewOpening,
    NewPurpose,
    NewTerms,
    Part,
    Why,
)
from services.matching.domain.who_answers import Answers
from services.matching.store import coordinators, policies, works


async def change(tx: Transaction[Member], id: UUID, new: Part) -> changing.Changed | None:
    """Say one part of it anew; None, and nothing is said, where that is what it says already."""
    opportunity = await saving.own(tx, id)
    return await say_anew(tx, opportunity, await _said(tx, opportunity, new), why=new.why)


async def say_anew(
    tx: Transaction[Member], opportunity: Opportunity, said: Mapping[str, Any], *, why: str = ""
) -> changing.Changed | None:
    """The caller holds the lock of its row. Raises what `changing.change` raises."""
    given = 0
    if "places" in said and said["places"] < opportunity.places:
        intake = await mirrors.get(tx, Intake, opportunity.id)
        given = intake.places_taken + intake.places_held if intake else 0
    allowed = None
    if "places" in said and said["places"] > opportunity.places:
        allowed = await policies.most_places(tx, opportunity.organisation_id, on=london_day(tx.now))
    news = changing.change(opportunity, said, why=why, given=given, allowed=allowed, now=tx.now)
    if news is None:
        return None
    parts = set(news[0].changed.parts) if news[0].changed else set[str]()
    await saving.save(tx, news)
    if parts != {changing.WHO_ANSWERS}:
        _count(tx, "changed", news[0])
    return news


async def close_early(tx: Transaction[Member], id: UUID, said: Why) -> bool:
    """Nobody can show interest any more, or apply for a job. Its matches end; who showed interest still hears who was
    chosen. Whether it was a job.
    """
    closed, event = changing.close_early(await saving.own(tx, id), why=said.why, now=tx.now)
    await saving.save(tx, (closed, event))
    _count(tx, changing.CLOSED_EARLY, closed)
    return closed.job is not None


async def reopen(tx: Transaction[Member], id: UUID, said: NewOpening) -> None:
    """People can show interest again until a new day. Whom it fits is worked out anew."""
    opportunity = await saving.own(tx, id)
    new = said.model_dump(exclude={"why"})
    by = await saving.own_organisation(tx)
    opened, event = changing.reopen(opportunity, new, why=said.why, by=by, now=tx.now)
    await saving.save(tx, (opened, event))
    _count(tx, changing.OPENED_AGAIN, opened)


def _count(tx: Transaction, how: str, of: Opportunity) -> None:
    tx.count(partial(metrics.role_changed, how, of))


async def _said(tx: Transaction[Member], opportunity: Opportunity, new: Part) -> dict[str, Any]:
    """By the fields of the opportunity. What names something that it named already is not looked up again: a rate that
    is no longer in force, a desk that has gone, words of a piece of work as they stood."""
    not_said = {"why"} | (STAYS_IF_LEFT_OUT - new.model_fields_set)
    said: dict[str, Any] = {name: getattr(new, name) for name in type(new).model_fields if name not in not_said}
    if said.get("apply_by", opportunity) is None:
        del said["apply_by"]
    if isinstance(new, NewPurpose) and said["work"] != (opportunity.work and opportunity.work.id):
        said["work"] = await works.named(tx, said["work"])
    elif isinstance(new, NewPurpose):
        said["work"] = opportunity.work
    if isinstance(new, NewJob):
        salary, link = said.pop("salary"), said.pop("link")
        return said | {"job": Job(salary=salary, link=link)}
    if isinstance(new, NewTerms):
        return await _terms(tx, opportunity, said)
    if isinstance(new, NewAnswers):
        await _check_answers(tx, opportunity, new)
    return said


async def _terms(tx: Transaction[Member], opportunity: Opportunity, said: dict[str, Any]) -> dict[str, Any]:
    """With the rate itself, and the status decision as one."""
    result, tool, on, by = (said.pop(f"status_{of}") for of in ("result", "tool", "on", "by"))
    decision = status_decision(result, tool, on, by)
    pay = said["pay"]
    if pay == EXPENSES_ONLY:
        return said | {"pay": None, "status_decision": decision}
    if opportunity.pay is not None and pay == opportunity.pay.rate_card_id:
        return said | {"pay": opportunity.pay, "status_decision": decision}
    organisation, rate = await saving.own_organisation(tx), await mirrors.get(tx, RateCard, pay)
    new = changing.pay_of(opportunity, by=organisation, rate=rate, now=tx.now)
    return said | {"pay": new, "status_decision": decision}


async def _check_answers(tx: Transaction[Member], opportunity: Opportunity, new: Answers) -> None:
    """Raises NoSuchDesk or NotACoordinator. Whoever was named before, and has left since, may stay named: nobody reads
    their name."""
    before = answers.of(opportunity)
    if new.desk_id != before.desk_id:
        answers.check_desk(new.desk_id, await saving.own_organisation(tx))
    if new.contact_id != before.contact_id:
        await coordinators.must_answer(tx, new.contact_id)
