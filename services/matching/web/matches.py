"""A person's pages: what to be told of, what matched, and why."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import submit
from services.chassis.postgres import mirrors
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.matching import queries, words
from services.matching.commands import fitting
from services.matching.domain.fit import NOT_USED
from services.matching.domain.opportunity import choices_of_person
from services.matching.forms import SubscriptionForm
from services.matching.store import fitting as fitting_store
from services.matching.store import matches as store

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
_LIST = About(store.MINE, "role")
_SAVED, _COMES_UP = "Saved.", "What fits you already comes up here in a moment."


@own.get("/matches/mine")
async def mine(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.my_matches(tx, asked)
        subscription = await store.subscription(tx, acting.person_id)
        leader, today = await mirrors.get(tx, Leader, acting.person_id), london_day(tx.now)
    in_pool = leader is not None and leader.status == "approved"
    comes_up = in_pool and subscription is not None and subscription[0].active
    return render(
        request,
        "mine.jinja",
        things=page.items,
        list=view(request, page, _LIST),
        asked=subscription[0] if subscription else None,
        in_pool=in_pool,
        has_a_break=leader is not None and leader.is_paused_on(today),
        done=confirmation(request, {"saved": _SAVED + (" " + _COMES_UP if comes_up else "")}),
        words=words,
        links=links,
    )


@own.get("/matches/mine/subscription")
async def subscription_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await SUBSCRIBES.shown(request, tx)
    return await _subscription_page(request, acting, values, {})


async def _told_of(tx: Transaction[Person]) -> dict[str, Any]:
    wanted = (await queries.my_subscription(tx)).wanted
    yes_or_no = {"paid_only": wanted.paid_only, "active": wanted.active}
    return {name: "yes" if is_so else "no" for name, is_so in yes_or_no.items()}


async def _hold_subscription(tx: Transaction[Person]) -> None:
    await store.lock_subscriber(tx, tx.acting.person_id)


SUBSCRIBES = Changes(now=_told_of, hold=_hold_subscription)


@own.post("/matches/mine/subscription", does="say_wishes")
async def subscribe(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: SubscriptionForm) -> str:
        await fitting.subscribe(tx, form.wanted())
        return confirmed(links.MY_MATCHES, "saved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _subscription_page(request, acting, values, errors)

    return await submit(request, acting, SubscriptionForm, act, again, kind=SUBSCRIBES)


async def _subscription_page(
    request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        told = await queries.my_subscription(tx)
    others = told.chosen if told.chosen and not told.chosen.follows_profile else None
    return render(
        request,
        "subscription.jinja",
        values=values,
        errors=errors,
        profile=told.profile,
        others=others.with_profile(told.profile) if others else None,
        words=words,
        links=links,
    )


@own.get("/matches/mine/{id}")
async def why(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_match(tx, id)
        why = (await fitting_store.explain(tx, [found.opportunity.id])).get(found.opportunity.id)
        training = await training_titles(tx, found.opportunity.training)
        may = choices_of_person(found.opportunity, now=tx.now)
        answers = await who_answers(tx, found.opportunity)
    return render(
        request,
        "why.jinja",
        m=found,
        may=may,
        answers=answers,
        o=found.opportunity,
        reasons=words.reasons(why.reasons if why else (), found.opportunity, training),
        not_used=NOT_USED,
        words=words,
        links=links,
    )
