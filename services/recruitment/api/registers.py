"""The JSON API of lists of people that organisations bring in, and of those who are on them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from schemas.signed import REGISTER_CONTACTS, REGISTER_TRAINING
from services.chassis.base.hands import Member, Person
from services.chassis.base.tables.reading import Table
from services.chassis.base.tables.refusals import TableTooLarge
from services.chassis.http import entry, files, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction, site_of
from services.chassis.http.signed_values import sign
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.transaction import Transaction
from services.recruitment import limits
from services.recruitment.answers import registers as answers
from services.recruitment.commands import answering, registers
from services.recruitment.domain.application import SCREENER
from services.recruitment.domain.listed import Correction
from services.recruitment.domain.register.imports import ADMIN
from services.recruitment.forms.registers import Columns, SaysToList
from services.recruitment.queries import registers as queries

router = APIRouter()
own = OwnApi(router)
Admin = Annotated[Member, Depends(entry.staff(ADMIN))]
Sending = Annotated[Member, Depends(limited(entry.staff(ADMIN), limits.SEND_LIST))]
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
SignedIn = Annotated[Person, Depends(helping.own)]
NameOfFile = Annotated[str, Query(title="the name of the file", max_length=255)]
OfLines = Annotated[Literal["good", "refused", "joined", "remarked"] | None, Query(title="which lines")]
LISTS = "/organisations/{ods}/lists"
LIST = LISTS + "/{id}"
WAITING = "/organisations/{ods}/lists-to-release"
Do = Callable[[Transaction[Member], UUID], Awaitable[None]]
BODY_OF_A_LIST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (
                "text/csv",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/octet-stream",
            )
        },
    }
}


@router.post(
    LISTS,
    status_code=201,
    response_model=json_api.OnlyId,
    openapi_extra=BODY_OF_A_LIST,
    dependencies=[Depends(takes_file(too_large=TableTooLarge))],
)
async def send_list(request: Request, ods: str, acting: Sending, name: NameOfFile = "") -> Response:
    """Send a list of people, as CSV or as a workbook. Nobody is brought in by it."""

    async def act(tx: Transaction[Member], table: Table) -> dict[str, str]:
        return {"id": str(await registers.send_list(tx, table))}

    return await files.write_file(request, acting, act, name=name, made=files.table_of, status=201)


@router.get(LISTS)
async def lists_of_people(request: Request, ods: str, acting: Admin, asked: AskedByApi) -> answers.Lists:
    """One page of the lists that the organisation sent, the newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.lists_of(tx, asked)
    return answers.Lists(lists=[answers.listed(one) for one in page.items], **going_on(page))


@router.get(LIST)
async def list_of_people(request: Request, ods: str, id: UUID, acting: Admin) -> answers.OneList:
    """How far a list is, what came of it, and what may be done with it."""
    async with open_transaction(request, acting) as tx:
        return answers.one_list(await queries.own_list(tx, id))


@router.get(LIST + "/lines")
async def lines_of_list(
    request: Request, ods: str, id: UUID, acting: Admin, asked: AskedByApi, show: OfLines = None
) -> answers.Lines:
    """One page of its lines, with what would become of each."""
    async with open_transaction(request, acting) as tx:
        page = await queries.lines_of(tx, await queries.own_list(tx, id), asked, show)
    return answers.Lines(lines=[answers.line(one) for one in page.items], **going_on(page))


@router.put(LIST + "/columns", response_model=answers.ListStage)
async def map_columns(request: Request, ods: str, id: UUID, columns: Columns, acting: Admin) -> Response:
    """Say what each column means, and try the list. Nobody is brought in by it."""
    return await _go_on(request, acting, id, lambda tx, id: registers.map_columns(tx, id, columns.meanings))


@router.post(LIST + "/bring-in", response_model=answers.ListStage)
async def bring_list_in(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """Bring in the network's own list. Another organisation's is released first."""
    return await _go_on(request, acting, id, registers.bring_in)


@router.post(LIST + "/ask-release", response_model=answers.ListStage)
async def ask_release(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """Ask the network's welcome team to release the list."""
    return await _go_on(request, acting, id, registers.ask_release)


@router.post(LIST + "/hand-on", response_model=answers.ListStage)
async def hand_list_on(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """Hand on the parts of the other rooms, which can be read from now on; from now on people are asked."""
    return await _go_on(request, acting, id, registers.hand_on)


@router.get(LIST + "/parts")
async def parts_of_list(request: Request, ods: str, id: UUID, acting: Admin) -> answers.Parts:
    """The parts of a list that was handed on, signed, to send them to the other rooms."""
    async with open_transaction(request, acting) as tx:
        parts = await queries.parts_of(tx, await queries.own_list(tx, id))
    secret = site_of(request).form_secret
    return answers.Parts(
        contacts=sign(secret, parts["contacts"], purpose=REGISTER_CONTACTS),
        training=sign(secret, parts["training"], purpose=REGISTER_TRAINING),
    )


@router.post(LIST + "/undo", response_model=answers.ListStage)
async def undo_list(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """Take back all of it, while nobody was asked: everybody on it is forgotten."""
    return await _go_on(request, acting, id, registers.undo)


@router.post(LIST + "/delete", response_model=json_api.OnlyId)
async def delete_list(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """Delete a list that was not brought in."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await registers.delete(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get(WAITING)
async def lists_to_release(request: Request, ods: str, acting: Welcomer) -> answers.ListsToRelease:
    """The lists of all organisations that wait for the network's welcome team, the longest first."""
    async with open_transaction(request, acting) as tx:
        waiting = await queries.lists_to_release(tx)
    return answers.ListsToRelease(lists=[answers.listed(one) for one, _ in waiting], more=waiting.more)


@router.get(WAITING + "/{id}")
async def list_to_release(request: Request, ods: str, id: UUID, acting: Welcomer) -> answers.OneList:
    """One of them, or one that was released."""
    async with open_transaction(request, acting) as tx:
        return answers.one_list(await queries.list_to_release(tx, id))


@router.post(WAITING + "/{id}/release", response_model=answers.ListStage)
async def release_list(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Release a list that somebody else sent: it is brought in."""
    return await _go_on(request, acting, id, registers.release)


@router.post(WAITING + "/{id}/give-back", response_model=answers.ListStage)
async def give_list_back(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Do not release it as it is."""
    return await _go_on(request, acting, id, registers.give_back)


@router.post("/organisations/{ods}/applications/{id}/said", response_model=answers.Said)
async def enter_answer(request: Request, ods: str, id: UUID, said: SaysToList, acting: Welcomer) -> Response:
    """Enter what somebody says who was on a list: yes, or no to all of it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await (answering.enter_yes if said.says == "yes" else answering.enter_no)(tx, id)
        return {"says": said.says}

    return await json_api.write(request, acting, act)


@own.get("/mine/past")
async def my_past(request: Request, acting: SignedIn) -> answers.MyPast:
    """What organisations said about the person's past. Nobody has checked it."""
    async with open_transaction(request, acting) as tx:
        past = await queries.past_of(tx, acting.person_id)
    return answers.MyPast(past=[answers.past(one) for one in past], more=past.more)


@own.put("/mine/past/{id}", does="correct_past", response_model=json_api.OnlyId)
async def correct_past(request: Request, id: UUID, correction: Correction, acting: SignedIn) -> Response:
    """Put right a piece of it."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await answering.correct_past(tx, id, correction)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@own.post("/mine/past/{id}/take-out", does="take_out_past", response_model=json_api.OnlyId)
async def take_out_past(request: Request, id: UUID, acting: SignedIn) -> Response:
    """Take a piece of it out, for good."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await answering.take_out_past(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


async def _go_on(request: Request, acting: Member, id: UUID, do: Do) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await do(tx, id)
        return {"id": str(id), "stage": (await queries.imports.get(tx, id)).stage}

    return await json_api.write(request, acting, act)
