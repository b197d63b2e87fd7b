"""An answer that its side can still undo: "not chosen", and a person's no. It is so when its hour is over."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import Engagement, PersonNotChosen, PlaceDeclined
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.text import Lines
from services.engagements.domain import engagement as domain
from services.engagements.domain import offers
from services.engagements.domain.engagement import OPEN, NotOpen
from services.engagements.domain.hands import NotYourOwn

NOT_CHOSEN, DECLINED = "not_chosen", "declined"
Why = Literal[
    "others_know_this_better",
    "others_were_asked_less",
    "mix_of_people",
    "no_place_left",
    "needs_something_else",
    "role_changed",
]
"""Why others were chosen, as an organisation can say it (schemas.engagements.NOT_CHOSEN_REASONS)."""
OUTCOME_RECORDED = "outcome_recorded"


class AnsweredAlready(Refused, slug="answered-already", title="This was answered already", status=409):
    """This was answered already. The answer can still be undone on the same page, until it is told."""


class NothingToUndo(Refused, slug="nothing-to-undo", title="There is nothing to undo", status=409):
    """There is no answer that could still be undone. It was told, or undone already. Load the page again."""


class Answering(BaseModel):
    """How soon an organisation answers whoever shows interest, and how long an answer can be undone."""

    working_days: Whole = Field(
        ge=1,
        le=60,
        title="the number of working days",
        description="After the closing date, until everybody is answered.",
    )
    undo_minutes: Whole = Field(
        ge=0, le=240, title="the number of minutes", description="In which a no can be undone. 0: it is told at once."
    )


class NotChosen(BaseModel):
    """Why others were chosen, and a kind sentence: the person reads both."""

    model_config = ConfigDict(extra="forbid")
    why: Why = Field(title="why you chose others")
    words: Lines = Field(default="", title="a kind sentence", max_length=500)


@dataclass(frozen=True)
class Answer:
    """What was answered to an engagement, and which version of it stood then.

    `undo_until`: the other side does not know of it before; None: it was told.
    """

    what: str
    of_version: int
    why: str
    words: str
    answered_by: UUID
    answered_at: datetime
    undo_until: datetime | None

    def stands(self, engagement: Engagement) -> bool:
        """It is not told yet, and the engagement stands where it did: what its other side did meanwhile comes first. A
        question, or a restatement, is no answer, though the version rises.
        """
        return self.undo_until is not None and _stands_since(engagement) <= self.answered_at


def _stands_since(engagement: Engagement) -> datetime:
    """When it came to its status."""
    offered = engagement.offer.offered_at if engagement.offer else None
    waits = engagement.reserve.since if engagement.reserve else None
    moments = (engagement.interested_at, offered, waits, engagement.accepted_at, engagement.ended_at)
    return max(moment for moment in moments if moment)


def may_not_choose(engagement: Engagement, answer: Answer | None = None, *, by: UUID) -> Choice:
    return unless(
        (engagement.status not in OPEN, NotOpen),
        (engagement.person_id == by, NotYourOwn),
        (answer is not None and answer.stands(engagement), AnsweredAlready),
    )


def may_decline(engagement: Engagement, answer: Answer | None = None) -> Choice:
    unanswered = unless((answer is not None and answer.stands(engagement), AnsweredAlready))
    return offers.may_decline(engagement) and unanswered


def may_undo(engagement: Engagement, answer: Answer | None) -> Choice:
    """The same for telling it before its time is over."""
    return unless((answer is None or not answer.stands(engagement), NothingToUndo))


def answered(
    engagement: Engagement, what: str, said: NotChosen | None, *, by: UUID, now: datetime, undo_for: timedelta
) -> Answer:
    """An answer as it is kept. An offer that runs out before its time to undo is over is answered then."""
    undo_until = now + undo_for
    reply_by = engagement.offer.reply_by if engagement.status == "offered" and engagement.offer else None
    return Answer(
        what=what,
        of_version=engagement.version,
        why=said.why if said else "",
        words=said.words if said else "",
        answered_by=by,
        answered_at=now,
        undo_until=min(undo_until, reply_by) if reply_by else undo_until,
    )


def tell(
    engagement: Engagement, answer: Answer, *, now: datetime
) -> tuple[Engagement, PersonNotChosen | PlaceDeclined]:
    """The answer that was given is so from now on."""
    if answer.what == DECLINED:
        return offers.decline(engagement, now=now)
    return domain.not_choose(engagement, why=answer.why, by=answer.answered_by, now=now)


def told(answer: Answer) -> Answer:
    """As it stays for its person to read."""
    return replace(answer, undo_until=None)
