"""How much is read of what somebody sends; and a file on its way in, where it lies meanwhile.

A route that takes a file says so: `dependencies=[Depends(takes_file("receipt"))]`. One that takes a long signed text in
a hidden field says so where it says who may enter: `takes_long_form(entry.staff("admin"))`. All others keep the limit
of forms.
What is over a megabyte lies in a temporary file without a name, which is gone when the request has been answered.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from pydantic import Field
from starlette.datastructures import UploadFile

from services.chassis.base.files.refusals import MOST_SENT_BYTES, FileTooLarge
from services.chassis.base.hands import SignedIn
from services.chassis.base.refusals import Refused, TooLarge, TryAgainSoon

MAX_BODY_BYTES = 256 * 1024
MAX_LONG_FORM_BYTES = 4 * 1024 * 1024
"""Of a form with a signed text about many: 5,000 rows of a register are a megabyte at most."""
MAX_UPLOAD_BYTES = 4 * MOST_SENT_BYTES
"""So much is read where a file is taken. A photo that is too large is the commonest mistake: it is read to its end, so
that the form can be shown again with all that was typed. Nothing beyond 5 MB goes any further than that."""
STRANGERS_AT_ONCE = 4
"""So many who were not let in may have a large body read at once. It is read for whoever was signed out while they
typed, so that their form can be shown again; more at a time would let anybody fill the disk."""
IN_MEMORY_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024


class PartTooLarge(TooLarge, slug="part-too-large", title="This part of the list is too large", status=413):
    """This part of the list is larger than 4 MB. Split the list into several files, and send each of them."""


SignedText = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]*$")]
"""As `signed_values.sign` writes it: nothing else is looked at."""
Known = TypeVar("Known", bound=SignedIn)


@dataclass(frozen=True)
class Upload:
    """What was sent, as it was sent: nothing of it is trusted, neither its name nor what it says it is."""

    file: IO[bytes]
    name: str
    size: int
    sha256: str


def takes_file(field: str = "file", *, too_large: type[Refused] = FileTooLarge) -> Callable[[Request], None]:
    """The route takes a file, in its form under that name or as its body. `too_large`: how one is refused that is so
    large that it is not even read."""

    def declare(request: Request) -> None:
        request.state.takes_file, request.state.too_large = field, too_large

    return declare


def file_field(request: Request) -> str | None:
    """The name under which this route takes a file; None where it takes none."""
    return getattr(request.state, "takes_file", None)


def takes_long_form(enter: Callable[..., Awaitable[Known]]) -> Callable[..., Awaitable[Known]]:
    """The route takes a form of up to `MAX_LONG_FORM_BYTES`, from whoever `enter` has let in; all others are refused as
    everywhere, before more is read."""

    async def entered(request: Request, acting: Annotated[Any, Depends(enter)]) -> Any:
        request.state.takes_long_form, request.state.too_large = True, PartTooLarge
        return acting

    entered.may_enter = getattr(enter, "may_enter", "")  # pyright: ignore[reportFunctionMemberAccess]
    return entered


def most_of_form(request: Request) -> int:
    """So much may be typed into the request's form, a file left aside."""
    return MAX_LONG_FORM_BYTES if getattr(request.state, "takes_long_form", False) else MAX_BODY_BYTES


_large_of_strangers: set[int] = set()


def make_room(request: Request) -> None:
    """More than a form's bytes are being read. Raises TryAgainSoon when too many do that who were not let in."""
    if isinstance(getattr(request.state, "acting", None), SignedIn) or id(request) in _large_of_strangers:
        return
    if len(_large_of_strangers) >= STRANGERS_AT_ONCE:
        raise TryAgainSoon
    _large_of_strangers.add(id(request))


def most_bytes(request: Request) -> int:
    """So much of the request's body is read."""
    return MAX_UPLOAD_BYTES if file_field(request) else most_of_form(request)


def too_large(request: Request) -> Refused:
    """What is said of more than that."""
    return getattr(request.state, "too_large", TooLarge)()


async def from_form(request: Request, sent: UploadFile) -> Upload | None:
    """The file of a form; None where none was chosen, for which browsers send an empty one without a name."""
    _close_later(request, sent.file)
    if not sent.filename and not sent.size:
        return None
    return await _measured(cast("SpooledTemporaryFile[bytes]", sent.file), sent.filename or "")


async def from_body(request: Request, *, name: str = "") -> Upload:
    """The body of an API's request as a file. What is too large is read no further: what is made of it refuses it."""
    if kept := getattr(request.state, "upload", None):
        return kept
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  # closed by the middleware
    _close_later(request, file)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        file.write(chunk)
        if size > MOST_SENT_BYTES:
            break
    request.state.upload = await _measured(file, name)
    return request.state.upload


def close_all(request: Request) -> None:
    """The request has been answered: what was sent with it is gone."""
    _large_of_strangers.discard(id(request))
    for file in getattr(request.state, "opened", ()):
        file.close()


def _close_later(request: Request, file: Any) -> None:
    request.state.opened = [*getattr(request.state, "opened", ()), file]


async def _measured(file: "SpooledTemporaryFile[bytes]", name: str) -> Upload:
    def measure() -> tuple[int, str]:
        file.rollover()  # it gets a descriptor, which another process can read
        file.seek(0)
        hashed, size = hashlib.sha256(), 0
        while chunk := file.read(_CHUNK_BYTES):
            hashed.update(chunk)
            size += len(chunk)
        return size, hashed.hexdigest()

    size, digest = await asyncio.to_thread(measure)
    return Upload(cast("IO[bytes]", file), name, size, digest)
