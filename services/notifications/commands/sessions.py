"""Tell everybody in a role what became of its sessions, or that it was called off: whoever has most at stake first.

Each is told once of each thing, whichever is heard first, the role's news or the person's own.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from schemas import links
from schemas.engagements import Engagement
from schemas.matching import Opportunity, Session
from schemas.words import CALLED_OFF_BECAUSE, CHANGED_BECAUSE
from services.chassis.base.wording import moment
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing, following, reminding, role_changes
from services.notifications.commands.messages import CannotYet, tell, tell_each
from services.notifications.domain import kinds
from services.notifications.domain import role_changes as changes
from services.notifications.domain import sessions as domain
from services.notifications.domain.message import News
from services.notifications.domain.role_changes import RoleNews
from services.notifications.domain.sessions import SessionNews
from services.notifications.store import neighbours
from services.notifications.store import standing as store
from services.notifications.store.standing import Standing, Stands

TOLD_AT_ONCE = 250
"""Of those who are told the same, in one transaction."""
OF_STATUS = (
    "offer_made",
    "offer_earlier",
    "place_free",
    "offer_ends",
    "place_accepted",
    "on_reserve",
    "interest_received",
    "answer_late",
)
"""What is over when a role is called off, besides what is about its sessions."""
STANDING: dict[str, Standing] = {status: one for one, statuses in store.STATUSES.items() for status in statuses}
Batch = Callable[[Transaction, UUID, UUID | None], Awaitable[UUID | None]]


async def tell_of_role(tx: Transaction, opportunity: Opportunity) -> None:
    """A role was called off, it or its sessions were changed. Sets when people are reminded of these."""
    await reminding.look(tx, opportunity)
    if _is_off(tx, opportunity) or domain.news_of(opportunity, tx.now) or changes.news_of(opportunity, tx.now):
        await tx.due(tell_who_have_a_place, opportunity.id, opportunity.version)


async def tell_who_have_a_place(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """The next of them. When all were told, those follow who have an offer."""
    return await _tell_some(tx, opportunity_id, "place", after, then=tell_who_have_an_offer)


async def tell_who_have_an_offer(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """Or are on the reserve list. Then those who showed interest."""
    return await _tell_some(tx, opportunity_id, "offer", after, then=tell_who_showed_interest)


async def tell_who_showed_interest(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """Then those who were told that it fits them, and have not answered."""
    return await _tell_some(tx, opportunity_id, "interest", after, then=tell_who_were_told_of_it)


async def tell_who_were_told_of_it(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """Of what was changed of the role itself. What is off, closed or moved they find if they look."""
    opportunity = await neighbours.opportunity(tx, opportunity_id)
    news = changes.news_of(opportunity, tx.now)
    if not news or opportunity.closed_at is not None:
        return None
    some = await store.to_tell_who_were_told(tx, opportunity_id, news, after=after, limit=TOLD_AT_ONCE)
    await tell_each(tx, await role_changes.news_for(tx, opportunity, news, some))
    return some[-1].engagement_id if len(some) == TOLD_AT_ONCE else None


async def tell_one_of_role(tx: Transaction, engagement_id: UUID) -> None:
    """The same for one, who could not be told with the others."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    if engagement is not None:
        await tell_one(tx, engagement, await neighbours.opportunity(tx, engagement.opportunity_id))


async def tell_one(tx: Transaction, engagement: Engagement, opportunity: Opportunity) -> bool:
    """What became of the role, to one of those in it. Whether it was called off under them."""
    if opportunity.withdrawn is not None:
        left = (
            await store.left_by_withdrawal(tx, opportunity, None, one=engagement.id) if _is_off(tx, opportunity) else []
        )
        for news in await _called_off(tx, opportunity, left):
            await tell(tx, news)
        return bool(left)
    news, changed = domain.news_of(opportunity, tx.now), changes.news_of(opportunity, tx.now)
    if (standing := STANDING.get(engagement.status)) and (news or changed):
        both = [*news, *changed]
        some = await store.to_tell_of_role(tx, opportunity.id, both, store.STATUSES[standing], one=engagement.id)
        for one in await _of_role(tx, opportunity, news, changed, some):
            await tell(tx, one)
    return False


async def _of_role(
    tx: Transaction,
    opportunity: Opportunity,
    news: Sequence[SessionNews],
    changed: Sequence[RoleNews],
    some: Sequence[Stands],
) -> list[News]:
    of_sessions = await _of_sessions(tx, opportunity, news, some)
    return [*of_sessions, *await role_changes.news_for(tx, opportunity, changed, some)]


async def _tell_some(
    tx: Transaction, opportunity_id: UUID, standing: Standing, after: UUID | None, *, then: Batch | None
) -> UUID | None:
    """Tell the next of a standing, while it is news. Whoever cannot be told yet is told alone, and holds up nobody."""
    opportunity = await neighbours.opportunity(tx, opportunity_id)
    news, changed = domain.news_of(opportunity, tx.now), changes.news_of(opportunity, tx.now)
    if _is_off(tx, opportunity):
        some = await store.left_by_withdrawal(tx, opportunity, standing, after=after, limit=TOLD_AT_ONCE)
        await _end_what_waits(tx, opportunity, some)
        many = await _called_off(tx, opportunity, some)
    else:
        both, statuses = [*news, *changed], store.STATUSES[standing]
        some = await store.to_tell_of_role(tx, opportunity_id, both, statuses, after=after, limit=TOLD_AT_ONCE)
        many = await _of_role(tx, opportunity, news, changed, some)
    if many:
        await _later(tx, opportunity, some, await tell_each(tx, many))
    if len(some) == TOLD_AT_ONCE:
        return some[-1].engagement_id
    if then is not None:
        await tx.due(then, opportunity_id, opportunity.version)
    return None


async def _later(
    tx: Transaction, opportunity: Opportunity, some: Sequence[Stands], cannot_yet: Sequence[CannotYet]
) -> None:
    of = {one.person_id: one.engagement_id for one in some}
    await tx.due_each(tell_one_of_role, {of[one.news.person_id]: opportunity.version for one in cannot_yet})


def _is_off(tx: Transaction, opportunity: Opportunity) -> bool:
    return opportunity.withdrawn is not None and tx.now - opportunity.withdrawn.at <= kinds.NEWS_FOR


async def _called_off(tx: Transaction, opportunity: Opportunity, some: Sequence[Stands]) -> list[News]:
    """The same words for each of a standing. Whoever has a place where sessions are held all the same keeps it."""
    gone = opportunity.withdrawn
    if not some or gone is None:
        return []
    held = [one for one in opportunity.takes_place if one.starts_at <= gone.at]
    facts = await composing.facts_of(tx, opportunity) | {
        "why": CALLED_OFF_BECAUSE.get(gone.why, ""),
        "held": bool(held),
    }
    facts["sessions"] = composing.in_lines(
        opportunity, [one for one in opportunity.sessions if one.starts_at > gone.at]
    )
    found: list[News] = []
    words: dict[str, News] = {}
    for one in some:
        kind = "place_called_off" if one.status in ("accepted", "called_off") else "opportunity_withdrawn"
        if kind == "place_called_off" and not domain.is_called_off(opportunity):
            continue
        if kind not in words:
            until = composing.good_until(kind, gone.at, opportunity)
            of = (one.person_id, one.engagement_id, one.ended)
            words[kind] = composing.news(kind, of=of, link=links.FEED, facts=facts, good_until=until)
        link = links.MY_ENGAGEMENT.format(id=one.engagement_id) if kind == "place_called_off" else links.FEED
        told: dict[str, Any] = {"person_id": one.person_id, "about": one.engagement_id, "stage": one.ended}
        told |= {"link": link, "thread_id": opportunity.id}
        found.append(replace(words[kind], **told))
    _count(tx, "called_off", [(tx.now - gone.at).total_seconds()] * len(found))
    return found


async def _of_sessions(
    tx: Transaction, opportunity: Opportunity, news: Sequence[SessionNews], some: Sequence[Stands]
) -> list[News]:
    """What each is still to be told. What waits to be said to them already is put into the words of now."""
    by_stage = {one.stage: one for one in news}
    waits = await following.waits(tx, [one.person_id for one in some], [opportunity.id], domain.KINDS)
    if not waits and not any(stage in by_stage for one in some for stage in one.untold):
        return []
    facts = await composing.facts_of(tx, opportunity)
    words: dict[tuple[str, str], News] = {}

    def of(one: Stands, stage: str) -> News:
        key = (one.status, stage)
        if key not in words:
            words[key] = _words(tx, opportunity, by_stage[stage], facts | {"standing": one.status})
        link = links.MY_ENGAGEMENT.format(id=one.engagement_id)
        return replace(words[key], person_id=one.person_id, link=link)

    in_it = {one.person_id: one for one in some}
    now: dict[following.Said, News | None] = {}
    for message in waits:
        if message.news.stage in by_stage:
            now[following.said(message.news)] = of(in_it[message.news.person_id], message.news.stage)
        elif message.news.stage in {one.stage for one in domain.reminders_due(opportunity, tx.now)}:
            now[following.said(message.news)] = None
    await following.follow(tx, waits, now)
    untold = [(one, stage) for one in some for stage in one.untold if stage in by_stage]
    _count(tx, "sessions", [(tx.now - by_stage[stage].at).total_seconds() for _, stage in untold])
    return [of(one, stage) for one, stage in untold]


def _words(tx: Transaction, opportunity: Opportunity, news: SessionNews, facts: Mapping[str, Any]) -> News:
    """What became of some sessions, and what it means for somebody who stands so."""
    first, left = news.sessions[0], opportunity.to_come(tx.now)
    change = (
        (first.cancelled if news.kind == domain.CANCELLED else first.changed) if news.kind != domain.ADDED else None
    )
    more = {
        "sessions": composing.in_lines(opportunity, news.sessions),
        "count": len(news.sessions),
        "first": first.starts_at,
        "before": _before(news.sessions) if news.kind == domain.CHANGED else (),
        "next": composing.when_and_where(opportunity, left[0]) if left else "",
        "why": CHANGED_BECAUSE.get(change.why, "") if change else "",
    }
    of = (opportunity.id, opportunity.id, news.stage)
    return composing.news(
        news.kind, of=of, link=links.MY_ENGAGEMENTS, facts={**facts, **more}, good_until=news.good_until
    )


def _before(sessions: Sequence[Session]) -> tuple[str, ...]:
    """When each was to begin, in words, where that differs; empty where only its length or place changed."""
    each = (domain.times_before(one) for one in sessions[: composing.SHOWN])
    return tuple(", then on ".join(moment(at) for at in before) for before in each)


async def _end_what_waits(tx: Transaction, opportunity: Opportunity, some: Sequence[Stands]) -> None:
    """Of a role that was called off nobody is told any more that a session moved, or that a place is theirs."""
    people, about = [one.person_id for one in some], [one.engagement_id for one in some]
    waits = await following.waits(tx, people, [opportunity.id, *about], (*domain.KINDS, *changes.KINDS, *OF_STATUS))
    kept = () if domain.is_called_off(opportunity) else ("place_accepted", *domain.REMINDERS)
    await following.follow(tx, waits, {following.said(one.news): None for one in waits if one.news.kind in kept})


def _count(tx: Transaction, what: str, seconds: Sequence[float]) -> None:
    for one in seconds:
        tx.count(partial(metrics.TOLD_AFTER.labels(what).observe, one))
