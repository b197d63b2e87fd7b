"""A person's own pages: what would fit them, their passport, and leaving the pool."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.districts import is_cut
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.forms import read_form
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import pool
from services.recruitment.domain.profile import Profile, no_longer_asked
from services.recruitment.forms import ProfileForm, words_for_profile
from services.recruitment.queries import people, registers
from services.recruitment.store import applications, leaders, policies, profiles

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
LEAVE = "/profile/mine/leave"
NOBODY = UUID(int=0)
_SAVED = "Saved. We use your answers to find roles that fit you."
DONE = {"saved": _SAVED, "saved_part": f"{_SAVED} Of your postcode we keep only the first part."}
PUT_RIGHT = {"corrected": "It is put right.", "out": "It is taken out."}
LEFT = {"left": "You have left the pool. Thank you for all that you gave."}


@own.get(links.MY_PROFILE)
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


@own.post(links.MY_PROFILE, does="give_profile")
async def give(request: Request, acting: SignedIn) -> Response:
    typed = str((await read_form(request)).values.get("district", ""))

    async def act(tx: Transaction[Person], answers: ProfileForm) -> str:
        await pool.give_profile(tx, answers)
        return confirmed(links.MY_PROFILE, "saved_part" if is_cut(typed) else "saved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _profile_page(request, acting, (values, words_for_profile(values, errors)))

    return await submit(request, acting, ProfileForm, act, again, kind=GIVES)


async def _profile_page(request: Request, acting: Person, shown: tuple[dict[str, Any], dict[str, str]]) -> Response:
    async with open_transaction(request, acting) as tx:
        here = await queries.asked_about(tx)
        in_force = await queries.policies_in_force(tx)
        profile = await profiles.get(tx, acting.person_id)
        asks = await people.who_to_ask(tx)
        closed = await queries.closed_for(tx, acting.person_id)
    if here is None:
        return render(request, "ask_first.jinja", closed=closed, links=links)
    return render(
        request,
        "profile.jinja",
        values=shown[0],
        errors=shown[1],
        leader=here.leader,
        gone=no_longer_asked(profile) if profile else [],
        notice=in_force["health_data"],
        asks=asks,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


def answers_of(profile: Profile | None) -> dict[str, Any]:
    """What was answered, as the form's values."""
    known = profile or Profile(NOBODY, 1)
    days = {day: [part for part in words.TIME_OF_DAY if f"{day}_{part}" in known.times] for day in words.WEEKDAY}
    return {
        "strands": known.strands,
        "modes": known.modes,
        "learning": known.learning,
        "district": known.district or "",
        "distance": known.distance or "",
        **{f"times_{day}": parts for day, parts in days.items()},
        "languages": words.in_words(words.LANGUAGE, known.languages),
        "lived_experience": known.lived_experience,
        "own_words": known.own_words,
        "health_consent": known.consent.version if known.consent else "",
    }


@own.get("/profile/mine/passport")
async def passport(request: Request, acting: SignedIn) -> Response:
    """What the person agreed to and which training they completed: every organisation can rely on it."""
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
        agreed = await policies.agreed_by(tx, acting.person_id)
        to_agree = (await queries.my_agreeing(tx)).to_agree
        completed = await queries.my_training(tx)
        asks = await people.who_to_ask(tx)
        past = await registers.past_of(tx, acting.person_id)
        closed = await queries.closed_for(tx, acting.person_id)
    shown = leader if leader and leader.status == "approved" else None
    return render(
        request,
        "passport.jinja",
        leader=shown,
        agreed=agreed,
        to_agree=to_agree,
        completed=completed,
        past=past,
        asks=asks,
        done=confirmation(request, PUT_RIGHT),
        closed=closed,
        words=words,
        links=links,
    )


@own.get(LEAVE)
async def leave_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
        leaving = await people.what_leaving_ends(tx)
        kept = await queries.policies_in_force(tx)
        closed = await queries.closed_for(tx, acting.person_id)
    in_pool = leader is not None and leader.status == "approved"
    return render(
        request,
        "leave.jinja",
        in_pool=in_pool,
        leaving=leaving,
        closed=closed,
        notes_kept=kept["coordinator_notes"].days,
        done=confirmation(request, LEFT),
        links=links,
    )


@own.post(LEAVE, does="leave_pool")
async def leave(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await pool.leave_pool(tx)
        return confirmed(LEAVE, "left")

    return await button(request, acting, act)
