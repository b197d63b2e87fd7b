"""A complaint about data, as the law has it: acknowledged within 30 days, then settled without undue delay.

Data Protection Act 2018, section 164A (by the Data (Use and Access) Act 2025, section 103; since 19 June 2026):
"the controller must acknowledge receipt of the complaint within the period of 30 days beginning when the complaint is
received" (3); and "without undue delay (a) take appropriate steps to respond to the complaint, and (b) inform the
complainant of the outcome" (4), where steps include enquiries and "informing the complainant about progress" (5).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.periods import london_day
from services.chassis.base.refusals import Refused
from services.notifications.domain.kinds import LONDON

CameBy = Literal["form", "phone", "post", "email"]
WITHIN = timedelta(days=30)
"""The day on which it is received counts (beginning when …), so the thirtieth day is 29 days later."""
NEAR = timedelta(days=7)
"""So long before its day a complaint is counted as near it."""
MOST_STEPS = 30
SETTLED_AFTER = timedelta(days=90)
"""No law names a day: a complaint that is open for longer is counted as late."""


class AcknowledgedAlready(Refused, slug="acknowledged-already", title="They know already", status=409):
    """Somebody has told them already that we have it."""


class SettledAlready(Refused, slug="settled-already", title="This is settled already", status=409):
    """This complaint is settled already. What came of it stands on this page."""


class NotAcknowledged(Refused, slug="not-acknowledged", title="First say that we have it", status=409):
    """Nobody has told them yet that we have their complaint. Do that first."""


class EnoughSteps(Refused, slug="enough-steps", title="There are too many notes", status=409):
    """This has as many notes as one complaint can have. Settle it."""


class NoWayToAnswer(Refused, slug="no-way-to-answer", status=422, field="contact"):
    """Say how we can answer: an e-mail address, a phone number or an address for letters. The law asks us to."""


@dataclass(frozen=True)
class Step:
    """What the complainant was told of how far it is."""

    words: str
    by: UUID
    at: datetime


@dataclass(frozen=True)
class Complaint:
    """`entered_by`: whose hand it was; None of a stranger. `contact`: how they are answered; "" of who has an account.

    `acknowledged_how`: `receipt`, by the message to them or on their page, or `told`, by staff.
    """

    id: UUID
    person_id: UUID | None
    entered_by: UUID | None
    organisation_id: UUID
    called: str
    contact: str
    words: str
    came_by: str
    received_at: datetime
    acknowledge_by: datetime
    acknowledged_at: datetime | None = None
    acknowledged_how: str | None = None
    acknowledged_by: UUID | None = None
    progress: tuple[Step, ...] = ()
    outcome: str = ""
    settled_at: datetime | None = None
    settled_by: UUID | None = None
    forgotten_at: datetime | None = None

    @property
    def reference(self) -> str:
        """What the complainant says when they ring about it."""
        return f"DC-{self.id.hex[-6:].upper()}"

    def says(self, ods_code: str) -> tuple[Waiting, ...]:
        """What waits for the network's admins."""
        if self.settled_at is not None or self.forgotten_at is not None:
            return ()
        known = self.acknowledged_at is not None
        return (
            Waiting(
                organisation_id=self.organisation_id,
                role="admin",
                what="settle_complaint" if known else "acknowledge_complaint",
                about=self.id,
                since=self.received_at,
                until=self.received_at + SETTLED_AFTER if known else self.acknowledge_by,
                link=links.STAFF_COMPLAINT.format(ods=ods_code, id=self.id),
            ),
        )


def last_day(received_at: datetime) -> datetime:
    """The end of the thirtieth day, by the calendar of London."""
    day = london_day(received_at) + WITHIN - timedelta(days=1)
    return datetime.combine(day, time(23, 59), LONDON)


@dataclass(frozen=True)
class ComplaintChoices(Choices):
    """What the network's admins may do with one."""

    acknowledge: Choice
    note: Choice
    settle: Choice


def choices(complaint: Complaint) -> ComplaintChoices:
    return ComplaintChoices(
        acknowledge=may_acknowledge(complaint), note=may_note(complaint), settle=may_settle(complaint)
    )


def may_acknowledge(complaint: Complaint) -> Choice:
    return unless(
        (complaint.settled_at is not None, SettledAlready),
        (complaint.acknowledged_at is not None, AcknowledgedAlready),
    )


def may_note(complaint: Complaint) -> Choice:
    return unless(
        (complaint.settled_at is not None, SettledAlready),
        (complaint.acknowledged_at is None, NotAcknowledged),
        (len(complaint.progress) >= MOST_STEPS, EnoughSteps),
    )


def may_settle(complaint: Complaint) -> Choice:
    return unless(
        (complaint.settled_at is not None, SettledAlready), (complaint.acknowledged_at is None, NotAcknowledged)
    )


def acknowledge(complaint: Complaint, *, how: str, by: UUID | None, now: datetime) -> Complaint:
    """They know that we have it. Raises SettledAlready or AcknowledgedAlready."""
    may_acknowledge(complaint).must()
    return replace(complaint, acknowledged_at=now, acknowledged_how=how, acknowledged_by=by)


def note(complaint: Complaint, words: str, *, by: UUID, now: datetime) -> Complaint:
    """They were told how far it is. Raises SettledAlready, NotAcknowledged or EnoughSteps."""
    may_note(complaint).must()
    return replace(complaint, progress=(*complaint.progress, Step(words, by, now)))


def settle(complaint: Complaint, outcome: str, *, by: UUID, now: datetime) -> Complaint:
    """This came of it, and they are told. Raises SettledAlready or NotAcknowledged."""
    may_settle(complaint).must()
    return replace(complaint, outcome=outcome, settled_at=now, settled_by=by)


def is_reference(typed: str) -> bool:
    """Whether somebody may have been given this as a reference."""
    return re.fullmatch(r"DC-[0-9A-F]{6}", typed) is not None
