"""Staff pages: post an opportunity, see one's own, change the words, take it off the feed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.wording import money
from services.chassis.http import entry
from services.chassis.http.forms import submit
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.matching import commands, queries, words
from services.matching.domain.opportunity import EXPENSES_ONLY, AlreadyClosed
from services.matching.forms import OwnFilters, PostForm, Withdrawal, Words, words_for_errors
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed
from services.matching.web.lists import OWN, OWN_COLUMNS

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
_DONE = {
    "posted": "It is on the common feed now. People whom it fits are being told.",
    "words": "Saved. Everybody sees the new words now.",
    "withdrawn": "It is off the feed. People who showed interest and have no place yet are told.",
}


@router.get("/opportunities/for/{ods}")
async def own(request: Request, ods: str, acting: Coordinator, filters: OwnFilters, asked: AskedByPage) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Listed]:
        return await queries.own_opportunities(tx, asked, filters)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=OWN_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    return render(request, "own.jinja", things=page.items, list=view(request, page, OWN), ods=ods, words=words)


@router.get("/opportunities/for/{ods}/new")
async def new(request: Request, ods: str, acting: Coordinator) -> Response:
    return await _post_page(request, acting, {}, {})


@router.post("/opportunities/for/{ods}/new")
async def post(request: Request, ods: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], draft: PostForm) -> str:
        return f"/opportunities/for/{ods}/{await commands.post_opportunity(tx, draft)}?done=posted"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _post_page(request, acting, values, words_for_errors(values, errors))

    return await submit(request, acting, PostForm, act, again)


async def _post_page(request: Request, acting: Member, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        rates = await store.rates_in_force(tx, acting.organisation_id, on=london_day(tx.now))
        training = await store.training_offered(tx)
    pay = {
        str(card.id): f"{card.title}: {money(card.amount_pence)} for {words.UNIT.get(card.unit, card.unit)}"
        for card in rates
    }
    pay[EXPENSES_ONLY] = "No payment, expenses only"
    return render(
        request,
        "post.jinja",
        values=values,
        errors=errors,
        ods=acting.ods_code,
        pay=pay,
        training=training,
        words=words,
    )


@router.get("/opportunities/for/{ods}/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator, done: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        listed = await queries.own_opportunity(tx, id)
    return render(
        request,
        "own_one.jinja",
        o=listed.opportunity,
        listed=listed,
        ods=ods,
        done=_DONE.get(done, ""),
        words=words,
        links=links,
    )


@router.get("/opportunities/for/{ods}/{id}/words")
async def words_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    values = (await _own_open(request, acting, id)).model_dump(include={"title", "summary", "what_will_change"})
    return render(request, "reword.jinja", values=values, errors={}, ods=ods, id=id)


@router.post("/opportunities/for/{ods}/{id}/words")
async def reword(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Words) -> str:
        await commands.reword_opportunity(tx, id, **form.model_dump())
        return f"/opportunities/for/{ods}/{id}?done=words"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "reword.jinja", values=values, errors=words_for_errors(values, errors), ods=ods, id=id)

    return await submit(request, acting, Words, act, again)


@router.get("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return _withdraw_page(request, ods, await _own_open(request, acting, id), {}, {})


@router.post("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Withdrawal) -> str:
        await commands.withdraw_opportunity(tx, id, form.why)
        return f"/opportunities/for/{ods}/{id}?done=withdrawn"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            opportunity = (await queries.own_opportunity(tx, id)).opportunity
        return _withdraw_page(request, ods, opportunity, values, words_for_errors(values, errors))

    return await submit(request, acting, Withdrawal, act, again)


def _withdraw_page(
    request: Request, ods: str, opportunity: Opportunity, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    return render(request, "withdraw.jinja", values=values, errors=errors, ods=ods, o=opportunity, words=words)


async def _own_open(request: Request, acting: Member, id: UUID) -> Opportunity:
    """Raises NotFound, and AlreadyClosed before anything is typed for nothing."""
    async with open_transaction(request, acting) as tx:
        opportunity = (await queries.own_opportunity(tx, id)).opportunity
    if opportunity.closed_at is not None:
        raise AlreadyClosed
    return opportunity
