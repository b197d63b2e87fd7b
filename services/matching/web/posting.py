"""Staff pages: post an opportunity, see one's own, change the words, take it off the feed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import Acting, london_day
from services.chassis.base.refusals import NotFound
from services.chassis.base.wording import money
from services.chassis.http import entry
from services.chassis.http.forms import submit
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.transaction import Transaction
from services.matching import commands, words
from services.matching.domain.opportunity import EXPENSES_ONLY, AlreadyClosed
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed
from services.matching.web.forms import PostForm, Withdrawal, Words, told

router = APIRouter()
Coordinator = Annotated[Acting, Depends(entry.staff("coordinator"))]
_DONE = {
    "posted": "It is on the common feed now. People whom it fits are being told.",
    "words": "Saved. Everybody sees the new words now.",
    "withdrawn": "It is off the feed. People who showed interest and have no place yet are told.",
}


@router.get("/opportunities/for/{ods}")
async def own(request: Request, ods: str, acting: Coordinator) -> Response:
    assert acting.organisation_id
    async with open_transaction(request, acting) as tx:
        things = await store.of_organisation(tx, acting.organisation_id)
    return render(request, "own.jinja", things=things, ods=ods, words=words)


@router.get("/opportunities/for/{ods}/new")
async def new(request: Request, ods: str, acting: Coordinator) -> Response:
    return await _post_page(request, acting, {}, {})


@router.post("/opportunities/for/{ods}/new")
async def post(request: Request, ods: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction, draft: PostForm) -> str:
        return f"/opportunities/for/{ods}/{await commands.post_opportunity(tx, draft)}?done=posted"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _post_page(request, acting, values, told(values, errors))

    return await submit(request, acting, PostForm, act, again)


async def _post_page(request: Request, acting: Acting, values: dict[str, Any], errors: dict[str, str]) -> Response:
    assert acting.organisation_id
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
    listed = await _own(request, acting, id)
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
    listed = await _own_open(request, acting, id)
    values = listed.opportunity.model_dump(include={"title", "summary", "what_will_change"})
    return render(request, "reword.jinja", values=values, errors={}, ods=ods, id=id)


@router.post("/opportunities/for/{ods}/{id}/words")
async def reword(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction, form: Words) -> str:
        await commands.reword_opportunity(tx, id, **form.model_dump())
        return f"/opportunities/for/{ods}/{id}?done=words"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "reword.jinja", values=values, errors=told(values, errors), ods=ods, id=id)

    return await submit(request, acting, Words, act, again)


@router.get("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    listed = await _own_open(request, acting, id)
    return render(request, "withdraw.jinja", values={}, errors={}, ods=ods, o=listed.opportunity, words=words)


@router.post("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction, form: Withdrawal) -> str:
        await commands.withdraw_opportunity(tx, id, form.why)
        return f"/opportunities/for/{ods}/{id}?done=withdrawn"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        o = (await _own(request, acting, id)).opportunity
        return render(request, "withdraw.jinja", values=values, errors=told(values, errors), ods=ods, o=o, words=words)

    return await submit(request, acting, Withdrawal, act, again)


async def _own(request: Request, acting: Acting, id: UUID) -> Listed:
    async with open_transaction(request, acting) as tx:
        listed = await store.get(tx, id)
    if listed is None or listed.opportunity.organisation_id != acting.organisation_id:
        raise NotFound
    return listed


async def _own_open(request: Request, acting: Acting, id: UUID) -> Listed:
    """Raises AlreadyClosed before anything is typed for nothing."""
    listed = await _own(request, acting, id)
    if listed.opportunity.closed_at is not None:
        raise AlreadyClosed
    return listed
