"""The JSON API of conversations: all that their pages do, for a person, whoever helps them, and staff."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, files, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.transaction import Transaction
from services.notifications import answers_conversations as answers
from services.notifications import limits
from services.notifications import queries_conversations as queries
from services.notifications.commands import conversations as commands
from services.notifications.commands import writing_to_all
from services.notifications.commands.conversations import OfPerson, OfStaff
from services.notifications.conversation_forms import MessageForm, SpokenForm, ToAllForm
from services.notifications.domain.conversation import WHO_ANSWERS, Written
from services.notifications.domain.to_all import Wanted

router = APIRouter()
own = OwnApi(router)
ROLES = sorted({role for roles in WHO_ANSWERS.values() for role in roles})
Own = Annotated[Person, Depends(helping.own)]
Writing = Annotated[Person, Depends(limited(helping.own, limits.WRITE))]
Answers = Annotated[Member, Depends(entry.staff(*ROLES))]
Answering = Annotated[Member, Depends(limited(entry.staff(*ROLES), limits.ANSWER))]
ToAll = Annotated[Member, Depends(limited(entry.staff("coordinator"), limits.WRITE_TO_ALL))]
NameOfFile = Annotated[str, Query(title="the name of the file", max_length=255)]
Seen = Annotated[int, Query(title="how many people you saw", ge=0, le=100_000)]
Find = Annotated[str, Query(title="a part of what somebody is called", max_length=200)]
MINE = "/mine/conversations"
MY_ONE = MINE + "/{about}/{id}"
OURS = "/organisations/{ods}/conversations"
ONE = OURS + "/{about}/{id}"


@own.get(MINE)
async def my_conversations(request: Request, acting: Own, asked: AskedByApi) -> answers.Conversations:
    """What the person and organisations write to each other about, the newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_list(tx, asked)
    return answers.Conversations(conversations=answers.conversations(page.items), **going_on(page))


@own.get(MY_ONE)
async def my_conversation(request: Request, about: str, id: UUID, acting: Own, asked: AskedByApi) -> answers.MyTalk:
    """One conversation, the newest message first: also before anything was written. `about`: engagement, claim, or
    coordinator, where `id` is the person's."""
    async with open_transaction(request, acting) as tx:
        return answers.my_talk(await queries.mine(tx, asked, queries.about_of(about), id))


@own.post(MY_ONE + "/messages", does="write_message", response_model=json_api.OnlyId, status_code=201)
async def write_message(request: Request, about: str, id: UUID, message: MessageForm, acting: Writing) -> Response:
    """Write to the organisation. `id` in the answer is the conversation's."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str((await commands.write_mine(tx, queries.about_of(about), id, message.written())).id)}

    return await json_api.write(request, acting, act, status=201)


@own.post(
    MY_ONE + "/files",
    does="write_message",
    dependencies=[Depends(takes_file())],
    openapi_extra=files.BODY_OF_A_FILE,
    response_model=json_api.OnlyId,
    status_code=201,
)
async def send_file(request: Request, about: str, id: UUID, acting: Writing, name: NameOfFile = "") -> Response:
    """A message that is a file, which is the body (JPEG, PNG, WebP or PDF, at most 5 MB)."""

    async def act(tx: Transaction[Person], file: SafeFile) -> dict[str, str]:
        sent = Written(has_file=True)
        return {"id": str((await commands.write_mine(tx, queries.about_of(about), id, sent, file)).id)}

    async with open_transaction(request, acting) as tx:
        await commands.standing_of_person(tx, queries.about_of(about), id)  # before the file is read
    return await files.write_file(request, acting, act, name=name, status=201)


@own.get(MY_ONE + "/files/{said_id}", response_class=Response, responses=files.ANSWER_OF_A_FILE)
async def my_file_of_message(request: Request, about: str, id: UUID, said_id: UUID, acting: Own) -> Response:
    """The file that came with a message, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.my_file(tx, queries.about_of(about), id, said_id))


@own.post(MY_ONE + "/seen", does="read_messages", response_model=json_api.OnlyId)
async def say_messages_seen(request: Request, about: str, id: UUID, acting: Own) -> Response:
    """The person has read what staff wrote, and is told of the next message at once. Nobody demands it."""
    return await _mine(request, acting, (about, id), commands.say_seen)


@own.post(MY_ONE + "/mute", does="mute_conversation", response_model=json_api.OnlyId)
async def mute_conversation(request: Request, about: str, id: UUID, acting: Own) -> Response:
    """Tell the person of no more messages here; they can still be read and written."""
    return await _mine(request, acting, (about, id), commands.mute)


@own.post(MY_ONE + "/unmute", does="unmute_conversation", response_model=json_api.OnlyId)
async def unmute_conversation(request: Request, about: str, id: UUID, acting: Own) -> Response:
    """Tell the person of messages here again."""
    return await _mine(request, acting, (about, id), commands.unmute)


@own.post(MY_ONE + "/end", does="end_conversation", response_model=json_api.OnlyId)
async def end_conversation(request: Request, about: str, id: UUID, acting: Own) -> Response:
    """Nobody writes here any more, until the person opens it again."""
    return await _mine(request, acting, (about, id), commands.end_mine)


@own.post(MY_ONE + "/open-again", does="open_conversation", response_model=json_api.OnlyId)
async def open_conversation_again(request: Request, about: str, id: UUID, acting: Own) -> Response:
    """Open what the person ended."""
    return await _mine(request, acting, (about, id), commands.open_mine_again)


@router.get(OURS)
async def our_conversations(
    request: Request,
    ods: str,
    acting: Answers,
    asked: AskedByApi,
    show: Literal["", "waits", "answered"] = "",
    find: Find = "",
) -> answers.Conversations:
    """For the roles of whoever asks: who waits longest for an answer first, then what was written last."""
    async with open_transaction(request, acting) as tx:
        page = await queries.our_list(tx, asked, show, find.strip())
    return answers.Conversations(conversations=answers.conversations(page.items), **going_on(page))


@router.get(ONE)
async def conversation_with(
    request: Request, ods: str, about: str, id: UUID, acting: Answers, asked: AskedByApi
) -> answers.TheirTalk:
    """One conversation, the newest message first: also before anything was written."""
    async with open_transaction(request, acting) as tx:
        return answers.their_talk(await queries.theirs(tx, asked, queries.about_of(about), id))


@router.post(ONE + "/messages", response_model=json_api.OnlyId, status_code=201)
async def answer_message(
    request: Request, ods: str, about: str, id: UUID, message: MessageForm, acting: Answering
) -> Response:
    """Write to the person. What they wrote is read and answered by that."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str((await commands.write_theirs(tx, queries.about_of(about), id, message.written())).id)}

    return await json_api.write(request, acting, act, status=201)


@router.post(
    ONE + "/files",
    dependencies=[Depends(takes_file())],
    openapi_extra=files.BODY_OF_A_FILE,
    response_model=json_api.OnlyId,
    status_code=201,
)
async def send_file_to(
    request: Request, ods: str, about: str, id: UUID, acting: Answering, name: NameOfFile = ""
) -> Response:
    """A message that is a file, which is the body (JPEG, PNG, WebP or PDF, at most 5 MB)."""

    async def act(tx: Transaction[Member], file: SafeFile) -> dict[str, str]:
        sent = Written(has_file=True)
        return {"id": str((await commands.write_theirs(tx, queries.about_of(about), id, sent, file)).id)}

    async with open_transaction(request, acting) as tx:
        await commands.standing_of_staff(tx, queries.about_of(about), id)  # before the file is read
    return await files.write_file(request, acting, act, name=name, status=201)


@router.get(ONE + "/files/{said_id}", response_class=Response, responses=files.ANSWER_OF_A_FILE)
async def file_of_message(request: Request, ods: str, about: str, id: UUID, said_id: UUID, acting: Answers) -> Response:
    """The file that came with a message, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.their_file(tx, queries.about_of(about), id, said_id))


@router.post(ONE + "/call", response_model=json_api.OnlyId, status_code=201)
async def write_down_call(
    request: Request, ods: str, about: str, id: UUID, call: SpokenForm, acting: Answering
) -> Response:
    """What the person said on the phone, or staff said to them: it stands in the conversation, with its day."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        of, settled = queries.about_of(about), call.answered == "yes"
        return {"id": str((await commands.write_down_call(tx, of, id, call.said, settled=settled)).id)}

    return await json_api.write(request, acting, act, status=201)


@router.post(ONE + "/read", response_model=json_api.OnlyId)
async def mark_messages_read(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    """Colleagues see that it was read, and by whom. Whoever waits for an answer still does."""
    return await _theirs(request, acting, (about, id), commands.mark_read)


@router.post(ONE + "/settle", response_model=json_api.OnlyId)
async def settle_conversation(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    """What the person wrote needs no answer."""
    return await _theirs(request, acting, (about, id), commands.settle)


@router.post(ONE + "/end", response_model=json_api.OnlyId)
async def end_conversation_with(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    """Nobody writes here any more, until the organisation opens it again."""
    return await _theirs(request, acting, (about, id), commands.end_theirs)


@router.post(ONE + "/open-again", response_model=json_api.OnlyId)
async def open_conversation_with_again(request: Request, ods: str, about: str, id: UUID, acting: Answers) -> Response:
    """Open what the organisation ended."""
    return await _theirs(request, acting, (about, id), commands.open_theirs_again)


@router.post("/organisations/{ods}/roles/{opportunity_id}/write", response_model=json_api.OnlyId, status_code=201)
async def write_to_all(request: Request, ods: str, opportunity_id: UUID, to_all: ToAllForm, acting: ToAll) -> Response:
    """One message to everybody who has a place in a role, each in their own conversation. `seen`: how many there are,
    as it was seen; `sure`: yes."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await writing_to_all.write_to_all(tx, opportunity_id, to_all.wanted()))}

    return await json_api.write(request, acting, act, status=201)


@router.post(
    "/organisations/{ods}/roles/{opportunity_id}/write/file",
    dependencies=[Depends(takes_file())],
    openapi_extra=files.BODY_OF_A_FILE,
    response_model=json_api.OnlyId,
    status_code=201,
)
async def send_file_to_all(
    request: Request, ods: str, opportunity_id: UUID, acting: ToAll, seen: Seen, name: NameOfFile = ""
) -> Response:
    """One file to everybody who has a place in a role, which is the body (JPEG, PNG, WebP or PDF, at most 5 MB): it is
    kept once. `seen`: how many there are, as it was seen."""

    async def act(tx: Transaction[Member], file: SafeFile) -> dict[str, str]:
        return {"id": str(await writing_to_all.write_to_all(tx, opportunity_id, Wanted("", str(seen), True), file))}

    async with open_transaction(request, acting) as tx:
        await writing_to_all.role_of(tx, opportunity_id)  # before the file is read
    return await files.write_file(request, acting, act, name=name, status=201)


async def _mine(request: Request, acting: Person, of: tuple[str, UUID], does: OfPerson) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str((await does(tx, queries.about_of(of[0]), of[1])).id)}

    return await json_api.write(request, acting, act)


async def _theirs(request: Request, acting: Member, of: tuple[str, UUID], does: OfStaff) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str((await does(tx, queries.about_of(of[0]), of[1])).id)}

    return await json_api.write(request, acting, act)
