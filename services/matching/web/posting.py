"""Staff pages: post an opportunity, see one's own, change the words, take it off the feed."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas import links
from services.chassis import web
from services.chassis.access import LONDON, Acting, london_day
from services.chassis.errors import NotFound
from services.chassis.transaction import Transaction
from services.matching import commands, words
from services.matching.domain.opportunity import EXPENSES_ONLY, Draft, WithdrawalReason
from services.matching.store import opportunities as store
from services.matching.store.opportunities import Listed

router = APIRouter()
Coordinator = Annotated[Acting, Depends(web.staff("coordinator"))]
CLOSING_TIME = time(17, 0)


class PostForm(Draft):
    """The draft as a page sends it: dates in three parts and times of the day as people in England see them."""

    @model_validator(mode="before")
    @classmethod
    def put_dates_together(cls, typed: Any) -> Any:
        values = dict(typed)
        for name, at in (("apply_by", CLOSING_TIME), ("feedback_by", CLOSING_TIME), ("session_at", None)):
            parts = [str(values.pop(f"{name}_{part}", "")) for part in ("day", "month", "year")]
            clock = at or _clock(str(values.pop("session_time", "")))
            values[name] = _moment(parts, clock)
        return values


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip().replace(".", ":").zfill(5))
    except ValueError:
        return None


def _moment(parts: list[str], clock: time | None) -> datetime | None:
    try:
        day, month, year = (int(part) for part in parts)
        return datetime.combine(date(year, month, day), clock, LONDON) if clock else None
    except ValueError:
        return None


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=120)
    summary: str = Field(min_length=1, max_length=1500)
    what_will_change: str = Field(min_length=1, max_length=1000)


class Withdrawal(BaseModel):
    model_config = ConfigDict(extra="forbid")
    why: WithdrawalReason


@router.get("/opportunities/for/{ods}")
async def own(request: Request, ods: str, acting: Coordinator) -> Response:
    assert acting.organisation_id
    async with web.open_transaction(request, acting) as tx:
        things = await store.of_organisation(tx, acting.organisation_id)
    return web.page(request, "own.jinja", things=things, ods=ods, words=words)


@router.get("/opportunities/for/{ods}/new")
async def new(request: Request, ods: str, acting: Coordinator) -> Response:
    return await _post_page(request, acting, {}, {})


@router.post("/opportunities/for/{ods}/new")
async def post(request: Request, ods: str, acting: Coordinator) -> Response:
    async def act(tx: Transaction, draft: PostForm) -> str:
        return f"/opportunities/for/{ods}/{await commands.post_opportunity(tx, draft)}?posted=yes"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        dates = ("apply_by", "feedback_by", "session_at")
        told = {
            name: "Enter a date and time" if name in dates and words_ == "Check this answer" else words_
            for name, words_ in errors.items()
        }
        return await _post_page(request, acting, values, told)

    return await web.submit(request, acting, PostForm, act, again)


async def _post_page(request: Request, acting: Acting, values: dict[str, Any], errors: dict[str, str]) -> Response:
    assert acting.organisation_id
    async with web.open_transaction(request, acting) as tx:
        rates = await store.rates_in_force(tx, acting.organisation_id, on=london_day(tx.now))
        training = await store.training_offered(tx)
        now = tx.now
    pay = {
        str(card.id): f"{card.title}: £{card.amount_pence / 100:,.2f} for {words.UNIT.get(card.unit, card.unit)}"
        for card in rates
    }
    pay[EXPENSES_ONLY] = "No payment, expenses only"
    return web.page(
        request,
        "post.jinja",
        values=values,
        errors=errors,
        ods=acting.ods_code,
        pay=pay,
        training=training,
        words=words,
        example=now + timedelta(days=21),
    )


@router.get("/opportunities/for/{ods}/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Coordinator, posted: str = "") -> Response:
    listed = await _own(request, acting, id)
    return web.page(
        request, "own_one.jinja", o=listed.opportunity, listed=listed, ods=ods, posted=posted, words=words, links=links
    )


@router.get("/opportunities/for/{ods}/{id}/words")
async def words_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    listed = await _own(request, acting, id)
    values = listed.opportunity.model_dump(include={"title", "summary", "what_will_change"})
    return web.page(request, "reword.jinja", values=values, errors={}, ods=ods, id=id)


@router.post("/opportunities/for/{ods}/{id}/words")
async def reword(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction, form: Words) -> str:
        await commands.reword_opportunity(tx, id, **form.model_dump())
        return f"/opportunities/for/{ods}/{id}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return web.page(request, "reword.jinja", values=values, errors=errors, ods=ods, id=id)

    return await web.submit(request, acting, Words, act, again)


@router.get("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    listed = await _own(request, acting, id)
    return web.page(request, "withdraw.jinja", values={}, errors={}, ods=ods, o=listed.opportunity, words=words)


@router.post("/opportunities/for/{ods}/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction, form: Withdrawal) -> str:
        await commands.withdraw_opportunity(tx, id, form.why)
        return f"/opportunities/for/{ods}/{id}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        listed = await _own(request, acting, id)
        return web.page(
            request, "withdraw.jinja", values=values, errors=errors, ods=ods, o=listed.opportunity, words=words
        )

    return await web.submit(request, acting, Withdrawal, act, again)


async def _own(request: Request, acting: Acting, id: UUID) -> Listed:
    async with web.open_transaction(request, acting) as tx:
        listed = await store.get(tx, id)
    if listed is None or listed.opportunity.organisation_id != acting.organisation_id:
        raise NotFound
    return listed
