"""What an organisation decides about a claim: approve it, or send it back. By whom, `hands` says."""

from dataclasses import dataclass
from datetime import datetime

from schemas.payments import ClaimApproved, ClaimReturned, ClaimToApproveAgain
from services.chassis.base.choices import Choice, Choices, unless
from services.payments.domain.claim import Changed, Claim, ClaimMoved, NotAttended, RecordDiffers, has_moved, move
from services.payments.domain.hands import Hand, OwnClaim, against_approving


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What an approver may do with a claim."""

    approve: Choice
    send_back: Choice


def choices_of_staff(claim: Claim, *, by: Hand) -> StaffChoices:
    return StaffChoices(approve=may_approve(claim, by=by), send_back=may_send_back(claim, by=by))


def may_approve(claim: Claim, *, by: Hand, seen: int | None = None) -> Choice:
    return unless(
        *against_approving(claim, by),
        (has_moved(claim, ("sent",), seen), ClaimMoved),
        (not claim.attended, NotAttended),
        (claim.recorded_pence is not None, RecordDiffers),
    )


def approve(claim: Claim, *, by: Hand, seen: int | None, now: datetime) -> Changed:
    """Somebody approves it who neither claims it nor recorded it, and belongs to nobody who does."""
    may_approve(claim, by=by, seen=seen).must()
    approved = move(claim, "approved", now, approved_at=now, approved_by=by.by, by_network=by.by_network)
    return approved, ClaimApproved(approved.public())


def may_send_back(claim: Claim, *, by: Hand, seen: int | None = None) -> Choice:
    return unless((claim.is_own(by.by), OwnClaim), (has_moved(claim, ("sent", "approved"), seen), ClaimMoved))


def send_back(claim: Claim, *, by: Hand, why: str, seen: int | None, now: datetime) -> Changed:
    """Back to its person with a reason, as long as it is not paid."""
    may_send_back(claim, by=by, seen=seen).must()
    changes = {"approved_at": None, "approved_by": None, "by_network": False, "corrected_at": None}
    returned = move(claim, "returned", now, returned_why=why, returned_by=by.by, **changes)
    return returned, ClaimReturned(returned.public())


def approve_again(claim: Claim, *, now: datetime) -> Changed:
    """Whoever approved it has recorded its session since: it waits to be approved by somebody else."""
    again = move(claim, "sent", now, approved_at=None, approved_by=None, by_network=False)
    return again, ClaimToApproveAgain(again.public())
