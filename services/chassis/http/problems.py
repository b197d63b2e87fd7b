"""Refusals and faults as answers: a page in words for people, problem+json (RFC 9457) for machines."""

from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from schemas.links import RENEW, SIGN_IN, SIGN_IN_AGAIN
from services.chassis.base import logs
from services.chassis.base.cursors import PageNotThere
from services.chassis.base.hands import VISITOR
from services.chassis.base.refusals import (
    NotFound,
    NotReadable,
    ProveItIsYou,
    Refused,
    SignInFirst,
    TokenNotGood,
    TryAgainSoon,
    Unavailable,
)
from services.chassis.base.security_log import Happened, note
from services.chassis.http.cross_site import FromAnotherSite, whence
from services.chassis.http.entry import RenewFirst, remember
from services.chassis.http.forms import SAW, Form, FormOfAnotherSession, is_sealed, read_form
from services.chassis.http.limits import TooOften
from services.chassis.http.lists import start_of_list
from services.chassis.http.methods import OtherMethod, allowed, options
from services.chassis.http.request import local_path, render, route_of
from services.chassis.http.uploads import file_field
from services.chassis.http.ways_on import has_page, way_on
from services.chassis.http.wrong_bodies import only_broken, wrong_fields
from services.chassis.postgres.faults import DOWN, in_words

RETRY_AFTER_SECONDS = 30
NOT_OF_THIS_VISIT = (
    "This did not reach us as part of your visit, so nothing was done with it and nothing has changed. "
    "Your browser did not say which page it came from, so it is not shown here: another website may have sent it."
)
GO_BACK = "If you filled it in on one of our pages, go back in your browser: what you typed is still there."
STILL_ON_ITS_WAY = "What you did a moment ago is not here yet. This page will go on in a few seconds."
PROBLEM = "application/problem+json"

log = structlog.get_logger()


def answer_refusals(app: FastAPI) -> None:
    """From now on whatever a route raises is answered in words."""
    handlers: dict[Any, Any] = {
        Refused: on_refusal,
        RenewFirst: on_renewal,
        FormOfAnotherSession: on_other_session,
        RequestValidationError: on_invalid,
        HTTPException: on_http,
        asyncpg.CharacterNotInRepertoireError: on_nul,
        asyncpg.UntranslatableCharacterError: on_nul,
        Exception: on_fault,
        **dict.fromkeys(DOWN, on_down),
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


class Problem(BaseModel):
    """Why it was not done (RFC 9457). `type` leads to where the cause is explained."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, str] | None = Field(
        default=None,
        description="what is wrong, by field of the body or name of the parameter; of one item of a list by its place, "
        "counted from 0, and its field, like at_least.2.people, and of a mapping by its key",
    )


def problem_body(status: int, slug: str, words: str) -> dict[str, Any]:
    """What a problem says. `type` is relative to /developers, where each slug is explained."""
    return {"type": f"/developers/problems#{slug}", "title": slug.replace("-", " "), "status": status, "detail": words}


NOT_VALID = problem_body(422, "not-valid", "Some fields are missing or wrong.")


def problem(status: int, slug: str, words: str, **more: Any) -> JSONResponse:
    """The answer of a machine's request that was refused."""
    return JSONResponse(problem_body(status, slug, words) | more, status_code=status, media_type=PROBLEM)


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def on_refusal(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    _note(request, refusal)
    if is_api(request):
        field = {"errors": refusal.by_path()} if refusal.field else {}
        response = problem(refusal.status, refusal.slug, refusal.words, **field)
        if isinstance(refusal, SignInFirst | TokenNotGood):
            response.headers["WWW-Authenticate"] = "Bearer"
        return _with_wait(response, refusal)
    if not hasattr(request.state, "acting"):
        _remember_nobody(request)
    return _with_wait(await _refusal_page(request, refusal), refusal)


def _note(request: Request, refusal: Refused) -> None:
    """In the security log: who was refused because of who they are, or of how often; not what was merely wrong."""
    by: UUID | None = getattr(request.state, "account_id", None)
    more: dict[str, Any] = {"by": by, "what": refusal.slug, "status": refusal.status, "route": route_of(request)}
    if isinstance(refusal, FromAnotherSite):
        note(Happened.FOREIGN, **more)
    elif isinstance(refusal, TooOften):
        more["what"] = f"{refusal.limit}.{refusal.scope}"
        note(Happened.TOO_OFTEN, **more)
    elif refusal.status == 404 and by is None:
        return
    elif refusal.status in (401, 403, 404):
        note(Happened.REFUSED, **more)


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address, query or body that does not fit. An id that cannot be one is an id that does not exist."""
    assert isinstance(error, RequestValidationError)
    if any(e["loc"][0] == "path" for e in error.errors()):
        return await on_refusal(request, NotFound())
    errors = wrong_fields(request, error)
    if is_api(request):
        if refusal := only_broken(error):
            return problem(refusal.status, refusal.slug, refusal.words, errors=errors)
        return JSONResponse(NOT_VALID | {"errors": errors}, status_code=422, media_type=PROBLEM)
    words = f"Something in the address is wrong. {'. '.join(errors.values())}. You can also go back and try again."
    return render(request, "error.jinja", status=422, words=words)


async def on_nul(request: Request, error: Exception) -> Response:
    """A NUL character, which PostgreSQL has no text for, came in an address or in JSON; forms refuse it themselves."""
    return await on_refusal(request, NotReadable())


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Refused):  # FastAPI wraps what the reading of a body raised
        return await on_refusal(request, error.__cause__)
    if isinstance(error.__cause__, ClientDisconnect):
        raise error.__cause__  # nobody is there to be told that their body was cut off
    if request.method == "OPTIONS" and error.status_code in (404, 405):
        return options(request) if allowed(request) else await on_refusal(request, NotFound())
    if error.status_code == 405:
        answer = await on_refusal(request, OtherMethod())
        answer.headers["Allow"] = ", ".join(allowed(request))
        return answer
    if error.status_code == 404:
        if there := _without_slash(request):
            return RedirectResponse(there, status_code=307)
        return await on_refusal(request, NotFound())
    if is_api(request):
        return problem(error.status_code, "http", str(error.detail))
    _remember_nobody(request)
    return render(request, "error.jinja", status=error.status_code, words=str(error.detail))


async def on_fault(request: Request, error: Exception) -> Response:
    log.error("request failed", exc_info=error, method=request.method, route=route_of(request))
    logs.said(error)
    words = "Something went wrong on our side. Nothing was half done. Please try again in a moment."
    if is_api(request):
        return problem(500, "fault", words)
    _remember_nobody(request)
    return render(request, "error.jinja", status=500, words=words)


async def on_down(request: Request, error: Exception) -> Response:
    """The database is away, or somebody else held what was needed for too long."""
    log.warning("request could not be answered", error=in_words(error), method=request.method, route=route_of(request))
    return unavailable(request)


def unavailable(request: Request) -> Response:
    """The answer while the database is away or not as this version needs it. What was sent can be sent again."""
    words = Unavailable().words
    if is_api(request):
        response = problem(Unavailable.status, Unavailable.slug, words)
    else:
        _remember_nobody(request)
        response = render(request, "error.jinja", status=503, words=words, what_to_do="You need not do anything else.")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _remember_nobody(request: Request) -> None:
    remember(request, getattr(request.state, "acting", VISITOR))


async def _refusal_page(request: Request, refusal: Refused) -> Response:
    """Words and a way on."""
    if isinstance(refusal, SignInFirst | ProveItIsYou):
        where = SIGN_IN if isinstance(refusal, SignInFirst) else SIGN_IN_AGAIN
        if request.method == "GET":
            to = getattr(request.state, "comes_back_to", "") or local_path(request)
            return RedirectResponse(f"{where}?to={quote(to)}", status_code=303)
        if whence(request) != "ours":
            return _open_it_here(request, refusal)
        form = await read_form(request)
        return _send_again(request, form, status=401, sign_in=where)
    if isinstance(refusal, FromAnotherSite):
        return _open_it_here(request, refusal)
    if isinstance(refusal, TooOften) and request.method == "POST":
        form = await read_form(request)
        if is_sealed(request, request.state.acting, form.key):
            return _send_again(request, form, status=refusal.status, words=refusal.words)
    if isinstance(refusal, TryAgainSoon) and request.method == "GET":
        again = local_path(request)
        return render(request, "on_its_way.jinja", status=refusal.status, words=STILL_ON_ITS_WAY, again=again)
    said: dict[str, Any] = {"status": refusal.status, "title": refusal.title, "words": refusal.words}
    if refusal.what_to_do is not None:
        said["what_to_do"] = refusal.what_to_do
    if isinstance(refusal, PageNotThere):
        said |= {"next_href": start_of_list(request), "next_words": "Start at the beginning of the list"}
        return render(request, "error.jinja", **said, what_to_do="")
    return render(request, "error.jinja", **said, **way_on(request, refusal.status))


async def on_renewal(request: Request, _: Exception) -> Response:
    return RedirectResponse(f"{RENEW}?to={quote(local_path(request))}", status_code=303)


async def on_other_session(request: Request, refusal: Exception) -> Response:
    """A form whose key is not good: shown whole, to be sent again by the person who sees it, if they typed it here.

    A request that does not say where it comes from may be another site's: of that nothing is shown.
    """
    assert isinstance(refusal, FormOfAnotherSession)
    _note(request, FromAnotherSite(NOT_OF_THIS_VISIT) if whence(request) != "ours" else KeyNotGood())
    if whence(request) != "ours":
        return _open_it_here(request, FromAnotherSite(NOT_OF_THIS_VISIT))
    return _send_again(request, refusal.form, status=403)


class KeyNotGood(Refused, slug="form-key-not-good", title="This form was of another session", status=403):
    """This form was of another session. Check it, and send it again."""


def _open_it_here(request: Request, refusal: Refused) -> Response:
    """Words and a way on, and nothing of what was sent: another site may have filled it in."""
    shown: dict[str, Any] = {"status": refusal.status, "words": refusal.words}
    if isinstance(refusal, FromAnotherSite):
        shown |= {"title": "This did not come from our pages", "what_to_do": GO_BACK}
    if has_page(request):
        shown |= {"next_href": request.url.path, "next_words": "Open the page here"}
    return render(request, "error.jinja", **shown)


def _without_slash(request: Request) -> str | None:
    """The address that was meant where it ended in a slash. The framework would send people to the Host that the
    request names, and without TLS behind a proxy."""
    path = request.scope["path"]
    shorter = path.rstrip("/")
    if request.method != "GET" or shorter == path or not has_page(request, shorter):
        return None
    return shorter + (f"?{request.url.query}" if request.url.query else "")


def _with_wait(response: Response, refusal: Refused) -> Response:
    if refusal.status == 408:
        response.headers["Connection"] = "close"
    if isinstance(refusal, TooOften):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _send_again(request: Request, form: Form, *, status: int, sign_in: str = "", words: str = "") -> Response:
    """All that was typed; a file that came with it has to be chosen again."""
    file = file_field(request) if form.upload else None
    return render(
        request, "send_again.jinja", status=status, fields=_pairs(form), file=file, sign_in=sign_in, words=words
    )


def _pairs(form: Form) -> list[tuple[str, str]]:
    values = form.values | ({SAW: form.saw} if form.saw else {})
    return [(name, one) for name, v in values.items() for one in (cast("list[str]", v) if isinstance(v, list) else [v])]
