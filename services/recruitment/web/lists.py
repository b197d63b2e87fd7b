"""What the welcome team's lists say of themselves: what they can be searched for, and the columns of their CSV."""

from collections.abc import Callable

from schemas.recruitment import Leader
from services.chassis.http.lists import About, Columns, Filter, Search
from services.recruitment import words
from services.recruitment.domain.register.imports import Import
from services.recruitment.queries import ApplicationProgress
from services.recruitment.queries.people import LookedAfter
from services.recruitment.store import caseloads, duplicates, imports, leaders, register_lines, welcome
from services.recruitment.store.register_lines import Kept

_FIND_APPLICATION = Search("Find somebody", "A part of what they are called, or the reference, for example AP-1B2C3D")
APPLICATIONS = About(
    welcome.WAITING,
    "application",
    filters=(
        Filter("stage", "Stage", words.WAITING_STAGES),
        Filter("turn", "Whose turn it is", words.TURN),
        Filter("held", "Who holds it", {"me": "You"}),
    ),
    search=_FIND_APPLICATION,
    has_csv=True,
)
APPLICATION_COLUMNS: Columns[ApplicationProgress] = {
    "Called": lambda one: one.application.called,
    "Reference": lambda one: one.application.reference,
    "Stage": lambda one: words.STAGE_FOR_STAFF.get(one.application.stage, one.application.stage),
    "Asked": lambda one: one.application.sent_at,
    "Days waiting": lambda one: one.days_waiting,
    "Next step by": lambda one: one.due_on or "",
    "Answer by": lambda one: one.answer_by,
    "Held by": lambda one: one.holder,
    "By phone": lambda one: "yes" if one.application.entered_by else "no",
}
ANSWERED = About(welcome.ANSWERED, "answer", filters=(Filter("answer", "Answer", words.ANSWERS),), has_csv=True)
ANSWERED_COLUMNS: Columns[ApplicationProgress] = {
    "Called": lambda one: one.application.called,
    "Reference": lambda one: one.application.reference,
    "Answer": lambda one: words.STAGE_FOR_STAFF.get(one.application.stage, one.application.stage),
    "Asked": lambda one: one.application.sent_at,
    "Answered": lambda one: one.application.ended_at,
}
FOUND = About(
    welcome.FOUND,
    "person",
    "people",
    search=Search("Find somebody", "How the name they are called by begins, or the reference, for example AP-1B2C3D"),
)
_FIND_LEADER = Search("Find somebody", "How the name they are called by begins, or the reference, for example PL-7K3Q")
POOL = About(leaders.POOL, "person", "people", search=_FIND_LEADER, has_csv=True)
POOL_BY_NAME = About(leaders.POOL_BY_NAME, "person", "people", search=_FIND_LEADER, has_csv=True)
POOL_COLUMNS: Columns[Leader] = {
    "Called": lambda one: one.called,
    "Reference": lambda one: one.reference,
    "Step on the ladder": lambda one: words.RUNG.get(one.rung, one.rung),
    "Joined": lambda one: one.approved_at,
}
FEW_LINKS = 8
"""So many choices are links; more are a field of the search form."""
MY_PEOPLE = About(
    caseloads.MINE,
    "person",
    "people",
    filters=(
        Filter("show", "Show", {"quiet": "Nobody was in touch for too long", "paused": "On a break"}, "Everybody"),
    ),
    search=Search("Find somebody", "A part of the name they are called by, or the reference, for example PL-7K3Q"),
    has_csv=True,
)
MY_PEOPLE_COLUMNS: Columns[LookedAfter] = {
    "Called": lambda one: one.leader.called,
    "Reference": lambda one: one.leader.reference,
    "Last contact": lambda one: one.row.last_contact_on,
    "Too long ago": lambda one: "yes" if one.is_late else "no",
    "On a break": lambda one: "yes" if one.is_paused else "no",
    "Break until": lambda one: one.leader.paused_until if one.is_paused else None,
    "On their list": lambda one: "; ".join(words.WAITS.get(item.what, item.what) for item in one.to_do),
    "Review of needs due": lambda one: "yes" if one.review_due else "no",
    "Signs in": lambda one: "yes" if one.signs_in else "no",
}
DUPLICATES = About(duplicates.WAITING, "pair", filters=(Filter("held", "Who looks at it", {"me": "You"}),))
CLOSED_DUPLICATES = About(duplicates.CLOSED, "closed record")
LISTS = About(imports.OF_ORGANISATION, "list")
LINES = About(
    register_lines.LINES,
    "line",
    filters=(Filter("show", "Show", words.LIST_SHOWS, "All lines"),),
    has_csv=True,
)


def line_columns(one: Import) -> Columns[Kept]:
    """Each line as it was typed, with what is to be said of it, so that it can be mended and sent again."""

    def cell(place: int) -> Callable[[Kept], str]:
        return lambda line: line.cells[place]

    said: Columns[Kept] = {
        "Line": lambda line: line.line,
        "Refused because": lambda line: line.refused,
        "Remark": lambda line: line.remarks,
    }
    return {**said, **{name: cell(place) for place, name in enumerate(one.columns) if name not in said}}
