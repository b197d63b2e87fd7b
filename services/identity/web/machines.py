"""Machines that act for an organisation by the API, and their secrets, for its admins."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, tokens, words
from services.identity.commands import machines
from services.identity.forms import NewMachine

router = APIRouter()
HERE = "/organisations/for/{ods}/machines"
SHOWN_FOR = timedelta(minutes=10)
"""How long whoever made a secret can see it."""
Admin = Annotated[Member, Depends(tokens.admin)]
Shown = Annotated[Member, Depends(entry.fresh(tokens.admin))]
MakingSecrets = Annotated[Member, Depends(limited(entry.fresh(tokens.admin), limits.MAKE_SECRET))]
"""Whoever makes a machine, or its secrets, shows first that it is them."""


@router.get(HERE + "/new")
async def show_new(request: Request, ods: str, acting: Shown) -> Response:
    return _form(request, ods, {}, {})


@router.post(HERE + "/new")
async def make(request: Request, ods: str, acting: MakingSecrets) -> Response:
    async def act(tx: Transaction[Member], form: NewMachine) -> str:
        letters = tokens.letters_of(request)
        made = await machines.make_machine(tx, form.called, form.roles, root=_root(request), letters=letters)
        return f"{HERE.format(ods=ods)}/{made['account_id']}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _form(request, ods, values, errors)

    return await submit(request, acting, NewMachine, act, again, kind=MAKES)


@router.get(HERE + "/{account_id}")
async def machine(request: Request, ods: str, account_id: UUID, acting: Admin) -> Response:
    async with open_transaction(request, acting) as tx:
        called, secrets = await machines.machine_secrets(tx, account_id)
    since, root = datetime.now(UTC) - SHOWN_FOR, _root(request)
    shown = {s.id: machines.secret_of(s.id, root) for s in secrets if s.made_by == acting.by and s.made_at > since}
    return render(request, "machine.jinja", ods=ods, account_id=account_id, who=called, secrets=secrets, shown=shown)


@router.post(HERE + "/{account_id}/secrets")
async def make_secret(request: Request, ods: str, account_id: UUID, acting: MakingSecrets) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await machines.make_secret(tx, account_id, root=_root(request))
        return f"{HERE.format(ods=ods)}/{account_id}"

    return await button(request, acting, act)


@router.post(HERE + "/{account_id}/secrets/{secret_id}/end")
async def end_secret(request: Request, ods: str, account_id: UUID, secret_id: UUID, acting: Shown) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await machines.end_secret(tx, account_id, secret_id)
        return f"{HERE.format(ods=ods)}/{account_id}"

    return await button(request, acting, act)


def _root(request: Request) -> bytes:
    return tokens.settings_of(request).secret("machines")


def _form(request: Request, ods: str, values: dict[str, Any], errors: dict[str, str]) -> Response:
    roles = words.ROLE_OF_A_MACHINE
    return render(request, "new_machine.jinja", ods=ods, values=values, errors=errors, roles=roles)
