"""A link in a mail stops a subscription without signing in: by the button of its page, or of a mail program (RFC 8058).

A mail program has no key of a form, and is led nowhere else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmed
from services.chassis.http.forms import read_form
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import Kind, submit_as
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits
from services.notifications.told_forms import ListForm

Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Stopping = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.STOP_LIST))]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
"""What a mail program sends, and nothing else (RFC 8058, 3.2)."""
Choose = Callable[[Transaction[Person], bool], Awaitable[Any]]
Page = Callable[[], Awaitable[Response]]


@dataclass(frozen=True)
class Stop:
    """`whose`: as the link says; None of one that was changed, is too old or none of ours. `page`: the link's own."""

    whose: UUID | None
    choose: Choose
    page: Page


async def submit_stop(
    request: Request, acting: Visitor | Person, form: type[ListForm], by: Stop, *, kind: Kind
) -> Response:
    if by.whose is None:
        return no_link(request)
    hand, choose, page = whoever_has_the_link(by.whose), by.choose, by.page
    if (await read_form(request)).values == ONE_CLICK:
        async with open_transaction(request, hand) as tx:
            await choose(tx, False)
        return await page()

    async def act(tx: Transaction[Person], typed: ListForm) -> str:
        await choose(tx, typed.wanted == "yes")
        return confirmed(request.url.path, typed.wanted)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await page()

    async def as_whom(_: ListForm) -> Person:
        return hand

    return await submit_as(request, acting, form, act, again, kind=kind, as_whom=as_whom)


def whoever_has_the_link(person_id: UUID) -> Person:
    """They read that mailbox."""
    return Person(person_id=person_id, by=person_id)


def no_link(request: Request) -> Response:
    return render(request, "no_list_link.jinja", status=404)
