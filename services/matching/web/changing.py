"""Staff pages: change any part of an opportunity that was posted, close it early, open it again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmed
from services.chassis.http.forms import Form, sealed_form
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import SAYS_ONCE, submit
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.change_forms import (
    DaysForm,
    JobForm,
    OpeningForm,
    PlaceForm,
    TermsForm,
    WhoAnswersForm,
    as_it_stands,
    where_moved,
)
from services.matching.commands import changing as commands
from services.matching.commands import venues
from services.matching.domain import changing
from services.matching.domain.opportunity import IsAJob, NoJob
from services.matching.domain.parts import (
    NewChoosing,
    NewDays,
    NewJob,
    NewOpening,
    NewPeople,
    NewPurpose,
    NewWords,
    Why,
)
from services.matching.forms import words_for_errors, words_for_job_errors
from services.matching.store import opportunities

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
ROLE = "/opportunities/for/{ods}/{id}"
_NO_VENUE = "You do not keep that venue any more. Choose another one, or type where it is."


@dataclass(frozen=True)
class PartPage:
    """One page of what can be said anew: the questions of a page of the posting, filled in with what stands."""

    title: str
    template: str
    form: type[BaseModel]
    beside: str = ""
    """Template of what stands below the button, in the form."""
    words_for_errors: Callable[[dict[str, Any], dict[str, str]], dict[str, str]] = words_for_errors


PARTS = {
    "role": PartPage("The role", "post_role.jinja", NewWords),
    "purpose": PartPage("Why, and what will change", "post_change.jinja", NewPurpose),
    "when": PartPage("Time, and where it is", "post_when.jinja", PlaceForm, "post_venues.jinja"),
    "people": PartPage("Who you look for, and what is there for them", "post_people.jinja", NewPeople),
    "choosing": PartPage("How you choose", "post_choosing.jinja", NewChoosing),
    "places": PartPage("Places and pay", "post_places.jinja", TermsForm),
    "days": PartPage("Days that people wait for", "post_days.jinja", DaysForm),
    "answers": PartPage("Who answers for this role", "post_answers.jinja", WhoAnswersForm),
    "job": PartPage("The job", "post_job_all.jinja", JobForm, "post_venues.jinja", words_for_job_errors),
}
OF_A_JOB = (PARTS["job"], PARTS["answers"])


def _page_of(part: str) -> PartPage:
    """Raises NotFound."""
    if part not in PARTS:
        raise NotFound
    return PARTS[part]


@router.get(ROLE + "/change/{what}")
async def change_page(request: Request, ods: str, id: UUID, what: str, acting: Coordinator) -> Response:
    page = _page_of(what)
    async with open_transaction(request, acting) as tx:
        _check_it_has(page, (await queries.own_opportunity(tx, id)).opportunity)
        values = await _changes(id, page).shown(request, tx)
        return await _page(request, tx, id, page, values, {}, begins=what != "answers")


@router.post(ROLE + "/change/{what}")
async def change(request: Request, ods: str, id: UUID, what: str, acting: Coordinator) -> Response:
    page = _page_of(what)
    typed = await sealed_form(request, acting)
    if page.beside and (venue := venues.pressed(typed.values.get("then"))):
        return await _at_venue(request, acting, id, page, typed, venue)

    async def act(tx: Transaction[Member], form: Any) -> str:
        stood = (await queries.own_opportunity(tx, id)).opportunity
        _check_it_has(page, stood)
        new = form
        if isinstance(form, DaysForm | JobForm):
            new = (NewDays if isinstance(form, DaysForm) else NewJob).model_construct(**where_moved(form, stood))
        return confirmed(ROLE.format(ods=ods, id=id), _done(stood, await commands.change(tx, id, new)))

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        async with open_transaction(request, acting) as tx:
            return await _page(request, tx, id, page, values, errors)

    return await submit(request, acting, page.form, act, again, kind=_changes(id, page))


async def _at_venue(request: Request, acting: Member, id: UUID, page: PartPage, typed: Form, venue: str) -> Response:
    """What was typed, with a place that the organisation keeps. Nothing is saved yet, and what the page saw stays."""
    request.state.saw = typed.saw
    async with open_transaction(request, acting) as tx:
        _check_it_has(page, (await queries.own_opportunity(tx, id)).opportunity)
        filled = await venues.filled_in(tx, venue)
        values = {**{name: said for name, said in typed.values.items() if name != "then"}, **filled}
        return await _page(request, tx, id, page, values, {} if filled else {"": _NO_VENUE}, filled=bool(filled))


def _check_it_has(page: PartPage, o: Opportunity) -> None:
    """Raises IsAJob or NoJob."""
    if o.job and page not in OF_A_JOB:
        raise IsAJob
    if not o.job and page == PARTS["job"]:
        raise NoJob


def _done(stood: Any, news: changing.Changed | None) -> str:
    if news is None:
        return "same"
    now = news[0]
    if now.changed and now.changed.parts == (changing.WHO_ANSWERS,):
        return "answers"
    if now.job:
        return "job_changed"
    return "pays_less" if now.closed_at is None and changing.pays_less(stood, now) else "changed"


def _changes(id: UUID, page: PartPage) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return as_it_stands((await queries.own_opportunity(tx, id)).opportunity, page.form)

    async def hold(tx: Transaction[Member]) -> None:
        await opportunities.lock(tx, id)

    return Changes(now=now, hold=hold)


async def _page(
    request: Request,
    tx: Transaction[Member],
    id: UUID,
    page: PartPage,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    begins: bool = False,
    filled: bool = False,
) -> Response:
    """`filled`: a press has filled in where it is."""
    own = await queries.own_opportunity(tx, id)
    if begins:
        own.choices.reword.must()  # before anything is typed for nothing
    return render(
        request,
        "change.jinja",
        values=values,
        errors=page.words_for_errors(values, errors),
        o=own.opportunity,
        page=page,
        filled=filled,
        listed=own,
        ods=tx.acting.ods_code,
        known=await queries.on_offer_for(tx, own.opportunity),
        may=own.choices,
        now=tx.now,
    )


@router.get(ROLE + "/close")
async def close_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    own = await _own(request, acting, id)
    own.choices.close.must()
    return _turning_page(request, "close.jinja", own, acting, {}, {})


@router.post(ROLE + "/close")
async def close(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Why) -> str:
        is_job = await commands.close_early(tx, id, form)
        return confirmed(ROLE.format(ods=ods, id=id), "job_closed" if is_job else "closed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _turning_page(request, "close.jinja", await _own(request, acting, id), acting, values, errors)

    return await submit(request, acting, Why, act, again, kind=SAYS_ONCE)


@router.get(ROLE + "/open-again")
async def reopen_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    own = await _own(request, acting, id)
    own.choices.reopen.must()
    stands = as_it_stands(own.opportunity, OpeningForm)
    values = {name: value for name, value in stands.items() if not name.startswith(("apply_by", "decide_by"))}
    return _turning_page(request, "open_again.jinja", own, acting, values, {})


@router.post(ROLE + "/open-again")
async def reopen(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: OpeningForm) -> str:
        stood = (await queries.own_opportunity(tx, id)).opportunity
        await commands.reopen(tx, id, NewOpening.model_construct(**where_moved(form, stood)))
        return confirmed(ROLE.format(ods=ods, id=id), "opened_again")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _turning_page(request, "open_again.jinja", await _own(request, acting, id), acting, values, errors)

    return await submit(request, acting, OpeningForm, act, again, kind=SAYS_ONCE)


def _turning_page(
    request: Request, template: str, own: queries.Own, acting: Member, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    return render(
        request,
        template,
        values=values,
        errors=words_for_errors(values, errors),
        o=own.opportunity,
        ods=acting.ods_code,
        known={"closed": False},
    )


async def _own(request: Request, acting: Member, id: UUID) -> queries.Own:
    """Raises NotFound."""
    async with open_transaction(request, acting) as tx:
        return await queries.own_opportunity(tx, id)
