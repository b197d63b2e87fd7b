"""Remind people of what comes: of a session, an offer that runs out, an answer that was promised. By the database's
clock; whoever is not concerned any more when it rings is told nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from schemas import links
from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing
from services.notifications.commands.messages import tell, tell_each
from services.notifications.domain import kinds
from services.notifications.domain import sessions as domain
from services.notifications.domain.message import News
from services.notifications.domain.sessions import Reminder
from services.notifications.store import neighbours, timers
from services.notifications.store import standing as store

REMINDED_AT_ONCE = 250
SOON = timedelta(days=1)
"""So long before an offer runs out its person is told once more, if they were given more than twice that."""


async def look(tx: Transaction, opportunity: Opportunity) -> None:
    """Remind people of the sessions whose time has come, and look again when that of the next one does."""
    if domain.reminders_due(opportunity, tx.now):
        await tx.due(remind_of_sessions, opportunity.id, opportunity.version)
    await tx.wake(look_at_reminders, opportunity.id, domain.next_reminder_at(opportunity, tx.now))


async def look_at_reminders(tx: Transaction, opportunity_id: UUID) -> None:
    """A reminder is due, or was before its session moved."""
    if opportunity := await mirrors.get(tx, Opportunity, opportunity_id):
        await look(tx, opportunity)


async def looks_at_reminders(tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]:
    """When each role with sessions to come is to be looked at; one that owes no reminder in vain, when it begins."""
    roles = await timers.with_sessions_to_come(tx, after, limit=limit)
    each = ((one, domain.next_reminder_at(one, tx.now), one.to_come(tx.now)) for one in roles)
    return {one.id: at or to_come[0].starts_at for one, at, to_come in each if at or to_come}


async def remind_of_sessions(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """The next of those who have a place now, and had it when the reminder was due. Whoever cannot be told yet, because
    their account is not heard of, is not waited for: the place itself is told to them then."""
    opportunity = await neighbours.opportunity(tx, opportunity_id)
    due = {one.stage: one for one in domain.reminders_due(opportunity, tx.now)}
    if not due:
        return None
    some = await store.to_remind(tx, opportunity_id, [*due.values()], after=after, limit=REMINDED_AT_ONCE)
    if any(one.untold for one in some):
        facts = await composing.facts_of(tx, opportunity)
        words = {stage: _of_session(opportunity, one, facts) for stage, one in due.items()}
        of = [(one, stage) for one in some for stage in one.untold]
        await tell_each(tx, [_to(words[stage], one.person_id, one.engagement_id) for one, stage in of])
        for _, stage in of:
            late = (tx.now - due[stage].at).total_seconds()
            tx.count(partial(metrics.TOLD_AFTER.labels("reminder").observe, late))
    return some[-1].engagement_id if len(some) == REMINDED_AT_ONCE else None


def _to(words: News, person_id: UUID, engagement_id: UUID) -> News:
    return replace(words, person_id=person_id, link=links.MY_ENGAGEMENT.format(id=engagement_id))


def _of_session(opportunity: Opportunity, due: Reminder, facts: Mapping[str, Any]) -> News:
    session = due.session
    more = {"at": session.starts_at, "line": composing.when_and_where(opportunity, session)}
    of = (opportunity.id, opportunity.id, due.stage)
    return composing.news(
        due.kind, of=of, link=links.MY_ENGAGEMENTS, facts={**facts, **more}, good_until=session.starts_at
    )


def offer_ends_at(engagement: Engagement) -> datetime | None:
    """When its person is told that their offer runs out soon; None of one that gave little time since its day was told,
    or no day."""
    offer = engagement.offer
    if engagement.status != "offered" or offer is None or offer.reply_by is None:
        return None
    known = offer.earlier.at if offer.earlier else offer.offered_at
    return offer.reply_by - SOON if offer.reply_by - known > 2 * SOON else None


def answer_late_at(engagement: Engagement) -> datetime | None:
    """When the day has passed by which the organisation said that it answers."""
    return engagement.answer_by if engagement.status == "interested" else None


async def set_timers(tx: Transaction, engagement: Engagement) -> None:
    """What rings for nothing later is not cancelled: it looks at what it finds."""
    ends_at, late_at = offer_ends_at(engagement), answer_late_at(engagement)
    if ends_at is not None and tx.now - ends_at < kinds.NEWS_FOR:
        await tx.wake(remind_of_offer, engagement.id, ends_at)
    if late_at is not None and tx.now - late_at < kinds.NEWS_FOR:
        await tx.wake(tell_that_late, engagement.id, late_at)


async def remind_of_offer(tx: Transaction, engagement_id: UUID) -> None:
    """It runs out in a day, and was not answered."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    at = offer_ends_at(engagement) if engagement else None
    if engagement is None or engagement.offer is None or engagement.offer.reply_by is None or at is None:
        return
    opportunity, reply_by = await neighbours.opportunity(tx, engagement.opportunity_id), engagement.offer.reply_by
    if opportunity.withdrawn is not None or not at <= tx.now < reply_by:
        return
    if await store.has_said_no(tx, engagement):
        return
    facts = await composing.facts_of(tx, opportunity) | {"reply_by": reply_by, "holds": engagement.offer.holds_place}
    what = ("offer_ends", offer_ends_stage(engagement))
    await tell(tx, composing.about(engagement, what, facts, good_until=reply_by))
    tx.count(partial(metrics.TOLD_AFTER.labels("offer_ends").observe, (tx.now - at).total_seconds()))


def offer_ends_stage(engagement: Engagement) -> str:
    return f"offer_ends:{engagement.offer.offered_at if engagement.offer else ''}"


async def tell_that_late(tx: Transaction, engagement_id: UUID) -> None:
    """The organisation has not answered by the day that it said: its person is told so, and not that it will."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    at = answer_late_at(engagement) if engagement else None
    if engagement is None or at is None or not at <= tx.now < at + kinds.NEWS_FOR:
        return
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    if opportunity.withdrawn is not None:
        return
    facts = await composing.facts_of(tx, opportunity) | {"answer_by": at}
    until = composing.good_until("answer_late", tx.now)
    await tell(tx, composing.about(engagement, ("answer_late", answer_late_stage(engagement)), facts, good_until=until))
    tx.count(partial(metrics.TOLD_AFTER.labels("answer_late").observe, (tx.now - at).total_seconds()))


def answer_late_stage(engagement: Engagement) -> str:
    return f"late:{engagement.answer_by}"


async def offers_that_end(tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]:
    each = [(one.id, offer_ends_at(one)) for one in await timers.offers_to_run_out(tx, after, limit=limit)]
    return {id: at for id, at in each if at}


async def answers_promised(tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]:
    each = [(one.id, answer_late_at(one)) for one in await timers.answers_promised(tx, after, limit=limit)]
    return {id: at for id, at in each if at}
