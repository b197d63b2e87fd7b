"""Inviting somebody to act for an organisation, for its admins; and answering, for whoever is invited."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from schemas import links
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.forms import field_errors, sealed_form
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import HIDDEN_ONLY, MAKES, button, submit
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens, words
from services.identity.commands import invitations
from services.identity.commands.browsers import note_browser
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited
from services.identity.domain.invitation import CannotAccept, InvitationOver
from services.identity.domain.organisation import NETWORK
from services.identity.domain.sign_in import CalledNeeded
from services.identity.forms import GoOn, NewStaff, Presented, UseLink
from services.identity.tokens import local_or_home
from services.identity.web.link import go_on
from services.identity.web.sign_in import SENT

router = APIRouter()
STAFF = "/organisations/for/{ods}"
_WAITS = "You have accepted. The role waits for the network's finance, because the two of you gave one another roles."
DONE = {"waits": _WAITS}
SAID_NO = "You have said no. You will get no more letters about this invitation."
MINE = "/sign-in/mine/invitations"
BY_LINK = f"{links.SIGN_IN}/invited"
Admin = Annotated[Member, Depends(tokens.admin)]
Inviting = Annotated[Member, Depends(limited(entry.fresh(tokens.admin), limits.INVITE))]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Answering = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.USE_LINK))]
Asking = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.ASK_FOR_LINK))]


# For those who invite.


@router.get(STAFF + "/staff/new")
async def show_invite(request: Request, ods: str, acting: Admin) -> Response:
    return await _form(request, acting, {}, {})


@router.post(STAFF + "/staff/new")
async def invite(request: Request, ods: str, acting: Inviting) -> Response:
    async def act(tx: Transaction[Member], form: NewStaff) -> str:
        granted = Granted(form.roles, form.valid_from, form.valid_to)
        await invitations.invite(tx, Invited(form.called, form.email), granted, tokens.letters_of(request))
        return STAFF.format(ods=ods)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, values, errors)

    return await submit(request, acting, NewStaff, act, again, kind=MAKES)


@router.post(STAFF + "/invitations/{id}/withdraw")
async def withdraw(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await invitations.withdraw(tx, id)
        return STAFF.format(ods=ods)

    return await button(request, acting, act)


@router.post(STAFF + "/invitations/{id}/send-again")
async def send_again(request: Request, ods: str, id: UUID, acting: Inviting) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await invitations.send_again(tx, id, tokens.letters_of(request))
        return STAFF.format(ods=ods)

    return await button(request, acting, act)


# For those who are invited and signed in.


@router.get(MINE)
async def mine(request: Request, acting: SignedIn, to: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        received = await invitations.of_account(tx, acting.person_id)
    done = confirmation(request, DONE)
    return render(request, "invitations.jinja", received=received, roles=words.ROLE, to=local_or_home(to), done=done)


@router.post(MINE + "/{id}/accept")
async def accept(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: GoOn) -> str:
        given = await invitations.accept(tx, id, tokens.letters_of(request))
        at = f"{MINE}?to={quote(local_or_home(form.to))}"
        return at if given else confirmed(at, "waits")

    return await submit(request, acting, GoOn, act, _nothing_to_correct, kind=HIDDEN_ONLY)


@router.post(MINE + "/{id}/decline")
async def decline(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: GoOn) -> str:
        await invitations.decline(tx, id)
        return f"{MINE}?to={quote(local_or_home(form.to))}"

    return await submit(request, acting, GoOn, act, _nothing_to_correct, kind=HIDDEN_ONLY)


# For those who hold the letter.


@router.get(BY_LINK)
async def show(request: Request, acting: Anyone, token: str = "") -> Response:
    """Who invites to what; for whoever has no account yet, one press makes it and says yes."""
    return await _page(request, acting, token, {})


@router.post(BY_LINK)
async def accept_by_link(request: Request, acting: Answering) -> Response:
    """Not by `submit`, which stores the answer: the token would be in it."""
    form, browser = await sealed_form(request, acting), tokens.browser_here(request)
    try:
        sent = UseLink.model_validate(form.values)
    except ValidationError as wrong:
        token = str(form.values.get("token", ""))
        return await _page(request, acting, token, field_errors(wrong, UseLink), typed=form.values)
    if not sent.called:
        return await _page(request, acting, sent.token, {"called": CalledNeeded().words}, typed=form.values)
    async with open_transaction(request, acting) as tx:
        who = await invitations.accept_by_link(tx, sent.token, sent.called, tokens.letters_of(request))
        await note_browser(tx, who, browser, tokens.letters_of(request))
    return tokens.set_browser(request, go_on(request, who, invited=False), browser.secret)


@router.post(f"{BY_LINK}/sign-in")
async def sign_in_to_answer(request: Request, acting: Asking) -> Response:
    """Whoever has an account signs in by a fresh link, sent to the address that was invited."""

    async def act(tx: Transaction[Visitor | Person], form: Presented) -> str:
        await invitations.ask_to_answer(tx, form.token, links.HOME, tokens.letters_of(request))
        return SENT

    return await submit(request, acting, Presented, act, _nothing_to_correct, kind=HIDDEN_ONLY)


@router.post(f"{BY_LINK}/decline")
async def decline_by_link(request: Request, acting: Answering) -> Response:
    async def act(tx: Transaction[Visitor | Person], form: Presented) -> str:
        await invitations.decline_by_link(tx, form.token)
        return confirmed(f"{BY_LINK}/declined", "declined")

    return await submit(request, acting, Presented, act, _nothing_to_correct, kind=HIDDEN_ONLY)


@router.get(f"{BY_LINK}/declined")
async def declined(request: Request, acting: Anyone) -> Response:
    return render(request, "declined.jinja", done=confirmation(request, {"declined": SAID_NO}))


async def _page(
    request: Request,
    acting: Visitor | Person,
    token: str,
    errors: dict[str, str],
    *,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await invitations.show(tx, token)
    return render(
        request,
        "invited.jinja",
        status=422 if errors else 200,
        i=shown.received.invitation,
        organisation=shown.received.organisation,
        owner=shown.owner,
        own=shown.owner is not None and isinstance(acting, Person) and shown.owner.account_id == acting.person_id,
        token=token,
        roles=words.ROLE,
        values=typed or {},
        errors=errors,
    )


async def _form(request: Request, acting: Member, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        organisation = await queries.organisation(tx, acting.ods_code)
    roles = words.ROLE if organisation.kind == NETWORK else words.ROLE_OF_ANY_ORGANISATION
    return render(request, "new_staff.jinja", o=organisation, values=values, errors=errors, roles=roles)


async def _nothing_to_correct(values: dict[str, Any], errors: dict[str, str]) -> Response:
    """Its only fields are hidden. Roles that this person may not have are refused in the words of that rule."""
    raise CannotAccept(next(iter(errors.values()))) if "roles" in errors else InvitationOver
