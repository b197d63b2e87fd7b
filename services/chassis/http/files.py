"""Files at the HTTP door: a form with a file is sent once, the API takes one as a body, and a kept one is answered."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from typing_extensions import TypeVar

from services.chassis.base.files.refusals import FileRefused
from services.chassis.base.files.rewriting import SafeFile, made_safe
from services.chassis.base.hands import Acting
from services.chassis.base.tables.reading import Table, read_table
from services.chassis.base.tables.refusals import TableRefused
from services.chassis.http import json_api, uploads
from services.chassis.http.forms import read_form
from services.chassis.http.sending import Again, Kind, submit_as
from services.chassis.http.uploads import Upload, file_field
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Hand, Transaction

Made = TypeVar("Made", default=SafeFile)
CHOOSE_AGAIN = "Choose the file again. It is not kept while something else here is put right"
BODY_OF_A_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp", "application/pdf", "application/octet-stream")
        },
    }
}
"""For `openapi_extra` of a route that takes a file as its body."""

ANSWER_OF_A_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "application/pdf")
        },
    }
}
"""For `responses` of a route that answers with a kept file."""


async def made_safe_of(upload: Upload) -> SafeFile:
    """The file as it may be kept. Raises FileRefused."""
    return await made_safe(upload.file, size=upload.size, name=upload.name)


async def table_of(upload: Upload) -> Table:
    """What stands in a list that somebody sent: it is read, and not kept. Raises TableRefused."""
    return await read_table(upload.file, size=upload.size, name=upload.name)


async def submit_with_file(
    request: Request,
    sent_by: Acting,
    model: type[BaseModel],
    act: Callable[[Transaction[Hand], Any, Made | None], Awaitable[str]],
    again: Again,
    *,
    kind: Kind,
    as_whom: Callable[[Any], Awaitable[Hand]],
    made: Callable[[Upload], Awaitable[Made]] = made_safe_of,
) -> Response:
    """As `submit_as`, where the form may bring a file: `act` is given what is `made` of it, or None.

    The route says `takes_file(name)`. The file is looked at when all else is right, before the transaction. A form that
    is shown again says that the file is to be chosen again.
    """
    field, upload = file_field(request) or "", (await read_form(request)).upload
    safe: Made | None = None

    async def as_whom_with_file(checked: Any) -> Hand:
        nonlocal safe
        hand = await as_whom(checked)
        try:
            safe = await made(upload) if upload else None
        except (FileRefused, TableRefused) as refusal:
            refusal.field = field
            raise
        return hand

    async def act_with_file(tx: Transaction[Hand], checked: Any) -> str:
        return await act(tx, checked, safe)

    async def again_with_file(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await again(values, {**errors, field: errors.get(field, CHOOSE_AGAIN)} if upload else errors)

    return await submit_as(
        request, sent_by, model, act_with_file, again_with_file, kind=kind, as_whom=as_whom_with_file
    )


async def write_file(
    request: Request,
    acting: Hand,
    act: Callable[[Transaction[Hand], Made], Awaitable[Any]],
    *,
    name: str,
    made: Callable[[Upload], Awaitable[Made]] = made_safe_of,
    status: int = 200,
) -> Response:
    """As `json_api.write`, where the body is a file: `act` is given what is `made` of it. Raises FileRefused."""
    json_api.check_can_write(request)
    upload = await uploads.from_body(request, name=name)
    safe = await made(upload)
    return await json_api.write(request, acting, lambda tx: act(tx, safe), body=upload.sha256.encode(), status=status)


def answer(file: KeptFile, content: bytes) -> Response:
    """The file for whoever may see it: a picture to look at, a document to keep, neither able to do anything here."""
    headers = {
        "Content-Disposition": disposition("inline" if file.is_picture else "attachment", file.name),
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=file.media_type, headers=headers)


def disposition(how: str, name: str) -> str:
    """RFC 6266: the name in ASCII for old programs, and whole."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in name)
    whole = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{how}; filename="{plain}"{whole}'
