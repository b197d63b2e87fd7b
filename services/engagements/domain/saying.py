"""What a person says of their own attendance: that they were there, and that what was recorded is wrong."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import Engagement, RecordSaidToBeWrong
from schemas.matching import Session
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines
from services.engagements.domain.attendance import DidNotTakePlace, recorded
from services.engagements.domain.engagement import NotOpen, following

THERE, WRONG = "there", "wrong"


class NotBegunYet(Refused, slug="not-begun-yet", title="This session has not begun", status=409):
    """This session has not begun yet. You can say that you were there from its start on."""


class RecordedAlready(Refused, slug="recorded-already", title="It is recorded already", status=409):
    """The organisation has recorded already whether you came. If that is wrong, you can say so on the same page."""


class NothingRecorded(Refused, slug="nothing-recorded", title="Nothing is recorded yet", status=409):
    """Nothing is recorded of this session yet, or it was just recorded again. Look at the page of the session."""


class SaidAlready(Refused, slug="said-already", title="You said this already", status=409):
    """You said this already. The organisation sees it, and answers by what it records."""


class WhatIsWrong(BaseModel):
    """What is wrong with a record, in the person's words. For the organisation only; never part of an event."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="what is wrong", min_length=1, max_length=500)


@dataclass(frozen=True)
class Said:
    """What a person said of one session."""

    what: str
    words: str
    said_at: datetime


@dataclass(frozen=True)
class SessionChoices(Choices):
    """What may be said of a session by somebody who has, or had, a place there."""

    say_there: Choice
    say_wrong: Choice


def choices_of_session(engagement: Engagement, session: Session, said: Said | None, *, now: datetime) -> SessionChoices:
    there = may_say_there(engagement, session, said, now=now)
    return SessionChoices(say_there=there, say_wrong=may_say_wrong(engagement, session))


def may_say_there(engagement: Engagement, session: Session, said: Said | None, *, now: datetime) -> Choice:
    return unless(
        (engagement.status != "accepted", NotOpen),
        (session.cancelled is not None, DidNotTakePlace),
        (session.starts_at > now, NotBegunYet),
        (recorded(engagement, session.id) is not None, RecordedAlready),
        (said is not None, SaidAlready),
    )


def may_say_wrong(engagement: Engagement, session: Session) -> Choice:
    was = recorded(engagement, session.id)
    return unless(
        (engagement.status not in ("accepted", "ended"), NotOpen),
        (was is None, NothingRecorded),
        (was is not None and was.said_wrong_at is not None, SaidAlready),
    )


def say_wrong(engagement: Engagement, session: Session, *, now: datetime) -> tuple[Engagement, RecordSaidToBeWrong]:
    """It waits for the organisation's coordinators, until somebody records the session again."""
    may_say_wrong(engagement, session).must()
    sessions = [
        one.with_changes(said_wrong_at=now) if one.session_id == session.id else one for one in engagement.sessions
    ]
    disputed = following(engagement, sessions=tuple(sessions))
    return disputed, RecordSaidToBeWrong(disputed)
