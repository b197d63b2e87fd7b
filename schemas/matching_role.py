"""What is said of a role, besides what it is called and when it is: its codes, and what has parts of its own."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Contract

ROLE_TYPES = (
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
    "patient_director",
)
"""What somebody is in a role. It describes the role, and hides it from nobody. A growing list."""
INFLUENCES = ("informed", "asked", "worked_together", "decided")
"""How much say people have, as the organisation says it (after Arnstein, A Ladder of Citizen Participation, 1969). A
growing list."""
CYCLE_STAGES = ("co_commission", "co_design", "co_deliver", "co_assess")
"""Where in the engagement cycle the work is (Doughty and Gilbert, HSJ: the four co-s). A growing list."""
EXPENSES = (
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
)
"""What the organisation pays back besides the pay; none: nothing has to be spent. A growing list."""
SELECTION_STEPS = ("reading", "talk", "meeting", "interview", "task", "first_come", "draw")
"""How people are chosen, in their order; draw: by lot among those who showed interest. A growing list."""
ANSWER_WAYS = ("web", "phone", "post", "in_person")
"""How somebody can show interest. A growing list."""
STATUS_TOOLS = ("hmrc_check", "payroll_advice", "organisation_policy", "national_guidance")
"""By what the employment status of a paid role was decided. A growing list."""
STATUS_RESULTS = ("not_employed", "office_holder", "self_employed", "employed")
"""What was decided of it: pay of not_employed and office_holder goes through payroll all the same where tax is due. A
growing list."""
ROLE_PARTS = (
    "words",
    "sessions",
    "place",
    "access",
    "people",
    "places",
    "pay",
    "expenses",
    "closing_day",
    "decision_day",
    "feedback_day",
    "who_answers",
    "closed_early",
    "opened_again",
)
"""What of a role was changed after it was posted. A growing list."""


class StatusDecision(Contract):
    """Of what employment status a paid role is: who decided it, when, by what, and what came of it."""

    decided_by: str = Field(
        min_length=1, max_length=120, description="a team or a job, in public words; no person's name"
    )
    decided_on: date
    tool: str = Field(description="see STATUS_TOOLS (a growing list)")
    result: str = Field(description="see STATUS_RESULTS (a growing list)")


class Work(Contract):
    """The piece of work that a role is a part of, by the five principles (Gilbert 2016). Public words."""

    id: UUID
    title: str = Field(min_length=1, max_length=120)
    needed: str = Field(max_length=500, description="who asked for it, and how it is known")
    high_impact: str = Field(max_length=500, description="for whom it makes what difference")
    aligned: str = Field(max_length=500, description="with which plan of the organisation")
    hard_wired: str = Field(max_length=500, description="who decides on what comes out of it")
    feasible: str = Field(max_length=500, description="with which time, money and people")


class Job(Contract):
    """A post with an employment contract: it has a salary and a page of its own elsewhere, no rate and no claim."""

    salary: str = Field(min_length=1, max_length=120, description="as the organisation says it")
    link: str = Field(min_length=1, max_length=500, description="https address where people apply")


MOST_CHANGES = 10
"""Of a role's changes its state has so many, the last ones: whoever was away for more reads them on its page."""


class RoleChange(Contract):
    """What was changed of a role after it was posted, by one press."""

    at: datetime
    parts: tuple[str, ...] = Field(description="see ROLE_PARTS (a growing list)")
    why: str = Field(default="", max_length=500, description="in the organisation's public words; empty: not said")
