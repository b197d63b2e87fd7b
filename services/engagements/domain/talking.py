"""An informal talk before anybody is chosen: times that staff propose, one that the person picks, and its end.

It is never a condition for being chosen.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.engagements import Chat, ChatAgreed, ChatEnded, ChatProposed, Engagement
from schemas.matching import Opportunity
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Lines
from services.engagements.domain.engagement import OPEN, NotOpen, following, without_talk
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.offers import OffTheFeed, Terms, last_moment
from services.engagements.domain.sessions import RoleIsOver

MOST_TIMES = 5
PROPOSED_TO = ("interested", "reserve")
"""The statuses of those among whom is still chosen."""
Mode = Literal["phone", "video", "in_person"]
BY_PERSON, BY_ORGANISATION, NONE_SUITS, TIME_GONE = "by_person", "by_organisation", "none_suits", "time_gone"


class TalkIsAgreed(Refused, slug="talk-is-agreed", title="A talk is agreed already", status=409):
    """A time for the talk is agreed already. Cancel that talk first, then propose other times."""


class ProposedMeanwhile(Refused, slug="talk-proposed-meanwhile", title="Times were proposed", status=409, field=""):
    """Times were proposed since you opened this page, and stand above now. Send yours again if they are to take their
    place.
    """


class TimesTooEarly(Refused, slug="times-too-early", status=422, field="times"):
    """A talk has to begin later than now. Check the day, the year and the time."""


class TimesTooLate(Refused, slug="times-too-late", status=422, field="times"):
    """The talk has to be before the last session starts. Choose an earlier day or time."""


class NoTalkProposed(Refused, slug="no-talk-proposed", title="No talk waits for your answer", status=409):
    """No talk waits for an answer: it was answered, cancelled, or its times have gone. Load the page again."""


class NotOneOfTheTimes(Refused, slug="not-one-of-the-times", status=422, field="starts_at"):
    """This is not one of the times that are left. Load the page again, and choose one that stands there now."""


class NoTalkToCancel(Refused, slug="no-talk-to-cancel", title="There is no talk to cancel", status=409):
    """There is no talk that could be cancelled. It has begun, or was cancelled already. Load the page again."""


class Proposing(BaseModel):
    """Times for an informal talk. `words`: the number, the link or the place; only the person reads it."""

    model_config = ConfigDict(extra="forbid")
    times: list[Moment] = Field(title="the times", min_length=1, max_length=MOST_TIMES)
    minutes: Whole = Field(title="how many minutes it takes", ge=5, le=240)
    mode: Mode = Field(title="how you talk")
    words: Lines = Field(title="the number, the link or the place", min_length=1, max_length=500)

    @field_validator("times", mode="after")
    @classmethod
    def still_to_come(cls, given: list[datetime]) -> list[datetime]:
        return judged(given, lambda times, clock: check_to_come(times, now=clock.now))


class Picked(BaseModel):
    """The time that the person chose; none: none of them suits."""

    model_config = ConfigDict(extra="forbid")
    starts_at: Moment | None = Field(title="the time that suits you", description="null: none of them suits.")


@dataclass(frozen=True)
class ChatWords:
    """Where a talk is, or the number or link to it."""

    words: str


def may_propose(engagement: Engagement, terms: Terms, *, by: UUID, now: datetime) -> Choice:
    return unless(
        (engagement.status not in PROPOSED_TO, NotOpen),
        (engagement.person_id == by, NotYourOwn),
        (engagement.person_id in terms.helped, HelpedThem),
        (terms.opportunity.withdrawn is not None, OffTheFeed),
        (terms.is_over, RoleIsOver),
        (_is_agreed(engagement.chat, now), TalkIsAgreed),
    )


def propose(
    engagement: Engagement, terms: Terms, proposing: Proposing, *, by: UUID, now: datetime
) -> tuple[Engagement, ChatProposed]:
    """Times for a talk, in the place of any that wait for an answer."""
    may_propose(engagement, terms, by=by, now=now).must()
    check_times(proposing.times, terms.opportunity, now=now)
    times = tuple(sorted(set(proposing.times)))
    chat = Chat(proposed_at=now, proposed_by=by, times=times, minutes=proposing.minutes, mode=proposing.mode)
    proposed = following(engagement, chat=chat)
    return proposed, ChatProposed(proposed)


def proposed_last(chat: Chat | None) -> str:
    """Which times wait for an answer, so that nobody takes the place of what they have not seen; empty: none do."""
    return chat.proposed_at.isoformat() if chat and not chat.ended and not chat.starts_at else ""


def is_same(waits: Chat | None, proposed: Chat | None) -> bool:
    """What is proposed waits for an answer already."""
    if waits is None or proposed is None or not proposed_last(waits):
        return False
    return (waits.times, waits.minutes, waits.mode) == (proposed.times, proposed.minutes, proposed.mode)


def check_to_come(times: list[datetime], *, now: datetime) -> None:
    """Raises TimesTooEarly."""
    for place, one in enumerate(times):
        if one <= now:
            raise TimesTooEarly().about("times", "times", place)


def check_times(times: list[datetime], opportunity: Opportunity, *, now: datetime) -> None:
    """Raises TimesTooEarly or TimesTooLate."""
    check_to_come(times, now=now)
    last = last_moment(opportunity, now)
    for place, one in enumerate(times):
        if last and one >= last:
            raise TimesTooLate().about("times", "times", place)


def times_left(chat: Chat | None, now: datetime) -> list[datetime]:
    """Those from which the person can choose now."""
    waits = chat is not None and chat.ended is None and chat.starts_at is None
    return [one for one in chat.times if one > now] if chat and waits else []


def may_answer(engagement: Engagement, *, now: datetime) -> Choice:
    waits = engagement.status in OPEN and times_left(engagement.chat, now)
    return unless((not waits, NoTalkProposed))


def pick(
    engagement: Engagement, starts_at: datetime | None, *, now: datetime
) -> tuple[Engagement, ChatAgreed | ChatEnded]:
    """The person picks one of the times, or says that none suits."""
    may_answer(engagement, now=now).must()
    if starts_at is None:
        return _end(engagement, NONE_SUITS, now=now)
    if engagement.chat is None or starts_at not in times_left(engagement.chat, now):
        raise NotOneOfTheTimes
    agreed = following(engagement, chat=engagement.chat.with_changes(starts_at=starts_at, agreed_at=now))
    return agreed, ChatAgreed(agreed)


def may_cancel(engagement: Engagement, *, now: datetime) -> Choice:
    """By either side, the same."""
    there = _is_agreed(engagement.chat, now) or bool(times_left(engagement.chat, now))
    return unless((not there, NoTalkToCancel))


def cancel(engagement: Engagement, *, by: str, now: datetime) -> tuple[Engagement, ChatEnded]:
    """`by`: BY_PERSON or BY_ORGANISATION."""
    may_cancel(engagement, now=now).must()
    return _end(engagement, by, now=now)


def run_out(engagement: Engagement, *, now: datetime) -> tuple[Engagement, ChatEnded] | None:
    """Its times have gone and nobody answered. None where there is no such talk, or not yet."""
    chat = engagement.chat
    if chat is None or chat.ended or chat.starts_at or max(chat.times) > now:
        return None
    return _end(engagement, TIME_GONE, now=now)


def _end(engagement: Engagement, why: str, *, now: datetime) -> tuple[Engagement, ChatEnded]:
    ended = following(engagement, chat=without_talk(engagement.chat, why, at=now))
    return ended, ChatEnded(ended)


def _is_agreed(chat: Chat | None, now: datetime) -> bool:
    """It is still to come."""
    return chat is not None and chat.starts_at is not None and chat.starts_at > now
