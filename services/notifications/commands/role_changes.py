"""Tell everybody in a role, and whoever was told of it and has not answered, what was changed of it: once each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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


async def news_for(
    tx: Transaction, opportunity: Opportunity, news: RoleNews | None, some: Sequence[Stands]
) -> list[News]:
    """What each is still to be told. What waits to be said to them of an earlier change is said with this one."""
    if news is None or not any(news.stage in one.untold for one in some):
        return []
    waits = await following.waits(tx, [one.person_id for one in some], [opportunity.id], domain.KINDS)
    parts: dict[UUID, tuple[str, ...]] = {}
    for one in some:
        earlier = [domain.parts_in(each.news.stage) for each in waits if each.news.person_id == one.person_id]
        if news.stage in one.untold and domain.that_concern(news.parts, one.status):
            parts[one.person_id] = domain.that_concern(
                [*(it for each in earlier for it in each), *news.parts], one.status
            )
    kept = [each for each in waits if each.news.person_id not in parts]
    await following.follow(tx, waits, {following.said(each.news): None for each in kept})
    facts = await composing.facts_of(tx, opportunity) | _facts(tx, opportunity, news)
    words: dict[tuple[str, tuple[str, ...]], News] = {}
    found = [_of(opportunity, news, one, parts[one.person_id], facts, words) for one in some if one.person_id in parts]
    for _ in found:
        tx.count(partial(metrics.TOLD_AFTER.labels("role").observe, (tx.now - news.at).total_seconds()))
    return found


def _facts(tx: Transaction, opportunity: Opportunity, news: RoleNews) -> dict[str, Any]:
    left = opportunity.to_come(tx.now)
    return {
        "why": news.why.rstrip(".") if news.why else "",
        "next": composing.when_and_where(opportunity, left[0]) if left else "",
        "is_job": opportunity.job is not None,
        "open_until": opportunity.apply_by if opportunity.closed_at is None and tx.now < opportunity.apply_by else None,
        "decide_by": opportunity.decide_by,
    }


def _of(
    opportunity: Opportunity,
    news: RoleNews,
    one: Stands,
    parts: tuple[str, ...],
    facts: Mapping[str, Any],
    words: dict[tuple[str, tuple[str, ...]], News],
) -> News:
    key = (one.status, parts)
    if key not in words:
        kind = domain.kind_of(parts)
        called = PARTS | OF_A_JOB if opportunity.job else PARTS
        told = {**facts, "standing": one.status, "parts": [called.get(part, "something else") for part in parts]}
        told |= {"keeps_pay": one.status in ("accepted", "offered") and "pay" in parts}
        until = composing.good_until(kind, news.at, opportunity)
        of = (opportunity.id, opportunity.id, news.stage)
        words[key] = composing.news(kind, of=of, link=links.MY_ENGAGEMENTS, facts=told, good_until=until)
    link = (links.MY_MATCH if one.status == "matched" else links.MY_ENGAGEMENT).format(id=one.engagement_id)
    return replace(words[key], person_id=one.person_id, link=link)
