"""When a role's days may lie: its closing date, sessions, the decision, and what changed. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.chassis.base.periods import london_day
from services.chassis.base.refusals import Refused

LATEST_CLOSING = timedelta(days=366)
LATEST_DAY = timedelta(days=3 * 366)
"""How far ahead a session, or the day of telling what changed, may lie."""
LONGEST_DECIDING = timedelta(days=93)
LONGEST_TERM = timedelta(days=6 * 366)
"""Two terms of three years, as lay members of research networks serve them."""


class PastClosing(Refused, slug="past-closing", status=422, field="apply_by"):
    """The closing date has to be in the future, and within a year."""


class DecisionTooEarly(Refused, slug="decision-too-early", status=422, field="decide_by"):
    """The day on which people hear who was chosen has to be on the closing date, or after it."""


class DecisionTooLate(Refused, slug="decision-too-late", status=422, field="decide_by"):
    """The day on which people hear who was chosen has to be within three months of the closing date."""


class FeedbackTooEarly(Refused, slug="feedback-too-early", status=422, field="feedback_by"):
    """The day on which you tell people what changed has to be after the closing date and all sessions."""


class FeedbackTooLate(Refused, slug="feedback-too-late", status=422, field="feedback_by"):
    """The day on which you tell people what changed has to be within three years."""


class SessionTooEarly(Refused, slug="session-too-early", status=422, field="starts_at"):
    """A session has to start in the future."""


class SessionTooLate(Refused, slug="session-too-late", status=422, field="starts_at"):
    """A session has to be within three years."""


class SessionAfterTerm(Refused, slug="session-after-term", status=422, field="term_until"):
    """The last day of the role is before a session. Choose a later last day, or an earlier session."""


class TermTooLong(Refused, slug="term-too-long", status=422, field="term_until"):
    """The last day of the role has to be within six years. Choose an earlier one, or leave it empty."""


class StatusToCome(Refused, slug="status-day-to-come", status=422, field="status_on"):
    """The day on which the role was decided for tax is still to come. Enter the day on which it was decided."""


def check_closing(at: datetime, *, now: datetime) -> None:
    """Raises PastClosing."""
    if not now < at <= now + LATEST_CLOSING:
        raise PastClosing


def check_decision(at: datetime, *, closing: datetime) -> None:
    """Raises DecisionTooEarly or DecisionTooLate."""
    if at < closing:
        raise DecisionTooEarly
    if at > closing + LONGEST_DECIDING:
        raise DecisionTooLate


def check_session(at: datetime, *, now: datetime, field: str = "starts_at") -> None:
    """`field`: what asks for it. Raises SessionTooEarly or SessionTooLate."""
    if at <= now:
        raise SessionTooEarly().about(field)
    if at > now + LATEST_DAY:
        raise SessionTooLate().about(field)


def check_term(until: date | None, *, sessions: Sequence[datetime], today: date) -> None:
    """Raises SessionAfterTerm or TermTooLong."""
    if until is None:
        return
    if any(london_day(at) > until for at in sessions) or until < today:
        raise SessionAfterTerm
    if until > today + LONGEST_TERM:
        raise TermTooLong


def check_feedback(at: datetime, *, after: Sequence[datetime], now: datetime) -> None:
    """`after`: the closing date and the first session. Raises FeedbackTooEarly or FeedbackTooLate."""
    if any(at <= day for day in after):
        raise FeedbackTooEarly
    if at > now + LATEST_DAY:
        raise FeedbackTooLate


def check_status_day(on: date | None, *, today: date) -> None:
    """Raises StatusToCome."""
    if on is not None and on > today:
        raise StatusToCome
