"""A person's pages: what fits them now, what they were told of, why a role fits or not, and what is not for them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.addresses import leads
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import button
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, queries_of_fitting, words, words_of_fitting, words_of_roles
from services.matching.commands import wishing
from services.matching.domain.fit import NOT_USED
from services.matching.store import fitting as fitting_store
from services.matching.store import matches as store
from services.matching.words_of_fitting import MY_ROLE

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
_LIST, _TOLD = About(fitting_store.FITTING, "role"), About(store.MINE, "role")
_SAVED, _COMES_UP = "Saved.", "What fits you already comes up here in a moment."
_DONE = {
    "not_for_me": "It is off your list, and we tell you no more of it.",
    "shown_again": "It is back. It stands on your list as long as it fits you.",
}


@own.get(links.MY_MATCHES)
async def mine(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, standing = await fitting_store.of_person(tx, asked), await queries_of_fitting.standing(tx)
        nothing = page.is_first and not page.items
        near = await queries_of_fitting.nearest(tx) if nothing and standing.in_pool else []
        now = tx.now
    comes_up = standing.in_pool and standing.asked is not None and standing.asked.active
    return render(
        request,
        "mine.jinja",
        things=page.items,
        list=None if nothing else view(request, page, _LIST),
        near=near,
        standing=standing,
        done=confirmation(request, {"saved": _SAVED + (" " + _COMES_UP if comes_up else "")}),
        now=now,
        words=words,
        roles=words_of_roles,
        fitting=words_of_fitting,
        links=links,
    )


@own.get("/matches/mine/told")
async def told(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    """What they were told of, the newest first, with what is over."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        ended = [one.opportunity.id for one in page.items if one.match.ended_at]
        why = await fitting_store.explain(tx, ended) if ended else {}
    return render(
        request,
        "told.jinja",
        things=page.items,
        list=view(request, page, _TOLD),
        why=why,
        words=words,
        fitting=words_of_fitting,
    )


@own.get(MY_ROLE)
async def role(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    """Why a role fits whoever asks, or what is missing and what mends it."""
    async with open_transaction(request, acting) as tx:
        found, now = await queries_of_fitting.my_role(tx, opportunity_id), tx.now
    return render(
        request,
        "my_role.jinja",
        mine=found,
        o=found.shown.opportunity,
        may=found.shown.choices,
        done=confirmation(request, _DONE),
        now=now,
        not_used=NOT_USED,
        words=words,
        roles=words_of_roles,
        fitting=words_of_fitting,
        links=links,
    )


@own.post(MY_ROLE + "/not-for-me", does="say_wishes")
async def leave_out(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await wishing.not_for_me(tx, opportunity_id)
        return confirmed(MY_ROLE.format(opportunity_id=opportunity_id), "not_for_me")

    return await button(request, acting, act)


@own.post(MY_ROLE + "/show-again", does="say_wishes")
async def show_again(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await wishing.show_again(tx, opportunity_id)
        return confirmed(MY_ROLE.format(opportunity_id=opportunity_id), "shown_again")

    return await button(request, acting, act)


@own.get(links.NOT_FOR_ME)
async def not_for_me(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Where a message leads whoever wants no more of a role."""
    async with open_transaction(request, acting) as tx:
        found = await queries.my_match(tx, id)
    return render(request, "not_for_me.jinja", values={}, errors={}, m=found, o=found.opportunity, links=links)


@own.post(links.NOT_FOR_ME, does="say_wishes")
async def say_not_for_me(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        opportunity_id = (await queries.my_match(tx, id)).opportunity.id
        await wishing.not_for_me(tx, opportunity_id)
        return confirmed(MY_ROLE.format(opportunity_id=opportunity_id), "not_for_me")

    return await button(request, acting, act)


@own.get(links.MY_MATCH)
async def match(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Where messages lead: to the page of the role that they are about."""
    async with open_transaction(request, acting) as tx:
        found = await queries.my_match(tx, id)
    at = MY_ROLE.format(opportunity_id=found.opportunity.id)
    return RedirectResponse(leads(request, at), status_code=303)
