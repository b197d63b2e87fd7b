"""A person's home in the JSON API: what comes next, what waits, what is new and what of it they have read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Person
from services.chassis.http import entry, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.notifications import answers_home as answers
from services.notifications import limits, own_home, queries, words
from services.notifications.commands import how_told as how_told_commands
from services.notifications.commands import still_wanted as still_wanted_commands
from services.notifications.domain.how_told import GROUPS
from services.notifications.domain.joining import Joining
from services.notifications.domain.message import Message
from services.notifications.own_home import Next
from services.notifications.store import how_told as how_told_store
from services.notifications.store import news as news_store
from services.notifications.store import still_wanted as still_wanted_store
from services.notifications.store.mine import WorksAt
from services.notifications.store.news import Item as News
from services.notifications.store.waiting import Item
from services.notifications.told_forms import HowToldForm, ReadForm, StillWantedForm

router = APIRouter()
own = OwnApi(router)
Own = Annotated[Person, Depends(helping.own)]
Alone = Annotated[Person, Depends(entry.signed_in)]
Choosing = Annotated[Person, Depends(limited(helping.own, limits.CHOOSE_LIST))]


@own.get("/mine/home")
async def my_home(request: Request, acting: Own, asked: ManyAskedByApi) -> answers.MyHome:
    """What comes next for the person, what waits (oldest first), what is new (of each thing the newest, unread first).

    `next`: of what waits. All that was written to them is at `/mine/messages`.
    """
    async with open_transaction(request, acting) as tx:
        mine = await own_home.my_home(tx, Asked(), asked)
    return answers.MyHome(
        **going_on(mine.waiting),
        waiting=[item_of(one) for one in mine.waiting.items],
        messages=[_news(one, helped=acting.helper is not None) for one in mine.news.items],
        organisations=[_works_at(one) for one in mine.works_at],
        next_session=_next(mine.next) if mine.next else None,
        money=answers.Money(**vars(mine.money)),
        joining=_joining(mine.joining) if mine.joining else None,
    )


@own.get("/mine/messages")
async def my_messages(request: Request, acting: Own, asked: AskedByApi) -> answers.MyMessages:
    """One page of what was written to the person, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await queries.my_messages(tx, asked)
    return answers.MyMessages(messages=[message_of(one) for one in page.items], **going_on(page))


@own.get("/mine/messages/{id}")
async def my_message(request: Request, id: UUID, acting: Own) -> answers.News:
    """One message, in its words. Reading it here marks nothing: see `/mine/messages/read`."""
    async with open_transaction(request, acting) as tx:
        return _news((await queries.my_message(tx, id)).item, helped=acting.helper is not None)


@router.post("/mine/messages/read", response_model=answers.AllRead)
async def mark_as_read(request: Request, body: ReadForm, acting: Alone) -> Response:
    """All that came up to then is read, for the person themselves alone."""

    async def act(tx: Transaction[Person]) -> dict[str, int]:
        return {"read": await news_store.note_all_read(tx, acting.person_id, until=body.until)}

    return await json_api.write(request, acting, act)


@own.get("/mine/how-told")
async def how_told(request: Request, acting: Own) -> answers.HowTold:
    """How often they are told of which news: at_once, daily, or of roles that fit them weekly or page (not at all)."""
    async with open_transaction(request, acting) as tx:
        return await _how_told(tx)


@own.put("/mine/how-told", does="choose_how_told", response_model=answers.HowTold)
async def choose_how_told(request: Request, body: HowToldForm, acting: Choosing) -> Response:
    """All of it anew. What is urgent is told at once, whatever is chosen."""

    async def act(tx: Transaction[Person]) -> answers.HowTold:
        await how_told_commands.choose(tx, body.chosen(), body.at)
        return await _how_told(tx)

    return await json_api.write(request, acting, act)


async def _how_told(tx: Transaction[Person]) -> answers.HowTold:
    person_id = tx.acting.person_id
    chosen, at = await how_told_store.chosen(tx, person_id), await how_told_store.at(tx, person_id)
    said: dict[str, Any] = {group: chosen.get(group, "at_once") for group in GROUPS}
    return answers.HowTold.model_validate(said | {"weekday": at.weekday, "hour": at.hour})


@own.get("/mine/still-wanted")
async def still_wanted(request: Request, acting: Own) -> answers.StillWanted:
    """Whether the person was asked whether they still want to hear of roles, and what they said."""
    async with open_transaction(request, acting) as tx:
        return await _still_wanted(tx)


@own.put("/mine/still-wanted", does="answer_still_wanted", response_model=answers.StillWanted)
async def answer_still_wanted(request: Request, body: StillWantedForm, acting: Choosing) -> Response:
    """yes: as it is now; weekly: once a week; stop: not at all. It may be said at any time."""

    async def act(tx: Transaction[Person]) -> answers.StillWanted:
        await still_wanted_commands.answer(tx, body.answer)
        return await _still_wanted(tx)

    return await json_api.write(request, acting, act)


async def _still_wanted(tx: Transaction[Person]) -> answers.StillWanted:
    asked = await still_wanted_store.get(tx, tx.acting.person_id)
    how = (await how_told_store.chosen(tx, tx.acting.person_id)).get("fitting", "at_once")
    said = vars(asked) if asked else dict.fromkeys(("asked_at", "answer_by", "answer"))
    next_at = await how_told_store.next_round_up(tx, tx.acting.person_id)
    return answers.StillWanted(**said, how=how, next_at=next_at)


def item_of(item: Item) -> answers.WaitsFor:
    return answers.WaitsFor(
        what=item.what,
        words=words.to_do(item.what),
        title=item.title,
        called=item.called,
        organisation=item.organisation,
        since=item.since,
        until=item.until,
        link=item.link,
    )


def message_of(m: Message) -> answers.MyMessage:
    public = m.public().model_dump(include={"id", "kind", "about", "channel", "status", "queued_at", "sent_at"})
    return answers.MyMessage(**public, subject=m.news.subject, text=m.news.body, link=m.news.link, thread=m.news.thread)


def _news(one: News, *, helped: bool) -> answers.News:
    """Whoever helps somebody is not told what these have read."""
    said: dict[str, Any] = dict(message_of(one.message)) | {"subject": one.subject}
    return answers.News(**said, earlier=one.earlier, unread=None if helped else one.unread, over=one.over)


def _works_at(one: WorksAt) -> answers.WorksAt:
    return answers.WorksAt(**vars(one))


def _next(one: Next) -> answers.NextSession:
    desk, it = one.desk, one.booking
    return answers.NextSession(
        kind=it.of,
        title=it.title,
        organisation=it.organisation.name,
        starts_at=it.starts_at,
        hours=one.hours,
        mode=it.mode,
        place=it.place,
        desk=answers.RingDesk(name=desk.name, phone=desk.phone or "", hours=desk.hours or "") if desk else None,
        link=it.link,
        calendar_file=it.file,
        more=one.more,
    )


def _joining(one: Joining) -> answers.Joining:
    return answers.Joining(**vars(one), words=words.JOINING[one.stage])
