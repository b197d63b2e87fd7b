"""A person's pages: say what worries them, see who reads it before it is sent, read the answer, ask somebody else."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import About, AskedByPage, also_asked, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, words_concerns
from services.notifications import queries_concerns as queries
from services.notifications.commands import concerns as commands
from services.notifications.commands import raising
from services.notifications.commands.raising import What
from services.notifications.concern_forms import NoBody, RaiseForm
from services.notifications.domain import outside
from services.notifications.store import complaints as complaint_store
from services.notifications.store import concerns as store

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
Raises = Annotated[Person, Depends(limited(helping.own, limits.RAISE_CONCERN))]
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]
_MINE = About(store.MINE, "thing that you told us", "things that you told us")
_COMPLAINTS = About(complaint_store.MINE, "complaint about data", "complaints about data", cursor="complaints_after")
DONE = {
    "sent": "It is sent. Who reads it, and by when you have an answer, stands below.",
    "agreed": "We hand it on now. Who has it, and by when they answer, stands below in a moment.",
    "kept": "It stays where it is.",
    "again": "Somebody else looks at it now, who has not answered it.",
}


@own.get(links.CONCERNS)
async def concerns(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        topics = await queries.topics(tx)
        page = await queries.mine(tx, asked)
        uncounted = replace(also_asked(request, _COMPLAINTS), counted=False)
        told = await complaint_store.mine(tx, uncounted, acting.person_id)
    return render(
        request,
        "concerns.jinja",
        topics=topics,
        mine=page.items,
        list=view(request, page, _MINE),
        told=told.items,
        told_list=view(request, told, _COMPLAINTS),
        words=words_concerns,
        links=links,
    )


@own.get(links.MY_ANSWERS)
async def answers(request: Request, acting: SignedIn) -> Response:
    """Where every message about an answer leads; its address says nothing of what it is."""
    return RedirectResponse(links.CONCERNS, status_code=303)


@own.get(links.OUTSIDE)
async def somebody_outside(request: Request, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        areas = outside.by_area(outside.on(london_day(tx.now)))
    return render(request, "outside.jinja", areas=areas, links=links, is_known=isinstance(acting, Person))


@own.get(links.NEW_CONCERN)
async def new_concern(
    request: Request, acting: SignedIn, about: str = "other", at: str = "", role: UUID | None = None
) -> Response:
    return await _new(request, acting, What(about, at[:10], role), {}, {})


@own.post(links.NEW_CONCERN, does="write_down")
async def raise_concern(request: Request, acting: Raises) -> Response:
    async def act(tx: Transaction[Person], form: RaiseForm) -> str:
        concern = await raising.send(tx, form.what, form.said)
        return confirmed(links.MY_CONCERN.format(id=concern.id), "sent")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _new(request, acting, _what(values), values, errors)

    return await submit(request, acting, RaiseForm, act, again, kind=MAKES)


def _what(values: dict[str, Any]) -> What:
    """As it was typed, perhaps by hand: what it does not know is not there."""
    try:
        role = UUID(str(values["role"])) if values.get("role") else None
    except ValueError:
        role = None
    return What(str(values.get("about", "other")), str(values.get("at", ""))[:10], role)


async def _new(
    request: Request, acting: Person, what: What, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await raising.prepare(tx, what)
    named = [one for one in found.may_go_to if one.organisation_id in found.known]
    return render(
        request,
        "new_concern.jinja",
        r=found,
        to=[(one.ods_code, one.name, words_concerns.read_by(one, named=one in named)) for one in found.may_go_to],
        keep_from=[(str(who.id), who.called, one.name) for one in named for who in one.can],
        values=values,
        errors=errors,
        words=words_concerns,
        links=links,
    )


@own.get(links.SECOND_LOOK)
async def a_no(request: Request, about: str, id: UUID, acting: SignedIn) -> Response:
    return await _no_page(request, acting, (about, id), {}, {})


@own.post(links.SECOND_LOOK, does="write_down")
async def look_again(request: Request, about: str, id: UUID, acting: Raises) -> Response:
    async def act(tx: Transaction[Person], form: NoBody) -> str:
        return confirmed(links.MY_CONCERN.format(id=await raising.look_again(tx, about, id, form.words)), "sent")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _no_page(request, acting, (about, id), values, errors)

    return await submit(request, acting, NoBody, act, again, kind=SAYS_ONCE)


async def _no_page(
    request: Request, acting: Person, of: tuple[str, UUID], values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        no = await raising.a_no(tx, *of)
    if no.asked and not values:
        return RedirectResponse(links.MY_CONCERN.format(id=no.asked), status_code=303)
    back = (links.MY_ENGAGEMENT if no.thing == "engagement" else links.MY_CLAIM).format(id=no.id)
    return render(request, "second_look.jinja", no=no, values=values, errors=errors, back=back, links=links)


@own.get(links.MY_CONCERN)
async def my_concern(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.one_of_mine(tx, id)
    return render(
        request,
        "my_concern.jinja",
        m=found,
        c=found.concern,
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@own.post(links.MY_CONCERN + "/not-settled", does="write_down")
async def not_settled(request: Request, id: UUID, acting: Raises) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.not_settled(tx, id)
        return confirmed(links.MY_CONCERN.format(id=id), "again")

    return await button(request, acting, act)


@own.post(links.MY_CONCERN + "/agree", does="write_down")
async def agree_to_hand_on(request: Request, id: UUID, acting: Raises) -> Response:
    return await _says(request, acting, id, yes=True)


@own.post(links.MY_CONCERN + "/keep", does="write_down")
async def keep_where_it_is(request: Request, id: UUID, acting: Raises) -> Response:
    return await _says(request, acting, id, yes=False)


async def _says(request: Request, acting: Person, id: UUID, *, yes: bool) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.say_whether_to_hand_on(tx, id, yes=yes)
        return confirmed(links.MY_CONCERN.format(id=id), "agreed" if yes else "kept")

    return await button(request, acting, act)
