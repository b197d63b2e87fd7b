"""Staff pages: the draft of what an organisation asked for, sent for a yes, and the one yes that posts it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.http import entry, task_saving
from services.chassis.http.confirmations import AT_ONCE, confirmed, leads_to
from services.chassis.http.forms import sealed_form
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import button
from services.chassis.http.task_list import Progress, TaskList, progress
from services.chassis.http.task_pages import routes
from services.chassis.http.task_saving import ChangedMeanwhile, NotAllFilledIn, Place
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching import queries_of_asked as queries
from services.matching import words, words_of_roles
from services.matching.commands import asking
from services.matching.domain import opportunity as opportunities
from services.matching.domain.draft import Draft
from services.matching.domain.opportunity import Terms
from services.matching.entering import or_who_drafts
from services.matching.web.drafting import POSTING

Staff = Annotated[Member, Depends(entry.staff())]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]
ONE = links.STAFF_ASKED
AT = "/opportunities/for/{ods}/ask/{draft_id}"
_CHANGED = "The draft was changed after you opened this page, so nothing was posted. Read it again."


def leads(acting: Member, id: UUID) -> str:
    return ONE.format(ods=acting.ods_code, id=id)


DRAFTING: TaskList[Member] = replace(
    POSTING,
    kind=asking.DRAFT_KIND,
    title="Draft what was asked for",
    at=f"{AT}/draft",
    new="",
    shared=True,
    back=AT,
    enter=or_who_drafts("coordinator"),
    pages=tuple(replace(page, ways=()) for page in POSTING.pages),
    hands_over=asking.send_for_approval,
    made=leads,
    confirms="sent",
    submit="Send it for approval",
    intro="asked_intro.jinja",
    next="asked_next.jinja",
)
router = APIRouter()
router.include_router(routes(DRAFTING))


@router.post(ONE + "/draft-it")
async def draft_it(request: Request, ods: str, id: UUID, acting: Drafter) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await asking.begin(tx, id)
        return DRAFTING.at.format(ods=ods, draft_id=id)

    return await button(request, acting, act)


@router.get(ONE + "/approve")
async def approve_page(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    return await _page(request, acting, id, {})


@router.post(ONE + "/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    form = await sealed_form(request, acting)
    try:
        async with open_transaction(request, acting) as tx:
            led, sent_at, _ = await post(tx, id, seen=str(form.values.get("seen", "")))
    except NotAllFilledIn as refused:
        return await _page(request, acting, id, refused.wrong, status=422)
    except ChangedMeanwhile:
        return await _page(request, acting, id, {"": _CHANGED}, status=409)
    if tx.made_due:
        await site_of(request).wake_workers()
    earlier = sent_at is not None and tx.now - sent_at > AT_ONCE
    return leads_to(request, acting, confirmed(led, "posted"), form_key=form.key, earlier=earlier)


async def post(tx: Transaction[Member], id: UUID, *, seen: str) -> tuple[str, Any, UUID | None]:
    """Say yes to the draft that was seen: where that leads, since when it is posted, and the opportunity's id.

    Raises what `task_saving.send` and the command raise.
    """
    made: list[UUID] = []

    async def say_yes(tx: Transaction[Member], draft: Draft) -> UUID:
        made.append(await asking.approve(tx, id, draft))
        return id

    tasks = replace(DRAFTING, hands_over=None, send=say_yes)
    led, sent_at = await task_saving.send(tx, tasks, _place(tx.acting, id), seen=seen)
    return led, sent_at, made[0] if made else None


def _place(acting: Member, id: UUID) -> Place:
    at = DRAFTING.at.format(ods=acting.ods_code, draft_id=id)
    return Place(Owner(organisation_id=acting.organisation_id), at, id)


async def _page(request: Request, acting: Member, id: UUID, errors: dict[str, str], status: int = 200) -> Response:
    async with open_transaction(request, acting) as tx:
        one = await queries.to_approve(tx, id)
        if one.asked.opportunity_id or one.draft is None:
            return RedirectResponse(ONE.format(ods=acting.ods_code, id=id), status_code=303)
        one.choices.approve.must()
        at, known, now = _place(acting, id).at, await queries.to_check(tx), tx.now
        far = progress(DRAFTING, one.draft, at, known, now)
        role = _as_it_would_be(far, known, now) if far.is_complete else None
        training = await training_titles(tx, role.training) if role else {}
    return render(
        request,
        "asked_approve.jinja",
        status=status,
        one=one,
        may=one.choices,
        o=role,
        draft=one.draft,
        errors=errors or far.unfinished,
        at=at,
        ods=acting.ods_code,
        training=training,
        to_come=role.to_come(now) if role else (),
        now=now,
        words=words,
        roles=words_of_roles,
        links=links,
    )


def _as_it_would_be(far: Progress, known: queries.ToCheck, now: datetime) -> Opportunity:
    """The role as people would see it, of a draft that can be posted. Raises what posting it raises of no field."""
    draft = Draft.model_validate(DRAFTING.model.model_validate(far.values).model_dump())
    work = known.going_on.get(draft.work) if isinstance(draft.work, UUID) else None
    terms = Terms(known.rates.get(str(draft.pay)), work, allowed=known.allowed)
    return opportunities.post(draft, by=known.organisation, terms=terms, ids=(new_id(), new_id()), now=now)[0]
