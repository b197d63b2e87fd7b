"""Staff pages: see one's own opportunities and drafts, change the words of one, call it off."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.base.typed.days import apart
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.http.task_pages import unsent_drafts
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.matching import queries, words
from services.matching.commands import posting
from services.matching.forms import FeedbackDayForm, OwnFilters, Withdrawal, Words, words_for_errors
from services.matching.store import opportunities
from services.matching.web.drafting import POSTING
from services.matching.web.jobs import JOBS
from services.matching.web.lists import OWN, OWN_COLUMNS

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
DONE = {
    "posted": "It is on the common feed now. Whoever it fits is told.",
    "off_feed": "It is called off. It is off the feed.",
    "words": "Saved. Everybody sees the new words now.",
    "feedback_day": "Saved. Everybody sees the new day now.",
    "answers": "Saved. Everybody sees whom they can ask now.",
    "deleted": "The draft is deleted.",
    "withdrawn": "It is called off. Whoever has a place, an offer or an interest is told.",
    "session_added": "The session is added. Whoever has a place, an offer or an interest is told.",
    "sessions_added": "The sessions are added. Whoever has a place, an offer or an interest is told.",
    "session_changed": "Saved. Whoever has a place, an offer or an interest is told.",
    "session_cancelled": "The session is cancelled. Whoever has a place, an offer or an interest is told.",
    "sessions_cancelled": "The sessions are cancelled. Whoever has a place, an offer or an interest is told.",
}


@router.get("/opportunities/for/{ods}")
async def own(request: Request, ods: str, acting: Coordinator, filters: OwnFilters, asked: AskedByPage) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[queries.Own]:
        return await queries.own_opportunities(tx, asked, filters)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=OWN_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
        drafts = await unsent_drafts(tx, {"ods": ods}, POSTING, JOBS)
    return render(
        request,
        "own.jinja",
        things=page.items,
        list=view(request, page, OWN),
        drafts=drafts,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
    )


@router.get("/opportunities/for/{ods}/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        listed, now = await queries.own_opportunity(tx, id), tx.now
        answers = await who_answers(tx, listed.opportunity)
    return render(
        request,
        "own_job.jinja" if listed.opportunity.job else "own_one.jinja",
        now=now,
        o=listed.opportunity,
        listed=listed,
        may=listed.choices,
        answers=answers,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


@router.get("/opportunities/for/{ods}/{id}/words")
async def words_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    (await _own(request, acting, id)).choices.reword.must()  # before anything is typed for nothing
    async with open_transaction(request, acting) as tx:
        values = await _rewords(id).shown(request, tx)
    return render(request, "reword.jinja", values=values, errors={}, ods=ods, id=id)


def _rewords(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        found = await queries.own_opportunity(tx, id)
        return found.opportunity.model_dump(include={"title", "summary", "what_will_change"})

    async def hold(tx: Transaction[Member]) -> None:
        await opportunities.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.post("/opportunities/for/{ods}/{id}/words")
async def reword(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Words) -> str:
        await posting.reword_opportunity(tx, id, **form.model_dump())
        return confirmed(f"/opportunities/for/{ods}/{id}", "words")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "reword.jinja", values=values, errors=words_for_errors(values, errors), ods=ods, id=id)

    return await submit(request, acting, Words, act, again, kind=_rewords(id))


@router.get("/opportunities/for/{ods}/{id}/feedback-day")
async def feedback_day_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    (await _own(request, acting, id)).choices.feedback_day.must()  # before anything is typed for nothing
    async with open_transaction(request, acting) as tx:
        values = await _feedback_day(id).shown(request, tx)
    return render(request, "feedback_day.jinja", values=values, errors={}, ods=ods, id=id)


def _feedback_day(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return apart("feedback_by", (await queries.own_opportunity(tx, id)).opportunity.feedback_by)

    async def hold(tx: Transaction[Member]) -> None:
        await opportunities.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.post("/opportunities/for/{ods}/{id}/feedback-day")
async def change_feedback_day(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: FeedbackDayForm) -> str:
        await posting.change_feedback_day(tx, id, form.feedback_by)
        return confirmed(f"/opportunities/for/{ods}/{id}", "feedback_day")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        await _own(request, acting, id)
        shown = words_for_errors(values, errors)
        return render(request, "feedback_day.jinja", values=values, errors=shown, ods=ods, id=id)

    return await submit(request, acting, FeedbackDayForm, act, again, kind=_feedback_day(id))


@router.get("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    own = await _own(request, acting, id)
    own.choices.withdraw.must()  # before anything is chosen for nothing
    return _withdraw_page(request, ods, own.opportunity, {}, {})


@router.post("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Withdrawal) -> str:
        is_job = await posting.withdraw_opportunity(tx, id, form.why)
        return confirmed(f"/opportunities/for/{ods}/{id}", "off_feed" if is_job else "withdrawn")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        opportunity = (await _own(request, acting, id)).opportunity
        return _withdraw_page(request, ods, opportunity, values, words_for_errors(values, errors))

    return await submit(request, acting, Withdrawal, act, again, kind=SAYS_ONCE)


def _withdraw_page(
    request: Request, ods: str, opportunity: Opportunity, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    return render(request, "withdraw.jinja", values=values, errors=errors, ods=ods, o=opportunity, words=words)


async def _own(request: Request, acting: Member, id: UUID) -> queries.Own:
    """Raises NotFound."""
    async with open_transaction(request, acting) as tx:
        return await queries.own_opportunity(tx, id)
