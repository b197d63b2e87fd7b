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
)
from services.chassis.base.refusals import Refused

SCREENER = "screener"


class AlreadySent(Refused, slug="already-sent", status=409):
    """You have asked to join already. Look at your application to see what happens next."""


class AlreadyInPool(Refused, slug="already-in-pool", status=409):
    """You are in the pool of patient leaders already. There is nothing more to send."""


class AlreadyAnswered(Refused, slug="already-answered", status=409):
    """This application was answered or taken back already, so it cannot be answered again. Load the page again."""


class NothingToTakeBack(Refused, slug="nothing-to-take-back", status=409):
    """There is no application waiting that you could take back. It may have been answered just now."""


class OwnApplication(Refused, slug="own-application", status=403):
    """Nobody answers their own application. Ask another screener to read it."""


class NoApplicationsFromMachines(Refused, slug="machine", status=403):
    """This account belongs to a machine. Only people can join."""


class Draft(BaseModel):
    """What a person fills in to join. Which edition of each policy they agreed to is part of it."""

    model_config = ConfigDict(extra="forbid")

    full_name: str = Field(min_length=1, max_length=120)
    why: str = Field(min_length=1, max_length=2000)
    code_of_conduct: str = Field(default="", max_length=20)
    data_notice: str = Field(default="", max_length=20)


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

    def public(self) -> PublicApplication:
        decided = self.stage in ("approved", "declined")
        return PublicApplication(
            id=self.id,
            version=self.version,
            person_id=self.person_id,
            stage=self.stage,
            sent_at=self.sent_at,
            decided_at=self.ended_at if decided else None,
            waiting=(self._waiting(),) if self.stage == "sent" else (),
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
    """Whose application it is, and the member of staff who typed it when they were on the phone."""

    person_id: UUID
    called: str
    kind: str = "person"
    entered_by: UUID | None = None


def send(
    draft: Draft, *, id: UUID, of: Applicant, to: Screening, now: datetime, answer_within: timedelta | None = None
) -> tuple[Application, ApplicationSent]:
    """`answer_within`: what the network promises today. Raises NoApplicationsFromMachines."""
    if of.kind == "machine":
        raise NoApplicationsFromMachines
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


def approve(application: Application, *, by: UUID, now: datetime) -> tuple[Application, ApplicationApproved]:
    """Raises AlreadyAnswered and OwnApplication."""
    approved = _answer(application, "approved", by=by, now=now)
    return approved, ApplicationApproved(approved.public())


def decline(
    application: Application, *, by: UUID, reason: str, now: datetime
) -> tuple[Application, ApplicationDeclined]:
    """`reason` is read by the person. Raises AlreadyAnswered and OwnApplication."""
    declined = replace(_answer(application, "declined", by=by, now=now), reason=reason)
    return declined, ApplicationDeclined(declined.public())


def withdraw(application: Application, *, now: datetime) -> tuple[Application, ApplicationWithdrawn]:
    """The person no longer asks. Raises NothingToTakeBack."""
    if application.stage != "sent":
        raise NothingToTakeBack
    gone = replace(application, stage="withdrawn", ended_at=now, version=application.version + 1)
    return gone, ApplicationWithdrawn(gone.public())


def _answer(application: Application, stage: str, *, by: UUID, now: datetime) -> Application:
    if application.person_id == by:
        raise OwnApplication
    if application.stage != "sent":
        raise AlreadyAnswered
    return replace(application, stage=stage, ended_at=now, decided_by=by, version=application.version + 1)
