"""The coordinators' pages of a draw: its rules, the draw itself, the yes to it, and what people have against it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries_draw as queries
from services.engagements import words, words_draw
from services.engagements.answers_draw import SCRIPT, DrawData
from services.engagements.commands import drawing, objecting
from services.engagements.domain.giving import AnswerObjection, ToDraw
from services.engagements.domain.lots import Rules
from services.engagements.domain.refused_draws import RulesAgainstEachOther
from services.engagements.draw_forms import Confirming, RulesForm, field_of, fields_of
from services.engagements.store import draws, intakes

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
PROGRAM = "/engagements/draw-again.py"
RULES, LOTS = links.STAFF_DRAW + "/rules", links.STAFF_DRAW + "/lots"
OBJECTION = links.STAFF_DRAW + "/objections/{objection_id}"
DONE = {
    "rules": "The rules are kept. Whoever shows interest reads them.",
    "drawn": "It is drawn. Nothing is offered before somebody has confirmed it.",
    "confirmed": "Confirmed. A place is offered to each who was drawn, the others are on the reserve list. All hear.",
    "offered_all": "A place is offered to everybody.",
    "answered": "Answered. The person is told, and reads it on the page of the draw.",
}


@router.get(PROGRAM)
async def program(request: Request, acting: Anyone) -> Response:
    """The program by which anybody does a draw again; it needs nothing but Python."""
    headers = {"Content-Disposition": 'attachment; filename="draw_again.py"'}
    return Response(SCRIPT, media_type="text/x-python; charset=utf-8", headers=headers)


@router.get(links.STAFF_DRAW)
async def draw_page(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    return await _page(request, acting, opportunity_id, {})


async def _page(request: Request, acting: Member, opportunity_id: UUID, errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        found, now = await queries.of_role(tx, opportunity_id), tx.now
    return render(
        request,
        "draw.jinja",
        d=found,
        draw=found.draw,
        may=found.choices,
        i=found.intake,
        o=found.intake.opportunity,
        now=now,
        at=links.STAFF_DRAW.format(ods=acting.ods_code, opportunity_id=opportunity_id),
        program=PROGRAM,
        errors=errors,
        done=confirmation(request, DONE),
        words=words,
        w=words_draw,
    )


@router.get(RULES)
async def rules_page(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await _rules(opportunity_id).shown(request, tx)
    return await _rules_page(request, acting, opportunity_id, values, {})


@router.post(RULES)
async def set_rules(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: RulesForm) -> str:
        rules = form.rules
        try:
            await drawing.set_rules(tx, opportunity_id, rules)
        except RulesAgainstEachOther as refusal:
            _, place, *_ = refusal.path
            one = rules.at_least[int(place)]
            raise refusal.about(field_of(one.asked, one.said)) from None
        return _at(acting, opportunity_id, "rules")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _rules_page(request, acting, opportunity_id, values, errors)

    return await submit(request, acting, RulesForm, act, again, kind=_rules(opportunity_id))


def _rules(opportunity_id: UUID) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, str]:
        draw = await draws.current(tx, opportunity_id)
        return fields_of(draw.rules if draw else Rules())

    async def hold(tx: Transaction[Member]) -> None:
        await intakes.lock(tx, opportunity_id)

    return Changes(now=now, hold=hold)


async def _rules_page(
    request: Request, acting: Member, opportunity_id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.of_role(tx, opportunity_id)
    return render(
        request,
        "draw_rules.jinja",
        may=found.choices.set_rules,
        o=found.intake.opportunity,
        i=found.intake,
        values=values,
        errors=errors,
        name=field_of,
        w=words_draw,
        back=links.STAFF_DRAW.format(ods=acting.ods_code, opportunity_id=opportunity_id),
    )


@router.get(LOTS)
async def lots_page(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    return await _lots_page(request, acting, opportunity_id, {}, {})


@router.post(LOTS)
async def draw_lots(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: ToDraw) -> str:
        seen = {"people": form.people, "places": form.places}
        await drawing.draw_lots(tx, opportunity_id, **seen, as_near_as_can_be=form.as_near)
        return _at(acting, opportunity_id, "drawn")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _lots_page(request, acting, opportunity_id, values, errors)

    return await submit(request, acting, ToDraw, act, again, kind=SAYS_ONCE)


async def _lots_page(
    request: Request, acting: Member, opportunity_id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with open_transaction(request, acting) as tx:
        found, now = await queries.of_role(tx, opportunity_id), tx.now
    return render(
        request,
        "draw_lots.jinja",
        d=found,
        may=found.choices.draw,
        o=found.intake.opportunity,
        i=found.intake,
        now=now,
        values=values | {"people": found.people, "places": found.intake.places_left},
        errors=errors,
        w=words_draw,
        back=links.STAFF_DRAW.format(ods=acting.ods_code, opportunity_id=opportunity_id),
    )


@router.post(links.STAFF_DRAW + "/confirm")
async def confirm(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member], form: Confirming) -> str:
        await drawing.confirm(tx, opportunity_id, draw_id=form.draw)
        return _at(acting, opportunity_id, "confirmed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, opportunity_id, errors)

    return await submit(request, acting, Confirming, act, again, kind=HIDDEN_ONLY)


@router.post(links.STAFF_DRAW + "/offer-all")
async def offer_to_all(request: Request, ods: str, opportunity_id: UUID, acting: Coordinator) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await drawing.offer_to_all(tx, opportunity_id)
        return _at(acting, opportunity_id, "offered_all")

    return await button(request, acting, act)


@router.get(links.STAFF_DRAW + "/{number}/data")
async def data(request: Request, ods: str, opportunity_id: UUID, number: int, acting: Coordinator) -> Response:
    async with open_transaction(request, acting) as tx:
        return as_file(await queries.data_of_role(tx, opportunity_id, number))


def as_file(of: DrawData) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="draw.json"'}
    return Response(of.model_dump_json(indent=1), media_type="application/json", headers=headers)


@router.get(OBJECTION)
async def objection_page(
    request: Request, ods: str, opportunity_id: UUID, objection_id: UUID, acting: Coordinator
) -> Response:
    return await _objection_page(request, acting, (opportunity_id, objection_id), {}, {})


@router.post(OBJECTION)
async def answer_objection(
    request: Request, ods: str, opportunity_id: UUID, objection_id: UUID, acting: Coordinator
) -> Response:
    async def act(tx: Transaction[Member], form: AnswerObjection) -> str:
        await objecting.answer(tx, opportunity_id, objection_id, form)
        return _at(acting, opportunity_id, "answered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _objection_page(request, acting, (opportunity_id, objection_id), values, errors)

    return await submit(request, acting, AnswerObjection, act, again, kind=SAYS_ONCE)


async def _objection_page(
    request: Request, acting: Member, of: tuple[UUID, UUID], values: dict[str, Any], errors: dict[str, str]
) -> Response:
    """`of`: the role and the objection."""
    async with open_transaction(request, acting) as tx:
        found = await queries.to_answer(tx, *of)
    return render(
        request,
        "answer_objection.jinja",
        a=found,
        one=found.objection,
        may=found.may,
        o=found.intake.opportunity,
        w=words_draw,
        values=values,
        errors=errors,
        back=links.STAFF_DRAW.format(ods=acting.ods_code, opportunity_id=of[0]),
    )


def _at(acting: Member, opportunity_id: UUID, code: str) -> str:
    return confirmed(links.STAFF_DRAW.format(ods=acting.ods_code, opportunity_id=opportunity_id), code)
