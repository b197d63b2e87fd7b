"""Conversations as staff have them: who waits for an answer, what was written, and answering it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member
from services.chassis.http import entry, files
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import About, AskedByPage, Filter, Search, view
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import HIDDEN_ONLY, MAKES, button, submit
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, words_conversations
from services.notifications import queries_conversations as queries
from services.notifications.commands import conversations as commands
from services.notifications.commands.conversations import OfStaff
from services.notifications.conversation_forms import AnswerForm, SeenForm, SpokenForm, host_of
from services.notifications.domain.conversation import WHO_ANSWERS, Conversation
from services.notifications.store import conversation_lists
from services.notifications.web.conversing import FILE, SAID

router = APIRouter()
ROLES = sorted({role for roles in WHO_ANSWERS.values() for role in roles})
Answers = Annotated[Member, Depends(entry.staff(*ROLES))]
Answering = Annotated[Member, Depends(limited(entry.staff(*ROLES), limits.ANSWER))]
ALL, ONE = links.STAFF_CONVERSATIONS, links.STAFF_CONVERSATION
CALL = ONE + "/call"
WHICH = Filter("show", "Which", words_conversations.WHICH, whatever="All")
LIST = About(
    conversation_lists.OURS,
    "conversation",
    filters=(WHICH,),
    search=Search("Find somebody", "A part of what they are called", name="find"),
)
DONE = {
    "written": "Your message is sent. They are told that there is one.",
    "called": "What was said is written down.",
    "read": "It is written down that you read it.",
    "settle": "Nobody has to answer it any more.",
    "end": "The conversation is ended. Nobody can write in it now. You can open it again.",
    "opened": "The conversation is open again.",
}


@router.get(ALL)
async def our_conversations(
    request: Request, ods: str, acting: Answers, asked: AskedByPage, show: str = "", find: str = ""
) -> Response:
    async with open_transaction(request, acting) as tx:
        page = await queries.our_list(tx, asked, show if show in words_conversations.WHICH else "", find.strip())
        now = tx.now
    return render(
        request,
        "our_conversations.jinja",
        things=page.items,
        list=view(request, page, LIST),
        ods=ods,
        now=now,
        words=words_conversations,
        links=links,
        back=links.STAFF_HOME.format(ods=ods),
    )


@router.get(ONE)
async def conversation(
    request: Request, ods: str, about: str, id: UUID, acting: Answers, asked: AskedByPage
) -> Response:
    return await _page(request, acting, (about, id), ({}, {}), asked)


@router.post(ONE)
async def answer(
    request: Request,
    ods: str,
    about: str,
    id: UUID,
    acting: Answering,
    file: Annotated[None, Depends(takes_file(FILE))],
) -> Response:
    of = queries.about_of(about)

    async def themselves(_: AnswerForm) -> Member:
        return acting

    async def act(tx: Transaction[Member], form: AnswerForm, sent: SafeFile | None) -> str:
        await commands.write_theirs(tx, of, id, form.written(has_file=sent is not None), sent)
        return _at(ods, (about, id), "written")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, (about, id), (values, errors), Asked())

    return await files.submit_with_file(request, acting, AnswerForm, act, again, kind=MAKES, as_whom=themselves)


@router.get(CALL)
async def call_page(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    return await _call_page(request, acting, (about, id), ({}, {}))


@router.post(CALL)
async def write_down_call(request: Request, ods: str, about: str, id: UUID, acting: Answering) -> Response:
    async def act(tx: Transaction[Member], form: SpokenForm) -> str:
        of = queries.about_of(about)
        await commands.write_down_call(tx, of, id, form.said, settled=form.answered == "yes")
        return _at(ods, (about, id), "called")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _call_page(request, acting, (about, id), (values, errors))

    return await submit(request, acting, SpokenForm, act, again, kind=MAKES)


@router.post(ONE + "/read")
async def mark_read(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    return await _of_what_was_seen(request, acting, (about, id), ("read", commands.mark_read))


@router.post(ONE + "/settle")
async def settle(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    return await _of_what_was_seen(request, acting, (about, id), ("settle", commands.settle))


@router.post(ONE + "/end")
async def end(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    return await _does(request, acting, (about, id), ("end", commands.end_theirs))


@router.post(ONE + "/open-again")
async def open_again(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    return await _does(request, acting, (about, id), ("opened", commands.open_theirs_again))


@router.get(ONE + "/files/{said_id}")
async def their_file(request: Request, ods: str, about: str, id: UUID, said_id: UUID, acting: Answers) -> Response:
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.their_file(tx, queries.about_of(about), id, said_id))


async def _of_what_was_seen(
    request: Request, acting: Member, of: tuple[str, UUID], does: tuple[str, Callable[..., Awaitable[Conversation]]]
) -> Response:
    """A button about what stands on its page: what the person has written since then is not touched by it."""
    code, command = does

    async def act(tx: Transaction[Member], form: SeenForm) -> str:
        await command(tx, queries.about_of(of[0]), of[1], saw=form.seen)
        return _at(acting.ods_code, of, code)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, of, ({}, errors), Asked())

    return await submit(request, acting, SeenForm, act, again, kind=HIDDEN_ONLY)


async def _does(request: Request, acting: Member, of: tuple[str, UUID], does: tuple[str, OfStaff]) -> Response:
    code, command = does

    async def act(tx: Transaction[Member]) -> str:
        await command(tx, queries.about_of(of[0]), of[1])
        return _at(acting.ods_code, of, code)

    return await button(request, acting, act)


async def _page(
    request: Request,
    acting: Member,
    of: tuple[str, UUID],
    filled: tuple[dict[str, Any], dict[str, str]],
    asked: Asked,
) -> Response:
    async with open_transaction(request, acting) as tx:
        talk = await queries.theirs(tx, asked, queries.about_of(of[0]), of[1])
    return render(
        request,
        "our_conversation.jinja",
        t=talk,
        c=talk.conversation,
        s=talk.standing,
        may=talk.choices,
        said=talk.said.items,
        list=view(request, talk.said, SAID),
        at=ONE.format(ods=acting.ods_code, about=of[0], id=of[1]),
        call=CALL.format(ods=acting.ods_code, about=of[0], id=of[1]),
        values=filled[0],
        errors=filled[1],
        words=words_conversations,
        host_of=host_of,
        file=FILE,
        done=confirmation(request, DONE),
        back=ALL.format(ods=acting.ods_code),
    )


async def _call_page(
    request: Request, acting: Member, of: tuple[str, UUID], filled: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        talk = await queries.theirs(tx, Asked(), queries.about_of(of[0]), of[1])
    today = london_day(talk.now)
    shown = {"phone_on_day": today.day, "phone_on_month": today.month, "phone_on_year": today.year, "answered": "yes"}
    return render(
        request,
        "conversation_call.jinja",
        s=talk.standing,
        may=talk.choices,
        values=filled[0] or shown,
        errors=filled[1],
        back=ONE.format(ods=acting.ods_code, about=of[0], id=of[1]),
    )


def _at(ods: str, of: tuple[str, UUID], code: str) -> str:
    about, id = of
    return confirmed(ONE.format(ods=ods, about=about, id=id), code)
