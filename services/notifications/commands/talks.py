"""Tell a person of an informal talk: that times are proposed, that it does not take place, and the day before it.

By the newest state alone. That they picked a time or cancelled it themselves, they know: that goes by e-mail alone, for
their calendar.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from schemas import links
from schemas.engagements import Chat, Engagement
from schemas.matching import Opportunity
from services.chassis.base.wording import moment
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing
from services.notifications.commands.messages import tell
from services.notifications.domain import kinds
from services.notifications.domain.message import News, stage_of
from services.notifications.store import contact as contact_store
from services.notifications.store import neighbours, timers

PROPOSED, AGREED, CANCELLED, TOMORROW = "talk_proposed", "talk_agreed", "talk_cancelled", "talk_tomorrow"
KINDS = (PROPOSED, AGREED, CANCELLED, TOMORROW)
SOON = timedelta(days=1)
TOLD_WHO_ENDED_IT = ("by_organisation", "role")
"""Of the other ends the person knows."""
MODE = {"phone": "by phone", "video": "by video", "in_person": "in person"}


def stages(of: Engagement) -> tuple[str, ...]:
    """Under which what stands of a talk is told, once each; what waits under others is over."""
    chat = of.chat
    if chat is None:
        return ()
    if chat.ended is not None:
        return (stage_of("talk_off", chat.ended.at),)
    if chat.starts_at is None:
        return (stage_of("talk", chat.proposed_at),)
    return (stage_of("talk_tomorrow", chat.starts_at), stage_of("talk_agreed", chat.starts_at))


async def tell_of(tx: Transaction, engagement: Engagement, opportunity: Opportunity) -> None:
    """What the person has not heard of the talk that was proposed last; and the reminder is set."""
    chat = engagement.chat
    if chat is None:
        return
    if (at := reminded_at(engagement)) and at > tx.now:
        await tx.wake(remind_of_talk, engagement.id, at)
    kind, since = _news(engagement, chat, tx.now)
    if kind and (_is_for_others(kind, chat) or await goes_by_mail(tx, engagement.person_id)):
        news = await _of(tx, kind, engagement, opportunity)
        if news.good_until > tx.now and tx.now - since <= kinds.NEWS_FOR:
            await tell(tx, news)
            tx.count(partial(metrics.TOLD_AFTER.labels("talk").observe, (tx.now - since).total_seconds()))


def _news(of: Engagement, chat: Chat, now: datetime) -> tuple[str, datetime]:
    """The kind, if there is one, and since when it is so."""
    if chat.ended is None:
        if chat.starts_at and chat.agreed_at:
            return (AGREED if of.ended_at is None else "", chat.agreed_at)
        waits = chat.starts_at is None and of.ended_at is None
        return (PROPOSED if waits else "", chat.proposed_at)
    was_to_come = chat.ended.was_to_start_at is not None and chat.ended.was_to_start_at > now
    return (CANCELLED if was_to_come or chat.ended.why == "by_organisation" else "", chat.ended.at)


def _is_for_others(kind: str, chat: Chat) -> bool:
    """Whether it is not what its person did themselves, and knows."""
    return kind != AGREED and (chat.ended is None or chat.ended.why in TOLD_WHO_ENDED_IT)


async def goes_by_mail(tx: Transaction, person_id: UUID) -> bool:
    contact = await contact_store.get(tx, person_id)
    return contact is not None and contact.channel == "email" and contact.verified


async def _of(tx: Transaction, kind: str, engagement: Engagement, opportunity: Opportunity) -> News:
    chat = engagement.chat
    assert chat, "there is a talk to tell of"
    was = chat.ended.was_to_start_at if chat.ended else None
    facts: Mapping[str, Any] = {
        "times": [moment(one) for one in chat.times if one > tx.now],
        "minutes": chat.minutes,
        "how": MODE.get(chat.mode, ""),
        "at": chat.starts_at,
        "was": was,
        "still_in_it": engagement.ended_at is None,
        "by_person": chat.ended is not None and chat.ended.why == "by_person",
    }
    until = {PROPOSED: max(chat.times), CANCELLED: was}.get(kind, chat.starts_at)
    good_until = until or composing.good_until(kind, tx.now)
    what = (kind, stages(engagement)[1 if kind == AGREED else 0])
    told = composing.about(
        engagement, what, {**await composing.facts_of(tx, opportunity), **facts}, good_until=good_until
    )
    return replace(told, link=links.MY_TALK.format(id=engagement.id))


def reminded_at(engagement: Engagement) -> datetime | None:
    """A day before a talk that was agreed before that; None of any other."""
    chat = engagement.chat
    if chat is None or chat.starts_at is None or chat.agreed_at is None or engagement.ended_at is not None:
        return None
    at = chat.starts_at - SOON
    return at if chat.agreed_at < at else None


async def remind_of_talk(tx: Transaction, engagement_id: UUID) -> None:
    """It is tomorrow. One that was moved or cancelled meanwhile is not told of."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    at = reminded_at(engagement) if engagement else None
    if engagement is None or at is None or not at <= tx.now < at + SOON:
        return
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    await tell(tx, await _of(tx, TOMORROW, engagement, opportunity))
    tx.count(partial(metrics.TOLD_AFTER.labels("reminder").observe, (tx.now - at).total_seconds()))


async def talks_to_come(tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]:
    """When the person of each talk to come is reminded; one that owes no reminder rings in vain, when it begins."""
    found: dict[UUID, datetime] = {}
    for one in await timers.talks_to_come(tx, after, limit=limit):
        begins = one.chat.starts_at if one.chat else None
        if at := reminded_at(one) or begins:
            found[one.id] = at
    return found
