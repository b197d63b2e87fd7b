"""One's own past as an organisation declared it: put right, or taken out."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import words
from services.recruitment.commands import answering
from services.recruitment.domain.listed import Correction
from services.recruitment.queries import registers as queries
from services.recruitment.store import listed

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
PAST = links.MY_PASSPORT + "/past/{id}"
ASKED = ("what", "body", "since", "until")


def _corrects(id: UUID) -> Changes[Person]:
    async def now(tx: Transaction[Person]) -> dict[str, Any]:
        return {name: getattr((await queries.one_of_past(tx, id)).past, name) for name in ASKED}

    async def hold(tx: Transaction[Person]) -> None:
        await listed.lock_past(tx, id, tx.acting.person_id)

    return Changes(now=now, hold=hold)


@own.get(PAST)
async def past_page(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _corrects(id).shown(request, tx)
    return await _past_page(request, acting, id, (values, {}))


@own.post(PAST, does="correct_past")
async def correct_past(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: Correction) -> str:
        await answering.correct_past(tx, id, form)
        return confirmed(links.MY_PASSPORT, "corrected")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _past_page(request, acting, id, (values, errors))

    return await submit(request, acting, Correction, act, again, kind=_corrects(id))


@own.post(PAST + "/take-out", does="take_out_past")
async def take_out_past(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await answering.take_out_past(tx, id)
        return confirmed(links.MY_PASSPORT, "out")

    return await button(request, acting, act)


async def _past_page(
    request: Request, acting: Person, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        one = await queries.one_of_past(tx, id)
    return render(
        request,
        "past.jinja",
        values=shown[0],
        errors=shown[1],
        one=one,
        at=PAST.format(id=id),
        back=links.MY_PASSPORT,
        words=words,
    )
