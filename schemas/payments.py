"""What payments says: the rates in force, what is claimed, and what was paid. Money is integer pence sterling."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Erasure, Event, State
from schemas.helping import Help
from schemas.to_do import ToDo

UNITS = ("session", "half_day", "day", "hour")
"""What one rate pays for. A growing list."""

CLAIM_STATUSES = ("needs_details", "ready", "sent", "approved", "returned", "declined", "cancelled", "paid")
"""How far a claim is; needs_details: the payee's name and bank details are missing. A growing list."""


class RateCard(State, topic="payments.rate_card"):
    """One edition of a rate of one organisation. An edition never changes; it can only close."""

    organisation_id: UUID
    ods_code: str
    title: str = Field(min_length=1, max_length=120)
    unit: str = Field(description="see UNITS")
    amount_pence: int = Field(ge=0, description="for one unit")
    source: str = Field(min_length=1, max_length=300, description="policy, its issuer and version")
    valid_from: date
    valid_to: date | None = Field(default=None, description="the last day on which it is in force")


class Claim(State, topic="payments.claim", about_people=True):
    """What a person is owed for one attended session, or one that was cancelled late where its payer pays for that.

    Written by us; sent, or declined, by the person.
    """

    person_id: UUID
    engagement_id: UUID
    opportunity_id: UUID
    session_id: UUID
    organisation_id: UUID = Field(description="who pays")
    ods_code: str
    amount_pence: int = Field(ge=0)
    rate_card_id: UUID
    activity_on: date
    for_cancelled: bool = Field(
        default=False, description="the session was cancelled late, and its payer pays for that"
    )
    status: str = Field(
        description="see CLAIM_STATUSES (a growing list); needs_details: payee name and bank details are missing"
    )
    drafted_at: datetime
    sent_at: datetime | None = None
    promised_days: int | None = Field(
        default=None, ge=1, description="within how many days of sent_at it is to be paid, as promised on that day"
    )
    approved_at: datetime | None = None
    approved_by: UUID | None = Field(default=None, description="the account that approved it")
    returned_by: UUID | None = Field(
        default=None, description="the account that sent it back last; none: nobody did, or it was sent again"
    )
    paid_at: datetime | None = None
    released_by: UUID | None = Field(default=None, description="the account that made the run which paid it")


class Payment(State, topic="payments.payment", about_people=True):
    """What one payment run pays one person."""

    person_id: UUID
    organisation_id: UUID = Field(description="who pays")
    ods_code: str
    run_id: UUID
    claims: tuple[UUID, ...]
    amount_pence: int = Field(ge=0)
    paid_at: datetime
    days_to_pay: int = Field(ge=0, description="whole days from the earliest attended session in it to paid_at")


class DetailsChange(State, topic="payments.details_change", about_people=True):
    """A person gave bank details, for the first time or other ones. That they did, never which."""

    person_id: UUID
    changed_at: datetime


class RateCardIssued(Event[RateCard]):
    """An organisation put a rate in force."""


class RateCardClosed(Event[RateCard]):
    """The edition has a last day."""


class RateCardRestated(Event[RateCard]):
    """No news: said again for a new topic or after a restore."""


class RateCardLost(Erasure[RateCard]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class ClaimDrafted(Event[Claim]):
    """A session was attended, so the claim is there, filled in."""


class ClaimReady(Event[Claim]):
    """Its person has given a payee name and bank details: it can be sent."""


class ClaimSent(Event[Claim]):
    """Its person sent it."""


class ClaimApproved(Event[Claim]):
    """Somebody else approved it."""


class ClaimToApproveAgain(Event[Claim]):
    """Whoever approved it has recorded its session since, so somebody else has to approve it."""


class ClaimCorrected(Event[Claim]):
    """What is recorded of its session has changed since it was sent. Where they differ now, somebody has to look."""


class ClaimReturned(Event[Claim]):
    """The approver sent it back to its person."""


class ClaimDeclined(Event[Claim]):
    """Its person does not want to be paid for it, which is their right."""


class ClaimCancelled(Event[Claim]):
    """The record was corrected before it was sent: its person was not at the session."""


class ClaimPaid(Event[Claim]):
    """It was paid in a payment run."""


class ClaimRestated(Event[Claim]):
    """No news: said again for a new topic or after a restore."""


class ClaimLost(Erasure[Claim]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class ClaimErased(Erasure[Claim]):
    """The person, or the engagement, was forgotten before the claim was paid."""


class DetailsChanged(Event[DetailsChange]):
    """A person gave bank details."""


class DetailsChangeRestated(Event[DetailsChange]):
    """No news: said again for a new topic or after a restore."""


class DetailsChangeLost(Erasure[DetailsChange]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class DetailsChangeErased(Erasure[DetailsChange]):
    """The person asked to be forgotten."""


class PaymentMade(Event[Payment]):
    """A payment run paid a person."""


class PaymentRestated(Event[Payment]):
    """No news: said again for a new topic or after a restore."""


class PaymentLost(Erasure[Payment]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class PaymentErased(Erasure[Payment]):
    """The years are over for which what was paid must be kept. Nobody says it yet."""


class PaymentsHelp(Help, topic="payments.help", about_people=True):
    """Something that staff did for a person in payments. It is never changed."""


class PaymentsHelpGiven(Event[PaymentsHelp]):
    """Staff did something for a person, who is told of it."""


class PaymentsHelpRestated(Event[PaymentsHelp]):
    """No news: said again for a new topic or after a restore."""


class PaymentsHelpLost(Erasure[PaymentsHelp]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class PaymentsHelpErased(Erasure[PaymentsHelp]):
    """The person asked to be forgotten."""


class PaymentsToDo(ToDo, topic="payments.to_do"):
    """Bank details that a helper entered, which wait for a call back."""


class PaymentsToDoBegun(Event[PaymentsToDo]):
    """It waits for staff; or it waits for others, or since another time, than was said."""


class PaymentsToDoEnded(Event[PaymentsToDo]):
    """It waits no more."""


class PaymentsToDoRestated(Event[PaymentsToDo]):
    """No news: said again for a new topic or after a restore."""


class PaymentsToDoLost(Erasure[PaymentsToDo]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""
