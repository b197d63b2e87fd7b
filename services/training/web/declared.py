"""Training that organisations say people have done: brought in by their admins, put right by its person."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person
from services.chassis.base.security_log import Happened
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import Number, open_transaction, render, site_of
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, button, submit
from services.chassis.http.uploads import takes_long_form
from services.chassis.postgres.transaction import Transaction
from services.training import declaring
from services.training.domain.declared import DeclaredForm, NotTheirRegister
from services.training.forms import PartForm
from services.training.store import declared as store
from services.training.web import lists

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
Admin = Annotated[Member, Depends(entry.staff("admin"))]
Importing = Annotated[Member, Depends(takes_long_form(entry.staff("admin")))]
HERE = links.STAFF_REGISTER_TRAINING
ONE = HERE + "/{id}/lines/{line}/{number}"
DONE = {
    "staged": "We have read this part of your list. Nothing is kept of it until you press the button below.",
    "applied": "Done. It is kept as what you say. Each person can put it right.",
    "completed": "Saved.",
}


@router.get(HERE)
async def imports(request: Request, ods: str, acting: Admin, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await store.imports(tx, asked)
    return render(request, "registers.jinja", things=page.items, list=view(request, page, lists.IMPORTS), ods=ods)


@router.post(HERE)
async def stage(request: Request, ods: str, acting: Importing) -> Response:
    async def act(tx: Transaction[Member], form: PartForm) -> str:
        return confirmed(_at(ods, await declaring.stage(tx, form.part, secret=site_of(request).form_secret)), "staged")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        raise NotTheirRegister

    return await submit(request, acting, PartForm, act, again, kind=HIDDEN_ONLY)


@router.get(HERE + "/{id}")
async def one(request: Request, ods: str, id: UUID, acting: Admin, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        found, counts = await store.get(tx, id), await store.counts(tx, id)
        page, now = await store.lines(tx, asked, id), tx.now
        tx.note(Happened.LOOKED, what="register", count=len(page.items))
    return render(
        request,
        "declared_register.jinja",
        i=found,
        counts=counts,
        things=page.items,
        list=view(request, page, lists.LINES),
        here_is=_at(ods, id),
        ods=ods,
        now=now,
        back=HERE.format(ods=ods),
        done=confirmation(request, DONE),
    )


@router.post(HERE + "/{id}/apply")
async def apply(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await declaring.apply(tx, id)
        return confirmed(_at(ods, id), "applied")

    return await button(request, acting, act)


@router.get(ONE)
async def line_page(request: Request, ods: str, id: UUID, line: Number, number: Number, acting: Admin) -> Response:
    return await _line_page(request, acting, (id, line, number), ({}, {}))


@router.post(ONE)
async def complete(request: Request, ods: str, id: UUID, line: Number, number: Number, acting: Admin) -> Response:
    async def act(tx: Transaction[Member], form: DeclaredForm) -> str:
        await declaring.complete(tx, id, (line, number), form)
        return confirmed(_at(ods, id), "completed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _line_page(request, acting, (id, line, number), (values, errors))

    return await submit(request, acting, DeclaredForm, act, again, kind=_row(id, line, number))


@own.get("/training/mine/declared/{id}")
async def mine(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _my_page(request, acting, id, ({}, {}))


@own.post("/training/mine/declared/{id}", does="correct_training")
async def correct(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: DeclaredForm) -> str:
        await declaring.correct(tx, id, form)
        return confirmed(links.MY_TRAINING, "corrected")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _my_page(request, acting, id, (values, errors))

    return await submit(request, acting, DeclaredForm, act, again, kind=_mine(id))


@own.post("/training/mine/declared/{id}/remove", does="remove_training")
async def remove(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await declaring.remove(tx, id)
        return confirmed(links.MY_TRAINING, "removed")

    return await button(request, acting, act)


def _at(ods: str, id: UUID) -> str:
    return f"{HERE.format(ods=ods)}/{id}"


def _row(id: UUID, line: int, number: int) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, str]:
        found = await store.one(tx, id, line, number)
        return {"title": found.title, "held": found.held, "by": found.by}

    async def hold(tx: Transaction[Member]) -> None:
        await store.lock(tx, id)
        await store.hold(tx, id, line, number)

    return Changes(now=now, hold=hold)


def _mine(id: UUID) -> Changes[Person]:
    async def now(tx: Transaction[Person]) -> dict[str, str]:
        found = await store.one_of_person(tx, id)
        return {"title": found.title, "held": found.held, "by": found.by}

    async def hold(tx: Transaction[Person]) -> None:
        await store.hold_of_person(tx, id)

    return Changes(now=now, hold=hold)


async def _line_page(
    request: Request, acting: Member, where: tuple[UUID, int, int], typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await store.one(tx, *where)
        known = await _row(*where).shown(request, tx)
    values, errors = typed
    back = _at(acting.ods_code, where[0])
    return render(request, "declared_line.jinja", r=found, values=values or known, errors=errors, back=back)


async def _my_page(
    request: Request, acting: Person, id: UUID, typed: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await store.one_of_person(tx, id)
        known = await _mine(id).shown(request, tx)
    values, errors = typed
    return render(request, "declared.jinja", d=found, values=values or known, errors=errors, back=links.MY_TRAINING)
