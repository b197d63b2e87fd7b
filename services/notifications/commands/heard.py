"""What staff did about somebody in a role that leaves it as it is: recorded who came, put a record right, answered a
question. Each is told once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from schemas.engagements import Attendance, Engagement
from schemas.matching import Opportunity
from schemas.payments import Claim
from services.chassis.base.wording import with_preparation
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import composing
from services.notifications.domain import kinds
from services.notifications.domain.message import News, stage_of
from services.notifications.store import neighbours

RECORDED = ("attendance_recorded", "record_corrected")
"""What is told of a record, which is over when it was recorded again."""
ON_ITS_WAY = ("sent", "approved", "paid")
"""The statuses of a claim that a correction does not change: somebody has to look."""


async def news(tx: Transaction, engagement: Engagement, opportunity: Opportunity) -> list[News]:
    """All of it that happened lately."""
    records = [one for one in engagement.sessions if _is_news(tx, one.recorded_at)]
    question = engagement.question
    answered_at = question.answered_at if question and _is_news(tx, question.answered_at) else None
    if not records and answered_at is None:
        return []
    facts = await composing.facts_of(tx, opportunity)
    corrected = any(one.before for one in records)
    claims = await neighbours.claims(tx, engagement.person_id, engagement.id) if corrected else []
    told = [_recorded(engagement, one, facts, claims) for one in records]
    if answered_at is not None:
        until = composing.good_until("question_answered", answered_at)
        what = ("question_answered", stage_of("question", answered_at))
        told.append(composing.about(engagement, what, facts, good_until=until))
    return told


def stages(engagement: Engagement) -> list[str]:
    """Under which each record, as it is now, is told."""
    return [_recorded_stage(one) for one in engagement.sessions]


def _is_news(tx: Transaction, at: datetime | None) -> bool:
    return at is not None and tx.now - at <= kinds.NEWS_FOR


def _recorded(of: Engagement, one: Attendance, facts: dict[str, Any], claims: Sequence[Claim]) -> News:
    """Whether they came; of what was recorded before, what it is now, and what becomes of a claim that they sent."""
    kind = "record_corrected" if one.before else "attendance_recorded"
    more: dict[str, Any] = {"at": one.starts_at, "attended": bool(one.attended)}
    if one.before:
        more |= _corrected(of, one, claims)
    until = composing.good_until(kind, one.recorded_at or one.starts_at)
    return composing.about(of, (kind, _recorded_stage(one)), facts | more, good_until=until)


def _corrected(of: Engagement, one: Attendance, claims: Sequence[Claim]) -> dict[str, Any]:
    before = one.before
    assert before, "it was recorded before"
    sent = next((c for c in claims if c.session_id == one.session_id and c.status in ON_ITS_WAY), None)
    pay = of.offer.pay if of.offer else None
    earns = pay.earned_pence(one.paid_hours) if pay and one.attended else 0
    return {
        "now": _in_words(one.attended, one.hours, one.preparation_hours),
        "before": _in_words(before.attended, before.hours, before.preparation_hours),
        "asked": before.said_wrong_at is not None,
        "claim": sent.status if sent else "",
        "amount_pence": sent.amount_pence if sent else 0,
        "differs": sent is not None and sent.amount_pence != earns,
    }


def _in_words(attended: bool | None, hours: float, preparation: float | None) -> str:
    """After "that you": "came, for 2 hours and 1 hour to prepare"."""
    return f"came, for {with_preparation(hours, preparation)}" if attended else "did not come"


def _recorded_stage(one: Attendance) -> str:
    return stage_of(f"recorded:{one.session_id}", one.recorded_at)
