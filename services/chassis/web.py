"""The HTTP door, for pages: who may enter, forms that are sent once, and refusals in words.

A route names who may enter by one of the dependencies `anyone`, `signed_in`, `staff(…)` and `operator`. A form is
read, checked and acted on by `submit`; its hidden key, bound to the session, keeps it from being sent twice or forged.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, ValidationError

from schemas.identity import Account
from schemas.links import RENEW, SIGN_IN
from services.chassis import access, mirrors
from services.chassis.access import ANONYMOUS, RENEW_AFTER, Acting
from services.chassis.errors import NotAllowed, NotFound, NotReadable, Refused, SignInFirst, TryAgainSoon
from services.chassis.transaction import Cause, Transaction, new_id, transaction

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from services.chassis.service import Service

CATCH_UP_SECONDS = 2.0
VISIT_COOKIE = "pln_visit"
MAX_FIELDS = 200

Model = TypeVar("Model", bound=BaseModel)
Act = Callable[[Transaction, Any], Awaitable[str]]
Again = Callable[[dict[str, Any], dict[str, str]], Awaitable[Response]]


class RenewFirst(Exception):
    """The token is old enough to be renewed before this page is shown."""


def service_of(request: Request) -> "Service":
    return request.app.state.service


def cookie_name(request: Request) -> str:
    return "__Host-pln" if service_of(request).settings.base_url.startswith("https:") else "pln"


def open_transaction(request: Request, acting: Acting) -> "AbstractAsyncContextManager[Transaction]":
    """A transaction of this request's service, in the name of whoever asks."""
    service = service_of(request)
    return transaction(service.name, service.pool, acting, request.state.cause)


def page(request: Request, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """Render a template of this service; see chassis/templates/README.md."""
    return service_of(request).pages.render(request, template, status=status, **context)


# Who may enter. Each returns who is acting; `may_enter` is read by a test that lists the routes without one.


async def anyone(request: Request) -> Acting:
    """The page is for everybody. Whoever is signed in is still known by name."""
    known = await _account(request)
    acting = access.person(*known) if known else ANONYMOUS
    _remember(request, acting)
    return acting


async def signed_in(request: Request) -> Acting:
    """Whoever is signed in. Raises SignInFirst."""
    account, token = await _account_or_refuse(request)
    return _remember(request, access.person(account, token))


def staff(*roles: str) -> Callable[[Request, str], Awaitable[Acting]]:
    """A member, today, of the organisation in the address (`{ods}`) with one of the roles; no roles: any member.

    Raises NotFound to everybody else, as for an organisation that does not exist, and NotAllowed to a member without
    the role.
    """

    async def enter(request: Request, ods: str) -> Acting:
        account, token = await _account_or_refuse(request)
        acting = access.member(account, token, ods)
        if acting is None:
            raise NotFound
        _remember(request, acting)
        if roles and not acting.roles & set(roles):
            raise NotAllowed
        return acting

    enter.may_enter = f"staff: {', '.join(roles) or 'any role'}"  # pyright: ignore[reportFunctionMemberAccess]
    return enter


async def operator(request: Request) -> Acting:
    """Whoever operates the network: the role operator in an organisation, today."""
    account, token = await _account_or_refuse(request)
    for membership in account.memberships:
        acting = access.member(account, token, membership.ods_code)
        if acting and "operator" in acting.roles:
            return _remember(request, acting)
    _remember(request, access.person(account, token))
    raise NotFound


for _enter, _words in ((anyone, "anyone"), (signed_in, "signed in"), (operator, "operator")):
    _enter.may_enter = _words  # pyright: ignore[reportFunctionMemberAccess]


def _remember(request: Request, acting: Acting) -> Acting:
    request.state.acting = acting
    request.state.form_key = lambda: form_key(request, acting)
    return acting


async def _account_or_refuse(request: Request) -> tuple[Account, access.Token]:
    known = await _account(request)
    if known is None:
        raise SignInFirst
    return known


async def _account(request: Request) -> tuple[Account, access.Token] | None:
    """The account of the request's token as this service's mirror has it; None without a good token."""
    bearer = request.headers.get("authorization", "")
    request.state.by_bearer = bearer.startswith("Bearer ")
    text = bearer[7:] if request.state.by_bearer else request.cookies.get(cookie_name(request), "")
    service, now = service_of(request), datetime.now(UTC)
    token = access.verify(text, service.public_keys, now) if text else None
    if token is None:
        if text and not request.state.by_bearer and request.method == "GET":
            raise RenewFirst
        return None
    if not request.state.by_bearer and request.method == "GET" and now - token.issued_at > RENEW_AFTER:
        raise RenewFirst
    account = await _caught_up(request, token)
    return None if account is None or access.session_ended(account, token) else (account, token)


async def _caught_up(request: Request, token: access.Token) -> Account | None:
    """Wait until the mirror is as new as the token. Raises TryAgainSoon when it is not within two seconds."""
    asking = Acting("person", person_id=token.account_id)
    until = asyncio.get_running_loop().time() + CATCH_UP_SECONDS
    while True:
        async with open_transaction(request, asking) as tx:
            account = await mirrors.get(tx, Account, token.account_id)
        if account and account.version >= token.account_version:
            return account
        if asyncio.get_running_loop().time() > until:
            if account is None:
                return None
            raise TryAgainSoon
        await asyncio.sleep(0.03)


# Forms.


def form_key(request: Request, acting: Acting) -> Markup:
    """The hidden field of a form: a key minted now, signed for this session, good for sending the form once."""
    minted = str(new_id())
    return Markup('<input type="hidden" name="form_key" value="{}">').format(
        f"{minted}.{_seal(request, acting, minted)}"
    )


def _seal(request: Request, acting: Acting, minted: str) -> str:
    bound_to = str(acting.session_id) if acting.session_id else visit(request)
    secret = service_of(request).form_secret
    return hmac.new(secret, f"{bound_to}:{minted}".encode(), hashlib.sha256).hexdigest()[:32]


def visit(request: Request) -> str:
    """What an anonymous visitor's forms are bound to: a random cookie, set with the first form."""
    kept = request.cookies.get(VISIT_COOKIE) or getattr(request.state, "new_visit", None)
    if not kept:
        kept = request.state.new_visit = secrets.token_urlsafe(24)
    return kept


def is_sealed(request: Request, acting: Acting, key: str) -> bool:
    minted, _, seal = key.partition(".")
    return hmac.compare_digest(seal, _seal(request, acting, minted))


@dataclass(frozen=True)
class Form:
    """What was typed: every field as text, or as a list where it was sent more than once."""

    values: dict[str, Any]
    key: str

    @property
    def body(self) -> bytes:
        return urlencode(sorted(self.values.items()), doseq=True).encode()


async def read_form(request: Request) -> Form:
    """Raises NotReadable when the body is not a form of text fields."""
    try:
        data = await request.form(max_fields=MAX_FIELDS, max_files=0)
    except Exception as error:
        if isinstance(error, Refused):
            raise
        raise NotReadable from None
    values: dict[str, Any] = {}
    for name in data:
        texts = [text.strip().replace("\r\n", "\n") for text in data.getlist(name) if isinstance(text, str)]
        if any("\x00" in text for text in texts):
            raise NotReadable
        values[name] = texts[0] if len(texts) == 1 else texts
    key = values.pop("form_key", "")
    return Form(values, key if isinstance(key, str) else "")


class FormOfAnotherSession(Exception):
    """The form's key is missing, forged or of a session that has ended. It is shown again, to be sent by its person."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form


async def submit(request: Request, acting: Acting, model: type[Model], act: Act, again: Again) -> Response:
    """Read a form, check it, act on it once, and go where `act` says (303).

    `again(values, errors)` shows the form again (status 422 is set here) when a field is wrong or the domain refuses.
    The same form sent again, at once or later, goes to the same place and changes nothing.
    """
    form = await read_form(request)
    if not is_sealed(request, acting, form.key):
        raise FormOfAnotherSession(form)
    try:
        checked = model.model_validate(form.values)
        target = await once(request, acting, form.key, form.body, lambda tx: act(tx, checked))
    except ValidationError as wrong:
        return _as_refused(await again(form.values, field_errors(wrong)), 422)
    except Refused as refusal:
        if refusal.field is None:
            raise
        return _as_refused(await again(form.values, {refusal.field: refusal.words}), 422)
    return RedirectResponse(json.loads(target), status_code=303)


async def button(request: Request, acting: Acting, act: Callable[[Transaction], Awaitable[str]]) -> Response:
    """A form that has nothing but a button: act once and go where `act` says."""
    form = await read_form(request)
    if not is_sealed(request, acting, form.key):
        raise FormOfAnotherSession(form)
    target = await once(request, acting, form.key, form.body, act)
    return RedirectResponse(json.loads(target), status_code=303)


async def once(
    request: Request, acting: Acting, key: str, body: bytes, act: Callable[[Transaction], Awaitable[Any]]
) -> str:
    """Act in one transaction and spend the key in it; a spent key answers as it did. Returns the answer's JSON."""
    bound = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
    async with open_transaction(request, acting) as tx:
        if (answer := await tx.spent(key, bound)) is not None:
            return answer
        answer = json.dumps(await act(tx), default=str)
        await tx.spend(key, bound, answer)
    if tx.made_due:
        await service_of(request).workers.wake()
    return answer


def _as_refused(response: Response, status: int) -> Response:
    response.status_code = status
    return response


_WORDS = {
    "missing": "Fill this in",
    "string_too_short": "Fill this in",
    "string_too_long": "This is too long: use at most {max_length} characters",
    "greater_than": "Enter a number above {gt}",
    "greater_than_equal": "Enter {ge} or more",
    "less_than_equal": "Enter {le} or less",
    "int_parsing": "Enter a whole number",
    "float_parsing": "Enter a number",
    "literal_error": "Choose one of the answers",
    "enum": "Choose one of the answers",
    "date_from_datetime_parsing": "Enter a date",
    "uuid_parsing": "Choose one of the answers",
}


def field_errors(wrong: ValidationError) -> dict[str, str]:
    """Field → words a person can act on. A validator's own ValueError is taken as it is."""
    errors: dict[str, str] = {}
    for error in wrong.errors():
        name = str(error["loc"][0]) if error["loc"] else ""
        words = _WORDS.get(error["type"], "Check this answer")
        if error["type"] == "value_error":
            words = str(error.get("ctx", {}).get("error", words))
        errors.setdefault(name, words.format(**error.get("ctx", {})) if "{" in words else words)
    return errors


# What a person sees when the answer is no.


async def refuse(request: Request, refusal: Exception) -> Response:
    """A refusal as a page: words and a way on."""
    assert isinstance(refusal, Refused)
    if isinstance(refusal, SignInFirst):
        if request.method == "GET":
            return RedirectResponse(f"{SIGN_IN}?to={quote(local_path(request))}", status_code=303)
        form = await read_form(request)
        return page(request, "send_again.jinja", status=401, fields=_pairs(form), sign_in=True)
    return page(request, "error.jinja", status=refusal.status, words=refusal.words)


async def renew(request: Request, _: Exception) -> Response:
    return RedirectResponse(f"{RENEW}?to={quote(local_path(request))}", status_code=303)


async def send_again(request: Request, refusal: Exception) -> Response:
    """A form whose key is not good: shown whole, to be sent again by the person who sees it."""
    assert isinstance(refusal, FormOfAnotherSession)
    return page(request, "send_again.jinja", status=403, fields=_pairs(refusal.form), sign_in=False)


def _pairs(form: Form) -> list[tuple[str, str]]:
    return [
        (name, one) for name, v in form.values.items() for one in (cast("list[str]", v) if isinstance(v, list) else [v])
    ]


def local_path(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def is_local(path: str) -> bool:
    """An address on this site that a redirect may go to: no scheme, no host, no control characters."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path


def fresh_cause(request: Request) -> Cause:
    return Cause.fresh(request.headers.get("traceparent", "")[:128])
