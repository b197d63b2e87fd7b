"""Staff pages: see one's own opportunities and drafts, and call one off."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.http.task_drafts import unsent_drafts
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.matching import queries, words, words_of_changes, words_of_fair, words_of_roles
from services.matching.commands import posting
from services.matching.domain.counting import demands_of
from services.matching.forms import OwnFilters, Withdrawal, words_for_errors
from services.matching.store import counting, editions, fair
from services.matching.web.drafting import POSTING
from services.matching.web.jobs import JOBS
from services.matching.web.lists import OWN, OWN_COLUMNS

router = APIRouter()
NEWEST_DRAFTS = 5
"""So many stand above the list of what is posted; all are on their own page."""
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
DONE = {
    "posted": "It is on the common feed now. Whoever it fits is told.",
    "changed": "Saved, and everybody sees it now. Whoever has a place, an offer or an interest is told.",
    "same": "Nothing was changed: it says that already.",
    "pays_less": "Saved. It pays less than before from now on: whoever has an offer or a place keeps the pay that they "
    "were offered. Everybody else in it is told.",
    "closed": "It is closed. Nobody can show interest any more.",
    "job_closed": "It is closed, and off the feed. Nobody is sent from here to your own page any more.",
    "opened_again": "It is open again, on the common feed. Whoever it fits is told.",
    "off_feed": "It is called off. It is off the feed.",
    "job_changed": "Saved. Everybody sees it now.",
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
        few = await fair.same_few(tx, tx.acting.organisation_id)
        drafts = await unsent_drafts(tx, (POSTING, JOBS), {"ods": ods}, Asked(size=NEWEST_DRAFTS))
    return render(
        request,
        "own.jinja",
        things=page.items,
        list=view(request, page, OWN),
        few=few,
        links=links,
        drafts=drafts.items,
        all_drafts=f"/opportunities/for/{ods}/drafts" if drafts.next else "",
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
    )


@router.get("/opportunities/for/{ods}/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        listed, now = await queries.own_opportunity(tx, id), tx.now
        answers = await who_answers(tx, listed.opportunity)
        newest = await editions.newest(tx, id)
        fits = await counting.find(tx, demands_of(listed.opportunity, now=now))
        told = await fair.told_of(tx, id)
    return render(
        request,
        "own_job.jinja" if listed.opportunity.job else "own_one.jinja",
        now=now,
        newest=newest,
        fits=fits,
        told=told,
        fair=words_of_fair,
        changes=words_of_changes,
        roles=words_of_roles,
        o=listed.opportunity,
        listed=listed,
        may=listed.choices,
        answers=answers,
        ods=ods,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


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
