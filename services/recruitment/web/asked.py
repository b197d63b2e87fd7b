"""The page to which a message leads somebody whom an organisation listed: who keeps them, what, and yes or no.

Whoever has the link is that person: nobody signs in. What they may see and change is theirs alone, by row policies.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from schemas import links
from schemas.signed import ASKED_TO_JOIN, ASKED_TO_JOIN_SECONDS, WANTS_LETTER
from services.chassis.base.access import london_day
from services.chassis.base.hands import VISITOR, Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import HIDDEN_ONLY, SAYS_ONCE, Kind, submit_as
from services.chassis.http.signed_values import read_signed, sign
from services.chassis.postgres.transaction import Transaction
from services.recruitment import limits, words
from services.recruitment.commands import answering
from services.recruitment.domain.listed import Correction
from services.recruitment.forms.registers import NothingTyped, SaysToList
from services.recruitment.queries import registers as queries
from services.recruitment.store import applications

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Answering = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.ANSWER_LIST))]
ASKED = links.ASKED_TO_JOIN
PAST = ASKED + "/past/{id}"
DONE = {
    "corrected": "It is put right.",
    "out": "It is taken out.",
    "yes": "Thank you. You are in the pool from now on.",
}
Act = Callable[[Transaction[Person], Any], Awaitable[str]]


@dataclass(frozen=True)
class Link:
    """Whom a link is for, and about which application."""

    application_id: UUID
    person_id: UUID

    @property
    def hand(self) -> Person:
        return Person(person_id=self.person_id, by=self.person_id)


def read_link(request: Request, signed: str) -> Link | None:
    """None for a link that was changed, is too old, or is none of ours."""
    site = site_of(request)
    try:
        said = read_signed(site.form_secret, signed, purpose=ASKED_TO_JOIN, max_age_seconds=ASKED_TO_JOIN_SECONDS)
        return Link(UUID(said["application_id"]), UUID(said["person_id"]))
    except (ValueError, KeyError, TypeError):
        return None


@router.get(ASKED)
async def asked_page(request: Request, signed: str, acting: Anyone) -> Response:
    """Who listed them, what is kept, what yes means and what no means; or what they said."""
    link = read_link(request, signed)
    if link is None:
        return await _no_link(request)
    async with open_transaction(request, link.hand) as tx:
        found = await queries.asked_person(tx, link.application_id)
    if found is None:
        return render(request, "asked_gone.jinja", links=links)
    return render(
        request,
        "asked.jinja",
        found=found,
        a=found.application,
        asks=found.application.is_listed,
        at=ASKED.format(signed=signed),
        done=confirmation(request, DONE),
        wants=sign(site_of(request).form_secret, {"person_id": str(link.person_id)}, purpose=WANTS_LETTER),
        words=words,
        links=links,
    )


@router.post(ASKED)
async def answer(request: Request, signed: str, acting: Answering) -> Response:
    link = read_link(request, signed)
    if link is None:
        return await _no_link(request)

    async def act(tx: Transaction[Person], form: SaysToList) -> str:
        if form.says == "no":
            await answering.say_no(tx, link.application_id)
            return ASKED.format(signed=signed)
        await answering.say_yes(tx, link.application_id)
        return confirmed(ASKED.format(signed=signed), "yes")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await asked_page(request, signed, acting)

    return await _as_them(request, acting, link, SaysToList, act, again, kind=HIDDEN_ONLY)


@router.get(PAST)
async def past_page(request: Request, signed: str, id: UUID, acting: Anyone) -> Response:
    link = read_link(request, signed)
    if link is None:
        return await _no_link(request)
    return await _past_page(request, link, signed, id, ({}, {}))


@router.post(PAST)
async def correct_past(request: Request, signed: str, id: UUID, acting: Answering) -> Response:
    link = read_link(request, signed)
    if link is None:
        return await _no_link(request)

    async def act(tx: Transaction[Person], form: Correction) -> str:
        await answering.correct_past(tx, id, form)
        return confirmed(ASKED.format(signed=signed), "corrected")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _past_page(request, link, signed, id, (values, errors))

    return await _as_them(request, acting, link, Correction, act, again, kind=SAYS_ONCE)


@router.post(PAST + "/take-out")
async def take_out_past(request: Request, signed: str, id: UUID, acting: Answering) -> Response:
    link = read_link(request, signed)
    if link is None:
        return await _no_link(request)

    async def act(tx: Transaction[Person], form: NothingTyped) -> str:
        await answering.take_out_past(tx, id)
        return confirmed(ASKED.format(signed=signed), "out")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await asked_page(request, signed, acting)

    return await _as_them(request, acting, link, NothingTyped, act, again, kind=HIDDEN_ONLY)


async def _as_them(
    request: Request,
    acting: Visitor | Person,
    link: Link,
    model: type[BaseModel],
    act: Act,
    again: Any,
    *,
    kind: Kind,
) -> Response:
    async def whoever_has_the_link(_: Any) -> Person:
        return link.hand

    return await submit_as(request, acting, model, act, again, kind=kind, as_whom=whoever_has_the_link)


async def _past_page(
    request: Request, link: Link, signed: str, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, link.hand) as tx:
        if await queries.asked_person(tx, link.application_id) is None:
            raise NotFound
        one = await queries.one_of_past(tx, id)
    values = shown[0] or {name: getattr(one.past, name) for name in ("what", "body", "since", "until")}
    at = PAST.format(signed=signed, id=id)
    return render(
        request, "past.jinja", values=values, errors=shown[1], one=one, at=at, back=ASKED.format(signed=signed),
        words=words,
    )  # fmt: skip


async def _no_link(request: Request) -> Response:
    async with open_transaction(request, VISITOR) as tx:
        network = await applications.network(tx, on=london_day(tx.now))
    return render(request, "asked_no_link.jinja", network=network, links=links, status=404)
