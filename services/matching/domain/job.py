"""A job: a post with a salary (patient director, and others). People apply on its organisation's own page. Pure.

It has no rate, no places of ours, no sessions, and nobody shows interest in it here.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from schemas.identity import Organisation
from schemas.matching import Job, Opportunity, OpportunityPosted
from services.chassis.base.periods import Period, london_day
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.links import wrong_with
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import OR_MISSING, Line, Lines, Name, Plain
from services.chassis.base.typed.wrong import Wrong
from services.matching.domain import days
from services.matching.domain.draft import SUMMARY, WHAT_WILL_CHANGE, Mode, RoleType, Rung, Strand
from services.matching.domain.opportunity import OrganisationClosed
from services.matching.domain.where import DISTRICT, MOST_PLACE, District, near_whom, where_people_come

JobType = Literal[RoleType, "patient_director"]
ONE_POST = 1
"""What the contract has as places: a job has none that somebody is offered here."""


class NoJobLink(Refused, slug="no-job-link", status=422, field="link"):
    """This is no link to a page on which people can apply. Copy its whole address: it begins with https://"""


class JobLinkWithPassword(Refused, slug="job-link-with-password", status=422, field="link"):
    """There is a user name or a password before the address in this link. Copy the address without it."""


class JobDraft(BaseModel):
    """What an organisation fills in to post a job."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Name = Field(title="the title of the job", max_length=120)
    summary: Lines = SUMMARY
    role_type: JobType = Field(title="what somebody is in this job")
    strand: Strand = Field(title="the kind of work")
    rung: Rung = Field(default="senior", title="the kind of role")
    what_will_change: Lines = WHAT_WILL_CHANGE
    salary: Line = Field(title="the salary", min_length=1, max_length=120)
    time_commitment: Line = Field(title="how much time it takes", min_length=1, max_length=300)
    mode: Mode = Field(title="how people work")
    place: Line = Field(default="", title="where it is", max_length=MOST_PLACE, validate_default=True)
    district: District = DISTRICT
    expertise_level: Literal["none", "some", "experienced"] = Field(
        default="experienced", title="what experience people need"
    )
    link: Plain = Field(title="the page on which people apply", min_length=1, max_length=500)
    apply_by: Moment = Field(title="the last day to apply")
    desk_id: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="the desk that answers for it")
    contact_id: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="who answers for it")

    @field_validator("salary")
    @classmethod
    def says_how_much(cls, said: str) -> str:
        if not any(one.isdigit() for one in said):
            raise Wrong("Enter {asked} in figures, like £62,215 to £72,293 a year")
        return said

    @field_validator("place")
    @classmethod
    def says_where(cls, said: str, info: ValidationInfo) -> str:
        return where_people_come(said, info)

    @field_validator("district")
    @classmethod
    def says_near_whom(cls, typed: str | None, info: ValidationInfo) -> str | None:
        return near_whom(typed, info)

    @field_validator("link")
    @classmethod
    def can_be_followed(cls, link: str) -> str:
        scheme, rest = link[:8].lower(), link[8:]
        return judged(scheme + rest, lambda link, clock: check_link(link))

    @field_validator("apply_by")
    @classmethod
    def closes_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: days.check_closing(at, now=clock.now))


def check_link(link: str) -> None:
    """A web address that is safe to show and to follow: https, a host with a name, nobody's password.

    Raises NoJobLink or JobLinkWithPassword.
    """
    wrong = wrong_with(link)
    if wrong == "password":
        raise JobLinkWithPassword
    if wrong:
        raise NoJobLink


def post(draft: JobDraft, *, by: Organisation, id: UUID, now: datetime) -> tuple[Opportunity, OpportunityPosted]:
    """A job on the feed. The contract has a day of telling what changed; of a job it is the closing day, and not shown.

    Raises OrganisationClosed, PastClosing, NoJobLink or JobLinkWithPassword.
    """
    if Period.of(by).ends_before(london_day(now)):
        raise OrganisationClosed
    days.check_closing(draft.apply_by, now=now)
    check_link(draft.link)
    posted = Opportunity.build(
        id=id,
        version=1,
        organisation_id=by.id,
        ods_code=by.ods_code,
        posted_at=now,
        places=ONE_POST,
        talks_from_interest=False,
        feedback_by=draft.apply_by,
        job=Job(salary=draft.salary, link=draft.link),
        **draft.model_dump(exclude={"salary", "link"}),
    )
    return posted, OpportunityPosted(posted)
