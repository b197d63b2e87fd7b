"""Staff pages: post an opportunity, page by page, with a draft that the organisation's coordinators share."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.task_list import TaskList, TaskPage
from services.chassis.http.task_pages import routes
from services.matching import commands, queries
from services.matching.domain import opportunity as domain
from services.matching.domain.opportunity import RateNotInForce
from services.matching.domain.who_answers import NoSuchDesk, NotACoordinator
from services.matching.forms import PostForm, dates_of, words_for_errors
from services.matching.queries import OnOffer

POSTED = "/opportunities/for/{ods}/{id}"


def made(acting: Member, id: UUID) -> str:
    return POSTED.format(ods=acting.ods_code, id=id)


def called(values: Any) -> str:
    return str(values.get("title", ""))


def closes_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    if at := dates_of(values)["apply_by"]:
        domain.check_closing(at, now=now)


def starts_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    if at := dates_of(values)["session_at"]:
        domain.check_session(at, now=now)


def tells_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    dates = dates_of(values)
    if at := dates["feedback_by"]:
        domain.check_feedback(at, after=[day for day in (dates["apply_by"], dates["session_at"]) if day], now=now)


def pays_a_rate_in_force(values: Any, known: OnOffer, now: datetime) -> None:
    if (pay := values.get("pay")) and str(pay) not in known.pay:
        raise RateNotInForce


def names_a_desk(values: Any, known: OnOffer, now: datetime) -> None:
    if (desk := values.get("desk_id")) and str(desk) not in known.who.desks:
        raise NoSuchDesk


def names_a_coordinator(values: Any, known: OnOffer, now: datetime) -> None:
    if (contact := values.get("contact_id")) and not known.who.more and str(contact) not in known.who.contacts:
        raise NotACoordinator


def usually(known: OnOffer) -> dict[str, str]:
    return known.who.usually()


POSTING = TaskList(
    kind="opportunity",
    title="Post an opportunity",
    at="/opportunities/for/{ods}/drafts/{draft_id}",
    new="/opportunities/for/{ods}/new",
    back="/opportunities/for/{ods}",
    pages=(
        TaskPage("role", "The role", "post_role.jinja", ("title", "summary", "strand", "rung")),
        TaskPage("change", "What will change", "post_change.jinja", ("what_will_change", "feedback_by")),
        TaskPage(
            "when",
            "When and where",
            "post_when.jinja",
            ("mode", "place", "session_at", "session_time", "session_hours", "time_commitment", "bring"),
        ),
        TaskPage(
            "people",
            "Who you look for, and what is there for them",
            "post_people.jinja",
            ("expertise_level", "lived_experience", "training", "access", "criteria", "names_hidden"),
        ),
        TaskPage("places", "Places, pay and closing date", "post_places.jinja", ("places", "pay", "apply_by")),
        TaskPage(
            "answers", "Who people can ask", "post_answers.jinja", ("desk_id", "contact_id", "talks_from_interest")
        ),
    ),
    model=PostForm,
    enter=entry.staff("coordinator"),
    send=commands.post_opportunity,
    made=made,
    confirms="posted",
    submit="Post it on the feed",
    intro="post_intro.jinja",
    next="post_next.jinja",
    known=queries.on_offer,
    checks=(closes_in_time, starts_in_time, tells_in_time, pays_a_rate_in_force, names_a_desk, names_a_coordinator),
    begins=usually,
    words_for_errors=words_for_errors,
    called=called,
)
router = routes(POSTING)
