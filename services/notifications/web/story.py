"""A call around a session at which somebody tells their own story: asked for on one page, listed for whoever rings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, button, submit
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, words_concerns
from services.notifications import queries_concerns as queries
from services.notifications.commands import story as commands
from services.notifications.commands.story import Asking
from services.notifications.concern_forms import SpokeForm, StoryCallForm
from services.notifications.domain.story import StoryCall
from services.notifications.store import story as store

own = OwnPages()
staff = APIRouter()
SignedIn = Annotated[Person, Depends(helping.own)]
Asks = Annotated[Person, Depends(limited(helping.own, limits.ASK_FOR_CALL))]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
_CALLS = About(store.OURS, "call that was asked for", "calls that were asked for")
DONE = {
    "asked": "It is noted. Somebody rings or meets you as it suits you.",
    "back": "It is taken back. Nobody asks why, and you can ask again at any time.",
    "spoke": "It is noted that you spoke.",
}


def _typed(call: StoryCall | None) -> dict[str, Any]:
    """As the fields of the form say it."""
    if call is None:
        return {"around": "", "who": "", "how": ""}
    return {"around": call.around, "who": "desk" if call.at_desk else "network", "how": call.how}


def _changes(id: UUID) -> Changes[Person]:
    async def now(tx: Transaction[Person]) -> dict[str, Any]:
        return _typed(await store.of_person(tx, id, tx.acting.person_id))

    async def hold(tx: Transaction[Person]) -> None:
        await store.lock(tx, id)

    return Changes(now=now, hold=hold)


@own.get(links.MY_CALL)
async def my_call(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _page(request, acting, id, {}, {})


@own.post(links.MY_CALL, does="ask_for_call")
async def ask(request: Request, id: UUID, acting: Asks) -> Response:
    async def act(tx: Transaction[Person], form: StoryCallForm) -> str:
        await commands.ask(tx, id, Asking(form.around, form.who == "desk", form.how))
        return confirmed(links.MY_CALL.format(id=id), "asked")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, id, values, errors)

    return await submit(request, acting, StoryCallForm, act, again, kind=_changes(id))


@own.post(links.MY_CALL + "/take-back", does="ask_for_call")
async def take_back(request: Request, id: UUID, acting: Asks) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.take_back(tx, id)
        return confirmed(links.MY_CALL.format(id=id), "back")

    return await button(request, acting, act)


async def _page(request: Request, acting: Person, id: UUID, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_call(tx, id)
        known = await _changes(id).shown(request, tx)
    return render(
        request,
        "story_call.jinja",
        m=mine,
        values=values or known,
        errors=errors,
        words=words_concerns,
        back=links.MY_ENGAGEMENT.format(id=id),
        done=confirmation(request, DONE),
        links=links,
    )


@staff.get(links.STAFF_CALLS_ASKED)
async def calls_asked(request: Request, ods: str, acting: Coordinator, asked: AskedByPage) -> Response:
    return await _calls(request, acting, asked)


async def _calls(request: Request, acting: Member, asked: Asked) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.calls_asked(tx, asked)
    return render(
        request,
        "calls_asked.jinja",
        things=page.items,
        list=view(request, page, _CALLS),
        ods=acting.ods_code,
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@staff.post(links.STAFF_CALLS_ASKED + "/{id}/spoke")
async def spoke(request: Request, ods: str, id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: SpokeForm) -> str:
        await commands.note_spoke(tx, id, again=form.again == "yes")
        return confirmed(links.STAFF_CALLS_ASKED.format(ods=ods), "spoke")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _calls(request, acting, Asked(counted=True))

    return await submit(request, acting, SpokeForm, act, again, kind=HIDDEN_ONLY)


router = APIRouter()
router.include_router(own.router)
router.include_router(staff)
