"""Tokens and cookies, and who may enter where the chassis's four kinds of visitor are not enough."""

import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from schemas import links
from services.chassis.base import access, keys, security_log
from services.chassis.base.access import Token
from services.chassis.base.hands import VISITOR, Member, Person, Visitor
from services.chassis.base.refusals import NotAllowed, NotFound, Refused, TokenNotGood
from services.chassis.base.security_log import Happened
from services.chassis.base.settings import Settings
from services.chassis.http import entry
from services.chassis.http.cookies import cookie
from services.chassis.http.entry import remember
from services.chassis.http.header import show_bar
from services.chassis.http.limits import count
from services.chassis.http.request import is_local, open_transaction, site_of
from services.identity import limits
from services.identity.commands import machines
from services.identity.commands.browsers import Browser
from services.identity.commands.sessions import SignedIn
from services.identity.domain.account import NotSignedIn
from services.identity.domain.address_change import ChangeOver
from services.identity.domain.sign_in import LinkTooOld, LinkUsed
from services.identity.letters import Letters
from services.identity.store import organisations as store

TRY_IT_PROFILES = ("demo", "test")


def settings_of(request: Request) -> Settings:
    return site_of(request).settings


def letters_of(request: Request) -> Letters:
    settings = settings_of(request)
    return Letters(settings.network_name, settings.base_url, settings.phone)


# Tokens.


@dataclass(frozen=True)
class Signed:
    """A token as text, and when it runs out."""

    text: str
    expires_at: datetime


def sign(request: Request, who: SignedIn) -> Signed:
    """A token for 30 minutes, of a shared computer for 15; none outlives its session. Only this service makes them."""
    now = datetime.now(UTC)
    token = Token(who.account_id, who.version, who.session_id, now, now + who.token_life, who.proved_at)
    return Signed(access.sign(token, keys.private(settings_of(request))), token.expires_at)


def set_cookie(request: Request, response: Response, who: SignedIn) -> Response:
    """Give the browser the token. It is forgotten when the browser closes; the session ends by itself before."""
    token = sign(request, who).text
    response.set_cookie(
        site_of(request).token_cookie, token, path="/", httponly=True, samesite="lax", secure=_is_secure(request)
    )
    return response


def delete_cookie(request: Request, response: Response) -> Response:
    """Take the token away from the browser."""
    name, secure = site_of(request).token_cookie, _is_secure(request)
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)
    return response


BROWSER_LIFE = timedelta(days=400)
"""As long as browsers keep a cookie."""


def browser_of(request: Request) -> str:
    """The browser's own secret; a new one for a browser that has none, or that shows something else."""
    shown = cookie(request, site_of(request).browser_cookie) or ""
    return shown if _BROWSER.fullmatch(shown) else secrets.token_urlsafe(32)


def browser_here(request: Request) -> Browser:
    """The same with what it says of itself."""
    return Browser(browser_of(request), request.headers.get("user-agent", ""))


def set_browser(request: Request, response: Response, browser: str) -> Response:
    """The browser keeps its secret for as long as it can."""
    response.set_cookie(
        site_of(request).browser_cookie,
        browser,
        max_age=int(BROWSER_LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
    return response


_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")


def _is_secure(request: Request) -> bool:
    return settings_of(request).base_url.startswith("https:")


def with_machine_secret(response: Response, root: bytes) -> Response:
    """The answer about a machine's secret, with the secret in it, which the answer stored for repeats never has."""
    body = json.loads(bytes(response.body))
    body["secret"] = machines.secret_of(UUID(body["secret_id"]), root)
    return JSONResponse(body, status_code=response.status_code)


def local_or_home(path: str) -> str:
    """Where to go after signing in: an address of this site, else the home page."""
    return path if is_local(path) else links.HOME


@contextmanager
def failure_noted() -> Generator[None]:
    """Whoever shows a link or a secret that does not work is noted; the refusal goes on."""
    try:
        yield
    except (LinkUsed, LinkTooOld, NotSignedIn, ChangeOver) as refusal:
        security_log.note(Happened.SIGN_IN_FAILED, what=refusal.slug, status=refusal.status)
        raise


# Who may enter.


async def admin(request: Request, ods: str) -> Member:
    """An admin of the organisation in the address; or of the network, which can act for each of them.

    Raises NotFound to everybody else, and NotAllowed to its own staff without the role.
    """
    return await _staff_or_network_admin(request, ods, "admin")


async def keeper(request: Request, ods: str) -> Member:
    """Whoever keeps an organisation's public words: its coordinators and admins, or an admin of the network.

    Raises what `admin` raises.
    """
    return await _staff_or_network_admin(request, ods, "coordinator", "admin")


async def lets_in(enter: Callable[[Request, str], Awaitable[Member]], request: Request, ods: str) -> bool:
    """Whether this visitor could open a page behind that entry: for a link to it."""
    try:
        await enter(request, ods)
    except Refused:
        return False
    return True


async def _staff_or_network_admin(request: Request, ods: str, *roles: str) -> Member:
    try:
        return await entry.staff(*roles)(request, ods)
    except (NotFound, NotAllowed) as refusal:
        acting = await _network_admin_for(request, ods)
        if acting is None:
            raise refusal from None
        return remember(request, acting)


async def _network_admin_for(request: Request, ods: str) -> Member | None:
    async with open_transaction(request, VISITOR) as tx:
        network, organisation = await store.network(tx), await store.organisation(tx, ods)
    if network is None or organisation is None:
        return None
    try:
        acting = await entry.staff("admin")(request, network.ods_code)
    except (NotFound, NotAllowed):
        return None
    acting = replace(acting, organisation_id=organisation.id, ods_code=organisation.ods_code)
    show_bar(request, acting, organisation.public(), is_own=False)
    return acting


async def network_admin(request: Request, ods: str) -> Member:
    """An admin of the network, acting for it. `ods` is the organisation that it is about."""
    async with open_transaction(request, VISITOR) as tx:
        network, organisation = await store.network(tx), await store.organisation(tx, ods)
    if network is None or organisation is None:
        raise NotFound
    return await entry.staff("admin")(request, network.ods_code)


async def network_finance(request: Request, ods: str) -> Member:
    """Finance of the network itself, which is the organisation in the address. Raises NotFound for any other."""
    acting = await entry.staff("finance")(request, ods)
    async with open_transaction(request, acting) as tx:
        network = await store.network(tx)
    if network is None or network.id != acting.organisation_id:
        raise NotFound
    return acting


_START_SECRET = {"type": "http", "scheme": "bearer", "description": "The network's start secret, in hex."}


class StartSecretNeeded(Refused, slug="start-secret-needed", status=401):
    """Send the network's start secret: Authorization: Bearer, then the secret in hex. It is in the state folder."""


async def starter(request: Request) -> Visitor:
    """Whoever can read the network's own state folder, where the start secret is. So many guesses, and no more."""
    await count(request, limits.START)
    given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    is_right = hmac.compare_digest(given, settings_of(request).secret("bootstrap").hex().encode())
    security_log.note(Happened.KEY_USED, what="start-secret" if is_right else "wrong-start-secret")
    if not is_right:
        raise StartSecretNeeded
    return remember(request, VISITOR)


async def trying_it(request: Request) -> Visitor | Person:
    """Anybody, in the demo and test profiles. In any other there is nothing here."""
    if settings_of(request).profile not in TRY_IT_PROFILES:
        raise NotFound
    try:
        return await entry.anyone(request)
    except TokenNotGood:  # whoever signs in again may still send the token of before
        return remember(request, VISITOR)


async def with_secret(request: Request) -> Visitor:
    """A machine that shows its secret in the body; the command checks it."""
    return remember(request, VISITOR)


async def with_token(request: Request) -> Token | None:
    """Whoever's browser still has a good token, to be renewed."""
    remember(request, VISITOR)
    text = cookie(request, site_of(request).token_cookie)
    return access.verify(text, site_of(request).public_keys, datetime.now(UTC)) if text else None


for _enter, _words in (
    (admin, "staff: admin, of this organisation or of the network"),
    (keeper, "staff: coordinator, admin, of this organisation or of the network"),
    (network_admin, "staff: admin, of the network"),
    (network_finance, "staff: finance, of the network"),
    (starter, "holder of the start secret"),
    (trying_it, "anyone, in the demo and test profiles"),
    (with_secret, "machine with its secret"),
    (with_token, "holder of a token"),
):
    _enter.may_enter = _words  # pyright: ignore[reportFunctionMemberAccess]
starter.security_schemes = {"startSecret": _START_SECRET}  # pyright: ignore[reportFunctionMemberAccess]
