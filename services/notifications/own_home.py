"""What a person's own home page and its API show, read in the name of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.identity import Desk
from schemas.recruitment import Application, Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications import bookings, who_to_ask
from services.notifications.domain import joining
from services.notifications.domain.booking import Booking
from services.notifications.domain.joining import Joining
from services.notifications.store import mine as store
from services.notifications.store import news as news_store
from services.notifications.store import waiting as waiting_store
from services.notifications.store.mine import Me, Money, WorksAt
from services.notifications.store.news import Item as News
from services.notifications.store.waiting import Item
from services.notifications.who_to_ask import Ask
from services.notifications.words_of_now import in_words


@dataclass(frozen=True)
class Next:
    """What somebody has booked that comes next, whom to ring about it today, and how much more is to come after it."""

    booking: Booking
    desk: Desk | None
    more: int

    @property
    def hours(self) -> float:
        return (self.booking.ends_at - self.booking.starts_at) / timedelta(hours=1)


@dataclass(frozen=True)
class Home:
    """`next`: their next session or talk; `joining`: where their application stands, of whoever has not joined.

    `works_at`: of staff; empty at a helper's address. `undelivered`: when we last wrote to their mailbox in vain.
    """

    waiting: Page[Item]
    news: Page[News]
    next: Next | None
    money: Money
    joining: Joining | None
    works_at: Sequence[WorksAt]
    undelivered: datetime | None
    no_way: bool
    """They have no credential and gave no way to reach them: only this browser knows them."""
    now: datetime
    ask: Ask | None = None
    """Of somebody in the pool: who looks after them, or the welcome team."""


async def my_home(tx: Transaction[Person], asked: Asked, waiting: Asked, *, together: bool = False) -> Home:
    """What waits for the person, oldest first; what is new; what comes next; where they work.

    `asked`: which page of what is new; `waiting`: of what waits, where `together` makes one item of each address.
    """
    person_id = tx.acting.person_id
    me = await store.me(tx, person_id)
    news = await news_store.of_person(tx, asked, person_id)
    is_staff = bool(tx.acting.staff_of) and not tx.acting.helper
    in_pool = me.leader is not None and me.leader.status == "approved"
    return Home(
        waiting=await waiting_store.of_person(tx, waiting, person_id, together=together),
        news=news.with_items(await _in_words(tx, news.items)),
        next=_next(tx, await bookings.to_come(tx, person_id)),
        money=me.money,
        joining=None if in_pool else _joining(tx, me.application, me),
        works_at=await store.works_at(tx, person_id) if is_staff else [],
        undelivered=me.undelivered,
        no_way=me.contact is None and me.account is not None and not me.account.can_sign_in,
        now=tx.now,
        ask=_ask(tx, me.leader, me) if in_pool else None,
    )


def _next(tx: Transaction, to_come: Sequence[Booking]) -> Next | None:
    if not to_come:
        return None
    first = to_come[0]
    return Next(first, first.organisation.desk_to_ring(london_day(tx.now), first.desk_id), len(to_come) - 1)


async def _in_words(tx: Transaction, items: Sequence[News]) -> list[News]:
    filled = await in_words(tx, [one.message for one in items])
    return [one.saying(said) for one, said in zip(items, filled, strict=True)]


def _joining(tx: Transaction, application: Application | None, me: Me) -> Joining | None:
    network = me.network.name if me.network else ""
    return joining.of(application, holder=me.holder, network=network, now=tx.now) if application else None


def _ask(tx: Transaction, leader: Leader | None, me: Me) -> Ask:
    today = london_day(tx.now)
    covered = leader is not None and leader.covered_on(today) is not None
    cover = me.cover if me.coordinator and covered else ""
    return Ask(me.coordinator, cover, who_to_ask.desk_of(me.network, today))
