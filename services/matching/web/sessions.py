"""Staff pages: add sessions to an opportunity, one by one or as a repeat, move and change them, cancel them."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.typed.days import apart
from services.chassis.base.typed.rules import not_judged
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import ASKS, HIDDEN_ONLY, MAKES, SAYS_ONCE, submit
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, words
from services.matching.commands import schedule
from services.matching.domain import length
from services.matching.domain import sessions as domain
from services.matching.domain.repeat import Repeat
from services.matching.domain.sessions import Cancelling
from services.matching.forms import MoveForm, RepeatForm, SessionForm, words_for_errors
from services.matching.store import opportunities

router = APIRouter()
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
ROLE = "/opportunities/for/{ods}/{id}"
ALL = ROLE + "/sessions"
ONE = ALL + "/{session_id}"


@router.get(ALL + "/new")
async def new_session(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _new_page(request, acting, id, {}, {})


@router.post(ALL + "/new")
async def add_session(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: SessionForm) -> str:
        await schedule.add_sessions(tx, id, [form])
        return confirmed(ROLE.format(ods=ods, id=id), "session_added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _new_page(request, acting, id, values, errors)

    return await submit(request, acting, SessionForm, act, again, kind=MAKES)


async def _new_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    own = await _own(request, acting, id)
    if not values:
        own.choices.add_sessions.must()  # before anything is typed for nothing
    return _page(request, "session_new.jinja", own, acting, values, errors)


@router.get(ALL + "/repeat")
async def new_repeat(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    return await _repeat_page(request, acting, id, {}, {})


@router.post(ALL + "/repeat")
async def look_at_repeat(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    """Adds nothing yet: it leads to the days, to be looked at."""

    async def act(tx: Transaction[Member], form: RepeatForm) -> str:
        await queries.plan(tx, id, form)
        return f"{ALL.format(ods=ods, id=id)}/repeat/check?{urlencode(form.model_dump(mode='json'))}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _repeat_page(request, acting, id, values, errors)

    return await submit(request, acting, RepeatForm, act, again, kind=ASKS)


async def _repeat_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str], *, status: int = 200
) -> Response:
    own = await _own(request, acting, id)
    if not values:
        own.choices.add_sessions.must()
    return _page(request, "session_repeat.jinja", own, acting, values, errors, status=status)


@router.get(ALL + "/repeat/check")
async def check_repeat(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    repeat = _repeat_of(request.query_params)
    try:
        async with open_transaction(request, acting) as tx:
            own, planned = await queries.plan(tx, id, repeat)
    except Refused as refusal:
        if not refusal.field:
            raise
        return await _repeat_page(request, acting, id, _typed(repeat), refusal.by_field(), status=422)
    return render(
        request,
        "session_repeat_check.jinja",
        o=own.opportunity,
        repeat=repeat,
        days=planned,
        sent=repeat.model_dump(mode="json"),
        ods=ods,
        words=words,
    )


def _repeat_of(sent: Mapping[str, Any]) -> Repeat:
    """As it was typed, whatever the domain says of it. Raises NotFound for an address or a form that was made up."""
    try:
        with not_judged():
            return Repeat.model_validate({name: sent[name] for name in Repeat.model_fields if name in sent})
    except ValidationError:
        raise NotFound from None


@router.post(ALL + "/repeat/add")
async def add_repeat(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Repeat) -> str:
        await schedule.add_repeat(tx, id, form)
        return confirmed(ROLE.format(ods=ods, id=id), "sessions_added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _repeat_page(request, acting, id, _typed(_repeat_of(values)), errors)

    return await submit(request, acting, Repeat, act, again, kind=HIDDEN_ONLY)


def _typed(repeat: Repeat) -> dict[str, Any]:
    """What its form is filled in with."""
    said = repeat.model_dump(include={"every", "mode", "place"}) | {"hours": f"{repeat.hours:g}"}
    return said | apart("starts_at", repeat.starts_at, "starts_time") | apart("until", repeat.until)


@router.get(ALL + "/cancel")
async def cancel_rest_page(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    own = await _own(request, acting, id)
    own.choices.cancel_rest.must()
    return _page(request, "session_cancel.jinja", own, acting, {}, {})


@router.post(ALL + "/cancel")
async def cancel_rest(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Cancelling) -> str:
        await schedule.cancel_rest(tx, id, form.why)
        return confirmed(ROLE.format(ods=ods, id=id), "sessions_cancelled")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _page(request, "session_cancel.jinja", await _own(request, acting, id), acting, values, errors)

    return await submit(request, acting, Cancelling, act, again, kind=SAYS_ONCE)


@router.get(ONE)
async def change_page(request: Request, ods: str, id: UUID, session_id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        own = await queries.own_opportunity(tx, id)
        domain.of(own.opportunity, session_id)
        own.sessions[session_id].change.must()
        values = await _changes(id, session_id).shown(request, tx)
    return _page(request, "session_change.jinja", own, acting, values, {}, session_id)


@router.post(ONE)
async def change_session(request: Request, ods: str, id: UUID, session_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: MoveForm) -> str:
        await schedule.change_session(tx, id, session_id, form)
        return confirmed(ROLE.format(ods=ods, id=id), "session_changed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        own = await _own(request, acting, id)
        return _page(request, "session_change.jinja", own, acting, values, errors, session_id)

    return await submit(request, acting, MoveForm, act, again, kind=_changes(id, session_id))


def _changes(id: UUID, session_id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        session = domain.of((await queries.own_opportunity(tx, id)).opportunity, session_id)
        return {
            **apart("starts_at", session.starts_at, "starts_time"),
            "hours": f"{session.hours:g}",
            "mode": session.mode,
            "place": session.place,
            "why": "",
        }

    async def hold(tx: Transaction[Member]) -> None:
        await opportunities.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.get(ONE + "/cancel")
async def cancel_page(request: Request, ods: str, id: UUID, session_id: UUID, acting: Coordinator) -> Response:
    own = await _own(request, acting, id)
    domain.of(own.opportunity, session_id)
    own.sessions[session_id].cancel.must()
    return _page(request, "session_cancel.jinja", own, acting, {}, {}, session_id)


@router.post(ONE + "/cancel")
async def cancel_session(request: Request, ods: str, id: UUID, session_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Cancelling) -> str:
        await schedule.cancel_session(tx, id, session_id, form.why)
        return confirmed(ROLE.format(ods=ods, id=id), "session_cancelled")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        own = await _own(request, acting, id)
        return _page(request, "session_cancel.jinja", own, acting, values, errors, session_id)

    return await submit(request, acting, Cancelling, act, again, kind=SAYS_ONCE)


def _page(
    request: Request,
    template: str,
    own: queries.Own,
    acting: Member,
    values: dict[str, Any],
    errors: dict[str, str],
    session_id: UUID | None = None,
    *,
    status: int = 200,
) -> Response:
    o = own.opportunity
    return render(
        request,
        template,
        status=status,
        values=values,
        errors=words_for_errors(values, errors),
        o=o,
        session=domain.of(o, session_id) if session_id else None,
        may=own.sessions[session_id] if session_id else own.choices,
        left=[one for one in o.takes_place if own.sessions[one.id].change],
        ods=acting.ods_code,
        words=words,
        is_a_task=length.is_a_task(o),
        in_all=length.hours_in_all(o),
    )


async def _own(request: Request, acting: Member, id: UUID) -> queries.Own:
    """Raises NotFound."""
    async with open_transaction(request, acting) as tx:
        return await queries.own_opportunity(tx, id)
