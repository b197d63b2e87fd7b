"""Somebody whom an organisation brought in with its own list: they are asked, and their own answer decides.

Until then nobody but that organisation's admins and the network's welcome team sees anything of them.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.recruitment import ApplicationAgreed, ApplicationForgotten, ApplicationListed
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.application import APPROVED, FORGOTTEN, LISTED, Application, Screening
from services.recruitment.domain.register.lines import LONGEST_HISTORY, Past, check_past
from services.recruitment.domain.register.when import when

GONE = "Being forgotten"
"""What stands in the place of a name until everything of somebody is gone."""


class SaidAlready(Refused, slug="said-already", title="This was answered already", status=409):
    """This was answered already, or nobody keeps them on a list any more. Whoever has changed their mind tells
    the network's welcome team."""


class WrongWayRound(Refused, slug="past-wrong-way-round", status=422, field="since"):
    """This begins after today, or ends before it begins. Check the days."""


class OwnAnswer(Refused, slug="own-answer-to-a-list", title="This is about you", status=403):
    """This is about you. Answer by the link that you were sent, or ask a colleague to enter what you say."""


class Correction(BaseModel):
    """A piece of somebody's past, as they put it right."""

    model_config = ConfigDict(extra="forbid")

    what: Line = Field(title="what it was", min_length=1, max_length=LONGEST_HISTORY)
    body: Line = Field(default="", title="with whom", max_length=LONGEST_HISTORY)
    since: Line = Field(default="", title="since when", max_length=40)
    until: Line = Field(default="", title="until when", max_length=40)

    @field_validator("since", "until")
    @classmethod
    def is_a_day(cls, typed: str) -> str:
        """Two figures of a year are of the last hundred years, by the clock of the request."""
        found: list[str] = []
        judged(typed, lambda given, clock: found.append(when(given, clock.today)))
        return found[0] if found else when(typed, date.max)


def may_answer_list(application: Application, *, by: UUID) -> Choice:
    """To enter what somebody says who was listed. Nobody enters their own."""
    return unless((application.stage != LISTED, SaidAlready), (application.person_id == by, OwnAnswer))


def list_person(
    *,
    id: UUID,
    person_id: UUID,
    called: str,
    full_name: str | None,
    birth_year: int | None = None,
    to: Screening,
    listed_by: UUID,
    answer_by: datetime | None = None,
    now: datetime,
) -> tuple[Application, ApplicationListed]:
    application = Application(
        id=id,
        version=1,
        person_id=person_id,
        screened_by=to,
        called=called,
        full_name=full_name,
        birth_year=birth_year if full_name else None,
        why=None,
        sent_at=now,
        stage=LISTED,
        moved_at=now,
        listed_by=listed_by,
        answer_by=answer_by,
    )
    return application, ApplicationListed(application.public())


def agree(application: Application, *, entered_by: UUID | None, now: datetime) -> tuple[Application, ApplicationAgreed]:
    """They say yes, themselves (None) or to somebody who enters it. Raises SaidAlready."""
    _must_wait(application)
    agreed = replace(application, stage=APPROVED, ended_at=now, entered_by=entered_by, version=application.version + 1)
    return agreed, ApplicationAgreed(agreed.public())


def forget(application: Application, *, now: datetime) -> tuple[Application, ApplicationForgotten]:
    """They say no, or nothing in time, or nobody lists them any more. Raises SaidAlready."""
    _must_wait(application)
    gone = replace(
        application,
        stage=FORGOTTEN,
        called=GONE,
        full_name=None,
        birth_year=None,
        ended_at=now,
        version=application.version + 1,
    )
    return gone, ApplicationForgotten(gone.public())


def _must_wait(application: Application) -> None:
    if application.stage != LISTED:
        raise SaidAlready


def corrected(past: Past, by: Correction, *, today: date) -> Past:
    """Raises WrongWayRound where it would begin after today, or end before it began."""
    right = replace(past, what=by.what, body=by.body, since=by.since, until=by.until)
    try:
        check_past(right, today)
    except Wrong as wrong:
        raise WrongWayRound(wrong.words) from None
    return right
