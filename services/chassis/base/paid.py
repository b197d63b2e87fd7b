"""What is paid, in words: one sentence for it on every page and card, in feeds, APIs and messages."""

from collections.abc import Sequence

from schemas.matching import Opportunity, Pay, Session
from schemas.words import UNIT
from services.chassis.base.wording import money

NOTHING_IS_PAID = "No payment. Your expenses are paid."


def what_a_role_pays(of: Opportunity) -> str:
    """What somebody gets who comes; of a job its salary, as its organisation says it."""
    return f"A salary: {of.job.salary}" if of.job else what_is_paid(of.pay, of.takes_place)


def what_is_paid(pay: Pay | None, sessions: Sequence[Session]) -> str:
    """What somebody gets who comes: "£41.25 for this meeting". Of meetings that are not known yet, the rate."""
    if pay is None:
        return NOTHING_IS_PAID
    each = sorted({pay.earned_pence(session.hours) for session in sessions})
    if not each:
        return rate(pay.amount_pence, pay.unit)
    if len(each) > 1:
        return f"{money(each[0])} to {money(each[-1])} for each meeting, by how long it is"
    return f"{money(each[0])} for {'this' if len(sessions) == 1 else 'each'} meeting"


def paid_in_all(pay: Pay | None, sessions: Sequence[Session]) -> str:
    """The same, and how much it is together: "£75 for each meeting, £225 in all for 3 meetings"."""
    if pay is None or len(sessions) < 2:
        return what_is_paid(pay, sessions)
    total = sum(pay.earned_pence(session.hours) for session in sessions)
    return f"{what_is_paid(pay, sessions)}, {money(total)} in all for {len(sessions)} meetings"


def rate(amount_pence: int, unit: str) -> str:
    """A rate, whatever it is for: "£75 for a half day"."""
    return f"{money(amount_pence)} for {UNIT.get(unit, unit)}"
