"""The words for recruitment's codes, as people read them."""

from datetime import datetime

from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, MODES, RUNGS, STRANDS
from services.chassis.access import london_day

STRAND = {
    "governance": "Running services: boards and committees",
    "service_improvement": "Making a service better",
    "training_education": "Training and teaching",
    "research": "Research",
    "information": "Letters, leaflets and information",
    "recruitment_panel": "Choosing new staff",
    "culture": "How staff and patients work together",
}
MODE = {"in_person": "In person", "remote": "Online or by phone", "hybrid": "A mix of both"}
RUNG = {
    "feedback": "First step: tell us what it is like",
    "improvement": "Improvement partner",
    "governance": "Member of a board or committee",
    "senior": "Senior role, such as patient director",
}
AREA = {
    "pain": "Long-term pain",
    "rheumatology": "Arthritis and other joint conditions",
    "diabetes": "Diabetes",
    "mental_health": "Mental health",
    "cancer": "Cancer",
    "heart": "Heart conditions",
    "respiratory": "Lung conditions",
    "maternity": "Having a baby",
    "children": "Children and young people",
    "learning_disability": "Learning disability",
    "caring": "Caring for someone",
    "older_people": "Older people",
    "primary_care": "GP and community services",
}
ACCESS = {
    "step_free": "Step-free access",
    "bsl": "British Sign Language interpreter",
    "captions": "Captions",
    "easy_read": "Easy Read papers",
    "large_print": "Large print papers",
    "interpreter": "Interpreter for another language",
    "personal_assistant": "Room for a personal assistant",
    "breaks": "Regular breaks",
}
STAGE = {
    "sent": "Sent. We are reading it",
    "approved": "Approved",
    "declined": "We said no",
    "withdrawn": "You took it back",
}
STAGE_FOR_STAFF = {
    "sent": "Waits for an answer",
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Taken back",
}

for _words, _codes in (
    (STRAND, STRANDS),
    (MODE, MODES),
    (RUNG, RUNGS),
    (AREA, EXPERIENCE_AREAS),
    (ACCESS, ACCESS_NEEDS),
):
    assert tuple(_words) == _codes, f"words and codes differ: {set(_words) ^ set(_codes)}"


def days_waiting(sent_at: datetime, now: datetime) -> int:
    """Whole days on the calendar in London; 0 on the day on which it was sent."""
    return (london_day(now) - london_day(sent_at)).days
