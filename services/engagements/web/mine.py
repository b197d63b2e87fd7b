"""A person's pages: show interest, answer an offer, see where it stands, give a place back."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.engagements import Engagement
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import SAID, confirmation, confirmed
from services.chassis.http.lists import AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import who_answers
from services.engagements import queries, queries_access, queries_honesty, words, words_access, words_honesty
from services.engagements.commands import mine as commands
from services.engagements.domain.engagement import AgreeFirst
from services.engagements.forms import InterestForm
from services.engagements.queries_clashes import clashes_with
from services.engagements.queries_sessions import nearest, sessions_of
from services.engagements.store import intakes, questions
from services.engagements.web import asking, honesty, lists

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
DONE = {
    "interested": "The organisation has your words. You will be told its answer.",
    "accepted": "You have a place. The organisation sees that you said yes.",
    "declined": "You said no. The organisation sees it, and nobody will ask why.",
    "withdrawn": "You no longer take part. The organisation sees it.",
    "reserve": "You said yes, and you are first on the reserve list.",
}
SAID_NO = {"offered": "You said no. You can undo it on this page, until it is told."}
UNDONE = {"undone": "Undone. You have not answered yet, and nobody knows of your no."}
AGREED = {"agreed": "Thank you. That is kept. Now you can take the place."}


@own.get("/engagements/interest/{opportunity_id}")
async def interest(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    return await _interest_page(request, acting, opportunity_id, {}, {})


@own.post("/engagements/interest/{opportunity_id}", does="show_interest")
async def show_interest(request: Request, opportunity_id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: InterestForm) -> str:
        shown = await commands.show_interest(tx, opportunity_id, form.written)
        return confirmed(links.MY_ENGAGEMENT.format(id=shown.id), "interested")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _interest_page(request, acting, opportunity_id, values, errors)

    return await submit(request, acting, InterestForm, act, again, kind=SAYS_ONCE)


async def _interest_page(
    request: Request, acting: Person, opportunity_id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    """The form; or that the opportunity is on its way here, or why this person cannot show interest in it."""
    async with open_transaction(request, acting) as tx:
        intake = await intakes.get(tx, opportunity_id)
        if intake is None:
            if found := await queries.job(tx, opportunity_id):
                answers = await who_answers(tx, found)
                return render(request, "apply_elsewhere.jinja", status=409, o=found, answers=answers, links=links)
            comes = await queries.is_on_its_way(tx, opportunity_id)
            return render(request, "on_its_way.jinja", status=200 if comes else 404)
        mine, may = await queries.my_interest(tx, intake.opportunity)
        organisation = await intakes.organisation_name(tx, intake.opportunity)
        known, wrote = await queries.my_needs(tx), await queries.what_i_wrote(tx, mine)
        answered_by = await queries.answered_by(tx, intake.opportunity)
        clashes = await clashes_with(tx, opportunity_id)
        answers = await who_answers(tx, intake.opportunity)
    return render(
        request,
        "interest.jinja" if may or values else "cannot_show_interest.jinja",
        o=intake.opportunity,
        organisation=organisation,
        known=known,
        mine=mine,
        may=may,
        answered_by=answered_by,
        clashes=clashes,
        answers=answers,
        values=values or wrote,
        errors=errors,
        links=links,
        words=words,
    )


@own.get("/engagements/mine")
async def mine(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.my_roles(tx, asked)
        now = tx.now
    about = view(request, page, lists.MINE)
    return render(request, "mine.jinja", things=page.items, list=about, now=now, words=words, links=links)


@own.get("/engagements/mine/{id}")
async def one(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_role(tx, id)
        access, say = await queries_access.of_mine(tx, found), await queries_honesty.of_mine(tx, found)
        asked, answers = await questions.of_engagement(tx, id), await who_answers(tx, found.opportunity)
        prepares, now = await queries.preparation_paid(tx, found), tx.now
    sessions = sessions_of(found.engagement, found.opportunity, now)
    if found.choices.accept.slug == AgreeFirst.slug and SAID in request.query_params:
        return render(request, "on_its_way.jinja", status=200, title="Your yes is kept", words=words.YES_ON_ITS_WAY)
    return render(
        request,
        "my_engagement.jinja",
        m=found,
        needs=words_access.in_all(access.sessions),
        access=access,
        answers=answers,
        w=words_access,
        say=say,
        had_say=words_honesty.HAD_SAY,
        asked=asked,
        prepares=prepares,
        sessions=sessions,
        shown=nearest(sessions),
        pages={one.session.id: one.link for one in sessions},
        now=now,
        may=found.choices,
        o=found.opportunity,
        done=confirmation(
            request, AGREED | UNDONE | asking.SAID | honesty.SAID | {found.engagement.status: _done(found)}
        ),
        words=words,
        links=links,
    )


@own.post("/engagements/mine/{id}/accept", does="accept_offer")
async def accept(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _button(request, acting, id, commands.accept)


@own.post("/engagements/mine/{id}/decline", does="decline_offer")
async def decline(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _button(request, acting, id, commands.decline)


@own.post("/engagements/mine/{id}/undo", does="undo_no")
async def undo(request: Request, id: UUID, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        return confirmed(links.MY_ENGAGEMENT.format(id=(await commands.undo_no(tx, id)).id), "undone")

    return await button(request, acting, act)


@own.post("/engagements/mine/{id}/tell", does="tell_no")
async def tell(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _button(request, acting, id, commands.tell_no_now)


@own.post("/engagements/mine/{id}/withdraw", does="withdraw_interest")
async def withdraw(request: Request, id: UUID, acting: SignedIn) -> Response:
    return await _button(request, acting, id, commands.withdraw)


def _done(found: queries.MyEngagement) -> str:
    """What was done last, as it stands now: a no that can be undone leaves the offer as it is."""
    stands = found.engagement.status
    return DONE.get(stands, "") or (SAID_NO.get(stands, "") if found.said_no else "")


async def _button(
    request: Request, acting: Person, id: UUID, command: Callable[[Transaction[Person], UUID], Awaitable[Engagement]]
) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        after = await command(tx, id)
        return confirmed(links.MY_ENGAGEMENT.format(id=id), after.status)

    return await button(request, acting, act)
