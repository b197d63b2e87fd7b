"""What the JSON API of conversations answers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage, going_on
from services.notifications import words_conversations as words
from services.notifications.domain.conversation import Conversation
from services.notifications.domain.conversing import PersonChoices, StaffChoices
from services.notifications.queries_conversations import Talk
from services.notifications.store.conversation_lists import Listed
from services.notifications.store.said import Shown


class Conversed(BaseModel):
    """One conversation of a list. `other`: who is on its other side; of whoever is not to be named, no name."""

    about: str
    id: UUID
    title: str
    other: str
    written_at: datetime
    written_by: str
    unread_since: datetime | None
    answer_since: datetime | None
    ended_at: datetime | None


class Conversations(OnePage):
    conversations: list[Conversed]


class MessageSaid(BaseModel):
    """One message. `by`: whose hand it was, "" of the person themselves; `phone_on`: it was said on the phone that day.

    `link`: to what somebody recorded at another place, which nobody here has looked at.
    """

    id: UUID
    side: str
    by: str
    said_at: datetime
    phone_on: date | None
    words: str
    link: str
    file: str | None
    to_all: bool
    read_at: datetime | None
    read_by: str


class TalkOf(OnePage):
    """What was written, newest first, and when it is read."""

    about: str
    id: UUID
    title: str
    organisation: str
    reads: str
    ring: str
    muted_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    unread_since: datetime | None
    answer_since: datetime | None
    messages: list[MessageSaid]


class MyTalk(TalkOf):
    choices: PersonChoices


class TheirTalk(TalkOf):
    called: str
    choices: StaffChoices


def conversations(things: Sequence[Listed]) -> list[Conversed]:
    return [
        Conversed(
            about=one.conversation.about,
            id=one.conversation.id,
            title=one.title,
            other=one.other,
            written_at=one.conversation.written_at,
            written_by=one.conversation.written_by,
            unread_since=one.conversation.unread_since,
            answer_since=one.conversation.answer_since,
            ended_at=one.conversation.ended_at,
        )
        for one in things
    ]


def my_talk(talk: Talk[PersonChoices]) -> MyTalk:
    return MyTalk(**_talk(talk), choices=talk.choices)


def their_talk(talk: Talk[StaffChoices]) -> TheirTalk:
    return TheirTalk(**_talk(talk), called=talk.standing.called, choices=talk.choices)


def _talk(talk: Talk[PersonChoices] | Talk[StaffChoices]) -> dict[str, Any]:
    of: Conversation | None = talk.conversation
    kept = ("muted_at", "ended_at", "ended_by", "unread_since", "answer_since")
    return {
        "about": talk.standing.between.about,
        "id": talk.standing.between.id,
        "title": talk.standing.title,
        "organisation": talk.standing.organisation,
        "reads": words.when_read(talk.read_by, talk.standing.organisation),
        "ring": words.whom_to_ring(talk.read_by),
        **{name: getattr(of, name) if of else None for name in kept},
        "messages": [_said(one) for one in talk.said.items],
        **going_on(talk.said),
    }


def _said(one: Shown) -> MessageSaid:
    said = one.said
    own = said.side == "person" and said.said_by == said.person_id
    return MessageSaid(
        id=said.id,
        side=said.side,
        by="" if own else one.by,
        said_at=said.said_at,
        phone_on=said.phone_on,
        words=said.words,
        link=said.link,
        file=one.file.name if one.file else None,
        to_all=said.to_all is not None,
        read_at=said.read_at,
        read_by=one.read_by,
    )
