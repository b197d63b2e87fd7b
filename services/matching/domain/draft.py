"""What an organisation fills in to post an opportunity, and the rules that need only what is typed and the clock.

Nothing is posted without what somebody needs to decide: the time it takes, what to bring, pay or why there is none,
what is paid back, who helps, how to get in, what will change, and when they hear. What is said twice has to agree.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from services.chassis.base.typed.days import Day, Moment
from services.chassis.base.typed.numbers import LEAST_HOURS, Hours, Whole, decimal
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import OR_MISSING, Line, Lines, Name, several
from services.chassis.base.typed.wrong import Wrong
from services.matching.domain.criteria import Criteria, Ticked
from services.matching.domain.days import (
    check_closing,
    check_decision,
    check_feedback,
    check_session,
    check_status_day,
    check_term,
)
from services.matching.domain.who_answers import Answers
from services.matching.domain.work import WorkWords

EXPENSES_ONLY = "expenses_only"
NO_EXPENSES = "none"
SHORT_HOURS = 3
"""A piece of work is asked for from so many hours on, with preparation: below, what will change is enough."""

Strand = Literal[
    "governance", "service_improvement", "training_education", "research", "information", "recruitment_panel", "culture"
]
Rung = Literal["feedback", "improvement", "governance", "senior"]
RoleType = Literal[
    "improvement_partner",
    "discussion_group",
    "co_designer",
    "reviewer",
    "adviser",
    "champion",
    "committee_member",
    "mdt_member",
    "panel_member",
    "storyteller",
    "trainer",
    "research_partner",
    "peer_supporter",
    "mentor",
    "patient_safety_partner",
    "chair",
]
Influence = Literal["informed", "asked", "worked_together", "decided"]
CycleStage = Literal["co_commission", "co_design", "co_deliver", "co_assess"]
Mode = Literal["in_person", "remote", "hybrid"]
Access = Literal[
    "step_free",
    "bsl",
    "captions",
    "easy_read",
    "large_print",
    "interpreter",
    "personal_assistant",
    "breaks",
    "lipspeaker",
    "hearing_loop",
    "quiet_room",
    "braille",
]
Format = Literal["standard", "large_print", "easy_read", "audio", "braille"]
Area = Literal[
    "pain",
    "rheumatology",
    "diabetes",
    "mental_health",
    "cancer",
    "heart",
    "respiratory",
    "maternity",
    "children",
    "learning_disability",
    "caring",
    "older_people",
    "primary_care",
]
CredentialCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Step = Literal["reading", "talk", "meeting", "interview", "task", "first_come", "draw"]
AnswerWay = Literal["web", "phone", "post", "in_person"]
Expense = Literal[
    "travel",
    "parking",
    "food",
    "carer",
    "childcare",
    "personal_assistant",
    "interpreter",
    "overnight",
    "internet",
    "none",
]
StatusTool = Literal["hmrc_check", "payroll_advice", "organisation_policy", "national_guidance"]
StatusResult = Literal["not_employed", "office_holder", "self_employed", "employed"]
Preparation = Annotated[float, Field(ge=0, le=24)]

TITLE: Any = Field(title="the title of the role", max_length=120)
SUMMARY: Any = Field(title="what it is", min_length=1, max_length=1500)
WHAT_WILL_CHANGE: Any = Field(title="what will change because of it", min_length=1, max_length=1000)


def where_people_come(said: str, info: ValidationInfo) -> str:
    """Said of every role and job to which somebody has to come."""
    if not said and info.data.get("mode") in ("in_person", "hybrid"):
        raise Wrong("Enter {asked}: people come there")
    return said


class Draft(Answers):
    """What an organisation fills in to post an opportunity. Every field is asked for; none is guessed."""

    title: Name = TITLE
    summary: Lines = SUMMARY
    role_type: RoleType = Field(title="what somebody is in this role")
    strand: Strand = Field(title="the kind of work")
    rung: Rung = Field(title="the kind of role")
    purpose: Lines = Field(title="why you ask for people", min_length=1, max_length=1000)
    what_will_change: Lines = WHAT_WILL_CHANGE
    influence: Influence = Field(title="how much say people have")
    cycle_stage: CycleStage = Field(title="where in the work it is")
    mode: Mode = Field(title="how people take part")
    place: Line = Field(default="", title="where it is", max_length=200, validate_default=True)
    getting_in: Lines = Field(default="", title="how to get there and in", max_length=500, validate_default=True)
    session_at: Moment = Field(title="the day and the time of the first session")
    session_hours: Hours = Field(title="how many hours it lasts")
    sessions_planned: Whole = Field(default=1, title="how many sessions there are in all", ge=1, le=150)
    preparation_hours: Preparation = Field(default=0, title="how many hours of preparation each needs")
    term_until: Annotated[Day | None, OR_MISSING] = Field(default=None, title="the last day of the role")
    time_commitment: Line = Field(title="how much time it takes", min_length=1, max_length=300)
    bring: Line = Field(default="", title="what people bring", max_length=300)
    expertise_level: Literal["none", "some", "experienced"] = Field(title="what experience people need")
    lived_experience: list[Area] = Field(default=[], title="what people know about from their own life")
    training: list[CredentialCode] = Field(default=[], max_length=20, title="training that people need to have done")
    access: list[Access] = Field(default=[], title="what is there for people")
    formats: list[Format] = Field(default=[], title="how people can have papers")
    support: Lines = Field(title="who helps people in this role, and how", min_length=1, max_length=500)
    criteria: Criteria = Field(default=[], title="what you choose by")
    names_hidden: Ticked = Field(default=False, title="whether you choose without seeing names")
    steps: list[Step] = Field(default=[], title="how you choose")
    answer_ways: list[AnswerWay] = Field(default=[], title="how people can show interest")
    places: Whole = Field(title="how many places there are", ge=1, le=500)
    pay: UUID | Literal["expenses_only"] = Field(title="what you pay")
    unpaid_why: Line = Field(default="", title="why you pay expenses only", max_length=300, validate_default=True)
    expenses: list[Expense] = Field(title="which expenses you pay", min_length=1)
    prepaid_travel: Ticked = Field(default=False, title="whether you book travel for people")
    status_result: Annotated[StatusResult | None, OR_MISSING] = Field(
        default=None, title="what the role is for tax", validate_default=True
    )
    status_tool: Annotated[StatusTool | None, OR_MISSING] = Field(
        default=None, title="how that was decided", validate_default=True
    )
    status_on: Annotated[Day | None, OR_MISSING] = Field(
        default=None, title="the day on which it was decided", validate_default=True
    )
    status_by: Line = Field(default="", title="which team or job decided it", max_length=120, validate_default=True)
    apply_by: Moment = Field(title="the last day to show interest")
    decide_by: Moment = Field(title="the day by which people hear who was chosen")
    feedback_by: Moment = Field(title="the day by which you tell people what changed")
    work: Annotated[UUID | WorkWords | None, OR_MISSING] = Field(
        default=None, title="the piece of work it is a part of", validate_default=True
    )

    @field_validator("place", "getting_in")
    @classmethod
    def says_where(cls, said: str, info: ValidationInfo) -> str:
        return where_people_come(said, info)

    @field_validator("preparation_hours", mode="before")
    @classmethod
    def reads_hours(cls, given: Any) -> Any:
        hours = 0 if given is None or (isinstance(given, str) and not given.strip()) else decimal(given)
        if 0 < hours < LEAST_HOURS:
            raise Wrong(f"Enter {{asked}}: 0, or from {LEAST_HOURS} to 24")
        return hours

    @field_validator("term_until")
    @classmethod
    def ends_after_its_sessions(cls, until: date | None, info: ValidationInfo) -> date | None:
        first = [info.data["session_at"]] if "session_at" in info.data else []
        return judged(until, lambda until, clock: check_term(until, sessions=first, today=clock.today))

    @field_validator("session_at")
    @classmethod
    def starts_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: check_session(at, now=clock.now))

    @field_validator("steps")
    @classmethod
    def chooses_in_one_way(cls, steps: list[str], info: ValidationInfo) -> list[str]:
        if "first_come" in steps and (len(steps) > 1 or info.data.get("criteria")):
            raise Wrong("Who comes first is chosen by nothing else. Take that away, or the other steps and criteria")
        return steps

    @field_validator("unpaid_why")
    @classmethod
    def says_why_nothing_is_paid(cls, said: str, info: ValidationInfo) -> str:
        if "pay" not in info.data:
            return said
        if info.data["pay"] == EXPENSES_ONLY and not said:
            raise Wrong("Enter {asked}: people read it")
        if info.data["pay"] != EXPENSES_ONLY and said:
            raise Wrong("You pay for this role, so leave this empty, or choose expenses only")
        return said

    @field_validator("expenses")
    @classmethod
    def pays_some_or_none(cls, codes: list[str]) -> list[str]:
        if NO_EXPENSES in codes and len(codes) > 1:
            raise Wrong("Choose the expenses that you pay, or that nothing has to be spent, not both")
        return codes

    @field_validator("prepaid_travel")
    @classmethod
    def books_what_it_pays(cls, books: bool, info: ValidationInfo) -> bool:
        if books and "travel" not in info.data.get("expenses", ("travel",)):
            raise Wrong("You book travel for people, so tick travel among the expenses too")
        return books

    @field_validator("status_result", "status_tool", "status_on", "status_by")
    @classmethod
    def says_the_status(cls, said: Any, info: ValidationInfo) -> Any:
        if info.data.get("pay", EXPENSES_ONLY) != EXPENSES_ONLY and not said:
            raise Wrong("Say {asked}: a paid role needs it")
        if said == "employed":
            raise Wrong("Somebody employed has a salary. Post it as a job, or have the role decided anew")
        return said

    @field_validator("status_on")
    @classmethod
    def was_decided(cls, on: date | None) -> date | None:
        return judged(on, lambda on, clock: check_status_day(on, today=clock.today))

    @field_validator("apply_by")
    @classmethod
    def closes_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: check_closing(at, now=clock.now))

    @field_validator("decide_by")
    @classmethod
    def decides_in_time(cls, at: datetime, info: ValidationInfo) -> datetime:
        if closing := info.data.get("apply_by"):
            return judged(at, lambda at, clock: check_decision(at, closing=closing))
        return at

    @field_validator("feedback_by")
    @classmethod
    def tells_in_time(cls, at: datetime, info: ValidationInfo) -> datetime:
        others = [info.data[name] for name in ("apply_by", "session_at") if name in info.data]
        return judged(at, lambda at, clock: check_feedback(at, after=[clock.now, *others], now=clock.now))

    @field_validator("work")
    @classmethod
    def is_part_of_something(cls, work: UUID | WorkWords | None, info: ValidationInfo) -> UUID | WorkWords | None:
        if work is None and is_long(info.data):
            raise Wrong(f"Choose {{asked}}: a role of {SHORT_HOURS} hours or more is a part of one")
        return work

    @field_validator(
        "access", "lived_experience", "training", "formats", "steps", "answer_ways", "expenses", mode="before"
    )
    @classmethod
    def one_is_a_list_too(cls, value: Any) -> Any:
        return several(value)


def is_long(said: dict[str, Any]) -> bool:
    """Whether a role takes so long, all sessions and their preparation, that it has to be a part of a piece of work."""
    if "session_hours" not in said:
        return False
    each = said["session_hours"] + (said.get("preparation_hours") or 0)
    return bool(each * (said.get("sessions_planned") or 1) >= SHORT_HOURS)
