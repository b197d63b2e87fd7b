"""The words for matching's codes, as people read them."""

from schemas.matching import EXPERTISE_LEVELS, WITHDRAWAL_REASONS
from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, MODES, RUNGS, STRANDS

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
    "senior": "Senior role, such as patient director",
}
MODE = {"in_person": "In person", "remote": "Online or by phone", "hybrid": "In person or online, you choose"}
EXPERTISE = {"none": "No experience needed", "some": "Some experience helps", "experienced": "Experience needed"}
ACCESS = {
    "step_free": "Step-free access",
    "bsl": "British Sign Language interpreter",
    "captions": "Captions",
    "easy_read": "Easy Read papers",
    "large_print": "Large print papers",
    "interpreter": "Interpreter for other languages",
    "personal_assistant": "Room for a personal assistant",
    "breaks": "Regular breaks",
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
WITHDRAWAL = {
    "no_longer_needed": "It is no longer needed",
    "posted_by_mistake": "It was posted by mistake",
    "postponed": "It is put off until later",
    "organisation_closed": "The organisation has closed",
}
UNIT = {"session": "a session", "half_day": "a half day", "day": "a day", "hour": "an hour"}

for _words, _codes in (
    (STRAND, STRANDS),
    (RUNG, RUNGS),
    (MODE, MODES),
    (EXPERTISE, EXPERTISE_LEVELS),
    (ACCESS, ACCESS_NEEDS),
    (AREA, EXPERIENCE_AREAS),
    (WITHDRAWAL, WITHDRAWAL_REASONS),
):
    assert tuple(_words) == _codes, f"words and codes differ: {set(_words) ^ set(_codes)}"

_REASON = {
    "in_pool": "You are in the pool of patient leaders.",
    "paid": "You asked for paid roles, and this one is paid.",
    "rung": "It is a step on the ladder where you have been before.",
    "next_rung": "It is the next step up the ladder for you.",
}


def reason(code: str, training: dict[str, str]) -> str:
    """One reason for a match, as its person reads it. `training`: credential code → title."""
    kind, _, what = code.partition(":")
    if kind == "strand":
        return f"You asked for this kind of work: {STRAND.get(what, what).lower()}."
    if kind == "mode":
        return f"You can take part this way: {MODE.get(what, what).lower()}."
    if kind == "training":
        return f"You completed the training it asks for: {training.get(what, what.replace('_', ' '))}."
    if kind == "access":
        return f"What you need is there: {ACCESS.get(what, what).lower()}."
    if kind == "lived":
        return f"You told us you know about this from your own life: {AREA.get(what, what).lower()}."
    return _REASON.get(code, "")
