"""The words for what is said of a role, on the pages where it is posted and where it is read."""

from collections.abc import Iterable, Mapping

from schemas.matching import (
    ANSWER_WAYS,
    CYCLE_STAGES,
    EXPENSES,
    ROLE_TYPES,
    SELECTION_STEPS,
    STATUS_RESULTS,
    STATUS_TOOLS,
    Opportunity,
    StatusDecision,
)
from schemas.words import INFLUENCE as INFLUENCE
from schemas.words import KIND_OF_ROLE as KIND_OF_ROLE
from schemas.words import OUR_INFLUENCE as OUR_INFLUENCE
from services.chassis.base.wording import day, hours
from services.matching.words_of_key_facts import closing as closing
from services.matching.words_of_key_facts import hours_in_all as hours_in_all
from services.matching.words_of_key_facts import map_of as map_of
from services.matching.words_of_key_facts import pay_first as pay_first
from services.matching.words_of_key_facts import pay_in_all as pay_in_all
from services.matching.words_of_key_facts import when as when

ROLE_TYPE = {
    "improvement_partner": "Improvement partner",
    "discussion_group": "Member of a discussion group",
    "co_designer": "Co-designer",
    "reviewer": "Reviewer of documents",
    "adviser": "Adviser",
    "champion": "Champion",
    "committee_member": "Committee member",
    "mdt_member": "Member of a clinical team's meeting",
    "panel_member": "Member of a panel that chooses staff",
    "storyteller": "Storyteller",
    "trainer": "Trainer",
    "research_partner": "Research partner",
    "peer_supporter": "Peer supporter",
    "mentor": "Mentor",
    "patient_safety_partner": "Patient safety partner",
    "chair": "Chair or co-chair",
    "patient_director": "Patient director",
}
POSTED_TYPE = {code: said for code, said in ROLE_TYPE.items() if code != "patient_director"}
"""What somebody can be in a role; a patient director has a salary and is a job."""
CYCLE_STAGE = {
    "co_commission": "Deciding together what is needed and paid for",
    "co_design": "Planning together how it is done",
    "co_deliver": "Doing it together",
    "co_assess": "Looking together at how well it works",
}
STEP = {
    "reading": "We read what people write",
    "talk": "An informal talk",
    "meeting": "A meeting with others who showed interest",
    "interview": "An interview",
    "task": "A short task",
    "first_come": "Whoever comes first",
    "draw": "By lot, if more people show interest than there are places",
}
BY_LOT = (
    "A computer draws when the role has closed, and somebody who is not in the draw checks it and says yes. Everybody"
    " in it has the same chance, but for rules that the organisation says before. You can say what the draw may use of"
    " you, or nothing at all: you are in it all the same. Anybody in it can do it again and see the same result, and"
    " object."
)
ANSWER_WAY = {"web": "On this website", "phone": "By phone", "post": "By post", "in_person": "In person"}
EXPENSE = {
    "travel": "Travel",
    "parking": "Parking",
    "food": "Food and drink",
    "carer": "Somebody to care for the person you look after",
    "childcare": "Childcare",
    "personal_assistant": "A personal assistant",
    "interpreter": "An interpreter",
    "overnight": "A night away",
    "internet": "Phone and internet",
    "none": "None: nothing has to be spent",
}
STATUS_TOOL = {
    "hmrc_check": "HMRC's online check (CEST)",
    "payroll_advice": "Advice of our payroll team",
    "organisation_policy": "Our own policy",
    "national_guidance": "National guidance, such as that of NHS England or NIHR",
}
STATUS_RESULT = {
    "not_employed": "Not employed: an involvement payment",
    "office_holder": "An office holder",
    "self_employed": "Self-employed",
    "employed": "Employed",
}
assert tuple(ROLE_TYPE) == ROLE_TYPES
assert tuple(CYCLE_STAGE) == CYCLE_STAGES
assert tuple(STEP) == SELECTION_STEPS
assert set(ANSWER_WAY) == set(ANSWER_WAYS)
assert tuple(EXPENSE) == EXPENSES
assert tuple(STATUS_TOOL) == STATUS_TOOLS
assert tuple(STATUS_RESULT) == STATUS_RESULTS


def several(codes: Iterable[str], words: Mapping[str, str]) -> str:
    """The words of codes, one after the other; a code that is not known yet as it is."""
    return ", ".join(words.get(code, code) for code in codes)


def sessions(of: Opportunity) -> str:
    """How many there are, and what each takes besides: "6 in all, each with 1 hour of preparation"."""
    planned = max(of.sessions_planned or 0, len(of.takes_place))
    said = "1" if planned == 1 else f"{planned} in all"
    if not of.preparation_hours:
        return said
    return f"{said}, {'with' if planned == 1 else 'each with'} {hours(of.preparation_hours)} of preparation"


def status(decision: StatusDecision) -> str:
    """ "Not employed: an involvement payment. Decided on Tuesday 24 November 2026 by: Payroll team. How: …"."""
    result = STATUS_RESULT.get(decision.result, decision.result)
    tool = STATUS_TOOL.get(decision.tool, decision.tool)
    return f"{result}. Decided on {day(decision.decided_on)} by: {decision.decided_by}. How: {tool}"
