"""Inviting somebody to act for an organisation, and answering."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, json_api
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, tokens
from services.identity.api import answers
from services.identity.commands import invitations
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited
from services.identity.domain.invitation import Invitation
from services.identity.forms import NewStaff

router = APIRouter()
OURS = "/organisations/{ods}"
MINE = "/mine/invitations"
Admin = Annotated[Member, Depends(tokens.admin)]
Inviting = Annotated[Member, Depends(limited(entry.fresh(tokens.admin), limits.INVITE))]
SignedIn = Annotated[Person, Depends(entry.signed_in)]


@router.post(OURS + "/staff", status_code=201, response_model=answers.Invited)
async def invite(request: Request, ods: str, body: NewStaff, acting: Inviting) -> Response:
    """Somebody is asked to act for the organisation: they get a letter, and may once they have said yes.

    The answer is the same whether we know the address or not.
    """

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        granted, whom = Granted(body.roles, body.valid_from, body.valid_to), Invited(body.called, body.email)
        return {"invitation_id": await invitations.invite(tx, whom, granted, tokens.letters_of(request))}

    return await json_api.write(request, acting, act, status=201)


@router.get(OURS + "/invitations")
async def sent_invitations(request: Request, ods: str, acting: Admin) -> answers.SentInvitations:
    """Those that wait and those that were declined, the newest first, at most 100: what the organisation typed."""
    async with open_transaction(request, acting) as tx:
        found = await invitations.of_own(tx)
    return answers.SentInvitations(invitations=[_as_sent(one) for one in found], more=found.more)


@router.post(OURS + "/invitations/{id}/send-again", response_model=answers.Invited)
async def send_invitation_again(request: Request, ods: str, id: UUID, acting: Inviting) -> Response:
    """A new letter, whose link takes the place of the old one."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await invitations.send_again(tx, id, tokens.letters_of(request))
        return {"invitation_id": id}

    return await json_api.write(request, acting, act)


@router.post(OURS + "/invitations/{id}/withdraw", response_model=answers.Invited)
async def withdraw_invitation(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """It can no longer be answered."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await invitations.withdraw(tx, id)
        return {"invitation_id": id}

    return await json_api.write(request, acting, act)


@router.get(MINE)
async def my_invitations(request: Request, acting: SignedIn) -> answers.MyInvitations:
    """What waits for an answer of whoever asks, the oldest first."""
    async with open_transaction(request, acting) as tx:
        found = await invitations.of_account(tx, acting.person_id)
    return answers.MyInvitations(
        invitations=[
            answers.MyInvitation(
                id=one.invitation.id,
                ods_code=one.ods_code,
                organisation=one.organisation,
                invited_by=one.invitation.invited_by_called,
                roles=one.invitation.roles,
                valid_from=one.invitation.valid_from,
                valid_to=one.invitation.valid_to,
                expires_at=one.invitation.expires_at,
            )
            for one in found
        ],
        more=found.more,
    )


@router.post(MINE + "/{id}/accept", response_model=answers.Accepted)
async def accept_invitation(request: Request, id: UUID, acting: SignedIn) -> Response:
    """From now on they may act for the organisation."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        given = await invitations.accept(tx, id, tokens.letters_of(request))
        return {"invitation_id": id, "waits_for_the_network": not given}

    return await json_api.write(request, acting, act)


@router.post(MINE + "/{id}/decline", response_model=answers.Invited)
async def decline_invitation(request: Request, id: UUID, acting: SignedIn) -> Response:
    """They do not want to act for the organisation."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        await invitations.decline(tx, id)
        return {"invitation_id": id}

    return await json_api.write(request, acting, act)


def _as_sent(one: Invitation) -> answers.SentInvitation:
    return answers.SentInvitation.model_validate({**asdict(one), "email": one.email.kept})
