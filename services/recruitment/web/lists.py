"""What the screeners' lists say of themselves: what they can be searched for, and the columns of their CSV."""

from schemas.recruitment import Leader
from services.chassis.http.lists import About, Columns, Search
from services.recruitment import words
from services.recruitment.queries import ApplicationProgress
from services.recruitment.store import applications, leaders

APPLICATIONS = About(
    applications.WAITING,
    "application",
    search=Search("Find somebody", "A part of what they are called, or the reference, for example AP-1B2C3D"),
    has_csv=True,
)
APPLICATION_COLUMNS: Columns[ApplicationProgress] = {
    "Called": lambda one: one.application.called,
    "Reference": lambda one: one.application.reference,
    "Sent": lambda one: one.application.sent_at,
    "Days waiting": lambda one: one.days_waiting,
    "Answer by": lambda one: one.answer_by,
    "By phone": lambda one: "yes" if one.application.entered_by else "no",
}
_FIND_LEADER = Search("Find somebody", "How the name they are called by begins, or the reference, for example PL-7K3Q")
POOL = About(leaders.POOL, "person", "people", search=_FIND_LEADER, has_csv=True)
POOL_BY_NAME = About(leaders.POOL_BY_NAME, "person", "people", search=_FIND_LEADER, has_csv=True)
POOL_COLUMNS: Columns[Leader] = {
    "Called": lambda one: one.called,
    "Reference": lambda one: one.reference,
    "Step on the ladder": lambda one: words.RUNG.get(one.rung, one.rung),
    "Joined": lambda one: one.approved_at,
}
