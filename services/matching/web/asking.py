"""Staff pages: ask others to draft a role, in four answers; where it stands; take it back; all that was asked for."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, SAYS_ONCE, button, submit
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import queries_of_asked as queries
from services.matching import words_of_asked as words
from services.matching.commands import asking
from services.matching.domain.asked import Ask, Declining, Said
from services.matching.entering import or_who_drafts
from services.matching.store import asked as store
from services.matching.store import policies

router = APIRouter()
Staff = Annotated[Member, Depends(entry.staff())]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Concerned = Annotated[Member, Depends(or_who_drafts())]
ONE = links.STAFF_ASKED
_OWN = About(store.OWN_ASKED, "role that was asked for", "roles that were asked for")
_TO_DRAFT = About(store.TO_DRAFT, "role to draft", "roles to draft")
DONE = {
    "asked": "Sent. It waits for a coordinator to draft it now.",
    "line": "Added. Whoever opens this reads it.",
    "taken_back": "It is taken back. Nobody drafts it any more.",
    "declined": "They are told that it cannot be drafted, and why.",
    "sent": "The draft waits for their yes now.",
    "back": "It is with whoever drafts it again, with your line.",
    "posted": "It is on the common feed now. Whoever it fits is told.",
    "read": "Noted. It waits for nobody any more.",
    "deleted": "The draft is deleted. You can begin another one.",
}


@router.get(links.STAFF_ASK)
async def ask_page(request: Request, ods: str, acting: Staff) -> Response:
    return await _ask_page(request, acting, {}, {})


@router.post(links.STAFF_ASK)
async def ask(request: Request, ods: str, acting: Staff) -> Response:
    async def act(tx: Transaction[Member], form: Ask) -> str:
        return confirmed(ONE.format(ods=ods, id=await asking.ask(tx, form)), "asked")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _ask_page(request, acting, values, errors)

    return await submit(request, acting, Ask, act, again, kind=MAKES)


async def _ask_page(request: Request, acting: Member, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        organisation = await mirrors.get(tx, Organisation, acting.organisation_id)
        today = london_day(tx.now)
        host = next(
            (one for one in (organisation.hosts if organisation else ()) if Period.of(one).in_force_on(today)), None
        )
        drafts = await (mirrors.get(tx, Organisation, host.organisation_id) if host else store.network(tx))
        promised = await policies.drafting(tx, on=today)
    return render(
        request,
        "ask.jinja",
        values=values,
        errors=errors,
        ods=acting.ods_code,
        words=words,
        drafting=drafts.name if drafts else "the network",
        days=promised.working_days,
    )


@router.get(links.STAFF_ALL_ASKED)
async def all_asked(request: Request, ods: str, acting: Staff, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, now = await store.own(tx, asked), tx.now
    shown = view(request, page, _OWN)
    return render(request, "asked.jinja", things=page.items, list=shown, ods=ods, now=now, words=words, links=links)


@router.get(links.STAFF_TO_DRAFT)
async def to_draft(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, now = await store.to_draft(tx, asked), tx.now
    shown = view(request, page, _TO_DRAFT)
    return render(request, "to_draft.jinja", things=page.items, list=shown, ods=ods, now=now, words=words, links=links)


@router.get(ONE)
async def one_asked(request: Request, ods: str, id: UUID, acting: Concerned) -> Response:
    one = await _one(request, acting, id)
    done = confirmation(request, DONE)
    return render(
        request, "asked_one.jinja", one=one, may=one.choices, ods=ods, me=acting, words=words, links=links, done=done
    )


@router.post(ONE + "/take-back")
async def take_back(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await asking.take_back(tx, id)
        return confirmed(ONE.format(ods=ods, id=id), "taken_back")

    return await button(request, acting, act)


@router.post(ONE + "/read")
async def read(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await asking.read(tx, id)
        return confirmed(ONE.format(ods=ods, id=id), "read")

    return await button(request, acting, act)


@router.get(ONE + "/line")
async def line_page(request: Request, ods: str, id: UUID, acting: Concerned) -> Response:
    (await _one(request, acting, id)).choices.add_line.must()  # before anything is typed for nothing
    return _said_page(request, "asked_line.jinja", ods, id, {}, {})


@router.post(ONE + "/line")
async def add_line(request: Request, ods: str, id: UUID, acting: Concerned) -> Response:
    async def act(tx: Transaction[Member], form: Said) -> str:
        await asking.add_line(tx, id, form.words)
        return confirmed(ONE.format(ods=ods, id=id), "line")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _said_page(request, "asked_line.jinja", ods, id, values, errors)

    return await submit(request, acting, Said, act, again, kind=MAKES)


@router.get(ONE + "/decline")
async def decline_page(request: Request, ods: str, id: UUID, acting: Concerned) -> Response:
    (await _one(request, acting, id)).choices.decline.must()  # before anything is typed for nothing
    return _said_page(request, "asked_decline.jinja", ods, id, {}, {})


@router.post(ONE + "/decline")
async def decline(request: Request, ods: str, id: UUID, acting: Concerned) -> Response:
    async def act(tx: Transaction[Member], form: Declining) -> str:
        await asking.decline(tx, id, form)
        return confirmed(ONE.format(ods=ods, id=id), "declined")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _said_page(request, "asked_decline.jinja", ods, id, values, errors)

    return await submit(request, acting, Declining, act, again, kind=SAYS_ONCE)


@router.get(ONE + "/send-back")
async def send_back_page(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    (await _one(request, acting, id)).choices.send_back.must()  # before anything is typed for nothing
    return _said_page(request, "asked_send_back.jinja", ods, id, {}, {})


@router.post(ONE + "/send-back")
async def send_back(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    async def act(tx: Transaction[Member], form: Said) -> str:
        await asking.send_back(tx, id, form.words)
        return confirmed(ONE.format(ods=ods, id=id), "back")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _said_page(request, "asked_send_back.jinja", ods, id, values, errors)

    return await submit(request, acting, Said, act, again, kind=SAYS_ONCE)


def _said_page(
    request: Request, template: str, ods: str, id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    back = ONE.format(ods=ods, id=id)
    return render(request, template, values=values, errors=errors, ods=ods, back=back, words=words)


async def _one(request: Request, acting: Member, id: UUID) -> queries.OneAsked:
    """Raises NotFound."""
    async with open_transaction(request, acting) as tx:
        return await queries.one(tx, id)
