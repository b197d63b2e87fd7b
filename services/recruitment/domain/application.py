"""What an application to join the pool is, from the day it is sent until somebody answers it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import (
    Application as PublicApplication,
)
from schemas.recruitment import (
    ApplicationApproved,
    ApplicationDeclined,
    ApplicationSent,
    ApplicationWithdrawn,
    Leader,
)
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Name, Plain

SCREENER = "screener"


class AlreadySent(Refused, slug="already-sent", title="You have asked to join already", status=409):
    """You have asked to join already. Look at your application to see what happens next."""


class AlreadyInPool(Refused, slug="already-in-pool", title="You are in the pool already", status=409):
    """You are in the pool of patient leaders already. There is nothing more to send."""


class AlreadyAnswered(Refused, slug="already-answered", title="This was answered already", status=409):
    """This application was answered or taken back already, so it cannot be answered again. Load the page again."""


class NothingToTakeBack(Refused, slug="nothing-to-take-back", title="There is nothing to take back", status=409):
    """There is no application waiting that you could take back. It may have been answered just now."""


SIGNED_FORM = "signed_form"
"""The kind of file that a photo or scan of the form on paper is."""


class OwnApplication(Refused, slug="own-application", title="This is your own application", status=403):
    """Nobody answers their own application. Ask another screener to read it."""


class NoApplicationsFromMachines(Refused, slug="machine", title="Only people can join", status=403):
    """This account belongs to a machine. Only people can join."""


class Draft(BaseModel):
    """What a person fills in to join. Which edition of each policy they agreed to is part of it."""

    model_config = ConfigDict(extra="forbid")

    full_name: Name = Field(title="your full name", max_length=120)
    why: Lines = Field(title="what brings you", min_length=1, max_length=2000)
    code_of_conduct: Plain = Field(default="", title="whether you agree to the code of conduct", max_length=20)
    data_notice: Plain = Field(default="", title="whether we may keep your answers", max_length=20)


@dataclass(frozen=True)
class Screening:
    """Who screens: the network's organisation."""

    organisation_id: UUID
    ods_code: str


@dataclass(frozen=True)
class Application:
    """The full name and the words are private to recruitment; so is the reason, which its person reads."""

    id: UUID
    version: int
    person_id: UUID
    screened_by: Screening
    called: str
    full_name: str
    why: str
    sent_at: datetime
    stage: str = "sent"
    entered_by: UUID | None = None
    ended_at: datetime | None = None
    decided_by: UUID | None = None
    reason: str | None = None
    answer_by: datetime | None = None
    """When an answer was promised by, on the day on which it was sent."""

    @property
    def reference(self) -> str:
        """What a person can say on the phone. The last part of an id is random, so it tells applications apart."""
        return f"AP-{self.id.hex[-6:].upper()}"

    @property
    def waits(self) -> bool:
        """Whether it waits for its answer."""
        return self.stage == "sent"

    @property
    def decided_at(self) -> datetime | None:
        """When it was answered; None of one that waits or was taken back."""
        return self.ended_at if self.stage in ("approved", "declined") else None

    def public(self) -> PublicApplication:
        return PublicApplication(
            id=self.id,
            version=self.version,
            person_id=self.person_id,
            stage=self.stage,
            sent_at=self.sent_at,
            decided_at=self.decided_at,
            waiting=(self._waiting(),) if self.waits else (),
        )

    def _waiting(self) -> Waiting:
        return Waiting(
            organisation_id=self.screened_by.organisation_id,
            role=SCREENER,
            what="screen_application",
            about=self.id,
            since=self.sent_at,
            until=self.answer_by,
            link=links.STAFF_APPLICATION.format(ods=self.screened_by.ods_code, id=self.id),
        )


@dataclass(frozen=True)
class Applicant:
    """Whose application it is, and the member of staff who typed it when they were on the phone.

    `newest`: the application that they sent last; `leader`: their place in the pool.
    """

    person_id: UUID
    called: str
    kind: str = "person"
    entered_by: UUID | None = None
    newest: Application | None = None
    leader: Leader | None = None


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What may be done about joining for a person."""

    send: Choice
    withdraw: Choice


def choices_of_person(newest: Application | None, leader: Leader | None, *, kind: str) -> PersonChoices:
    """`newest`: the person's last application; `leader`: their place in the pool; `kind`: their account's."""
    return PersonChoices(send=may_send(newest, leader, kind=kind), withdraw=may_withdraw(newest))


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What a screener may do with an application."""

    approve: Choice
    decline: Choice


def choices_of_staff(application: Application, *, by: UUID) -> StaffChoices:
    may = may_answer(application, by=by)
    return StaffChoices(approve=may, decline=may)


def may_send(newest: Application | None, leader: Leader | None, *, kind: str) -> Choice:
    return unless(
        (kind == "machine", NoApplicationsFromMachines),
        (leader is not None and leader.status == "approved", AlreadyInPool),
        (newest is not None and newest.waits, AlreadySent),
    )


def send(
    draft: Draft, *, id: UUID, of: Applicant, to: Screening, now: datetime, answer_within: timedelta | None = None
) -> tuple[Application, ApplicationSent]:
    """`answer_within`: what the network promises today."""
    may_send(of.newest, of.leader, kind=of.kind).must()
    sent = Application(
        id=id,
        version=1,
        person_id=of.person_id,
        screened_by=to,
        called=of.called,
        full_name=draft.full_name,
        why=draft.why,
        sent_at=now,
        entered_by=of.entered_by,
        answer_by=now + answer_within if answer_within else None,
    )
    return sent, ApplicationSent(sent.public())


def may_answer(application: Application, *, by: UUID) -> Choice:
    """The same for a yes and a no."""
    return unless((not application.waits, AlreadyAnswered), (application.person_id == by, OwnApplication))


def approve(application: Application, *, by: UUID, now: datetime) -> tuple[Application, ApplicationApproved]:
    approved = _answer(application, "approved", by=by, now=now)
    return approved, ApplicationApproved(approved.public())


def decline(
    application: Application, *, by: UUID, reason: str, now: datetime
) -> tuple[Application, ApplicationDeclined]:
    """`reason` is read by the person."""
    declined = replace(_answer(application, "declined", by=by, now=now), reason=reason)
    return declined, ApplicationDeclined(declined.public())


def _answer(application: Application, stage: str, *, by: UUID, now: datetime) -> Application:
    may_answer(application, by=by).must()
    return replace(application, stage=stage, ended_at=now, decided_by=by, version=application.version + 1)


def may_withdraw(newest: Application | None) -> Choice:
    return unless((newest is None or not newest.waits, NothingToTakeBack))


def withdraw(newest: Application | None, *, now: datetime) -> tuple[Application, ApplicationWithdrawn]:
    """The person no longer asks."""
    may_withdraw(newest).must()
    assert newest, "there is one to take back"
    gone = replace(newest, stage="withdrawn", ended_at=now, version=newest.version + 1)
    return gone, ApplicationWithdrawn(gone.public())
