"""Staff pages: an organisation's programmes, their sessions, who has a place, and who came."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, WordsToFind, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.training import commands, queries, words
from services.training.forms import ProgrammeForm, RegisterForm, SessionForm, words_for_errors
from services.training.store import people, programmes
from services.training.web import lists

router = APIRouter()
Trainer = Annotated[Member, Depends(entry.staff("trainer", "coordinator"))]
DONE = {
    "offered": "It is in the list of training now. Add a session, so that people can take a place.",
    "recorded": "Saved. Everybody who came has completed the training.",
    "added": "People can take a place in the new session now.",
    "withdrawn": "It is no longer offered.",
}


@router.get("/training/for/{ods}")
async def own(request: Request, ods: str, acting: Trainer, asked: AskedByPage, find: WordsToFind) -> Response:
    async with open_transaction(request, acting) as tx:
        page, now = await queries.own_programmes(tx, asked, find), tx.now
    return render(request, "own.jinja", things=page.items, list=view(request, page, lists.OWN), now=now, ods=ods)


@router.get("/training/for/{ods}/new")
async def new(request: Request, ods: str, acting: Trainer) -> Response:
    return render(request, "offer.jinja", values={}, errors={}, ods=ods)


@router.post("/training/for/{ods}/new")
async def offer(request: Request, ods: str, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member], form: ProgrammeForm) -> str:
        return confirmed(f"/training/for/{ods}/{await commands.offer_programme(tx, form)}", "offered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "offer.jinja", values=values, errors=errors, ods=ods)

    return await submit(request, acting, ProgrammeForm, act, again, kind=MAKES)


@router.get("/training/for/{ods}/sessions/{id}")
async def session(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    return await _register(request, acting, id)


@router.post("/training/for/{ods}/sessions/{id}")
async def record(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member], form: RegisterForm) -> str:
        await commands.record_attendance(tx, id, form)
        return confirmed(f"/training/for/{ods}/sessions/{id}", "recorded")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _register(request, acting, id, values=values, errors=errors)

    return await submit(request, acting, RegisterForm, act, again, kind=_register_of(id))


async def _register(
    request: Request,
    acting: Member,
    id: UUID,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """The session with everybody who has a place, and the form while who came may be recorded or put right."""
    async with open_transaction(request, acting) as tx:
        programme, found = await queries.own_session(tx, id)
        enrolled = await queries.own_enrolled(tx, id)
        known = await _register_of(id).shown(request, tx)
        now = tx.now
    recorded = found.recorded_on is not None
    return render(
        request,
        "register.jinja",
        values=values or known,
        errors=errors or {},
        p=programme,
        s=found,
        enrolled=enrolled,
        recorded=recorded,
        started=found.starts_at <= now,
        may_record=bool(values)  # what was sent is shown again, also where it is refused
        or (
            bool(enrolled)
            and found.starts_at <= now
            and found.recorded_on in (None, london_day(now))
            and acting.by not in [one.person_id for one in enrolled]
        ),
        done=confirmation(request, DONE),
        ods=acting.ods_code,
        words=words,
    )


def _register_of(id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, str]:
        answer = {True: "yes", False: "no", None: ""}
        return {f"came_{one.person_id}": answer[one.attended] for one in await people.enrolled(tx, id)}

    async def hold(tx: Transaction[Member]) -> None:
        await queries.own_session(tx, id)
        await programmes.lock_of_session(tx, id)

    async def said(tx: Transaction[Member]) -> str:
        _, session = await queries.own_session(tx, id)
        return await last_changed(tx, at=session.recorded_on, by=session.recorded_by) if session.recorded_on else ""

    return Changes(now=now, hold=hold, left_out_stays=True, said=said)


@router.get("/training/for/{ods}/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    async with open_transaction(request, acting) as tx:
        programme, now = await queries.own_programme(tx, id), tx.now
    return render(
        request, "own_one.jinja", p=programme, now=now, ods=ods, done=confirmation(request, DONE), words=words
    )


@router.get("/training/for/{ods}/{id}/new-session")
async def new_session(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    return await _session_page(request, acting, id, {}, {})


@router.post("/training/for/{ods}/{id}/new-session")
async def add_session(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member], form: SessionForm) -> str:
        await commands.add_session(tx, id, form)
        return confirmed(f"/training/for/{ods}/{id}", "added")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _session_page(request, acting, id, values, words_for_errors(values, errors))

    return await submit(request, acting, SessionForm, act, again, kind=MAKES)


async def _session_page(
    request: Request, acting: Member, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        programme = await queries.own_programme(tx, id)
    return render(
        request, "new_session.jinja", values=values, errors=errors, p=programme, ods=acting.ods_code, words=words
    )


@router.post("/training/for/{ods}/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Trainer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.withdraw_programme(tx, id)
        return confirmed(f"/training/for/{ods}/{id}", "withdrawn")

    return await button(request, acting, act)
