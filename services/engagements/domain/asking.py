"""A question of somebody who takes part, or would like to, and what is answered; no event has the words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import Engagement, QuestionAnswered, QuestionAsked, QuestionTakenBack
from schemas.engagements import Question as Moments
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines
from services.engagements.domain.engagement import OPEN, NotOpen, following, is_asked
from services.engagements.domain.hands import NotYourOwn

MOST = 30
"""Questions of one person about one role. Whoever has more to ask is better rung."""


class AskedAlready(Refused, slug="asked-already", title="A question waits for an answer", status=409, field=""):
    """You asked something that is not answered yet. Wait for the answer, or take that question back and ask anew."""


class EnoughAsked(Refused, slug="enough-asked", title="There are many questions here", status=409, field=""):
    """You asked a lot about this already, which is easier to talk about. Please ring the organisation."""


class NoQuestionWaits(Refused, slug="no-question-waits", title="No question waits for an answer", status=409, field=""):
    """No question waits for an answer. It was answered or taken back meanwhile. Load the page again."""


class OtherQuestion(Refused, slug="other-question", title="Another question was asked", status=409, field=""):
    """The question that you answer was taken back, and another one was asked. Read that one first."""


class Asking(BaseModel):
    """What a person asks. For the organisation only; never part of an event."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="your question", min_length=1, max_length=1000)


class AnswerWords(BaseModel):
    """What the organisation answers. For its person only; never part of an event."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="your answer", min_length=1, max_length=2000)


@dataclass(frozen=True)
class Question:
    """What was asked, and what was answered; `answer` is empty until then."""

    id: UUID
    asked: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: UUID | None = None


def may_ask(engagement: Engagement) -> Choice:
    return unless((engagement.status not in (*OPEN, "accepted"), NotOpen), (is_asked(engagement), AskedAlready))


def may_take_back(engagement: Engagement) -> Choice:
    return unless((not is_asked(engagement), NoQuestionWaits))


def may_answer(engagement: Engagement, *, by: UUID) -> Choice:
    return unless((not is_asked(engagement), NoQuestionWaits), (engagement.person_id == by, NotYourOwn))


def ask(engagement: Engagement, *, now: datetime) -> tuple[Engagement, QuestionAsked]:
    """It waits for the organisation's coordinators. The day of an offer stays as it is."""
    may_ask(engagement).must()
    asked = following(engagement, question=Moments(asked_at=now))
    return asked, QuestionAsked(asked)


def take_back(engagement: Engagement, before: Question | None) -> tuple[Engagement, QuestionTakenBack]:
    """`before`: what they asked before it, which was answered."""
    may_take_back(engagement).must()
    last = before and Moments(asked_at=before.asked_at, answered_at=before.answered_at)
    back = following(engagement, question=last)
    return back, QuestionTakenBack(back)


def answer(engagement: Engagement, *, by: UUID, now: datetime) -> tuple[Engagement, QuestionAnswered]:
    may_answer(engagement, by=by).must()
    assert engagement.question, "one was asked"
    moments = engagement.question.with_changes(answered_at=now)
    answered = following(engagement, question=moments)
    return answered, QuestionAnswered(answered)
