"""A person's conversations: what was written, when it is read, and a box to write in; at a helper's address too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.in_danger import IN_DANGER
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Person
from services.chassis.http import files, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.lists import About, AskedByPage, view
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, button
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, words_conversations
from services.notifications import queries_conversations as queries
from services.notifications.commands import conversations as commands
from services.notifications.commands.conversations import OfPerson
from services.notifications.conversation_forms import MessageForm, host_of
from services.notifications.store import conversation_lists
from services.notifications.store import said as said_store

own = OwnPages()
router = own.router
SignedIn = Annotated[Person, Depends(helping.own)]
Writing = Annotated[Person, Depends(limited(helping.own, limits.WRITE))]
ALL, ONE = links.MY_CONVERSATIONS, links.MY_CONVERSATION
LIST = About(conversation_lists.MINE, "conversation")
SAID = About(said_store.SAID, "message")
FILE = "file"
DONE = {
    "written": "Your message is sent. Nobody has read it yet.",
    "seen": "Thank you. You are told when there is something new here.",
    "mute": "You are not told of messages here any more. You can still read and write here.",
    "unmute": "You are told of messages here again.",
    "end": "You ended this conversation. Nobody can write in it now. You can open it again.",
    "opened": "The conversation is open again.",
}


@own.get(ALL)
async def my_conversations(request: Request, acting: SignedIn, asked: AskedByPage) -> Response:
    async with open_transaction(request, acting) as tx:
        page, in_pool = await queries.my_list(tx, asked), await queries.has_a_coordinator(tx)
    return render(
        request,
        "conversations.jinja",
        things=page.items,
        list=view(request, page, LIST),
        coordinator=ONE.format(about="coordinator", id=acting.person_id) if in_pool else "",
        words=words_conversations,
        links=links,
        back=links.HOME,
    )


@own.get(ONE)
async def my_conversation(request: Request, about: str, id: UUID, acting: SignedIn, asked: AskedByPage) -> Response:
    return await _page(request, acting, (about, id), ({}, {}), asked)


@own.post(ONE, does="write_message")
async def write(
    request: Request, about: str, id: UUID, acting: Writing, file: Annotated[None, Depends(takes_file(FILE))]
) -> Response:
    of = queries.about_of(about)

    async def themselves(_: MessageForm) -> Person:
        return acting

    async def act(tx: Transaction[Person], form: MessageForm, sent: SafeFile | None) -> str:
        await commands.write_mine(tx, of, id, form.written(has_file=sent is not None), sent)
        return confirmed(ONE.format(about=about, id=id), "written")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, (about, id), (values, errors), Asked())

    return await files.submit_with_file(request, acting, MessageForm, act, again, kind=MAKES, as_whom=themselves)


@own.post(ONE + "/seen", does="read_messages")
async def say_seen(request: Request, about: str, id: UUID, acting: SignedIn) -> Response:
    return await _does(request, acting, (about, id), ("seen", commands.say_seen))


@own.post(ONE + "/mute", does="mute_conversation")
async def mute(request: Request, about: str, id: UUID, acting: SignedIn) -> Response:
    return await _does(request, acting, (about, id), ("mute", commands.mute))


@own.post(ONE + "/unmute", does="unmute_conversation")
async def unmute(request: Request, about: str, id: UUID, acting: SignedIn) -> Response:
    return await _does(request, acting, (about, id), ("unmute", commands.unmute))


@own.post(ONE + "/end", does="end_conversation")
async def end(request: Request, about: str, id: UUID, acting: SignedIn) -> Response:
    return await _does(request, acting, (about, id), ("end", commands.end_mine))


@own.post(ONE + "/open-again", does="open_conversation")
async def open_again(request: Request, about: str, id: UUID, acting: SignedIn) -> Response:
    return await _does(request, acting, (about, id), ("opened", commands.open_mine_again))


@own.get(ONE + "/files/{said_id}")
async def my_file(request: Request, about: str, id: UUID, said_id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.my_file(tx, queries.about_of(about), id, said_id))


async def _does(request: Request, acting: Person, of: tuple[str, UUID], does: tuple[str, OfPerson]) -> Response:
    (about, id), (code, command) = of, does

    async def act(tx: Transaction[Person]) -> str:
        await command(tx, queries.about_of(about), id)
        return confirmed(ONE.format(about=about, id=id), code)

    return await button(request, acting, act)


async def _page(
    request: Request,
    acting: Person,
    of: tuple[str, UUID],
    filled: tuple[dict[str, Any], dict[str, str]],
    asked: Asked,
) -> Response:
    async with open_transaction(request, acting) as tx:
        talk = await queries.mine(tx, asked, queries.about_of(of[0]), of[1])
    return render(
        request,
        "my_conversation.jinja",
        t=talk,
        c=talk.conversation,
        s=talk.standing,
        may=talk.choices,
        said=talk.said.items,
        list=view(request, talk.said, SAID),
        at=ONE.format(about=of[0], id=of[1]),
        me=acting,
        values=filled[0],
        errors=filled[1],
        words=words_conversations,
        host_of=host_of,
        danger=IN_DANGER,
        file=FILE,
        done=confirmation(request, DONE),
        back=words_conversations.back_of(talk.standing),
    )
