"""Tell a person what becomes of what they need at the sessions of a role: not confirmed, confirmed after all, not to be
had; and ask afterwards whether it was there. What it is that they need is in no message: their page says it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from schemas import links
from schemas.engagements import Arrangement
from schemas.matching import Opportunity
from services.chassis.base.refusals import NotYet
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing, following
from services.notifications.commands.messages import tell
from services.notifications.domain import access as domain
from services.notifications.domain import kinds
from services.notifications.domain.message import News
from services.notifications.store import access as store
from services.notifications.store import neighbours


async def tell_of_access(tx: Transaction, now: Arrangement) -> None:
    """By what is so now of all sessions of one place: what became so at one moment is one message. What still waits to
    be sent or said of before is put into the words of now, or is over."""
    every = await store.of_engagement(tx, now.engagement_id)
    each = domain.news_of(every, tx.now)
    waits = await following.waits(tx, [now.person_id], [now.engagement_id], domain.KINDS)
    told = await store.told(tx, now.person_id, now.engagement_id, [*each])
    untold = [news for stage, news in each.items() if stage not in told]
    if not waits and not untold:
        return
    opportunity = await neighbours.opportunity(tx, now.opportunity_id)
    words = {news.stage: await _words(tx, opportunity, news) for news in each.values()}
    said: dict[following.Said, News | None] = {following.said(one): one for one in words.values()}
    await following.follow(tx, waits, said)
    for news in untold:
        await tell(tx, words[news.stage])
        tx.count(partial(metrics.TOLD_AFTER.labels("access").observe, (tx.now - news.at).total_seconds()))


async def _words(tx: Transaction, opportunity: Opportunity, news: domain.AccessNews) -> News:
    first, ids = news.of[0], {one.session_id for one in news.of}
    sessions = [one for one in opportunity.sessions if one.id in ids]
    if not sessions:
        raise NotYet(f"sessions of {opportunity.id}")
    sessions.sort(key=lambda one: one.starts_at)
    facts = await composing.facts_of(tx, opportunity) | {
        "first": sessions[0].starts_at,
        "count": len(sessions),
        "sessions": composing.in_lines(opportunity, sessions),
    }
    link = _link(first.engagement_id, [one.id for one in sessions])
    of = (first.person_id, first.engagement_id, news.stage)
    told = composing.news(news.kind, of=of, link=link, facts=facts, good_until=_until(news))
    return replace(told, thread_id=opportunity.id)


def _link(engagement_id: UUID, sessions: Sequence[UUID]) -> str:
    if len(sessions) == 1:
        return links.MY_ACCESS_OF_SESSION.format(id=engagement_id, session_id=sessions[0])
    return links.MY_ACCESS.format(id=engagement_id)


def _until(news: domain.AccessNews) -> datetime:
    """Until the last of the sessions begins; of what is asked afterwards as long as its kind says."""
    if news.kind == domain.WAS_IT_THERE:
        return kinds.good_until(kinds.of(news.kind), happened_at=news.at)
    return max(one.starts_at for one in news.of)
