"""What a room holds of an organisation, for its administrators: a page of its files, and each as CSV and JSON lines.

A room mounts both with the files that it declares (chassis/postgres/organisations_data.py). A file is made whole before
its first byte is sent: by one statement, so as of one moment, some rows at a time, into a temporary file. So a fault is
an answer in words and never a file that ends early, nobody who reads slowly keeps the database waiting, and that it was
taken is noted before it leaves.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, Literal
from uuid import UUID
from weakref import WeakValueDictionary

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from schemas import links
from services.chassis.base.children.turns import NoTurn, Turns
from services.chassis.base.hands import Member
from services.chassis.base.periods import london_day
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.security_log import Happened
from services.chassis.base.spreadsheet import BYTE_ORDER_MARK, lines_of
from services.chassis.http import entry
from services.chassis.http.files import disposition
from services.chassis.http.limits import Limit, limited
from services.chassis.http.request import is_head, open_transaction, render
from services.chassis.postgres import organisations_data as store
from services.chassis.postgres.organisations_data import Columns, Counted, File, OrganisationsData, Taken
from services.chassis.postgres.transaction import Row

Kind = Literal["csv", "jsonl"]
MEDIA: dict[Kind, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
AS_LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A line of JSON for each row; nothing where there are none.",
        "content": {MEDIA["jsonl"]: {"schema": {"type": "string"}}},
    }
}
MADE_WITHIN_SECONDS = 60
IN_MEMORY_BYTES = 1 << 20
"""A larger file lies on the disk, without a name, until it was sent."""
SENT_AT_ONCE_BYTES = 1 << 16
SENT_WITHIN_SECONDS = 15 * 60
"""Whoever reads so slowly, a little now and then, keeps nobody else waiting for longer."""
AT_ONCE = Turns(most_waiting=20, wait_seconds=20, at_once=2)
"""Files of this process that are made, or not read to their end yet."""
FILES = Limit("organisations_data", visitor=100)
"""Of one administrator: all files of all rooms are about forty."""
Admin = Annotated[Member, Depends(entry.staff("admin"))]
Taking = Annotated[Member, Depends(entry.of_file(limited(entry.fresh(entry.staff("admin")), FILES)))]
"""Nobody takes it at a desk that somebody else left open, and no program does."""


class FilesAreMade(Refused, slug="files-are-made", title="Several files are being made", status=503):
    """Other files are being made just now. Wait a minute, then ask for this one again."""


class TakesTooLong(Refused, slug="file-takes-too-long", title="This file took too long", status=503):
    """This file could not be made within a minute. Try again at a quieter hour. Nothing was taken."""


class FileSaid(BaseModel):
    """One file: what it is, how many rows it would have now, and where it is as JSON lines."""

    name: str
    title: str
    rows: int
    address: str


class LeftOutSaid(BaseModel):
    """What no file has, and why."""

    what: str
    why: str


class TakenSaid(BaseModel):
    """A file that was taken: which, as `csv` or `jsonl`, with how many rows, when, and who did where that is known."""

    file: str
    kind: str
    rows: int
    at: datetime
    called: str | None


class DataSaid(BaseModel):
    """What a room holds of an organisation, `at` a moment. `until`: the last day, of an organisation that has closed;
    `taken`: the newest, `more` where there are others.
    """

    room: str
    organisation_id: UUID
    at: datetime
    until: date | None
    files: list[FileSaid]
    left_out: list[LeftOutSaid]
    taken: list[TakenSaid]
    more: bool


class _Own(WeakValueDictionary[UUID, Turns]):
    """One file at a time for each organisation, so that none keeps the others waiting."""

    def of(self, organisation_id: UUID) -> Turns:
        return self.setdefault(organisation_id, Turns(most_waiting=5, wait_seconds=20))


_own = _Own()


class Sent(StreamingResponse):
    """A file on its way. `let_go` is done in any case: it was read to its end, in time, or whoever asked hung up."""

    def __init__(self, file: IO[bytes], *, kind: Kind, name: str, let_go: AsyncExitStack) -> None:
        headers = {
            "Content-Disposition": disposition("attachment", name),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(_pieces(file), media_type=MEDIA[kind], headers=headers)
        self._let_go = let_go

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(SENT_WITHIN_SECONDS):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            raise ClientDisconnect from None  # the server cuts the answer off, so it does not look whole
        finally:
            await self._let_go.aclose()


def page(data: OrganisationsData) -> APIRouter:
    """The page at `data.path`, and below it each file as CSV."""
    router = APIRouter()

    @router.get(data.path)
    async def organisations_data(request: Request, ods: str, acting: Admin) -> Response:
        """What this part of the network holds of the organisation."""
        async with open_transaction(request, acting) as tx:
            until, found = await store.may_be_taken_until(tx), await store.counted(tx, data)
            taken, now = await store.taken(tx), tx.now
        return render(
            request,
            "organisations_data.jinja",
            title=data.title,
            files=found,
            left_out=store.left_out(data),
            taken=taken,
            titles={one.file.name: one.file.title for one in found},
            rooms=links.ORGANISATIONS_DATA,
            path=data.path,
            ods=ods,
            until=until,
            now=now,
            back=links.STAFF_HOME.format(ods=ods),
        )

    @router.get(data.path + "/{file}")
    async def organisations_file(request: Request, ods: str, file: str, acting: Taking) -> Response:
        return await _taken(request, acting, data, (file, "csv"))

    return router


def api(data: OrganisationsData) -> APIRouter:
    """The same as JSON, each file as JSON lines."""
    router = APIRouter()
    path = "/organisations/{ods}/data"

    @router.get(path)
    async def organisations_data(request: Request, ods: str, acting: Admin) -> DataSaid:
        """The files of what this part of the network holds of the organisation, and what they leave out."""
        async with open_transaction(request, acting) as tx:
            until, found = await store.may_be_taken_until(tx), await store.counted(tx, data)
            taken, now = await store.taken(tx), tx.now
        base = f"/api/{data.room}/v1{path.format(ods=ods)}"
        return DataSaid(
            room=data.room,
            organisation_id=acting.organisation_id,
            at=now,
            until=until,
            files=[_said(one, base) for one in found],
            left_out=[LeftOutSaid(what=one.what, why=one.why) for one in store.left_out(data)],
            taken=[_taken_said(one) for one in taken],
            more=taken.more,
        )

    @router.get(path + "/{file}", response_class=Response, responses=AS_LINES)
    async def organisations_file(request: Request, ods: str, file: str, acting: Taking) -> Response:
        """One of the files as JSON lines. Asked for by a person who signed in lately; that it was taken is kept."""
        return await _taken(request, acting, data, (file, "jsonl"))

    return router


def _said(one: Counted, base: str) -> FileSaid:
    return FileSaid(name=one.file.name, title=one.file.title, rows=one.rows, address=f"{base}/{one.file.name}")


def _taken_said(one: Taken) -> TakenSaid:
    return TakenSaid(file=one.file, kind=one.kind, rows=one.rows, at=one.at, called=one.called)


async def _taken(request: Request, acting: Member, data: OrganisationsData, which: tuple[str, Kind]) -> Response:
    """The file, once it is noted that it is taken. Raises NotFound, ClosedTooLong, FilesAreMade or TakesTooLong."""
    (name, kind) = which
    file = data.named(name)
    if file is None:
        raise NotFound
    async with AsyncExitStack() as held:
        try:
            await held.enter_async_context(_own.of(acting.organisation_id).turn())
            await held.enter_async_context(AT_ONCE.turn())
        except NoTurn:
            raise FilesAreMade from None
        made = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
        held.callback(made.close)
        rows, day = await _make(request, acting, file, (kind, made))
        await _note(request, acting, file, (kind, rows))
        named = f"{acting.ods_code}-{data.room}-{file.name}-{day.isoformat()}.{kind}"
        return Sent(made, kind=kind, name=named, let_go=held.pop_all())


async def _make(request: Request, acting: Member, file: File, into: tuple[Kind, IO[bytes]]) -> tuple[int, date]:
    """How many rows were written, and the day. Nobody waits for it longer than a minute."""
    (kind, made), count = into, 0
    first, more = _AS[kind]
    try:
        async with asyncio.timeout(MADE_WITHIN_SECONDS), open_transaction(request, acting) as tx:
            await store.may_be_taken_until(tx)
            async for columns, rows in store.some_at_once(tx, file):
                made.write((first(columns.names) if not count else "").encode())
                made.write(more(columns, rows).encode())
                count += len(rows)
            return count, london_day(tx.now)
    except TimeoutError:
        raise TakesTooLong from None


async def _note(request: Request, acting: Member, file: File, of: tuple[Kind, int]) -> None:
    """Before it leaves, so that what was taken is known whatever becomes of the connection."""
    if is_head(request):
        return
    kind, rows = of
    async with open_transaction(request, acting, get_may_change=True) as tx:
        await store.note_taken(tx, file, kind, rows)
        tx.note(Happened.TAKEN_AWAY, what=f"organisations-{file.name}", count=rows)


def _csv_head(names: list[str]) -> str:
    return BYTE_ORDER_MARK + lines_of([[one.replace("_", " ") for one in names]])


def _csv(columns: Columns, rows: list[Row]) -> str:
    return lines_of(tuple(row.values()) for row in rows)


def _json_head(names: list[str]) -> str:
    return ""


def _json(columns: Columns, rows: list[Row]) -> str:
    return "".join(json.dumps(_whole(columns, row), default=_plain, ensure_ascii=False) + "\n" for row in rows)


def _whole(columns: Columns, row: Row) -> dict[str, Any]:
    """What stands in a column as JSON is given as what it is, and not as a text of it."""
    return {
        name: json.loads(value) if name in columns.as_json and value is not None else value
        for name, value in row.items()
    }


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_Head = Callable[[list[str]], str]
_More = Callable[[Columns, list[Row]], str]
_AS: dict[Kind, tuple[_Head, _More]] = {"csv": (_csv_head, _csv), "jsonl": (_json_head, _json)}


async def _pieces(file: IO[bytes]) -> AsyncGenerator[bytes]:
    file.seek(0)
    while piece := file.read(SENT_AT_ONCE_BYTES):
        yield piece
