"""What a person needs: their own page, and what those see of it to whom they said yes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import needed, queries, words
from services.recruitment.commands import needs as commands
from services.recruitment.commands import pool
from services.recruitment.domain.needs import MEETING_NEEDS, STANDARD, Needs, NeedsAnswers
from services.recruitment.store import applications, profiles
from services.recruitment.store import needs as store

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
MayBeShown = Annotated[Member, Depends(entry.staff(*needed.READERS))]
DONE = {
    "saved": "Saved. Whoever you chose sees it from now on, and nobody else.",
    "still_right": "Thank you. We ask you again in a year.",
}


@own.get(links.MY_NEEDS)
async def needs_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await GIVES.shown(request, tx)
    return await _needs_page(request, acting, values, {})


async def _needs_now(tx: Transaction[Person]) -> dict[str, Any]:
    return answers_of(await store.get(tx, tx.acting.person_id))


async def _hold_needs(tx: Transaction[Person]) -> None:
    """In the order of the command that gives them."""
    await applications.lock_of_person(tx, tx.acting.person_id)
    await profiles.lock(tx, tx.acting.person_id)
    await store.lock(tx, tx.acting.person_id)


async def _typed_by(tx: Transaction[Person]) -> str:
    found = await store.get(tx, tx.acting.person_id)
    if found is None or found.entered_by in (None, tx.acting.by):
        return ""
    return "It was typed last by whoever helped on the phone."


GIVES = Changes(now=_needs_now, hold=_hold_needs, said=_typed_by)


@own.post(links.MY_NEEDS, does="say_needs")
async def give_needs(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], answers: NeedsAnswers) -> str:
        await pool.give_needs(tx, answers)
        return confirmed(links.MY_NEEDS, "saved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _needs_page(request, acting, values, errors)

    return await submit(request, acting, NeedsAnswers, act, again, kind=GIVES)


@own.post(links.MY_NEEDS + "/confirm", does="confirm_needs")
async def still_right(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await commands.confirm(tx)
        return confirmed(links.MY_NEEDS, "still_right")

    return await button(request, acting, act)


async def _needs_page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        here = await queries.asked_about(tx)
        in_force = await queries.policies_in_force(tx)
        found = await store.get(tx, acting.person_id)
        closed = await queries.closed_for(tx, acting.person_id)
    if here is None:
        return render(request, "ask_first.jinja", closed=closed, links=links)
    kept = found.needs if found else ()
    return render(
        request,
        "needs.jinja",
        values=values,
        errors=errors,
        known=found if found and found.says_something else None,
        asked={code: words.ACCESS.get(code, code) for code in dict.fromkeys((*MEETING_NEEDS, *kept))},
        notice=in_force["health_data"],
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


def answers_of(needs: Needs | None) -> dict[str, Any]:
    """What was answered, as the form's values."""
    return {
        "needs": needs.needs if needs else (),
        "words": needs.words if needs else "",
        "format": needs.format if needs else STANDARD,
        "ways_to_talk": needs.ways_to_talk if needs else (),
        "shared_with": needs.shared_with if needs else (),
        "health_consent": needs.consent.version if needs and needs.consent else "",
    }


@router.get(links.STAFF_NEEDS)
async def needs_of_person(request: Request, ods: str, id: UUID, acting: MayBeShown) -> Response:
    async with open_transaction(request, acting) as tx:
        leader, shown = await needed.needs_shown(tx, id)
    return render(request, "needs_of_person.jinja", leader=leader, n=shown, ods=ods, words=words, links=links)
