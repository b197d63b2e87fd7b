"""What a claim is: what one attended session earned, from the draft that we write to the day it is paid."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.engagements import Engagement
from schemas.event import Event, Waiting
from schemas.identity import Organisation
from schemas.matching import SessionCancelled
from schemas.payments import (
    Claim as PublicClaim,
)
from schemas.payments import (
    ClaimCancelled,
    ClaimDeclined,
    ClaimDrafted,
    ClaimReady,
    ClaimSent,
)
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import Version
from services.chassis.base.typed.text import Lines
from services.payments.domain.owed import Owed
from services.payments.domain.promise import Promise, promised_by

UNSENT = ("needs_details", "ready", "returned")
UNPAID = (*UNSENT, "sent", "approved")


class ClaimMoved(Refused, slug="claim-moved", title="This claim has moved on", status=409):
    """This claim has moved on since you opened the page. Open it again and look at how it is now."""


class DetailsMissing(Refused, slug="details-missing", title="Give your bank details first", status=409):
    """Please give your bank details first. Then you can send this claim."""


class RecordedByYou(Refused, slug="recorded-by-you", title="Somebody else has to send this", status=403):
    """You recorded that this person was there, or cancelled it late. Somebody else has to send the claim for them."""


class NotAttended(Refused, slug="not-attended", title="The record says otherwise", status=409):
    """The record says now that the person was not at this session. Send the claim back, or correct the record."""


class RecordDiffers(Refused, slug="record-differs", title="The record says otherwise", status=409):
    """The record says now that they were there for another time than this claim is for. Send the claim back: it is
    written anew, and its person sends it again."""


class Seen(BaseModel):
    """The version of the claim that somebody looked at before they decided; none: whatever it is now."""

    model_config = ConfigDict(extra="forbid")
    version: Version | None = Field(default=None, title="the version that you saw")


class Return(Seen):
    """Why an approver sends a claim back."""

    why: Lines = Field(title="why you send it back", min_length=1, max_length=500)


@dataclass(frozen=True)
class Claim:
    """Who recorded and who sent it, and why it was returned, are private to payments.

    `attended` is what the record says now, also after the claim was sent. `since` is when it came to its status.
    `promised_days`: within how many days of being sent it is to be paid, as its payer promised on that day.
    `recorded_by`: who recorded that the person was there. `by_network`: the network's finance desk approved it.
    `together`: which two of its hands belong together, and why (`hands.together`). `for_cancelled`: its session was
    cancelled late, and nobody was to be there. `recorded_pence`: what the record earns now, where it is another amount.
    `corrected_at`: since when what was sent is not what is recorded; None where they agree, or it is settled
    (`settled_at`).
    """

    id: UUID
    version: int
    organisation_id: UUID
    ods_code: str
    person_id: UUID
    engagement_id: UUID
    opportunity_id: UUID
    owed: Owed
    attended: bool
    status: str
    since: datetime
    drafted_at: datetime
    sent_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by: UUID | None = None
    returned_why: str | None = None
    returned_by: UUID | None = None
    paid_at: datetime | None = None
    released_by: UUID | None = None
    payment_id: UUID | None = None
    sent_by: UUID | None = None
    promised_days: int | None = None
    recorded_by: UUID | None = None
    by_network: bool = False
    together: tuple[str, ...] = ()
    for_cancelled: bool = False
    recorded_pence: int | None = None
    corrected_at: datetime | None = None
    settled_by: UUID | None = None
    settled_at: datetime | None = None

    @property
    def is_on_its_way(self) -> bool:
        return self.status in ("sent", "approved")

    def is_own(self, by: UUID) -> bool:
        """Whether this hand is on the claimant's side: theirs, or whoever sent it for them."""
        return by in (self.person_id, self.sent_by)

    def public(self) -> PublicClaim:
        return PublicClaim(
            id=self.id,
            version=self.version,
            waiting=self._waiting(),
            person_id=self.person_id,
            engagement_id=self.engagement_id,
            opportunity_id=self.opportunity_id,
            session_id=self.owed.session_id,
            organisation_id=self.organisation_id,
            ods_code=self.ods_code,
            amount_pence=self.owed.amount_pence,
            rate_card_id=self.owed.rate_card_id,
            activity_on=self.owed.activity_on,
            for_cancelled=self.for_cancelled,
            status=self.status,
            drafted_at=self.drafted_at,
            sent_at=self.sent_at,
            promised_days=self.promised_days,
            approved_at=self.approved_at,
            approved_by=self.approved_by,
            returned_by=self.returned_by,
            paid_at=self.paid_at,
            released_by=self.released_by,
        )

    def _waiting(self) -> tuple[Waiting, ...]:
        for_person = {
            "needs_details": ("give_payee_details", links.MY_PAYEE_DETAILS),
            "ready": ("send_claim", links.MY_CLAIM.format(id=self.id)),
            "returned": ("send_claim", links.MY_CLAIM.format(id=self.id)),
        }
        for_staff = {
            "sent": ("approver", "approve_claim", links.STAFF_CLAIM.format(ods=self.ods_code, id=self.id)),
            "approved": ("finance", "pay_claim", links.STAFF_PAYMENTS.format(ods=self.ods_code)),
        }
        if self.status in for_person:
            what, link = for_person[self.status]
            return (Waiting(person_id=self.person_id, what=what, about=self.id, since=self.since, link=link),)
        if self.corrected_at:
            return (self._correction(self.corrected_at),)
        if self.status in for_staff:
            role, what, link = for_staff[self.status]
            waits = Waiting(
                organisation_id=self.organisation_id,
                role=role,
                what=what,
                about=self.id,
                since=self.since,
                until=promised_by(self.sent_at, self.promised_days),
                link=link,
            )
            return (waits,)
        return ()

    def _correction(self, since: datetime) -> Waiting:
        """Before it is paid an approver sends it back; of what was paid finance says that it is dealt with."""
        is_paid = self.status == "paid"
        page = links.STAFF_CORRECTED if is_paid else links.STAFF_CLAIM
        return Waiting(
            organisation_id=self.organisation_id,
            role="finance" if is_paid else "approver",
            what="settle_correction" if is_paid else "look_at_correction",
            about=self.id,
            since=since,
            link=page.format(ods=self.ods_code, id=self.id),
        )


Changed = tuple[Claim, Event[PublicClaim]]


def draft(
    engagement: Engagement,
    earned: Owed,
    *,
    payer: Organisation,
    has_details: bool,
    id: UUID,
    now: datetime,
    cancelled: SessionCancelled | None = None,
) -> Changed:
    """The claim for one attended session, filled in for its person; or for one that was cancelled late, where whoever
    cancelled it stands in the place of whoever records."""
    drafted = Claim(
        id=id,
        version=1,
        organisation_id=payer.id,
        ods_code=payer.ods_code,
        person_id=engagement.person_id,
        engagement_id=engagement.id,
        opportunity_id=engagement.opportunity_id,
        owed=earned,
        attended=True,
        status="ready" if has_details else "needs_details",
        since=now,
        drafted_at=now,
        recorded_by=cancelled.by if cancelled else _recorder_of(engagement, earned),
        for_cancelled=cancelled is not None,
    )
    return drafted, ClaimDrafted(drafted.public())


def _recorder_of(engagement: Engagement, earned: Owed) -> UUID | None:
    """Who recorded that the person was at the session; None where that is older than its being kept."""
    return next((one.recorded_by for one in engagement.sessions if one.session_id == earned.session_id), None)


def draft_again(claim: Claim, earned: Owed, *, has_details: bool, now: datetime) -> Changed:
    """The record of an unsent or cancelled claim's session was corrected, so it is written anew."""
    status = "ready" if has_details else "needs_details"
    changes: dict[str, Any] = {"owed": earned, "attended": True, "drafted_at": now, "sent_at": None}
    changes["promised_days"] = changes["recorded_pence"] = changes["corrected_at"] = None
    again = move(claim, status, now, **changes, returned_why=None, returned_by=None)
    return again, ClaimDrafted(again.public())


def cancel(claim: Claim, *, now: datetime) -> Changed:
    """The record says now that the person was not there, and the claim was not sent yet."""
    cancelled = move(claim, "cancelled", now, attended=False)
    return cancelled, ClaimCancelled(cancelled.public())


def make_ready(claim: Claim, *, now: datetime) -> Changed:
    ready = move(claim, "ready", now)
    return ready, ClaimReady(ready.public())


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What may be done with a claim for its person."""

    send: Choice
    decline: Choice


def choices_of_person(claim: Claim, *, by: UUID | None = None) -> PersonChoices:
    """`by`: the hand that would do it, the person's own or a helper's."""
    return PersonChoices(send=may_send(claim, by=by), decline=may_decline(claim))


def may_send(claim: Claim, *, seen: int | None = None, by: UUID | None = None) -> Choice:
    return unless(
        (claim.status == "needs_details", DetailsMissing),
        (has_moved(claim, ("ready", "returned"), seen), ClaimMoved),
        (by is not None and by == claim.recorded_by, RecordedByYou),
    )


def send(claim: Claim, *, by: UUID, seen: int | None, promise: Promise | None, now: datetime) -> Changed:
    """Its person checked it and sends it, or `by` does for them; its payer promises to pay by `promise`."""
    may_send(claim, seen=seen, by=by).must()
    promised = promise.days if promise else None
    sent = move(
        claim, "sent", now, sent_at=now, sent_by=by, promised_days=promised, returned_why=None, returned_by=None
    )
    return sent, ClaimSent(sent.public())


def may_decline(claim: Claim, *, seen: int | None = None) -> Choice:
    return unless((has_moved(claim, UNPAID, seen), ClaimMoved))


def decline(claim: Claim, *, seen: int | None, now: datetime) -> Changed:
    """Its person does not want the pay: a right, until it is paid."""
    may_decline(claim, seen=seen).must()
    declined = move(claim, "declined", now)
    return declined, ClaimDeclined(declined.public())


def has_moved(claim: Claim, statuses: tuple[str, ...], seen: int | None) -> bool:
    """Whether it is past these, or another version than the one that somebody looked at."""
    return claim.status not in statuses or seen not in (None, claim.version)


def move(claim: Claim, status: str, now: datetime, **changes: Any) -> Claim:
    return replace(claim, status=status, since=now, version=claim.version + 1, **changes)
