"""A conversation: what a person and an organisation write to each other about one thing. Pure.

The words are private to the two sides. Staff answer, or say that no answer is needed: until then the person waits.
A person is told once of what they have not read yet, however much it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from schemas import links
from schemas.event import Event, Waiting
from schemas.notifications_conversation import Conversation as PublicConversation
from schemas.notifications_conversation import (
    ConversationEnded,
    ConversationMuted,
    ConversationOpenedAgain,
    ConversationRead,
    ConversationSettled,
    ConversationUnmuted,
    ConversationWritten,
)

About = Literal["engagement", "coordinator", "claim"]
Side = Literal["person", "organisation"]
Heard = Literal["", "answered", "waits"]
"""Of what the person said on the phone to staff, who wrote it down: whether they answered there."""
WHO_ANSWERS: dict[About, tuple[str, ...]] = {
    "engagement": ("coordinator",),
    "coordinator": ("coordinator", "screener"),
    "claim": ("approver", "finance"),
}
"""The roles of staff that read and answer; of `coordinator` whoever looks after the person."""
TOLD_AGAIN = timedelta(days=1)
"""Who was told of a message and has not shown that they read it hears of another one only so long after that."""
_LAST = 10**12


@dataclass(frozen=True)
class Conversation:
    """`seen`: up to which message the person showed to have read; `told`: up to which they were told, at `told_at`."""

    id: UUID
    version: int
    about: About
    person_id: UUID
    organisation_id: UUID
    ods_code: str
    opportunity_id: UUID | None
    begun_at: datetime
    messages: int
    written_at: datetime
    written_by: Side
    unread_since: datetime | None = None
    answer_since: datetime | None = None
    muted_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: Side | None = None
    seen: int = 0
    told: int = 0
    told_at: datetime | None = None

    @property
    def turn(self) -> int:
        """By it staff see them: who waits longest first, and after all of those what was written last."""
        if self.answer_since is not None:
            return int(self.answer_since.timestamp())
        return _LAST - int(self.written_at.timestamp())

    def public(self) -> PublicConversation:
        return PublicConversation(
            id=self.id,
            version=self.version,
            waiting=tuple(self.waiting()),
            about=self.about,
            person_id=self.person_id,
            organisation_id=self.organisation_id,
            ods_code=self.ods_code,
            opportunity_id=self.opportunity_id,
            begun_at=self.begun_at,
            messages=self.messages,
            written_at=self.written_at,
            written_by=self.written_by,
            unread_since=self.unread_since,
            answer_since=self.answer_since,
            muted_at=self.muted_at,
            ended_at=self.ended_at,
            ended_by=self.ended_by,
        )

    def waiting(self, answers: UUID | None = None) -> list[Waiting]:
        """`answers`: who alone does, where the person is looked after by somebody."""
        if self.answer_since is None:
            return []
        link = links.STAFF_CONVERSATION.format(ods=self.ods_code, about=self.about, id=self.id)
        what: dict[str, Any] = {"what": "answer_message", "about": self.id, "since": self.answer_since, "link": link}
        if answers is not None:
            return [Waiting.build(person_id=answers, **what)]
        return [
            Waiting.build(organisation_id=self.organisation_id, role=role, **what) for role in WHO_ANSWERS[self.about]
        ]


@dataclass(frozen=True)
class Written:
    """What one side writes. `phone_on`: they said it on the phone that day, and whoever writes writes it down.

    `saw`: up to which message whoever writes had read; none: all.
    """

    words: str = ""
    link: str = ""
    phone_on: date | None = None
    has_file: bool = False
    saw: int | None = None


@dataclass(frozen=True)
class Said:
    """One message. `said_by`: the hand; `read_by`: who of the organisation read it first, of what the person wrote."""

    id: UUID
    conversation_id: UUID
    person_id: UUID
    organisation_id: UUID
    number: int
    side: Side
    words: str
    link: str
    has_file: bool
    said_by: UUID
    said_at: datetime
    phone_on: date | None = None
    read_by: UUID | None = None
    read_at: datetime | None = None
    to_all: UUID | None = None

    @property
    def file_of(self) -> UUID:
        """What its file is kept under: of a message to all, once for all of them."""
        return self.to_all or self.id


@dataclass(frozen=True)
class Between:
    """The two sides of a conversation and what it is about: what it begins with."""

    about: About
    id: UUID
    person_id: UUID
    organisation_id: UUID
    ods_code: str
    opportunity_id: UUID | None = None


Changed = tuple[Conversation, Event[PublicConversation]]


def write(
    before: Conversation | None,
    between: Between,
    side: Side,
    *,
    version: int,
    at: datetime,
    answers: bool = True,
    heard: Heard = "",
    newer: datetime | None = None,
) -> Changed:
    """One more message of a side. `version`: of one that begins with it. `answers`: not what goes to everybody: whoever
    waits for an answer still does. `heard`: staff heard it from the person on the phone, and so have read it.
    `newer`: when the person wrote what whoever answers has not seen; that still waits."""
    if before is None:
        began = _begun(between, version, side, at)
    else:
        began = replace(
            before, version=before.version + 1, messages=before.messages + 1, written_at=at, written_by=side
        )
    if side == "organisation":
        after = replace(began, unread_since=newer, answer_since=newer) if answers else began
    elif heard == "answered":
        after = replace(began, seen=began.messages, unread_since=None, answer_since=None)
    else:
        unread = began.unread_since if heard else began.unread_since or at
        waits = began.answer_since or at
        after = replace(began, unread_since=unread, answer_since=waits, seen=began.messages)
    return after, ConversationWritten(after.public())


def _begun(of: Between, version: int, side: Side, at: datetime) -> Conversation:
    return Conversation(
        id=of.id,
        version=version,
        about=of.about,
        person_id=of.person_id,
        organisation_id=of.organisation_id,
        ods_code=of.ods_code,
        opportunity_id=of.opportunity_id,
        begun_at=at,
        messages=1,
        written_at=at,
        written_by=side,
    )


def read(of: Conversation, *, newer: datetime | None = None) -> Changed:
    """Somebody of the organisation has read what the person wrote, but for what is newer than their page. Who waits for
    an answer still does."""
    after = _following(of, unread_since=newer)
    return after, ConversationRead(after.public())


def settle(of: Conversation, *, newer: datetime | None = None) -> Changed:
    """Nothing that the person wrote needs an answer, but for what is newer than the page of whoever says so."""
    after = _following(of, unread_since=newer, answer_since=newer)
    return after, ConversationSettled(after.public())


def mute(of: Conversation, *, now: datetime) -> Changed:
    after = _following(of, muted_at=now)
    return after, ConversationMuted(after.public())


def unmute(of: Conversation) -> Changed:
    """What they were not told of meanwhile they read now."""
    after = _following(of, muted_at=None, seen=of.messages)
    return after, ConversationUnmuted(after.public())


def end(of: Conversation, side: Side, *, now: datetime) -> Changed:
    """Nobody waits for anything any more."""
    after = _following(of, ended_at=now, ended_by=side, unread_since=None, answer_since=None)
    return after, ConversationEnded(after.public())


def open_again(of: Conversation) -> Changed:
    after = _following(of, ended_at=None, ended_by=None)
    return after, ConversationOpenedAgain(after.public())


def _following(of: Conversation, **changes: object) -> Conversation:
    return replace(of, version=of.version + 1, **changes)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class Telling:
    """What is to be done about what staff wrote: tell the person of it now, or look again at a moment; or neither."""

    now: bool = False
    at: datetime | None = None


def telling(of: Conversation, theirs: Sequence[int], *, now: datetime) -> Telling:
    """`theirs`: the numbers of what the organisation wrote and that the person has not seen, oldest first.

    One message about all of it; another one only a day later, unless the person has read what they were told of.
    """
    if of.muted_at or of.ended_at or not theirs or theirs[-1] <= of.told:
        return Telling()
    unread_before = of.told > of.seen and of.told_at is not None
    again = of.told_at + TOLD_AGAIN if unread_before and of.told_at else now
    return Telling(now=True) if again <= now else Telling(at=again)
