"""Getting a token: the first admin's, a machine's, of whoever begins to join, and in the demo anybody's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, site_of
from services.identity import limits, tokens
from services.identity.api import answers
from services.identity.commands import demo, first_address, organisations, recovering, sessions, sign_in, starting
from services.identity.commands.accounts import Newcomer
from services.identity.commands.sessions import SignedIn
from services.identity.forms import DemoNewcomer, DemoWho, FirstStart, ProvedMailbox, Recovery, Secret, ShownBody, Start

router = APIRouter()
ShowingSecret = Annotated[Visitor, Depends(limited(tokens.with_secret, limits.SHOW_SECRET))]
Proving = Annotated[Person, Depends(limited(entry.signed_in, limits.PROVE))]
Using = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.USE_LINK))]
Starting = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.START_TO_JOIN))]
TryingIt = Annotated[Visitor | Person, Depends(tokens.trying_it)]


@router.post("/bootstrap", status_code=201)
async def first_start(
    request: Request, body: FirstStart, acting: Annotated[Visitor, Depends(tokens.starter)]
) -> answers.Token:
    """Make the organisation that runs the network, and its first admin. Works once, for holders of the start secret."""
    async with open_transaction(request, acting) as tx:
        newcomer = Newcomer(body.admin_called, body.admin_email)
        who = await organisations.start_network(tx, name=body.network_name, ods_code=body.ods_code, admin=newcomer)
    return _answer(request, who)


@router.post("/recover", status_code=201)
async def recover(
    request: Request, body: Recovery, acting: Annotated[Visitor, Depends(tokens.starter)]
) -> answers.OnlyAccount:
    """Make somebody an admin of the network, where none is left who can act. For holders of the start secret."""
    async with open_transaction(request, acting) as tx:
        newcomer = Newcomer(body.called, body.email)
        recovered = await recovering.recover_admin(tx, newcomer, tokens.letters_of(request))
    return answers.OnlyAccount(account_id=recovered)


@router.post("/tokens", status_code=201)
async def exchange_secret(request: Request, body: Secret, acting: ShowingSecret) -> answers.Token:
    """A machine's long-lived secret for a token that works for 30 minutes. Ask again as often as you need."""
    with tokens.failure_noted():
        async with open_transaction(request, acting) as tx:
            who = await sign_in.exchange_secret(tx, body.secret)
    return _answer(request, who)


@router.post("/start", status_code=201)
async def start_to_join(request: Request, body: Start, acting: Starting) -> answers.Token:
    """Begin to join with a name and nothing else. The token is for saying next how to reach them; each call is somebody
    else. Refused for whoever is signed in."""
    async with open_transaction(request, acting) as tx:
        who = await starting.start(tx, body.called, shared=body.shared)
    return _answer(request, who)


@router.post("/mine/shown")
async def show_who_i_am(request: Request, body: ShownBody, acting: Proving) -> answers.Token:
    """What notifications' `POST /mine/shown` answered, for a token of the same session that is as after signing in. Of
    whoever began with a name and has nothing to sign in with."""
    async with open_transaction(request, acting) as tx:
        who = await sessions.show_by_contact(tx, body.shown, site_of(request).form_secret)
    return _answer(request, who)


@router.post("/mailbox", status_code=201)
async def sign_in_with_mailbox(request: Request, body: ProvedMailbox, acting: Using) -> answers.Token:
    """What notifications' `POST /mine/contact/confirm` answered in `proved`, for a token of that person. From then on
    they sign in with that address. Refused to whoever had a way to sign in before."""
    mailbox = first_address.read_mailbox(body.proved, site_of(request).form_secret)
    async with open_transaction(request, acting) as tx:
        who = await first_address.sign_in_with(tx, mailbox)
    return _answer(request, who)


@router.post("/demo/sign-in")
async def demo_sign_in(request: Request, body: DemoWho, acting: TryingIt) -> answers.Token:
    """Sign in as anybody, by account id or e-mail address. Demo and test profiles only."""
    async with open_transaction(request, acting) as tx:
        who = await demo.sign_in(tx, demo.Who(body.account_id, body.email))
    return _answer(request, who)


@router.post("/demo/accounts", status_code=201)
async def demo_account(request: Request, body: DemoNewcomer, acting: TryingIt) -> answers.Token:
    """Make an account without waiting for the letter. Demo and test profiles only."""
    async with open_transaction(request, acting) as tx:
        who = await demo.make_account(tx, Newcomer(body.called, body.email))
    return _answer(request, who)


@router.get("/demo/accounts")
async def demo_accounts(request: Request, acting: TryingIt) -> answers.DemoAccounts:
    """Whom the demo can be tried as: staff by organisation, then people. Demo and test profiles only."""
    async with open_transaction(request, acting) as tx:
        return answers.DemoAccounts(accounts=await demo.list_accounts(tx))


def _answer(request: Request, who: SignedIn) -> answers.Token:
    token = tokens.sign(request, who)
    return answers.Token(token=token.text, expires_at=token.expires_at, account_id=who.account_id, called=who.called)
