"""What follows from a message: it waits for staff on their home, and its person is told that there is one."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas import links
from schemas.notifications_conversation import Conversation as PublicConversation
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers
from services.notifications.commands import composing
from services.notifications.commands.messages import tell
from services.notifications.domain import conversation as domain
from services.notifications.domain.conversation import Conversation
from services.notifications.domain.conversing import Standing
from services.notifications.domain.kinds import MESSAGE_WRITTEN
from services.notifications.domain.message import News
from services.notifications.store import conversations as store
from services.notifications.store import policies, talked_about
from services.notifications.store import said as said_store
from services.notifications.store import waiting as waiting_store
from services.notifications.store.waiting import Thing


async def follow(tx: Transaction, of: Conversation) -> None:
    """Owed after this commit."""
    await tx.due(list_what_waits_in_conversation, of.id, of.version)
    await tx.due(tell_of_messages, of.id, of.version)


async def list_what_waits_in_conversation(tx: Transaction, id: UUID) -> None:
    """On the home of the staff who answer; of somebody who is looked after, on that of who does so today."""
    of = await store.lock(tx, id)
    if of is None:
        return
    await waiting_store.rewrite(tx, {thing_of(of): of.waiting(await _who_answers(tx, of))})


async def list_for_who_looks_after(tx: Transaction, leader: Leader) -> None:
    """What a person wrote to their coordinator waits for whoever looks after them now."""
    of = await store.get(tx, leader.id)
    if of is not None and of.answer_since is not None:
        await tx.due(list_what_waits_in_conversation, of.id, of.version)


def thing_of(of: Conversation) -> Thing:
    return Thing(PublicConversation.topic, of.id, of.opportunity_id, of.person_id)


async def _who_answers(tx: Transaction, of: Conversation) -> UUID | None:
    if of.about != "coordinator":
        return None
    leader = await talked_about.looked_after(tx, of.person_id)
    return leader and (leader.covered_on(london_day(tx.now)) or leader.coordinator_id)


async def tell_of_messages(tx: Transaction, id: UUID) -> None:
    """Once of all that they have not read; again only a day later, unless they have read it by then."""
    of = await store.lock(tx, id)
    if of is None:
        return
    numbers = await said_store.not_seen(tx, id)
    telling = domain.telling(of, numbers, now=tx.now)
    await tx.wake(tell_of_messages, id, telling.at)
    if not telling.now:
        return
    try:
        standing = await talked_about.of(tx, of.about, id, await policies.conversing(tx))
    except NotFound:
        return
    await tell(tx, news_of(tx, of, standing))
    await store.save(tx, replace(of, told=of.messages, told_at=tx.now))


async def tellings_to_come(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When those are told of another message who have not shown that they read the one before."""
    some = await store.to_tell_later(tx, after, limit=limit)
    return {of.id: of.told_at + domain.TOLD_AGAIN for of in some if of.told_at}


def news_of(tx: Transaction, of: Conversation, standing: Standing) -> News:
    facts: dict[str, Any] = {"organisation": standing.organisation, "title": standing.title, "about": of.about}
    if side := standing.side:
        answers = WhoAnswers(side.name, side.desk_to_ring(london_day(tx.now), standing.desk_id))
        facts |= composing.rings(answers, (of.about == "engagement" and of.opportunity_id) or side.id)
    else:
        facts["desk"] = None
    told = composing.news(
        MESSAGE_WRITTEN,
        of=(of.person_id, of.id, f"written:{of.messages}"),
        link=links.MY_CONVERSATION.format(about=of.about, id=of.id),
        facts=facts,
        good_until=composing.good_until(MESSAGE_WRITTEN, tx.now),
    )
    return replace(told, thing=told.subject)
