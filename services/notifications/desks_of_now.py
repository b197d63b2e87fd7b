"""Whom to ring, as it is now: a message that waits for days names no desk that is away by then, nobody who has left.

Stored words say it between marks (texts.py), with whose desk it is beside them; here it is found and put in, by a few
statements for many messages. Whoever sends, prints, reads out or shows a message calls this; nothing of it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, each_answers
from services.notifications import texts, who_to_ask
from services.notifications.domain.message import Message
from services.notifications.texts import Asking


@dataclass(frozen=True)
class Desk:
    """Whom to ring: a team of the organisation that answers today. Never anybody's own number.

    `called`: whom to ask for there; "" for nobody by name.
    """

    name: str
    phone: str
    hours: str
    called: str = ""


def desk_of(answers: WhoAnswers | None) -> Desk | None:
    team = answers.desk if answers else None
    return Desk(team.name, team.phone or "", team.hours or "", answers.called) if answers and team else None


async def with_desks(tx: Transaction, messages: Sequence[Message]) -> list[Message]:
    """The same, each with whom to ring now. What is not heard of, or not to be seen by whoever asks, stays as it was
    when the words were made."""
    people = {one.news.person_id for one in messages if one.news.rings == one.news.person_id}
    desks = await _answers(tx, {one.news.rings for one in messages if one.news.rings} - people)
    said = {id: texts.whom_to_ring(one.organisation, desk_of(one)) for id, one in desks.items()}
    said |= await _coordinators(tx, sorted(people))
    return [_with(one, said.get(one.news.rings) if one.news.rings else None) for one in messages]


async def desk_now(tx: Transaction, rings: UUID | None) -> Desk | None:
    """Of one role or organisation; None where no desk of it answers a phone today."""
    return desk_of((await _answers(tx, {rings})).get(rings)) if rings else None


async def _answers(tx: Transaction, ids: set[UUID]) -> dict[UUID, WhoAnswers]:
    """Of each role or organisation of which was heard."""
    if not ids:
        return {}
    roles = await mirrors.get_each(tx, Opportunity, sorted(ids))
    named = {id: (one.organisation_id, one.desk_id, one.contact_id) for id, one in roles.items()}
    return await each_answers(tx, named | {id: (id, None, None) for id in ids - named.keys()})


async def _coordinators(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, Asking]:
    """Of each who looks after them, or the welcome team; none of whose coordinator cannot be named here."""
    if not people:
        return {}
    asks = await who_to_ask.of_each(tx, [*people])
    leaders = await mirrors.get_each(tx, Leader, people)
    has = {id for id, one in leaders.items() if one.coordinator_id and one.status == "approved"}
    return {
        id: texts.who_to_ask(ask) for id, ask in asks.items() if id in leaders and bool(ask.coordinator) == (id in has)
    }


def _with(message: Message, said: Asking | None) -> Message:
    news = message.news
    ring, plain, easy = (said.ring, said.plain or None, said.easy) if said else (None, None, None)
    body = texts.said_of_now(news.body, ring=ring, block=plain)
    in_easy = texts.said_of_now(news.easy, ring=ring, block=easy)
    return replace(message, news=replace(news, body=body, easy=in_easy))
