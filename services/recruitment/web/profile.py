"""A person's own pages: what would fit them, their passport, and leaving the pool."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import pool
from services.recruitment.domain.profile import Answers, Profile
from services.recruitment.store import applications, leaders, policies, profiles

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]
LEAVE = "/profile/mine/leave"
DONE = {"saved": "Saved. We use your answers to find roles that fit you."}
LEFT = {"left": "You have left the pool. Thank you for all that you gave."}


@router.get(links.MY_PROFILE)
async def profile_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await GIVES.shown(request, tx)
    return await _profile_page(request, acting, (values, {}))


async def _answers_now(tx: Transaction[Person]) -> dict[str, Any]:
    return answers_of(await profiles.get(tx, tx.acting.person_id))


async def _hold_profile(tx: Transaction[Person]) -> None:
    """In the order of the command that gives it."""
    await applications.lock_of_person(tx, tx.acting.person_id)
    await profiles.lock(tx, tx.acting.person_id)


async def _typed_by(tx: Transaction[Person]) -> str:
    profile = await profiles.get(tx, tx.acting.person_id)
    if profile is None or profile.entered_by in (None, tx.acting.by):
        return ""
    return "It was typed last by whoever helped on the phone."


GIVES = Changes(now=_answers_now, hold=_hold_profile, said=_typed_by)


@router.post(links.MY_PROFILE)
async def give(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], answers: Answers) -> str:
        await pool.give_profile(tx, answers)
        return confirmed(links.MY_PROFILE, "saved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _profile_page(request, acting, (values, errors))

    return await submit(request, acting, Answers, act, again, kind=GIVES)


async def _profile_page(request: Request, acting: Person, shown: tuple[dict[str, Any], dict[str, str]]) -> Response:
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
        application = await applications.newest_of_person(tx, acting.person_id)
        in_force = await queries.policies_in_force(tx)
    in_pool = leader is not None and leader.status == "approved"
    if not in_pool and (application is None or not application.waits):
        return render(request, "ask_first.jinja", links=links)
    return render(
        request,
        "profile.jinja",
        values=shown[0],
        errors=shown[1],
        leader=leader if in_pool else None,
        notice=in_force["health_data"],
        done=confirmation(request, DONE),
        words=words,
    )


def answers_of(profile: Profile | None) -> dict[str, Any]:
    """What was answered, as the form's values."""
    if profile is None:
        return dict.fromkeys(Answers.model_fields, "")
    return {
        "strands": profile.strands,
        "modes": profile.modes,
        "lived_experience": profile.lived_experience,
        "access_needs": profile.access_needs,
        "health_consent": profile.consent.version if profile.consent else "",
    }


@router.get("/profile/mine/passport")
async def passport(request: Request, acting: SignedIn) -> Response:
    """What the person agreed to and which training they completed: every organisation can rely on it."""
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
        agreed = await policies.agreed_by(tx, acting.person_id)
        completed = await queries.my_training(tx)
    shown = leader if leader and leader.status == "approved" else None
    return render(
        request,
        "passport.jinja",
        leader=shown,
        agreed=agreed,
        completed=completed,
        words=words,
        links=links,
    )


@router.get(LEAVE)
async def leave_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
    in_pool = leader is not None and leader.status == "approved"
    return render(request, "leave.jinja", in_pool=in_pool, done=confirmation(request, LEFT), links=links)


@router.post(LEAVE)
async def leave(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await pool.leave_pool(tx)
        return confirmed(LEAVE, "left")

    return await button(request, acting, act)
