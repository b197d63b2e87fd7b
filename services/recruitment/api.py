"""The JSON API of recruitment. Everything that its pages do can be done here too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.recruitment import Leader, Profile
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, helping, json_api
from services.chassis.http.lists import AskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries
from services.recruitment.commands import joining, pool
from services.recruitment.domain.agreement import Policy
from services.recruitment.domain.application import SCREENER, Draft
from services.recruitment.domain.profile import Answers
from services.recruitment.forms import Decline, PhoneEntry
from services.recruitment.queries import ApplicationProgress
from services.recruitment.store import leaders, policies, profiles

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Screener = Annotated[Member, Depends(entry.staff(SCREENER))]
Staff = Annotated[Member, Depends(entry.staff())]


@router.get("/policies")
async def in_force(request: Request, acting: Anyone) -> dict[str, Policy]:
    """The edition of each policy in force today. To agree to one is to send its version."""
    async with open_transaction(request, acting) as tx:
        return dict(await queries.policies_in_force(tx))


@router.post("/mine/application", status_code=201)
async def send(request: Request, draft: Draft, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str(await joining.send_application(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.get("/mine/application")
async def my_application(request: Request, acting: SignedIn) -> dict[str, Any]:
    """The newest application of the person, and their place in the pool; each null when there is none."""
    async with open_transaction(request, acting) as tx:
        found = await queries.my_application(tx)
        leader = await leaders.get(tx, acting.person_id)
    return {"application": _as_json(found) if found else None, "leader": leader}


@router.post("/mine/application/withdraw")
async def withdraw(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await joining.withdraw_application(tx)
        return {"stage": "withdrawn"}

    return await json_api.write(request, acting, act)


@router.get("/mine/profile")
async def my_profile(request: Request, acting: SignedIn) -> Profile:
    async with open_transaction(request, acting) as tx:
        profile = await profiles.get(tx, acting.person_id)
    if profile is None:
        raise NotFound
    return profile.public()


@router.put("/mine/profile")
async def give_profile(request: Request, answers: Answers, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.give_profile(tx, answers)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)


@router.get("/mine/passport")
async def my_passport(request: Request, acting: SignedIn) -> dict[str, Any]:
    async with open_transaction(request, acting) as tx:
        return {
            "leader": await leaders.get(tx, acting.person_id),
            "agreements": await policies.agreed_by(tx, acting.person_id),
            "credentials": await leaders.credentials(tx, acting.person_id),
        }


@router.post("/mine/leave")
async def leave(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.leave_pool(tx)
        return {"status": "left"}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/applications")
async def waiting(request: Request, ods: str, acting: Screener, asked: AskedByApi, find: WordsToFind) -> dict[str, Any]:
    """One page of the applications that wait for an answer, oldest first. Names in full are on each one only."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.waiting_applications(tx, asked, network.id, find)
    return {"applications": [_for_staff(one) for one in page.items]} | going_on(page)


@router.get("/organisations/{ods}/applications/{id}")
async def application(request: Request, ods: str, id: UUID, acting: Screener) -> dict[str, Any]:
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        found = await queries.own_application(tx, id)
    if found is None:
        raise NotFound
    one = found.application
    return {**_for_staff(found), "full_name": one.full_name, "why": one.why, "reason": one.reason}


@router.post("/organisations/{ods}/applications/{id}/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        leader = await joining.approve_application(tx, id)
        return {"id": str(id), "person_id": str(leader.id), "reference": leader.reference, "rung": leader.rung}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/applications/{id}/decline")
async def decline(request: Request, ods: str, id: UUID, form: Decline, acting: Screener) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await joining.decline_application(tx, id, form.reason)
        return {"id": str(id), "stage": "declined"}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/phone", status_code=201)
async def enter_by_phone(request: Request, ods: str, entry: PhoneEntry, acting: Screener) -> Response:
    person = await helping.on_behalf_of(request, acting, entry.person_id)

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str(await joining.send_application(tx, entry, answers=entry))}

    return await json_api.write(request, person, act, status=201)


@router.get("/organisations/{ods}/people")
async def in_pool(request: Request, ods: str, acting: Screener, asked: AskedByApi, find: WordsToFind) -> dict[str, Any]:
    """One page of the people in the pool, by name, to the network's screeners."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        page = await leaders.pool(tx, asked, find)
    return {"people": page.items} | going_on(page)


@router.get("/organisations/{ods}/people/{id}")
async def person(request: Request, ods: str, id: UUID, acting: Staff) -> Leader:
    """Somebody in the pool: called name, reference and rung."""
    async with open_transaction(request, acting) as tx:
        return await queries.leader_in_pool(tx, id)


def _as_json(found: ApplicationProgress) -> dict[str, Any]:
    one = found.application
    return {
        "id": one.id,
        "reference": one.reference,
        "stage": one.stage,
        "sent_at": one.sent_at,
        "days_waiting": found.days_waiting if one.stage == "sent" else None,
        "answer_by": found.answer_by if one.stage == "sent" else None,
        "decided_at": one.public().decided_at,
        "reason": one.reason,
    }


def _for_staff(found: ApplicationProgress) -> dict[str, Any]:
    one = found.application
    about = {"person_id": one.person_id, "called": one.called, "by_phone": one.entered_by is not None}
    return {**_as_json(found), **about}
