"""One's own application to join: how far it is, who holds it, and what its person can do about it."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.wording import day, moment
from services.chassis.http import files, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import is_local, open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import joining
from services.recruitment.domain.agreement import TO_JOIN
from services.recruitment.forms import AgreeForm, ChooseTime, SayMore
from services.recruitment.store import applications

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
MINE = links.MY_APPLICATION
DONE = {
    "said": "We have your answer. It is our turn now.",
    "chosen": "The time is agreed. We look forward to it.",
    "again": "Somebody else from the welcome team looks at it again.",
    "agreed": "Thank you. That is kept.",
}


@own.get(MINE)
async def my_application(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_joining(tx)
        network = await applications.network(tx, on=london_day(tx.now))
        signed_form = await queries.signed_form(tx, mine.progress)
    found, leader = mine.progress, mine.leader
    waits = found and found.application.waits
    sent = {"sent": f"We have it. You get an answer by {day(found.answer_by)}."} if found and waits else {}
    return render(
        request,
        "my_application.jinja",
        a=found.application if found else None,
        found=found,
        question=mine.question,
        to_agree=mine.to_agree,
        agreed_before=mine.agreed_before,
        closed=mine.closed,
        may=mine.choices,
        leader=leader if leader and leader.status == "approved" else None,
        signed_form=signed_form,
        screened_by=network.name if network else "",
        done=confirmation(request, sent | DONE),
        words=words,
        links=links,
    )


@own.get(MINE + "/signed-form")
async def my_signed_form(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.open_signed_form(tx, (await queries.my_joining(tx)).progress))


@own.post(MINE + "/withdraw", does="withdraw_application")
async def withdraw(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await joining.withdraw_application(tx)
        return MINE

    return await button(request, acting, act)


@own.get(MINE + "/say-more")
async def say_more_page(request: Request, acting: SignedIn) -> Response:
    return await _asked_page(request, acting, "say_more.jinja", ({}, {}))


@own.post(MINE + "/say-more", does="say_more")
async def say_more(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: SayMore) -> str:
        await joining.say_more(tx, form.words)
        return confirmed(MINE, "said")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _asked_page(request, acting, "say_more.jinja", (values, errors))

    return await submit(request, acting, SayMore, act, again, kind=SAYS_ONCE)


@own.get(MINE + "/choose-time")
async def choose_time_page(request: Request, acting: SignedIn) -> Response:
    return await _asked_page(request, acting, "choose_time.jinja", ({}, {}))


@own.post(MINE + "/choose-time", does="choose_time")
async def choose_time(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: ChooseTime) -> str:
        await joining.choose_time(tx, form.time)
        return confirmed(MINE, "chosen")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _asked_page(request, acting, "choose_time.jinja", (values, errors))

    return await submit(request, acting, ChooseTime, act, again, kind=SAYS_ONCE)


@own.post(MINE + "/look-again", does="look_again")
async def look_again(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person]) -> str:
        await joining.look_again(tx)
        return confirmed(MINE, "again")

    return await button(request, acting, act)


@own.get(links.AGREE)
async def agree_page(request: Request, acting: SignedIn, to: str = "") -> Response:
    return await _agree_page(request, acting, {"to": to}, {})


@own.post(links.AGREE, does="agree")
async def agree(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction[Person], form: AgreeForm) -> str:
        await joining.agree(tx, form.model_dump(include=set(TO_JOIN)))
        return confirmed(_back_to(form.to), "agreed")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _agree_page(request, acting, values, errors)

    return await submit(request, acting, AgreeForm, act, again, kind=SAYS_ONCE)


async def _agree_page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        asked = await queries.my_agreeing(tx)
    return render(
        request, "agree.jinja", values=values, errors=errors, asked=asked, back=_back_to(values.get("to", ""))
    )


def _back_to(to: str) -> str:
    return to if is_local(to) else MINE


async def _asked_page(
    request: Request, acting: Person, page: str, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    """What the person is asked; where nothing is, how far their application is."""
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_joining(tx)
        question, now = mine.question, tx.now
    if question is None and not shown[1]:
        return RedirectResponse(MINE, status_code=303)
    times = {one.isoformat(): moment(one) for one in question.times if one > now} if question else {}
    values, errors = shown
    return render(request, page, question=question, times=times, values=values, errors=errors, back=MINE, words=words)
