"""Refusals and faults as answers: a page in words for people, problem+json (RFC 9457) for machines."""

from typing import Any, cast
from urllib.parse import quote

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from schemas.links import RENEW, SIGN_IN, SIGN_IN_AGAIN
from services.chassis.base.cursors import PageNotThere
from services.chassis.base.hands import VISITOR
from services.chassis.base.refusals import NotFound, NotReadable, ProveItIsYou, Refused, SignInFirst, Unavailable
from services.chassis.http.entry import RenewFirst, remember
from services.chassis.http.forms import Form, FormOfAnotherSession, read_form
from services.chassis.http.lists import start_of_list
from services.chassis.http.request import local_path, render
from services.chassis.http.uploads import file_field
from services.chassis.postgres.faults import DOWN

RETRY_AFTER_SECONDS = 30
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


def problem(status: int, slug: str, words: str, **more: Any) -> JSONResponse:
    """RFC 9457. `type` is relative to /developers, where each slug is explained."""
    body = {"type": f"/developers/problems#{slug}", "title": slug.replace("-", " "), "status": status, "detail": words}
    return JSONResponse(body | more, status_code=status, media_type=PROBLEM)


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def on_refusal(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    if is_api(request):
        response = problem(refusal.status, refusal.slug, refusal.words)
        if isinstance(refusal, SignInFirst):
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if not hasattr(request.state, "acting"):
        _remember_nobody(request)
    return await _refusal_page(request, refusal)


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address, query or body that does not fit. An id that cannot be one is an id that does not exist."""
    assert isinstance(error, RequestValidationError)
    if any(e["loc"][0] == "path" for e in error.errors()):
        return await on_refusal(request, NotFound())
    fields = {".".join(map(str, e["loc"][1:])): e["msg"] for e in error.errors()}
    if is_api(request):
        return problem(422, "not-valid", "Some fields are missing or wrong.", errors=fields)
    return render(request, "error.jinja", status=422, words="Something in the address is wrong. Go back and try again.")


async def on_nul(request: Request, error: Exception) -> Response:
    """A NUL character, which PostgreSQL has no text for, came in an address or in JSON; forms refuse it themselves."""
    return await on_refusal(request, NotReadable())


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Refused):  # FastAPI wraps what the reading of a body raised
        return await on_refusal(request, error.__cause__)
    if error.status_code == 404:
        return await on_refusal(request, NotFound())
    if is_api(request):
        return problem(error.status_code, "http", str(error.detail))
    _remember_nobody(request)
    return render(request, "error.jinja", status=error.status_code, words=str(error.detail))


async def on_fault(request: Request, error: Exception) -> Response:
    log.error("request failed", error=repr(error)[:500], exception=_where(error), method=request.method)
    words = "Something went wrong on our side. Nothing was half done. Please try again in a moment."
    if is_api(request):
        return problem(500, "fault", words)
    _remember_nobody(request)
    return render(request, "error.jinja", status=500, words=words)


async def on_down(request: Request, error: Exception) -> Response:
    """The database is away, or somebody else held what was needed for too long."""
    log.warning("request could not be answered", error=repr(error)[:500], method=request.method)
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


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, ""
    while trace:
        place, trace = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}", trace.tb_next
    return place


def _remember_nobody(request: Request) -> None:
    remember(request, getattr(request.state, "acting", VISITOR))


async def _refusal_page(request: Request, refusal: Refused) -> Response:
    """Words and a way on."""
    if isinstance(refusal, SignInFirst | ProveItIsYou):
        where = SIGN_IN if isinstance(refusal, SignInFirst) else SIGN_IN_AGAIN
        if request.method == "GET":
            return RedirectResponse(f"{where}?to={quote(local_path(request))}", status_code=303)
        form = await read_form(request)
        return _send_again(request, form, status=401, sign_in=where)
    if isinstance(refusal, PageNotThere):
        start = {"next_href": start_of_list(request), "next_words": "Start at the beginning of the list"}
        return render(request, "error.jinja", status=refusal.status, words=refusal.words, what_to_do="", **start)
    return render(request, "error.jinja", status=refusal.status, words=refusal.words)


async def on_renewal(request: Request, _: Exception) -> Response:
    return RedirectResponse(f"{RENEW}?to={quote(local_path(request))}", status_code=303)


async def on_other_session(request: Request, refusal: Exception) -> Response:
    """A form whose key is not good: shown whole, to be sent again by the person who sees it."""
    assert isinstance(refusal, FormOfAnotherSession)
    return _send_again(request, refusal.form, status=403, sign_in="")


def _send_again(request: Request, form: Form, *, status: int, sign_in: str) -> Response:
    """All that was typed; a file that came with it has to be chosen again."""
    file = file_field(request) if form.upload else None
    return render(request, "send_again.jinja", status=status, fields=_pairs(form), file=file, sign_in=sign_in)


def _pairs(form: Form) -> list[tuple[str, str]]:
    return [
        (name, one) for name, v in form.values.items() for one in (cast("list[str]", v) if isinstance(v, list) else [v])
    ]
