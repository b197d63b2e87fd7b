"""Forms: their hidden key, bound to the session, which guards against forgery and repeats; and what was typed.

What sending one does: `sending.py`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from services.chassis.base.hands import Acting
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.base.refusals import NotReadable, Refused, TooLarge
from services.chassis.base.typed.words import in_words
from services.chassis.http.cookies import cookie
from services.chassis.http.request import site_of
from services.chassis.http.uploads import Upload, file_field, from_form, most_of_form
from services.chassis.postgres.transaction import new_id

MAX_FIELDS = 200
SAW = "saw"
_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')
_VISIT_BYTES = 24
_VISIT = re.compile(r"[A-Za-z0-9_-]{32}")
"""How that many bytes look in a cookie."""


def form_key(request: Request, acting: Acting) -> Markup:
    """The hidden fields of a form: a key minted now, signed for this session, good for sending the form once; and what
    the page saw of what it changes, if it changes something (`seen.py`)."""
    minted, saw = str(new_id()), getattr(request.state, "saw", "")
    request.state.has_form_key = True
    fields = {"form_key": f"{minted}.{next(_seals(request, acting, minted))}"} | ({SAW: saw} if saw else {})
    return Markup().join(_HIDDEN.format(name, value) for name, value in fields.items())


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
    saw: str = ""
    """What the form saw of what it changes; "" of a page that was open before forms said so."""

    @property
    def body(self) -> bytes:
        """What a key is spent on: the fields, and of a file its hash."""
        file = [("file", self.upload.sha256)] if self.upload else []
        return urlencode([*sorted(self.values.items()), *file], doseq=True).encode()


async def read_form(request: Request) -> Form:
    """The request's form, read once. Raises NotReadable when it has a file that the route does not take."""
    if kept := getattr(request.state, "form", None):
        return kept
    field, most = file_field(request), most_of_form(request)
    try:
        data = await request.form(max_fields=MAX_FIELDS, max_files=1 if field else 0, max_part_size=most)
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
    request.state.form = _typed(data, upload, most)
    return request.state.form


async def sealed_form(request: Request, acting: Acting) -> Form:
    """The same, of a form that we gave to this session or visit. Raises FormOfAnotherSession for any other."""
    form = await read_form(request)
    if not is_sealed(request, acting, form.key):
        raise FormOfAnotherSession(form)
    return form


def _typed(data: FormData, upload: Upload | None, most: int) -> Form:
    """Raises NotReadable for a NUL, which PostgreSQL has no text for, and TooLarge for more than forms may hold."""
    values: dict[str, Any] = {}
    if sum(len(text) for _, text in data.multi_items() if isinstance(text, str)) > most:
        raise TooLarge
    for name in data:
        texts = [text.strip().replace("\r\n", "\n") for text in data.getlist(name) if isinstance(text, str)]
        if any("\x00" in text for text in texts):
            raise NotReadable
        if texts:
            values[name] = texts[0] if len(texts) == 1 else texts
    key, saw = (one if isinstance(one := values.pop(name, ""), str) else "" for name in ("form_key", SAW))
    return Form(values, key, upload, saw)


class FormOfAnotherSession(Exception):
    """The form's key is missing, forged or of a session that has ended. It is shown again, to be sent by its person."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form


def field_errors(wrong: ValidationError, model: type[BaseModel]) -> dict[str, str]:
    """Field → words a person can act on; see `base/typed/words.py`."""
    return in_words(wrong.errors(), model)
