"""Staff pages: an organisation's admins bring in its own list of people, and the network's welcome team releases it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.signed import REGISTER_CONTACTS, REGISTER_TRAINING
from services.chassis.base.hands import Member
from services.chassis.base.tables.reading import Table
from services.chassis.base.tables.refusals import TableTooLarge
from services.chassis.http import entry, files
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByPage, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, MAKES, button, submit
from services.chassis.http.signed_values import sign
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment import limits, words
from services.recruitment.commands import registers
from services.recruitment.domain.application import SCREENER
from services.recruitment.domain.register.imports import ADMIN
from services.recruitment.forms.registers import ColumnsForm, NothingTyped, SeenList, words_for_columns
from services.recruitment.queries import registers as found_lists
from services.recruitment.store import imports, releasing
from services.recruitment.store.register_lines import Kept
from services.recruitment.web import lists

router = APIRouter()
Admin = Annotated[Member, Depends(entry.staff(ADMIN))]
Sending = Annotated[Member, Depends(limited(entry.staff(ADMIN), limits.SEND_LIST))]
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
ALL, ONE = links.STAFF_REGISTER, links.STAFF_REGISTER_IMPORT
RELEASE = links.STAFF_APPLICATIONS + "/lists"
LIST = "list"
DONE = {
    "tried": "We tried your list. Nobody is brought in yet.",
    "running": "The list is being brought in. This page shows how far it is when you load it again.",
    "waits": "The network's welcome team looks at your list next.",
    "released": "You released the list. It is being brought in.",
    "back": "The list is with the organisation again.",
    "undone": "The list is being taken back. Everybody on it is forgotten.",
    "handed": "The parts are ready for the pages that keep them.",
    "deleted": "The list is deleted.",
}


@router.get(ALL)
async def own_lists(request: Request, ods: str, acting: Admin, asked: AskedByPage) -> Response:
    return await _lists_page(request, acting, asked, ({}, {}))


@router.post(ALL, dependencies=[Depends(takes_file(LIST, too_large=TableTooLarge))])
async def send_list(request: Request, ods: str, acting: Sending, asked: AskedByPage) -> Response:
    async def themselves(_: NothingTyped) -> Member:
        return acting

    async def act(tx: Transaction[Member], _: NothingTyped, table: Table | None) -> str:
        return ONE.format(ods=ods, id=await registers.send_list(tx, table)) + "/columns"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _lists_page(request, acting, asked, (values, errors))

    return await files.submit_with_file(
        request, acting, NothingTyped, act, again, kind=MAKES, as_whom=themselves, made=files.table_of
    )


async def _lists_page(
    request: Request, acting: Member, asked: Asked, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await found_lists.lists_of(tx, asked)
        by_network = await releasing.is_network(tx)
    return render(
        request,
        "lists_of_people.jinja",
        things=page.items,
        list=view(request, page, lists.LISTS),
        values=shown[0],
        errors=shown[1],
        by_network=by_network,
        ods=acting.ods_code,
        done=confirmation(request, DONE),
        words=words,
        links=links,
    )


@router.get(ONE)
async def one_list(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await found_lists.own_list(tx, id)
        now = tx.now
    at = ONE.format(ods=ods, id=id)
    done = confirmation(request, DONE)
    return render(
        request, "list_of_people.jinja", found=found, may=found.choices, at=at, done=done, now=now, words=words,
        links=links, back=ALL.format(ods=ods), own=True,
    )  # fmt: skip


def _maps(id: UUID) -> Changes[Member]:
    """What each column means, as it was said last, or guessed."""

    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        one = (await found_lists.own_list(tx, id)).one
        return {f"column_{place}": code for place, code in enumerate(one.meanings)}

    async def hold(tx: Transaction[Member]) -> None:
        await imports.lock(tx, id)

    return Changes(now=now, hold=hold)


@router.get(ONE + "/columns")
async def columns_page(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _maps(id).shown(request, tx)
    return await _columns_page(request, acting, id, (values, {}))


@router.post(ONE + "/columns")
async def map_columns(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member], form: ColumnsForm) -> str:
        await registers.map_columns(tx, id, form.meanings)
        return confirmed(ONE.format(ods=ods, id=id), "tried")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _columns_page(request, acting, id, (values, words_for_columns(values, errors)))

    return await submit(request, acting, ColumnsForm, act, again, kind=_maps(id))


async def _columns_page(
    request: Request, acting: Member, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await found_lists.own_list(tx, id)
        first = await found_lists.first_lines(tx, found)
    back = ALL.format(ods=acting.ods_code)
    return render(
        request, "list_columns.jinja", found=found, first=first, values=shown[0], errors=shown[1], back=back,
        words=words,
    )  # fmt: skip


@router.get(ONE + "/lines")
async def lines_of_list(
    request: Request, ods: str, id: UUID, acting: Admin, asked: AskedByPage, show: str = ""
) -> Response:
    """What would become of each line, or became of it; as CSV too, so that they can be mended."""
    async with open_transaction(request, acting) as tx:
        found = await found_lists.own_list(tx, id)

    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Kept]:
        return await found_lists.lines_of(tx, found, asked, show if show in words.LIST_SHOWS else None)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.line_columns(found.one))
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    return _lines(request, page, found, back=ONE.format(ods=ods, id=id))


def _lines(request: Request, page: Page[Kept], found: found_lists.OneList, *, back: str) -> Response:
    about = view(request, page, lists.LINES)
    return render(request, "list_lines.jinja", things=page.items, list=about, found=found, back=back, words=words)


@router.get(ONE + "/parts")
async def parts_page(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """The parts of a list for the rooms that keep them, signed for a day and sent on by the browser."""
    async with open_transaction(request, acting) as tx:
        found = await found_lists.own_list(tx, id)
        parts = await found_lists.parts_of(tx, found)
    secret = site_of(request).form_secret
    return render(
        request,
        "list_parts.jinja",
        found=found,
        contacts=sign(secret, parts["contacts"], purpose=REGISTER_CONTACTS),
        training=sign(secret, parts["training"], purpose=REGISTER_TRAINING),
        rows={name: len(part["rows"]) for name, part in parts.items()},  # pyright: ignore[reportArgumentType]
        back=ONE.format(ods=ods, id=id),
        ods=ods,
        links=links,
    )


@router.post(ONE + "/bring-in")
async def bring_in(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await registers.bring_in(tx, id)
        return confirmed(ONE.format(ods=ods, id=id), "running")

    return await button(request, acting, act)


@router.post(ONE + "/ask-release")
async def ask_release(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await registers.ask_release(tx, id)
        return confirmed(ONE.format(ods=ods, id=id), "waits")

    return await button(request, acting, act)


@router.post(ONE + "/delete")
async def delete_list(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await registers.delete(tx, id)
        return confirmed(ALL.format(ods=ods), "deleted")

    return await button(request, acting, act)


@router.post(ONE + "/hand-on")
async def hand_on(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await registers.hand_on(tx, id)
        return ONE.format(ods=ods, id=id) + "/parts"

    return await button(request, acting, act)


@router.post(ONE + "/undo")
async def undo_list(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await registers.undo(tx, id)
        return confirmed(ONE.format(ods=ods, id=id), "undone")

    return await button(request, acting, act)


@router.get(RELEASE)
async def lists_to_release(request: Request, ods: str, acting: Welcomer) -> Response:
    """The lists of all organisations that wait for the network's welcome team."""
    async with open_transaction(request, acting) as tx:
        waiting = await found_lists.lists_to_release(tx)
    done = confirmation(request, DONE)
    return render(request, "lists_to_release.jinja", things=waiting, ods=ods, done=done, words=words, links=links)


@router.get(RELEASE + "/{id}")
async def list_to_release(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await found_lists.list_to_release(tx, id)
        now = tx.now
    at = RELEASE.format(ods=ods) + f"/{id}"
    done = confirmation(request, DONE)
    return render(
        request, "list_of_people.jinja", found=found, may=found.choices, at=at, done=done, now=now, words=words,
        links=links, back=RELEASE.format(ods=ods), own=False,
    )  # fmt: skip


@router.get(RELEASE + "/{id}/lines")
async def lines_to_release(
    request: Request, ods: str, id: UUID, acting: Welcomer, asked: AskedByPage, show: str = ""
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await found_lists.list_to_release(tx, id)
        page = await found_lists.lines_of(tx, found, asked, show if show in words.LIST_SHOWS else None)
    return _lines(request, page, found, back=RELEASE.format(ods=ods) + f"/{id}")


@router.post(RELEASE + "/{id}/release")
async def release(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member], form: SeenList) -> str:
        await registers.release(tx, id, seen=form.version)
        return confirmed(RELEASE.format(ods=ods), "released")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await list_to_release(request, ods, id, acting)

    return await submit(request, acting, SeenList, act, again, kind=HIDDEN_ONLY)


@router.post(RELEASE + "/{id}/give-back")
async def give_back(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await registers.give_back(tx, id)
        return confirmed(RELEASE.format(ods=ods), "back")

    return await button(request, acting, act)
