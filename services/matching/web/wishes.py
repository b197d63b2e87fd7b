"""The page of a person's standing wishes: what they are told of, how many a week, and the searches that they keep."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.matching import queries, queries_of_fitting, words, words_of_fitting, words_of_search
from services.matching.commands import fitting, wishing
from services.matching.domain.wish import UnknownOrganisation
from services.matching.filter_forms import Asked, read
from services.matching.forms import SubscriptionForm
from services.matching.store import matches as store
from services.matching.store import opportunities, policies
from services.matching.wish_forms import SearchForm, typed
from services.matching.words_of_fitting import KEEP

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
_DONE = {
    "kept": "You keep this search. We tell you of roles that it finds and that fit you.",
    "kept_already": "You keep this search already.",
    "removed": "The search is taken out.",
}


@own.get(links.TELL_ME_LESS)
async def subscription_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await SUBSCRIBES.shown(request, tx)
    return await _subscription_page(request, acting, values, {})


async def _told_of(tx: Transaction[Person]) -> dict[str, Any]:
    wanted = (await queries.my_subscription(tx)).wanted
    yes_or_no = {"paid_only": wanted.paid_only, "active": wanted.active}
    most = {"most_a_week": "" if wanted.most_a_week is None else str(wanted.most_a_week)}
    return {name: "yes" if is_so else "no" for name, is_so in yes_or_no.items()} | most


async def _hold_subscription(tx: Transaction[Person]) -> None:
    await store.lock_subscriber(tx, tx.acting.person_id)


SUBSCRIBES = Changes(now=_told_of, hold=_hold_subscription)


@own.post(links.TELL_ME_LESS, does="say_wishes")
async def subscribe(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: SubscriptionForm) -> str:
        await fitting.subscribe(tx, form.wanted(), keeps_most=form.keeps_most)
        return confirmed(links.MY_MATCHES, "saved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _subscription_page(request, acting, values, errors)

    return await submit(request, acting, SubscriptionForm, act, again, kind=SUBSCRIBES)


async def _subscription_page(
    request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        wishes = await queries_of_fitting.wishes_of(tx)
        most = (await policies.telling_of_roles(tx, on=london_day(tx.now))).most_a_week
    told = wishes.told
    others = told.chosen if told.chosen and not told.chosen.follows_profile else None
    return render(
        request,
        "subscription.jinja",
        values=values,
        errors=errors,
        profile=told.profile,
        others=others.with_profile(told.profile) if others else None,
        searches=wishes.searches,
        most=most,
        done=confirmation(request, _DONE),
        words=words,
        fitting=words_of_fitting,
        links=links,
    )


@own.get(KEEP)
async def new_search(request: Request, acting: SignedIn, said: Asked) -> Response:
    """A search, filled in as the list of opportunities was narrowed."""
    return await _search_page(request, acting, typed(read(said)[0]), {})


@own.post(KEEP, does="say_wishes")
async def keep_search(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: SearchForm) -> str:
        _, is_new = await wishing.keep_search(tx, await form.wish(tx))
        return confirmed(links.TELL_ME_LESS, "kept" if is_new else "kept_already")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _search_page(request, acting, values, errors)

    return await submit(request, acting, SearchForm, act, again, kind=MAKES)


async def _search_page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        organisations = {one.ods_code: one.name for one in await opportunities.organisations(tx)}
    if errors and (chosen := values.get("organisation")) and chosen not in organisations:
        errors = {"organisation": UnknownOrganisation().words} | errors
    return render(
        request,
        "search.jinja",
        values=values,
        errors=errors,
        organisations=organisations,
        search=words_of_search,
        links=links,
    )


@own.post("/matches/mine/searches/{id}/remove", does="say_wishes")
async def remove_search(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await wishing.remove_search(tx, id)
        return confirmed(links.TELL_ME_LESS, "removed")

    return await button(request, acting, act)
