"""Who may enter: a route names it by one of the dependencies `anyone`, `signed_in`, `staff(…)` and `operator`.

Each returns who is acting. `may_enter` is read by a test that lists the routes without one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from schemas.identity import Account, Organisation
from services.chassis.base import access
from services.chassis.base.hands import VISITOR, Acting, Member, Operator, Person, SignedIn, Visitor
from services.chassis.base.refusals import NotAllowed, NotFound, ProveItIsYou, SignInFirst, TokenNotGood, TryAgainSoon
from services.chassis.http.cookies import cookie
from services.chassis.http.forms import form_key
from services.chassis.http.header import show_bar
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres import accounts, mirrors
from services.chassis.postgres.transaction import Transaction

CATCH_UP_SECONDS = 2.0

Hand = TypeVar("Hand", bound=Acting)
Known = TypeVar("Known", bound=SignedIn)


class RenewFirst(Exception):
    """The token is old enough to be renewed before this page is shown."""


async def anyone(request: Request) -> Visitor | Person:
    """The page is for everybody. Whoever is signed in is still known by name.

    For a bearer token raises TokenNotGood where it is none (a machine that sends one does not want a stranger's
    answer), and TryAgainSoon where its account is not heard of yet.
    """
    known = await _account(request)
    if known is None and request.state.by_bearer:
        raise TryAgainSoon if _comes(request) else TokenNotGood
    return remember(request, access.person(*known) if known else VISITOR)


async def signed_in(request: Request) -> Person:
    """Whoever is signed in. Raises SignInFirst, or TryAgainSoon where their account is not heard of yet."""
    account, token = await _account_or_refuse(request)
    return remember(request, access.person(account, token))


def staff(*roles: str) -> Callable[[Request, str], Awaitable[Member]]:
    """A member, today, of the organisation in the address (`{ods}`) with one of the roles; no roles: any member. What a
    host does for an organisation its members may do for it too.

    Raises NotFound to everybody else, as for an organisation that does not exist, and NotAllowed to a member without
    the role.
    """

    async def enter(request: Request, ods: str) -> Member:
        account, token = await _account_or_refuse(request, ods)
        acting = access.member(account, token, ods)
        if acting is None or (roles and not acting.roles & set(roles)):
            acting = await _as_host(request, (account, token), ods) or acting
        if acting is None:
            raise NotFound
        remember(request, acting)
        if roles and not acting.roles & set(roles):
            raise NotAllowed
        return acting

    enter.may_enter = f"staff: {', '.join(roles) or 'any role'}"  # pyright: ignore[reportFunctionMemberAccess]
    return enter


async def _as_host(request: Request, known: tuple[Account, access.Token], ods: str) -> Member | None:
    async with open_transaction(request, VISITOR) as tx:
        organisation = await mirrors.find(tx, Organisation, "ods_code", ods)
    hosting = access.host_member(*known, organisation) if organisation else None
    if hosting:
        show_bar(request, hosting, organisation)
    return hosting


async def operator(request: Request) -> Operator:
    """Whoever operates the network: the role operator in an organisation, today."""
    account, token = await _account_or_refuse(request)
    if acting := access.operator(account, token):
        return remember(request, acting)
    remember(request, access.person(account, token))
    raise NotFound


def fresh(enter: Callable[..., Awaitable[Known]]) -> Callable[..., Awaitable[Known]]:
    """Whoever `enter` lets in, if they proved who they are less than ten minutes ago. Raises ProveItIsYou.

    For what nobody may do at a desk that somebody else left open. A machine cannot prove itself, so it never enters.
    """

    async def proved(acting: Annotated[Any, Depends(enter)]) -> Any:
        if not acting.is_fresh(datetime.now(UTC)):
            raise ProveItIsYou
        return acting

    words = getattr(enter, "may_enter", "")
    proved.may_enter = f"{words}, shown lately"  # pyright: ignore[reportFunctionMemberAccess]
    return proved


def of_file(enter: Callable[..., Awaitable[Known]]) -> Callable[..., Awaitable[Known]]:
    """The same for a file: whoever has to show first that it is them comes back to the page above it, which has the
    link. A file opens no page, so they would stay where they showed it.
    """

    async def note_page_above(request: Request) -> None:
        request.state.comes_back_to = request.url.path.rpartition("/")[0]

    async def entered(above: Annotated[None, Depends(note_page_above)], acting: Annotated[Any, Depends(enter)]) -> Any:
        return acting

    entered.may_enter = getattr(enter, "may_enter", "")  # pyright: ignore[reportFunctionMemberAccess]
    return entered


for _enter, _words in ((anyone, "anyone"), (signed_in, "signed in"), (operator, "operator")):
    _enter.may_enter = _words  # pyright: ignore[reportFunctionMemberAccess]


def remember(request: Request, acting: Hand) -> Hand:
    """Whoever asks is known from now on: to the page's header and to its forms. For any other way of signing in too."""
    request.state.acting = acting
    request.state.form_key = lambda: form_key(request, acting)
    return acting


async def _account_or_refuse(request: Request, ods: str = "") -> tuple[Account, access.Token]:
    known = await _account(request, ods)
    if known is None:
        raise TryAgainSoon if _comes(request) else SignInFirst
    return known


def _comes(request: Request) -> bool:
    """Whether the token is good, and its account so new that nothing was heard of it here."""
    return getattr(request.state, "account_comes", False)


async def _account(request: Request, ods: str = "") -> tuple[Account, access.Token] | None:
    """The account of the request's token as this service's mirror has it; None without a good token.

    `ods`: the organisation that it is to act for, whose bar is then on the page.
    """
    bearer = request.headers.get("authorization", "")
    request.state.by_bearer = bearer.startswith("Bearer ")
    site = site_of(request)
    text = bearer[7:] if request.state.by_bearer else cookie(request, site.token_cookie) or ""
    now = datetime.now(UTC)
    token = access.verify(text, site.public_keys, now) if text else None
    if token is None:
        if text and not request.state.by_bearer and request.method == "GET":
            raise RenewFirst
        return None
    if not request.state.by_bearer and request.method == "GET" and token.is_old(now):
        raise RenewFirst
    request.state.account_id = token.account_id  # of whoever is then refused too
    account = await _caught_up(request, token, ods)
    request.state.name_only = account is not None and not account.can_sign_in
    return None if account is None or access.session_ended(account, token) else (account, token)


async def _caught_up(request: Request, token: access.Token, ods: str) -> Account | None:
    """Wait until the mirror is as new as the token. Raises TryAgainSoon when it is not within two seconds.

    None of an account that was erased, or of which nothing was heard; of the second it is noted that it comes.
    """
    asking = Person(person_id=token.account_id, by=token.account_id)
    until = asyncio.get_running_loop().time() + CATCH_UP_SECONDS
    while True:
        async with open_transaction(request, asking) as tx:
            account, organisation = await accounts.with_organisation(tx, token.account_id, ods)
            if account and not request.state.by_bearer:
                await _find_bar(request, tx, (account, token), ods, organisation)
        if account and account.version >= token.account_version:
            return account
        if asyncio.get_running_loop().time() > until:
            if account is not None:
                raise TryAgainSoon
            async with open_transaction(request, asking) as tx:
                request.state.account_comes = not await mirrors.is_erased(tx, Account, token.account_id)
            return None
        await asyncio.sleep(0.03)


async def _find_bar(
    request: Request, tx: Transaction, known: tuple[Account, access.Token], ods: str, organisation: Organisation | None
) -> None:
    """The bar of the organisation in the address, or of the only one that the account works for today."""
    member = access.member(*known, ods or access.only_organisation(known[0]))
    if member:
        if organisation is None or organisation.id != member.organisation_id:
            organisation = await mirrors.get(tx, Organisation, member.organisation_id)
        show_bar(request, member, organisation)
