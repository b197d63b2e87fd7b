"""What is recorded of a session changes after its claim was sent: both facts are shown, and somebody has to look."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.payments import ClaimCorrected
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.payments.domain.claim import Changed, Claim
from services.payments.domain.hands import Hand, OwnClaim
from services.payments.domain.owed import Owed

SENT = ("sent", "approved", "paid")


class NothingToSettle(Refused, slug="nothing-to-settle", title="There is nothing to settle", status=409):
    """What was paid is what is recorded, or somebody has settled it already. Load the page again."""


@dataclass(frozen=True)
class CorrectionChoices(Choices):
    """What finance may do with a paid claim whose session was recorded otherwise since."""

    settle: Choice


def correct(claim: Claim, earned: Owed | None, *, recorded_by: UUID | None, now: datetime) -> Changed | None:
    """A sent claim, and what its session earns by the record now; None: nothing. None where nothing is new.

    What was sent, approved or paid stays as it is: the record stands beside it. Where whoever approved it recorded it
    now, that is the caller's to follow.
    """
    pence = earned.amount_pence if earned and earned.amount_pence != claim.owed.amount_pence else None
    by = recorded_by if claim.status != "paid" and claim.approved_by != recorded_by else claim.recorded_by
    if (claim.attended, claim.recorded_pence) == (earned is not None, pence):
        return None
    differs = earned is None or pence is not None
    corrected = replace(
        claim,
        attended=earned is not None,
        recorded_pence=pence,
        recorded_by=by,
        corrected_at=now if differs else None,
        settled_by=None,
        settled_at=None,
        version=claim.version + 1,
    )
    return corrected, ClaimCorrected(corrected.public())


def write_anew(claim: Claim, earned: Owed, *, now: datetime) -> Changed:
    """It was sent back to its person, and is for what is recorded now. Why it came back stays to be read."""
    anew = replace(
        claim, owed=earned, attended=True, recorded_pence=None, corrected_at=None, since=now, version=claim.version + 1
    )
    return anew, ClaimCorrected(anew.public())


def may_settle(claim: Claim, *, by: Hand) -> Choice:
    return unless(
        (claim.status != "paid" or claim.corrected_at is None, NothingToSettle),
        (claim.is_own(by.by), OwnClaim),
    )


def settle(claim: Claim, *, by: Hand, now: datetime) -> Changed:
    """Finance has dealt with what was paid too much or too little, outside of the network: nobody is asked any more."""
    may_settle(claim, by=by).must()
    settled = replace(claim, corrected_at=None, settled_by=by.by, settled_at=now, version=claim.version + 1)
    return settled, ClaimCorrected(settled.public())
