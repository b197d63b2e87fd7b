"""The monthly list of open roles: begun once a month in daylight, told a batch at a time, each person once.

A batch is one transaction, which also notes how far it came: killed anywhere, the next one goes on. Besides, a message
is unique by its person and month.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.access import LONDON, london_day
from services.chassis.base.hands import Person
from services.chassis.base.working_days import is_working_day
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics, texts, who_to_ask
from services.notifications.commands import messages
from services.notifications.domain import kinds
from services.notifications.domain import message as message_domain
from services.notifications.domain import monthly as domain
from services.notifications.domain.contact import Channel
from services.notifications.domain.kinds import MONTHLY
from services.notifications.domain.message import Lists, News
from services.notifications.domain.monthly import Month, NoListForYou
from services.notifications.store import contact as contact_store
from services.notifications.store import monthly as store
from services.notifications.store.monthly import Receiver
from services.notifications.who_to_ask import Ask

TOLD_AT_ONCE = 250
"""In one transaction, as of everything that is told to many."""
BEFORE_THE_FIRST = timedelta(days=31)
"""What counts as new in the very first list."""

LOOK = 1
"""As which version `end_what_is_not_wanted` is owed: there is none."""


def month_of(now: datetime) -> date | None:
    """The month whose list may be told now: from its first working day on, by day; None at any other time."""
    day, hour = london_day(now), now.astimezone(LONDON).hour
    if not domain.DAYLIGHT.first <= hour < domain.DAYLIGHT.last or day.day > domain.LAST_DAY:
        return None
    return day.replace(day=1) if is_working_day(day) else None


async def tell_some(tx: Transaction) -> bool:
    """The next of those who get it. False when there is nothing more to do now.

    Where no role is open nobody is written to that month. Nothing is begun before the network's organisation is heard
    of, which posts the letters.
    """
    first = month_of(tx.now)
    return first is not None and await tell_of_month(tx, first)


async def tell_of_month(tx: Transaction, first: date) -> bool:
    """The same of a month, named by its first day, whenever it is."""
    office = await contact_store.network_office(tx)
    if office is None:
        return False
    month = await store.lock_month(tx, first)
    if month is None:
        return await _begin(tx, first)
    if month.finished_at is not None:
        return False
    roles = await mirrors.get_each(tx, Opportunity, month.roles)
    needs = [(one.id, code) for one in roles.values() for code in one.training]
    some = await store.next_people(tx, month.after, limit=TOLD_AT_ONCE)
    await contact_store.keep_people(tx, some)
    opens = await store.still_open(tx, month.roles)
    receivers = await store.receivers(tx, month, needs, some)
    told = [one for one in receivers if domain.is_news(opens, one.left_out, one.last)]
    asks = await who_to_ask.of_each(tx, [one.person_id for one in told])
    news: list[tuple[News, Channel]] = [(_news(one, month, asks[one.person_id]), one.channel) for one in told]
    await messages.queue_each(tx, news, office)
    over = len(some) < TOLD_AT_ONCE
    after = some[-1] if some else month.after
    await store.note_progress(tx, replace(month, after=after, finished_at=tx.now if over else None))
    return not over


async def _begin(tx: Transaction, first: date) -> bool:
    roles, in_all = await store.open_roles(tx, limit=domain.IN_ALL)
    last = await store.last_made(tx)
    month = Month(
        first,
        tx.now,
        last or tx.now - BEFORE_THE_FIRST,
        tuple(one.id for one in roles),
        in_all,
        finished_at=None if roles else tx.now,
    )
    return await store.add_month(tx, month) and bool(roles)


def _news(one: Receiver, month: Month, ask: Ask) -> News:
    """Whom to ask is all of its words that is kept; the others are made of the month when it is sent or read."""
    words = texts.who_to_ask(ask)
    return News(
        person_id=one.person_id,
        kind=MONTHLY,
        about=one.person_id,
        stage=domain.stage_of(month.month),
        subject=f"Open roles in {month.month:%B}",
        body=words.plain,
        link=links.FEED,
        link_words="See all open roles",
        good_until=kinds.good_until(kinds.of(MONTHLY), happened_at=month.made_at),
        easy=words.easy,
        lists=Lists(month.month, one.left_out),
    )


async def choose(tx: Transaction[Person], *, wanted: bool) -> None:
    """Whether the acting person gets the list from now on. What waits to be sent is not sent after a no.

    Raises NoListForYou for a yes of somebody for whom it is not. Nothing is kept of who was forgotten a moment ago.
    """
    person_id = tx.acting.person_id
    await contact_store.keep_people(tx, [person_id])
    heard = await contact_store.account(tx, person_id)
    if heard is not None and heard.account is None:
        return
    if wanted and await store.standing(tx, person_id) == "none":
        raise NoListForYou
    if await store.wanted(tx, person_id) is wanted:
        return
    await store.choose(tx, person_id, wanted=wanted, by=tx.acting.by)
    await tx.due(end_what_is_not_wanted, person_id, LOOK)
    tx.count(metrics.MONTHLY_CHOSEN.labels("yes" if wanted else "no").inc)


async def look_again(tx: Transaction, person_id: UUID) -> None:
    """They left, have a break, or are reached in another way: what waits to be sent to them is looked at."""
    await tx.due(end_what_is_not_wanted, person_id, LOOK)


async def end_of_who_asks_no_more(tx: Transaction) -> None:
    """An application was deleted, so nobody knows any more whose it was: whoever had said yes and has neither one nor a
    place in the pool gets no list, and that they said so is not kept."""
    for person_id in await store.take_back_of_who_is_nobody(tx):
        await end_what_is_not_wanted(tx, person_id)


async def end_what_is_not_wanted(tx: Transaction, person_id: UUID) -> None:
    """A list that still waits goes no more to somebody who does not get it now, or is reached in another way."""
    waiting = await store.lock_waiting(tx, person_id)
    if not waiting:
        return
    goes = (await store.still_goes(tx, [person_id])).get(person_id)
    over = [one for one in waiting if one.channel != goes]
    await messages.save_and_emit(tx, *(message_domain.go_stale(one) for one in over))
