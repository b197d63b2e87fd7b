"""Staff pages of the network: whom somebody looks after, handing all of them over, and who covers."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.direction import joined
from services.chassis.http.lists import AskedByPage, Filter, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import MAKES, button, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment import words
from services.recruitment.commands import coordinating
from services.recruitment.domain.coordinator import ADMIN, COORDINATES, NOBODY
from services.recruitment.forms.people import Cover, HandPeopleOver
from services.recruitment.queries import people
from services.recruitment.queries.people import LookedAfter
from services.recruitment.store import coordinators
from services.recruitment.store.caseloads import Narrowed
from services.recruitment.web import lists

router = APIRouter()
LooksAfter = Annotated[Member, Depends(entry.staff(*COORDINATES, ADMIN))]
MINE = links.STAFF_MY_PEOPLE
DONE = {
    "handed_over": "They are being handed over. In a minute your colleague has all of them.",
    "covered": "It is kept. Each of these people sees who covers, and until when.",
    "ended": "The cover has ended.",
}


@router.get(MINE)
async def my_people(
    request: Request,
    ods: str,
    acting: LooksAfter,
    asked: AskedByPage,
    find: WordsToFind,
    show: str = "",
    of: UUID | None = None,
) -> Response:
    """Whom somebody looks after: whoever asks, or (`of`) whom they cover for, or nobody yet."""
    whose = of or acting.by

    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[LookedAfter]:
        await coordinating.check_looks_after_people(tx)
        if not await coordinating.may_speak_for(tx, whose):
            raise NotFound
        quiet = await people.quiet_before(tx) if show == "quiet" else None
        return await people.my_people(tx, asked, whose, Narrowed(find, quiet, True if show == "paused" else None))

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.MY_PEOPLE_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
        about = await people.caseload(tx, whose)
    options = {str(NOBODY): "Nobody’s yet"} | {str(id): joined((called, "’s")) for id, called in about.others}
    of_whom = Filter("of", "Whose", options, whatever="Mine", select=len(options) > lists.FEW_LINKS)
    narrow = replace(lists.MY_PEOPLE, filters=(of_whom, *lists.MY_PEOPLE.filters))
    return render(
        request,
        "people.jinja",
        things=page.items,
        list=view(request, page, narrow),
        about=about,
        is_own=whose == acting.by,
        nobodys=whose == NOBODY,
        here_for=f"{MINE.format(ods=ods)}/{whose}",
        done=confirmation(request, DONE),
        ods=ods,
        words=words,
        links=links,
    )


def _leads(acting: Member, of: UUID) -> str:
    here = MINE.format(ods=acting.ods_code)
    return here if of == acting.by else f"{here}?of={of}"


@router.get(MINE + "/{of}/hand-over")
async def hand_over_page(request: Request, ods: str, of: UUID, acting: LooksAfter) -> Response:
    return await _hand_over_page(request, acting, of, {}, {})


@router.post(MINE + "/{of}/hand-over")
async def hand_all_over(request: Request, ods: str, of: UUID, acting: LooksAfter) -> Response:
    async def act(tx: Transaction[Member], form: HandPeopleOver) -> str:
        await coordinating.hand_all_over(tx, of, form.to, form.line)
        return confirmed(_leads(acting, of), "handed_over")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _hand_over_page(request, acting, of, values, errors)

    return await submit(request, acting, HandPeopleOver, act, again, kind=MAKES)


async def _hand_over_page(
    request: Request, acting: Member, of: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        about, choose = await _about(tx, of)
    return render(
        request,
        "hand_all_over.jinja",
        about=about,
        is_own=of == acting.by,
        nobodys=of == NOBODY,
        choose=choose,
        back=_leads(acting, of),
        values=values,
        errors=errors,
    )


async def _about(tx: Transaction[Member], of: UUID) -> tuple[people.Caseload, list[tuple[UUID, str]]]:
    """Whose people it is about, and the colleagues to choose from. Raises NotFound to whoever may not."""
    await coordinating.check_looks_after_people(tx)
    if not await coordinating.may_speak_for(tx, of):
        raise NotFound
    choose = [(one.id, one.called) for one in await people.colleagues(tx) if one.id != of]
    return await people.caseload(tx, of), choose


@router.get(MINE + "/{of}/cover")
async def cover_page(request: Request, ods: str, of: UUID, acting: LooksAfter) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _covers(of).shown(request, tx)
    return await _cover_page(request, acting, of, values, {})


def _covers(of: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        cover = await coordinators.cover_for(tx, of, on=london_day(tx.now))
        until = {
            f"until_{part}": getattr(cover.until if cover else None, part, "") for part in ("day", "month", "year")
        }
        return {"cover": str(cover.cover_id) if cover else "", **until}

    async def said(tx: Transaction[Member]) -> str:
        cover = await coordinators.cover_for(tx, of, on=london_day(tx.now))
        return await last_changed(tx, at=cover.set_at, by=cover.set_by) if cover else ""

    return Changes(now=now, hold=coordinators.one_at_a_time, said=said)


@router.post(MINE + "/{of}/cover")
async def say_who_covers(request: Request, ods: str, of: UUID, acting: LooksAfter) -> Response:
    async def act(tx: Transaction[Member], form: Cover) -> str:
        await coordinating.say_who_covers(tx, of, form.cover, form.until)
        return confirmed(_leads(acting, of), "covered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _cover_page(request, acting, of, values, errors)

    return await submit(request, acting, Cover, act, again, kind=_covers(of))


async def _cover_page(
    request: Request, acting: Member, of: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    if of == NOBODY:
        raise NotFound
    async with open_transaction(request, acting) as tx:
        about, choose = await _about(tx, of)
    return render(
        request,
        "cover.jinja",
        about=about,
        is_own=of == acting.by,
        choose=choose,
        back=_leads(acting, of),
        values=values,
        errors=errors,
    )


@router.post(MINE + "/{of}/cover/end")
async def end_cover(request: Request, ods: str, of: UUID, acting: LooksAfter) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await coordinating.end_cover(tx, of)
        return confirmed(_leads(acting, of), "ended")

    return await button(request, acting, act)
