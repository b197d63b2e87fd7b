"""Tell everybody in a role, and whoever was told of it and has not answered, what was changed of it: once each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from schemas import links
from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing, following
from services.notifications.domain import role_changes as domain
from services.notifications.domain.message import News
from services.notifications.domain.role_changes import RoleNews
from services.notifications.store.standing import Stands

PARTS = {
    "words": "what it is about, or what is asked of people",
    "sessions": "how much time it takes",
    "place": "where or how it takes place",
    "access": "what is there for people",
    "people": "whom they look for, or how they choose",
    "places": "how many places there are",
    "pay": "the pay",
    "expenses": "the expenses",
    "closing_day": "the last day to show interest",
    "decision_day": "the day by which people hear who was chosen",
    "feedback_day": "the day by which people hear what changed because of it",
    "closed_early": "nobody else can show interest any more",
    "opened_again": "others can show interest again",
}
"""What of a role was changed, in words that go on in a sentence or stand on a line."""
OF_A_JOB = {
    "words": "what it is",
    "pay": "the salary, or where people apply",
    "closing_day": "the last day to apply",
    "closed_early": "nobody can apply any more",
}
"""The same of a job, in which nobody shows interest here."""


@dataclass(frozen=True)
class ToTell:
    """What one person is told in one message: all that they were not told. `whys`: the reasons, each of some parts."""

    status: str
    parts: tuple[str, ...]
    whys: tuple[tuple[tuple[str, ...], str], ...]
    last: RoleNews


async def news_for(
    tx: Transaction, opportunity: Opportunity, news: Sequence[RoleNews], some: Sequence[Stands]
) -> list[News]:
    """What each is still to be told. What waits to be said to them of an earlier change is said with the later."""
    by_stage = {one.stage: one for one in news}
    if not any(stage in by_stage for one in some for stage in one.untold):
        return []
    waits = await following.waits(tx, [one.person_id for one in some], [opportunity.id], domain.KINDS)
    told: dict[UUID, ToTell] = {}
    for one in some:
        untold = [by_stage[stage] for stage in one.untold if stage in by_stage]
        waiting = [each.news.stage for each in waits if each.news.person_id == one.person_id]
        if found := _to_tell(one.status, untold, waiting):
            told[one.person_id] = found
            for each in untold:
                tx.count(partial(metrics.TOLD_AFTER.labels("role").observe, (tx.now - each.at).total_seconds()))
    kept = [each for each in waits if each.news.person_id not in told]
    await following.follow(tx, waits, {following.said(each.news): None for each in kept})
    facts = await composing.facts_of(tx, opportunity) | _facts(tx, opportunity)
    words: dict[ToTell, News] = {}
    return [_of(opportunity, told[one.person_id], one, facts, words) for one in some if one.person_id in told]


def _to_tell(status: str, untold: Sequence[RoleNews], waiting: Sequence[str]) -> ToTell | None:
    """None where nothing concerns them but what waits to be said to them already. `waiting`: the stages of that."""
    new = [one for one in untold if not any(domain.is_told_by(stage, one) for stage in waiting)]
    if not domain.that_concern((it for one in new for it in one.parts), status):
        return None
    earlier = [it for stage in waiting for it in domain.parts_in(stage)]
    parts = domain.that_concern([*earlier, *(it for one in untold for it in one.parts)], status)
    whys = [(domain.that_concern(one.parts, status), one.why.rstrip(".")) for one in untold]
    return ToTell(status, parts, tuple((of, why) for of, why in whys if of and why), untold[-1])


def _in_words(opportunity: Opportunity, parts: Sequence[str]) -> list[str]:
    called = PARTS | OF_A_JOB if opportunity.job else PARTS
    return [called.get(part, "something else") for part in parts]


def _facts(tx: Transaction, opportunity: Opportunity) -> dict[str, Any]:
    left = opportunity.to_come(tx.now)
    return {
        "next": composing.when_and_where(opportunity, left[0]) if left else "",
        "is_job": opportunity.job is not None,
        "open_until": opportunity.apply_by if opportunity.closed_at is None and tx.now < opportunity.apply_by else None,
        "decide_by": opportunity.decide_by,
    }


def _of(
    opportunity: Opportunity, told: ToTell, one: Stands, facts: Mapping[str, Any], words: dict[ToTell, News]
) -> News:
    if told not in words:
        kind = domain.kind_of(told.parts)
        whys = [("" if of == told.parts else "; ".join(_in_words(opportunity, of)), why) for of, why in told.whys]
        said = {**facts, "standing": one.status, "parts": _in_words(opportunity, told.parts), "whys": whys}
        said |= {"keeps_pay": one.status in ("accepted", "offered") and "pay" in told.parts}
        until = composing.good_until(kind, told.last.at, opportunity)
        of = (opportunity.id, opportunity.id, domain.stage_for(told.last, told.parts))
        words[told] = composing.news(kind, of=of, link=links.MY_ENGAGEMENTS, facts=said, good_until=until)
    link = (links.MY_MATCH if one.status == "matched" else links.MY_ENGAGEMENT).format(id=one.engagement_id)
    return replace(words[told], person_id=one.person_id, link=link)
