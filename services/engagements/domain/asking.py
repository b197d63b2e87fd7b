"""A question that somebody asked about a role before conversations came (notifications): it can still be answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import Engagement, QuestionAnswered, QuestionTakenBack
from schemas.engagements import Question as Moments
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines
from services.engagements.domain.engagement import following, is_asked
from services.engagements.domain.hands import NotYourOwn

MOST = 30
"""Questions of one person about one role; nobody could ask more."""


class NoQuestionWaits(Refused, slug="no-question-waits", title="No question waits for an answer", status=409, field=""):
    """No question waits for an answer. It was answered or taken back meanwhile. Load the page again."""


class OtherQuestion(Refused, slug="other-question", title="Another question was asked", status=409, field=""):
    """The question that you answer was taken back, and another one was asked. Read that one first."""


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


def may_take_back(engagement: Engagement) -> Choice:
    return unless((not is_asked(engagement), NoQuestionWaits))


def may_answer(engagement: Engagement, *, by: UUID) -> Choice:
    return unless((not is_asked(engagement), NoQuestionWaits), (engagement.person_id == by, NotYourOwn))


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
