"""The words for codes that several services show: one code, the same words on every page."""

import re

from schemas.payments import UNITS
from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, MODES, RUNGS, STRANDS, TALK_WAYS

STRAND = {
    "governance": "Running services: boards and committees",
    "service_improvement": "Making a service better",
    "training_education": "Training and teaching",
    "research": "Research",
    "information": "Letters, leaflets and information",
    "recruitment_panel": "Choosing new staff",
    "culture": "How staff and patients work together",
}
RUNG = {
    "feedback": "First step: tell us what it is like",
    "improvement": "Improvement partner",
    "governance": "Member of a board or committee",
    "senior": "Senior role, such as co-chair",
}
MODE = {"in_person": "In person", "remote": "Online or by phone", "hybrid": "In person or online, you choose"}
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
TALK = {"phone": "by phone", "online": "online", "in_person": "in person", "relay": "by text or video relay"}
"""How the welcome team and somebody who asks to join talk."""
UNIT = {"session": "a session", "half_day": "a half day", "day": "a day", "hour": "an hour"}

for _words, _codes in (
    (STRAND, STRANDS),
    (RUNG, RUNGS),
    (MODE, MODES),
    (AREA, EXPERIENCE_AREAS),
    (ACCESS, ACCESS_NEEDS),
    (TALK, TALK_WAYS),
    (UNIT, UNITS),
):
    assert tuple(_words) == _codes, f"words and codes differ: {set(_words) ^ set(_codes)}"


def training_called(code: str) -> str:
    """Training of which nobody told us the title, by what can be read of its code: "first_steps" is "First steps".

    A made code ends in eight letters and numbers that say nothing; one without a number cannot be told from a word.
    """
    read = re.sub(r"_(?=[a-z]*[2-7])[a-z2-7]{8}$", "", code).replace("_", " ").strip()
    return read[:1].upper() + read[1:]
