"""An organisation's register comes in: how its people are reached, looked at before it is kept, and completed.

Recruitment's page sends the part that it signed. Only the organisation's own admins are here.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member
from services.chassis.base.security_log import Happened
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, Filter, view
from services.chassis.http.request import Number, open_transaction, render, site_of
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, button, submit
from services.chassis.http.uploads import takes_long_form
from services.chassis.postgres.transaction import Transaction
from services.notifications import words
from services.notifications.commands import register as commands
from services.notifications.domain.register import ASKED_AT_ONCE, CALLS_AT_ONCE, CELLS, NotTheirRegister
from services.notifications.register_forms import PartForm, RowForm
from services.notifications.store import register as store

router = APIRouter()
Admin = Annotated[Member, Depends(entry.staff("admin"))]
Importing = Annotated[Member, Depends(takes_long_form(entry.staff("admin")))]
HERE = links.STAFF_REGISTER_CONTACTS
_IMPORTS = About(store.IMPORTS, "list")
_LINES = About(
    store.LINES,
    "line",
    filters=(
        Filter("show", "Which lines you see", {"nobody": "Nobody can reach them yet"}, whatever="All with words"),
    ),
)
DONE = {
    "staged": "We have read this part of your list. Nothing is kept of it until you press the button below.",
    "applied": "Done. We keep how to reach these people, and ask each of them. How far that is stands on this page.",
    "completed": "Saved.",
}


@router.get(HERE)
async def imports(request: Request, ods: str, acting: Admin, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.imports(tx, asked)
    return render(
        request, "registers.jinja", things=page.items, list=view(request, page, _IMPORTS), ods=ods, links=links
    )


@router.post(HERE)
async def stage(request: Request, ods: str, acting: Importing) -> Response:
    site = site_of(request)

    async def act(tx: Transaction[Member], form: PartForm) -> str:
        id = await commands.stage(tx, form.part, secret=site.form_secret, texts=site.settings.sends_texts)
        return confirmed(_one(ods, id), "staged")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        raise NotTheirRegister

    return await submit(request, acting, PartForm, act, again, kind=HIDDEN_ONLY)


@router.get(HERE + "/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Admin, asked: AskedByPage, show: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        found, counts = await store.get(tx, id), await store.counts(tx, id)
        page, now = await store.lines(tx, asked, id, nobody=show == "nobody"), tx.now
        tx.note(Happened.LOOKED, what="register", count=len(page.items))
    return render(
        request,
        "register.jinja",
        i=found,
        counts=counts,
        things=page.items,
        list=view(request, page, _LINES),
        here_is=_one(ods, id),
        ods=ods,
        now=now,
        at_once=ASKED_AT_ONCE,
        calls_at_once=CALLS_AT_ONCE,
        words=words,
        links=links,
        back=HERE.format(ods=ods),
        done=confirmation(request, DONE),
    )


@router.post(HERE + "/{id}/apply")
async def apply(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await commands.apply(tx, id)
        return confirmed(_one(ods, id), "applied")

    return await button(request, acting, act)


@router.get(HERE + "/{id}/lines/{line}")
async def line_page(request: Request, ods: str, id: UUID, line: Number, acting: Admin) -> Response:
    return await _line_page(request, acting, (ods, id, line), ({}, {}))


@router.post(HERE + "/{id}/lines/{line}")
async def complete(request: Request, ods: str, id: UUID, line: Number, acting: Admin) -> Response:
    texts = site_of(request).settings.sends_texts

    async def act(tx: Transaction[Member], form: RowForm) -> str:
        await commands.complete(tx, id, line, form.cells(), texts=texts)
        return confirmed(_one(ods, id), "completed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _line_page(request, acting, (ods, id, line), (values, errors))

    return await submit(request, acting, RowForm, act, again, kind=_row(id, line))


def _one(ods: str, id: UUID) -> str:
    return f"{HERE.format(ods=ods)}/{id}"


def _row(id: UUID, line: int) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, str]:
        cells = (await store.one(tx, id, line)).cells
        return {name: cells.get(name, "") for name in CELLS}

    async def hold(tx: Transaction[Member]) -> None:
        await store.hold(tx, id, line)

    return Changes(now=now, hold=hold)


async def _line_page(
    request: Request, acting: Member, where: tuple[str, UUID, int], typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    ods, id, line = where
    async with open_transaction(request, acting) as tx:
        found = await store.one(tx, id, line)
        known = await _row(id, line).shown(request, tx)
        tx.note(Happened.LOOKED, what="register")
    values, errors = typed
    return render(
        request,
        "register_line.jinja",
        r=found,
        values=values or known,
        errors=errors,
        back=_one(ods, id),
    )
