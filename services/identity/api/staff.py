"""Who may act for an organisation, for its admins; and people entered by phone."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Member
from services.chassis.http import entry, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import ManyAskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.api import answers
from services.identity.commands import accounts, machines, staff
from services.identity.commands.granting import Granted
from services.identity.forms import EnteredPerson, MoreRoles, NewMachine

router = APIRouter(prefix="/organisations/{ods}")
Admin = Annotated[Member, Depends(tokens.admin)]
Shown = Annotated[Member, Depends(entry.fresh(tokens.admin))]
"""Who gives and takes roles shows first that it is them."""
MakingSecrets = Annotated[Member, Depends(limited(entry.fresh(tokens.admin), limits.MAKE_SECRET))]
Entering = Annotated[Member, Depends(limited(entry.staff("screener", "coordinator"), limits.ENTER_PERSON))]


@router.get("/staff")
async def list_staff(
    request: Request, ods: str, acting: Admin, asked: ManyAskedByApi, find: WordsToFind
) -> answers.Staff:
    """One page of those who may act for the organisation, today or later; machines too. By name."""
    async with open_transaction(request, acting) as tx:
        page = await queries.own_staff(tx, asked, find)
    return answers.Staff(staff=list(page.items), **going_on(page))


@router.post("/staff/{account_id}/roles", status_code=201, response_model=answers.Granted)
async def grant_roles(request: Request, ods: str, account_id: UUID, body: MoreRoles, acting: Shown) -> Response:
    """More roles for somebody who is on the list. Roles that go back and forth wait for the network's finance."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        granted = Granted(body.roles, body.valid_from, body.valid_to)
        given = await staff.grant(tx, account_id, granted, tokens.letters_of(request))
        return {"account_id": account_id, "waits_for_the_network": not given}

    return await json_api.write(request, acting, act, status=201)


@router.post("/memberships/{membership_id}/end", response_model=answers.Membership)
async def end_membership(request: Request, ods: str, membership_id: UUID, acting: Shown) -> Response:
    """From now on it holds no more."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await staff.end_membership(tx, membership_id, tokens.letters_of(request))
        return {"membership_id": membership_id}

    return await json_api.write(request, acting, act)


@router.post("/machines", status_code=201, response_model=answers.MachineSecret)
async def make_machine(request: Request, ods: str, body: NewMachine, acting: MakingSecrets) -> Response:
    """An account for a machine. The answer has its secret: keep it safe, and exchange it at `/tokens`."""
    root = tokens.settings_of(request).secret("machines")

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        letters = tokens.letters_of(request)
        return await machines.make_machine(tx, body.called, body.roles, root=root, letters=letters)

    made = await json_api.write(request, acting, act, status=201)
    return tokens.with_machine_secret(made, root)


@router.post("/machines/{account_id}/secrets", status_code=201, response_model=answers.MachineSecret)
async def make_secret(request: Request, ods: str, account_id: UUID, acting: MakingSecrets) -> Response:
    """One more secret for a machine, to change over to."""
    root = tokens.settings_of(request).secret("machines")
    made = await json_api.write(request, acting, lambda tx: machines.make_secret(tx, account_id, root=root), status=201)
    return tokens.with_machine_secret(made, root)


@router.post("/machines/{account_id}/secrets/{secret_id}/end", response_model=answers.EndedSecret)
async def end_secret(request: Request, ods: str, account_id: UUID, secret_id: UUID, acting: Shown) -> Response:
    """The secret works no more, nor does any token that it was exchanged for."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await machines.end_secret(tx, account_id, secret_id)
        return {"secret_id": secret_id}

    return await json_api.write(request, acting, act)


@router.post("/people", status_code=201, response_model=answers.OnlyAccount)
async def enter_person(request: Request, ods: str, body: EnteredPerson, acting: Entering) -> Response:
    """Somebody on the phone gets an account, which nobody can sign in to. Who entered it is kept."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        return {"account_id": await accounts.enter_person(tx, body.called)}

    return await json_api.write(request, acting, act, status=201)
