"""Finance's pages for rates: what is in force, put one in force, close one."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import model_validator

from services.chassis.base.access import Acting, london_day
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.forms import submit
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.transaction import Transaction
from services.payments import words
from services.payments.commands import rates as commands
from services.payments.domain.rate_card import Closing, Draft
from services.payments.store import rates as store

router = APIRouter()
Finance = Annotated[Acting, Depends(entry.staff("finance"))]


class RateForm(Draft):
    """The draft as a page sends it: pounds as typed, dates in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        values["amount_pence"] = _pence(str(values.pop("amount_pence", "")))
        for name in ("valid_from", "valid_to"):
            values[name] = _date(values, name)
        return values


class CloseForm(Closing):
    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        values["valid_to"] = _date(values, "valid_to")
        return values


def _pence(typed: str) -> int | str:
    """Pence from pounds as typed ("150", "£1,234.50"); what cannot be read is left to be refused."""
    try:
        pence = Decimal(typed.replace("£", "").replace(",", "").strip()) * 100
        return int(pence) if pence == int(pence) else typed
    except (InvalidOperation, ValueError, OverflowError):
        return typed


def _date(values: dict[str, Any], name: str) -> date | str | None:
    """None when all three parts are empty; what is no date is left to be refused."""
    parts = [str(values.pop(f"{name}_{part}", "")).strip() for part in ("day", "month", "year")]
    if not any(parts):
        return None
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return "not a date"


_TOLD = {
    "amount_pence": "Enter an amount in pounds, for example 150 or 82.50, up to £10,000",
    "valid_from": "Enter the first day, for example 1 4 2027",
    "valid_to": "Enter the last day, for example 31 3 2028",
    "unit": "Choose what the rate pays for",
}


def _told(errors: dict[str, str]) -> dict[str, str]:
    """A refusal's own words stay; those about what could not be read say what to enter."""
    plain = ("Check this answer", "Enter a whole number", "Choose one of the answers", "Fill this in")
    return {
        name: _TOLD.get(name, said) if said in plain or name == "amount_pence" else said
        for name, said in errors.items()
    }


@router.get("/payments/for/{ods}/rates")
async def listed(request: Request, ods: str, acting: Finance, done: str = "") -> Response:
    assert acting.organisation_id
    async with open_transaction(request, acting) as tx:
        cards = await store.of_organisation(tx, acting.organisation_id)
        today = london_day(tx.now)
    said = {"issued": "The rate is in force from its first day.", "closed": "The rate has its last day."}
    return render(request, "rates.jinja", cards=cards, today=today, ods=ods, done=said.get(done, ""), words=words)


@router.get("/payments/for/{ods}/rates/new")
async def new(request: Request, ods: str, acting: Finance) -> Response:
    return render(request, "rate_new.jinja", values={}, errors={}, ods=ods, words=words)


@router.post("/payments/for/{ods}/rates/new")
async def issue(request: Request, ods: str, acting: Finance) -> Response:
    async def act(tx: Transaction, form: RateForm) -> str:
        await commands.issue_rate(tx, form)
        return f"/payments/for/{ods}/rates?done=issued"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "rate_new.jinja", values=values, errors=_told(errors), ods=ods, words=words)

    return await submit(request, acting, RateForm, act, again)


@router.get("/payments/for/{ods}/rates/{id}/close")
async def close_page(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    return await _close_page(request, acting, id, ({}, {}))


@router.post("/payments/for/{ods}/rates/{id}/close")
async def close(request: Request, ods: str, id: UUID, acting: Finance) -> Response:
    async def act(tx: Transaction, form: CloseForm) -> str:
        await commands.close_rate(tx, id, form.valid_to)
        return f"/payments/for/{ods}/rates?done=closed"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _close_page(request, acting, id, (values, _told(errors)))

    return await submit(request, acting, CloseForm, act, again)


async def _close_page(
    request: Request, acting: Acting, id: UUID, typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    assert acting.organisation_id
    async with open_transaction(request, acting) as tx:
        found = await store.of_organisation(tx, acting.organisation_id, id=id)
    if not found:
        raise NotFound
    values, errors = typed
    return render(
        request, "rate_close.jinja", card=found[0], values=values, errors=errors, ods=acting.ods_code, words=words
    )
