"""Staff pages: post an opportunity, page by page, with a draft that the organisation's coordinators share."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.periods import london_day
from services.chassis.base.typed.days import together
from services.chassis.http import entry
from services.chassis.http.task_list import Preview, TaskList
from services.chassis.http.task_pages import routes
from services.chassis.postgres.drafts import Values
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics, previewing, queries, words_of_beginnings
from services.matching.commands import advising, posting, venues
from services.matching.domain import days
from services.matching.domain.opportunity import RateEndsBefore, RateNotInForce
from services.matching.domain.places import check_places
from services.matching.domain.said import dates_of
from services.matching.domain.who_answers import NoSuchDesk, NotACoordinator
from services.matching.domain.work import NoSuchWork
from services.matching.draft_pages import PAGES
from services.matching.forms import PostForm, words_for_errors
from services.matching.queries import OnOffer

POSTED = "/opportunities/for/{ods}/{id}"


def made(acting: Member, id: UUID) -> str:
    return POSTED.format(ods=acting.ods_code, id=id)


def called(values: Any) -> str:
    return str(values.get("title", ""))


def closes_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    if at := dates_of(values)["apply_by"]:
        days.check_closing(at, now=now)


def starts_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    if at := dates_of(values)["session_at"]:
        days.check_session(at, now=now, field="session_at")


def decides_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    dates = dates_of(values)
    if dates["decide_by"] and dates["apply_by"]:
        days.check_decision(dates["decide_by"], closing=dates["apply_by"])


def tells_in_time(values: Any, known: OnOffer, now: datetime) -> None:
    dates = dates_of(values)
    if at := dates["feedback_by"]:
        days.check_feedback(at, after=[day for day in (dates["apply_by"], dates["session_at"]) if day], now=now)


def ends_after_its_sessions(values: Any, known: OnOffer, now: datetime) -> None:
    first = dates_of(values)["session_at"]
    until = together(values, "term_until").get("term_until")
    if isinstance(until, date):
        days.check_term(until, sessions=[first] if first else [], today=london_day(now))


def was_decided(values: Any, known: OnOffer, now: datetime) -> None:
    on = together(values, "status_on").get("status_on")
    if isinstance(on, date):
        days.check_status_day(on, today=london_day(now))


def pays_a_rate_in_force(values: Any, known: OnOffer, now: datetime) -> None:
    if not (pay := str(values.get("pay", ""))):
        return
    if pay not in known.pay:
        raise RateNotInForce
    first, until = dates_of(values)["session_at"], known.rates_until.get(pay)
    if first and until and london_day(first) > until:
        raise RateEndsBefore


def asks_for_few_enough(values: Any, known: OnOffer, now: datetime) -> None:
    if (places := str(values.get("places", "")).strip()).isascii() and places.isdigit():
        check_places(int(places[:9]), known.allowed)


def is_part_of_ours(values: Any, known: OnOffer, now: datetime) -> None:
    if (work := values.get("work")) and str(work) not in known.works:
        raise NoSuchWork


def names_a_desk(values: Any, known: OnOffer, now: datetime) -> None:
    if (desk := values.get("desk_id")) and str(desk) not in known.who.desks:
        raise NoSuchDesk


def names_a_coordinator(values: Any, known: OnOffer, now: datetime) -> None:
    if (contact := values.get("contact_id")) and not known.who.more and str(contact) not in known.who.contacts:
        raise NotACoordinator


def usually(known: OnOffer) -> dict[str, str]:
    return known.usually()


async def mended(tx: Transaction[Member], values: Mapping[str, Any], pressed: str) -> Values:
    """What a button of a page fills in: one of the organisation's venues, else advice that is taken over."""
    if pressed.startswith(venues.PRESSED):
        return await venues.filled_in(tx, pressed)
    return await advising.mended(tx, values, pressed)


POSTING = TaskList(
    kind="opportunity",
    title="Post an opportunity",
    at="/opportunities/for/{ods}/drafts/{draft_id}",
    new="/opportunities/for/{ods}/new",
    back="/opportunities/for/{ods}",
    pages=PAGES,
    model=PostForm,
    enter=entry.staff("coordinator"),
    send=posting.post_opportunity,
    made=made,
    confirms="posted",
    submit="Post it on the feed",
    intro="post_intro.jinja",
    next="post_next.jinja",
    known=queries.on_offer,
    checks=(
        closes_in_time,
        starts_in_time,
        decides_in_time,
        tells_in_time,
        ends_after_its_sessions,
        was_decided,
        pays_a_rate_in_force,
        asks_for_few_enough,
        is_part_of_ours,
        names_a_desk,
        names_a_coordinator,
    ),
    begins=usually,
    words_for_errors=words_for_errors,
    called=called,
    preview=Preview("post_preview.jinja", previewing.preview),
    began=words_of_beginnings.began,
    sent=metrics.posted,
    beside="post_beside.jinja",
    mend=mended,
)
PAGE_OF = {name: page.slug for page in PAGES for name in page.fields}
router = routes(POSTING)
