"""What a room holds of a person, as a page and as a file of JSON, for whoever showed lately that it is them.

A room mounts both with the kinds that it declares (chassis/postgres/holds.py).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas.links import MY_ACCOUNT
from services.chassis.base.hands import Person
from services.chassis.base.security_log import Happened
from services.chassis.base.wording import day, moment
from services.chassis.http import entry
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.holds import Held, Holds, held

_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
"""A code of ours: `code_of_conduct`."""
_OURS = ("_key", "_text", "version")
"""How the names of columns end by which only computers find a row."""
ShownLately = Annotated[Person, Depends(entry.fresh(entry.signed_in))]
Taking = Annotated[Person, Depends(entry.of_file(entry.fresh(entry.signed_in)))]


class HeldKind(BaseModel):
    """One kind of thing: what it is, until when it is kept, and every row of it as it is kept."""

    name: str
    title: str
    kept: str
    rows: list[dict[str, Any]]
    more: bool


class OwnData(BaseModel):
    """All that one room holds of a person. `at`: when it was read."""

    room: str
    person_id: UUID
    at: datetime
    holds: list[HeldKind]


def page(path: str, room: str, title: str, kinds: Sequence[Holds]) -> APIRouter:
    """A page at `path`, a fixed address below one of the room's paths. `title`: what the room does, in words."""
    router = APIRouter()

    @router.get(path)
    async def own_data(request: Request, acting: ShownLately) -> Response:
        """What this part of the network holds of whoever asks."""
        async with open_transaction(request, acting) as tx:
            found, now = await held(tx, kinds), tx.now
            tx.note(Happened.LOOKED, of=acting.person_id, what="own_data")
        shown = [(one.kind, [words_of_row(one.kind, row) for row in one.rows], one.rows) for one in found]
        file = f"{path}/file"
        return render(request, "own_data.jinja", title=title, shown=shown, file=file, now=now, back=MY_ACCOUNT)

    @router.get(f"{path}/file")
    async def own_data_file(request: Request, acting: Taking) -> Response:
        """All of it, as the API answers it."""
        return await _file(request, acting, room, kinds)

    return router


def api(room: str, kinds: Sequence[Holds]) -> APIRouter:
    """The same as JSON, which a browser keeps as a file."""
    router = APIRouter()

    @router.get("/mine/data", response_model=OwnData)
    async def own_data(request: Request, acting: ShownLately) -> Response:
        """All that this part of the network holds of the person, as it is kept. Asked for lately signed in."""
        return await _file(request, acting, room, kinds)

    return router


async def _file(request: Request, acting: Person, room: str, kinds: Sequence[Holds]) -> Response:
    async with open_transaction(request, acting) as tx:
        found, now = await held(tx, kinds), tx.now
        tx.note(Happened.TAKEN_AWAY, of=acting.person_id, what="own_data")
    answer = OwnData(room=room, person_id=acting.person_id, at=now, holds=[_said(one) for one in found])
    name = f'attachment; filename="{room}.json"'
    return Response(answer.model_dump_json(), media_type="application/json", headers={"Content-Disposition": name})


def _said(one: Held) -> HeldKind:
    kind = one.kind
    return HeldKind(name=kind.name, title=kind.title, kept=kind.kept, rows=list(one.rows), more=one.rows.more)


def words_of_row(kind: Holds, row: Mapping[str, Any]) -> dict[str, str]:
    """What a page shows of a row: what says something to its person. Ids, versions and keys stand in the file."""
    return _in_words({name: f"••••{str(one)[-4:]}" if name in kind.masked else one for name, one in row.items()})


def _in_words(row: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= _in_words(cast("dict[str, Any]", value))
        elif not name.endswith(_OURS) and (words := _value(value)):
            found[name.removesuffix("_at").removesuffix("_on").replace("_", " ").capitalize()] = words
    return found


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        several = cast("list[Any]", value)
        return ", ".join(filter(None, (_value(one) for one in several if not isinstance(one, dict))))
    if value is None or isinstance(value, dict) or _is_id(value):
        return ""
    text = str(value)
    return text.replace("_", " ") if _CODE.fullmatch(text) else _time(text)


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def _time(text: str) -> str:
    """A moment or a day in words; anything else as it is."""
    try:
        if len(text) == len("2026-11-29"):
            return day(date.fromisoformat(text))
        found = datetime.fromisoformat(text)
        return moment(found) if found.tzinfo else text
    except ValueError:
        return text
