"""The words for payments' codes, as people read them."""

from collections.abc import Iterable

from schemas.words import UNIT
from services.chassis.base.paid import rate
from services.chassis.base.wording import money, with_preparation
from services.payments.domain.claim import Claim
from services.payments.domain.owed import Owed

__all__ = [
    "ACCOUNT",
    "COLOUR",
    "LEFT_OUT",
    "NEXT",
    "ROLE",
    "STATUS",
    "STATUS_FOR_STAFF",
    "UNIT",
    "WOULD_LEAVE_OUT",
    "rate",
    "reckoned",
    "together",
]

STATUS = {
    "needs_details": "Waits for your bank details",
    "ready": "Ready to send",
    "sent": "Sent",
    "approved": "Approved",
    "returned": "Sent back to you",
    "declined": "You said no to this pay",
    "cancelled": "Cancelled",
    "paid": "Sent to payroll",
}
STATUS_FOR_STAFF = {
    "sent": "Waits for approval",
    "approved": "Approved",
    "returned": "Sent back",
    "paid": "Sent to payroll",
}
COLOUR = {"ready": "blue", "returned": "orange", "needs_details": "orange", "sent": "purple", "approved": "green"}
NEXT = {
    "needs_details": "Give your bank details. Then you can send this claim.",
    "ready": "Check it and send it.",
    "returned": "Read why it came back. When it is right, send it again.",
    "sent": "The organisation checks it. You do not need to do anything.",
    "approved": "It goes into the next payment run. You do not need to do anything.",
    "declined": "You will not be paid for this session. You do not need to do anything.",
    "cancelled": "The record says that you were not at this session. If that is wrong, tell the organisation.",
    "paid": "It went to payroll, which pays it on its next pay day.",
}
LEFT_OUT = {
    "own": "It is the claim of whoever made this run. Somebody else has to pay it.",
    "approved_by_releaser": "Whoever made this run approved it. Somebody else has to pay it.",
    "recorded_by_releaser": "Whoever made this run recorded the session, or cancelled it. Somebody else has to pay it.",
    "role_from_claimant": "Whoever made this run has their role from the claimant. Somebody else has to pay it.",
    "helped_by_releaser": "Whoever made this run did things in the claimant's name. Somebody else has to pay it.",
    "one_household": "Whoever made this run lives with somebody who has a part in it. Somebody else has to pay it.",
    "by_a_machine": "A program made this run. A person has to pay it.",
    "their_own_people_can": "Somebody in the organisation's own finance can pay it.",
    "no_details": "The person has not given bank details.",
    "not_attended": "The record says now that the person was not there. Send the claim back, or correct the record.",
    "record_differs": "The record says now that they were there for another time. An approver sends the claim back.",
}
_SOMEBODY_ELSE = "Somebody else in finance has to pay them."
WOULD_LEAVE_OUT = {
    "own": f"They are your own. {_SOMEBODY_ELSE}",
    "approved_by_releaser": f"You approved them. {_SOMEBODY_ELSE}",
    "recorded_by_releaser": f"You recorded that the person was there, or cancelled it. {_SOMEBODY_ELSE}",
    "role_from_claimant": f"You have your role from the claimant. {_SOMEBODY_ELSE}",
    "helped_by_releaser": f"You did things in the claimant's name. {_SOMEBODY_ELSE}",
    "one_household": f"You live with somebody who has a part in them. {_SOMEBODY_ELSE}",
    "by_a_machine": "A program cannot pay them. A person has to.",
    "their_own_people_can": LEFT_OUT["their_own_people_can"],
    "no_details": LEFT_OUT["no_details"],
    "not_attended": LEFT_OUT["not_attended"],
    "record_differs": LEFT_OUT["record_differs"],
}
"""What a run would leave out, as whoever is about to make it is told."""
PART = {"claimant": "The claimant", "recorder": "the recorder", "approver": "the approver", "releaser": "the payer"}
WHY_TOGETHER = {
    "same": "are one account",
    "role": "are not apart: one has their role from the other",
    "household": "live in one household",
}


def together(codes: Iterable[str]) -> list[str]:
    """Which two hands of a claim belong together, and why, a sentence each."""
    parts = [code.split("/") for code in codes]
    return [
        f"{PART.get(first, first).capitalize()} and {PART.get(second, second)} {WHY_TOGETHER.get(why, why)}."
        for first, second, why in parts
    ]


def reckoned(owed: Owed) -> str:
    """How what a session earns was worked out: "2.5 hours at £27.50 an hour", else "A half day"."""
    if owed.unit == "hour":
        there = float(owed.units - owed.preparation_hours)
        lasted = with_preparation(there, float(owed.preparation_hours))
        return f"{lasted} at {money(owed.rate_pence)} an hour"
    words = UNIT.get(owed.unit, owed.unit)
    return words[:1].upper() + words[1:]


def recorded_now(claim: Claim) -> str:
    """What the record says now of a session, beside what was claimed."""
    if claim.for_cancelled:
        return "The session was cancelled late. Whoever pays for it pays that."
    if not claim.attended:
        return "They were not at the session."
    if claim.recorded_pence is None:
        return "They were at the session."
    return f"They were at the session, for another time than was claimed: it earns {money(claim.recorded_pence)}."


ROLE = {"coordinator": "coordinator", "approver": "approver", "finance": "finance", "admin": "administrator"}
ACCOUNT = {"involvement_expense": "Cost of involvement", "payroll_clearing": "To be paid out by payroll"}
