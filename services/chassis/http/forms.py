"""Forms: read, checked and acted on once. The hidden key, bound to the session, guards against forgery and repeats."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from services.chassis.base.hands import Acting
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.base.refusals import NotReadable, Refused, TooLarge
from services.chassis.base.typed.words import in_words
from services.chassis.http.cookies import cookie
from services.chassis.http.idempotency import once
from services.chassis.http.request import site_of
from services.chassis.http.uploads import MAX_BODY_BYTES, Upload, file_field, from_form
from services.chassis.postgres.transaction import Hand, Transaction, new_id

MAX_FIELDS = 200
_VISIT_BYTES = 24
_VISIT = re.compile(r"[A-Za-z0-9_-]{32}")
"""How that many bytes look in a cookie."""

Act = Callable[[Transaction[Hand], Any], Awaitable[str]]
Again = Callable[[dict[str, Any], dict[str, str]], Awaitable[Response]]


def form_key(request: Request, acting: Acting) -> Markup:
    """The hidden field of a form: a key minted now, signed for this session, good for sending the form once."""
    minted = str(new_id())
    request.state.has_form_key = True
    return Markup('<input type="hidden" name="form_key" value="{}">').format(
        f"{minted}.{next(_seals(request, acting, minted))}"
    )


def _seals(request: Request, acting: Acting, minted: str) -> Iterator[str]:
    """Those that are good for this key, the one that is given first."""
    session = acting.in_session
    purpose = Purpose.SESSION_FORM if session else Purpose.VISIT_FORM
    bound_to = str(session or visit(request))
    for one in site_of(request).form_secret:
        yield sealed(one, purpose, bound_to, minted).hex()[:32]
    for one in site_of(request).form_secret:
        yield _seal_of_before(one, bound_to, minted)


def _seal_of_before(secret: bytes, bound_to: str, minted: str) -> str:
    """As forms were sealed before each kind of value had a key of its own (until November 2026).

    What such a version has shown is still good while it runs beside this one; the next edition takes it away.
    """
    return hmac.new(secret, f"{bound_to}:{minted}".encode(), hashlib.sha256).hexdigest()[:32]


def visit(request: Request) -> str:
    """What an anonymous visitor's forms are bound to: a random cookie, set with the first form.

    One that we did not make is none: it could be somebody's session, or known to whoever made it.
    """
    kept = known_visit(request) or getattr(request.state, "new_visit", None)
    if not kept:
        kept = request.state.new_visit = secrets.token_urlsafe(_VISIT_BYTES)
    return kept


def known_visit(request: Request) -> str | None:
    """The visit that the browser says it is; None at its first page."""
    kept = cookie(request, site_of(request).visit_cookie)
    return kept if kept and _VISIT.fullmatch(kept) else None


def is_sealed(request: Request, acting: Acting, key: str) -> bool:
    minted, _, seal = key.partition(".")
    return any(hmac.compare_digest(seal.encode(), good.encode()) for good in _seals(request, acting, minted))


@dataclass(frozen=True)
class Form:
    """What was typed: every field as text, or as a list where it was sent more than once; and a file, if one came."""

    values: dict[str, Any]
    key: str
    upload: Upload | None = None

    @property
    def body(self) -> bytes:
        """What a key is spent on: the fields, and of a file its hash."""
        file = [("file", self.upload.sha256)] if self.upload else []
        return urlencode([*sorted(self.values.items()), *file], doseq=True).encode()


async def read_form(request: Request) -> Form:
    """The request's form, read once. Raises NotReadable when it has a file that the route does not take."""
    if kept := getattr(request.state, "form", None):
        return kept
    field = file_field(request)
    try:
        data = await request.form(max_fields=MAX_FIELDS, max_files=1 if field else 0, max_part_size=MAX_BODY_BYTES)
    except Exception as error:
        if isinstance(error, Refused):
            raise
        raise NotReadable from None
    upload = None
    for name, sent in data.multi_items():
        if isinstance(sent, UploadFile):
            if name != field:
                raise NotReadable
            upload = await from_form(request, sent)
    request.state.form = _typed(data, upload)
    return request.state.form


async def sealed_form(request: Request, acting: Acting) -> Form:
    """The same, of a form that we gave to this session or visit. Raises FormOfAnotherSession for any other."""
    form = await read_form(request)
    if not is_sealed(request, acting, form.key):
        raise FormOfAnotherSession(form)
    return form


def _typed(data: FormData, upload: Upload | None) -> Form:
    """Raises NotReadable for a NUL, which PostgreSQL has no text for, and TooLarge for more than forms may hold."""
    values: dict[str, Any] = {}
    if sum(len(text) for _, text in data.multi_items() if isinstance(text, str)) > MAX_BODY_BYTES:
        raise TooLarge
    for name in data:
        texts = [text.strip().replace("\r\n", "\n") for text in data.getlist(name) if isinstance(text, str)]
        if any("\x00" in text for text in texts):
            raise NotReadable
        if texts:
            values[name] = texts[0] if len(texts) == 1 else texts
    key = values.pop("form_key", "")
    return Form(values, key if isinstance(key, str) else "", upload)


class FormOfAnotherSession(Exception):
    """The form's key is missing, forged or of a session that has ended. It is shown again, to be sent by its person."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form


async def submit(request: Request, acting: Hand, model: type[BaseModel], act: Act[Hand], again: Again) -> Response:
    """Read a form, check it, act on it once, and go where `act` says (303).

    `again(values, errors)` shows the form again (status 422 is set here) when a field is wrong or the domain refuses.
    The same form sent again, at once or later, goes to the same place and changes nothing.
    """

    async def themselves(_: Any) -> Hand:
        return acting

    return await submit_as(request, acting, model, act, again, as_whom=themselves)


async def submit_as(
    request: Request,
    sent_by: Acting,
    model: type[BaseModel],
    act: Act[Hand],
    again: Again,
    *,
    as_whom: Callable[[Any], Awaitable[Hand]],
) -> Response:
    """The same, where a field of the form says for whom the sender acts: `as_whom` is given what was checked."""
    form = await sealed_form(request, sent_by)
    try:
        checked = model.model_validate(form.values)
        target = await once(request, await as_whom(checked), form.key, form.body, lambda tx: act(tx, checked))
    except ValidationError as wrong:
        return _as_refused(await again(form.values, field_errors(wrong, model)), 422)
    except Refused as refusal:
        if refusal.field is None:
            raise
        return _as_refused(await again(form.values, {refusal.field: refusal.words}), 422)
    return RedirectResponse(json.loads(target), status_code=303)


async def button(request: Request, acting: Hand, act: Callable[[Transaction[Hand]], Awaitable[str]]) -> Response:
    """A form that has nothing but a button: act once and go where `act` says."""
    form = await sealed_form(request, acting)
    target = await once(request, acting, form.key, form.body, act)
    return RedirectResponse(json.loads(target), status_code=303)


def _as_refused(response: Response, status: int) -> Response:
    response.status_code = status
    return response


def field_errors(wrong: ValidationError, model: type[BaseModel]) -> dict[str, str]:
    """Field → words a person can act on; see `base/typed/words.py`."""
    return in_words(wrong.errors(), model)
