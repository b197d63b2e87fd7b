"""Pay for a session that was cancelled late: where its payer says so, and for whoever had a place then."""

from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel, Field

from schemas.engagements import Attendance, Engagement
from schemas.matching import Pay, Session, SessionCancelled
from services.chassis.base.periods import london_day
from services.chassis.base.typed.numbers import Whole
from services.payments.domain.owed import Owed, owed


class LateCancelling(BaseModel):
    """Whoever pays keeps to it. Where nobody says anything, what was cancelled is not paid."""

    hours: Whole = Field(
        ge=1,
        le=720,
        title="the number of hours",
        description="A session that is cancelled less than so many hours before its start is paid as if it were held.",
    )


def is_late(session: Session, hours: int) -> bool:
    """Whether it was cancelled less than so many hours before its start."""
    return session.cancelled is not None and session.starts_at - session.cancelled.at < timedelta(hours=hours)


def is_owed(engagement: Engagement, cancelled: SessionCancelled) -> bool:
    """To whoever had a place at that moment, and did not cancel it themselves. Whose place ended because the role was
    called off had one until then."""
    at = cancelled.at
    took = engagement.accepted_at is not None and engagement.accepted_at <= at
    keeps = engagement.ended_at is None or engagement.ended_at >= at
    return took and keeps and cancelled.by != engagement.person_id


def owed_for_cancelled(session: Session, pay: Pay, source: str) -> Owed:
    """What it would have earned, as planned. `source`: of the policy by which it is paid."""
    planned = Attendance(session_id=session.id, starts_at=session.starts_at, hours=session.hours)
    earned = owed(planned, pay, on=london_day(session.starts_at))
    return replace(earned, source=f"{pay.source}; for a session that was cancelled late: {source}")
