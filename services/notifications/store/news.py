"""What is new for a person: of each thing its newest message with the older ones behind it, and what they have read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.kinds import WAITS_FOR
from services.notifications.domain.message import Message
from services.notifications.store.messages import MESSAGE, message_of

MOST_EARLIER = 20


@dataclass(frozen=True)
class Item:
    """A message as its person reads it. `earlier`: so many older ones are about the same thing; `over`: what it asked
    for is done, or cannot be done any more."""

    message: Message
    earlier: int
    unread: bool
    over: bool

    @property
    def subject(self) -> str:
        """What is over says no day by which to answer."""
        return (self.message.news.later if self.over else "") or self.message.news.subject

    def saying(self, message: Message) -> "Item":
        """The same with its words filled in."""
        return replace(self, message=message)


# No mail of what waits or is new, which stands on the page itself; and none that goes to an address not yet theirs.
_MINE = " and m.address is null and m.kind not in ('round_up', 'daily', 'roles_fit')"
_OTHER = " and n.address is null and n.kind not in ('round_up', 'daily', 'roles_fit')"
_STATE = (
    " not exists (select from message_read r where r.message_id = m.id) as unread,"
    " exists (select from unnest($2::text[], $3::text[]) as a (kind, what) where a.kind = m.kind and not exists (select"
    " from waiting_item w where w.person_id = m.person_id and w.what = a.what and w.about = m.about)) as over"
)
_FIRST = "(not exists (select from message_read r where r.message_id = m.id))::int"
_NEWEST = (
    " from message m where m.person_id = $1" + _MINE + " and not exists (select from message n"
    " where n.person_id = m.person_id and n.thread = m.thread"
    + _OTHER
    + " and (n.queued_at, n.id) > (m.queued_at, m.id))"
)
NEWS = Listing(
    "my news",
    sorts=(
        Sort(
            "unread",
            "What you have not read first",
            "select " + MESSAGE + "," + _STATE + ", (select count(*) from message n"
            " where n.person_id = m.person_id and n.thread = m.thread and n.id <> m.id"
            + _OTHER
            + ") as earlier, "
            + _FIRST
            + " as first"
            + _NEWEST
            + " and ("
            + _FIRST
            + ", m.queued_at, m.id) < ($4, $5, $6) order by "
            + _FIRST
            + " desc, m.queued_at desc, m.id desc limit $7",
            by={"first": int, "queued_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="",
)
_ASKS = ([*WAITS_FOR], [*WAITS_FOR.values()])


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Item]:
    """One card of each thing: unread ones first, each newest first."""
    page = await NEWS.page(tx, asked, person_id, *_ASKS)
    return page.with_items([_item(row, row["earlier"]) for row in page.items])


@dataclass(frozen=True)
class Thread:
    """One message, the newest one of the same thing where that is another, and those before it."""

    item: Item
    newest: Item | None
    earlier: Few[Item]

    def saying(self, filled: Mapping[UUID, Message]) -> "Thread":
        """The same with the words of each filled in."""

        def said(one: Item) -> Item:
            return one.saying(filled[one.message.id])

        earlier = self.earlier.each(said)
        earlier.more = self.earlier.more
        return Thread(said(self.item), said(self.newest) if self.newest else None, earlier)


async def one_of_person(tx: Transaction, person_id: UUID, id: UUID) -> Thread:
    """Raises NotFound, also for one that is not to be read on a page."""
    rows = await tx.fetch(
        "select " + MESSAGE + "," + _STATE + " from message t join message m on m.person_id = t.person_id"
        " and m.thread = t.thread where t.id = $4 and t.person_id = $1 and t.address is null"
        + _MINE
        + " order by (m.id = t.id) desc, m.queued_at desc, m.id desc limit $5",
        *(person_id, *_ASKS, id, MOST_EARLIER + 2),
    )
    every = few(rows, MOST_EARLIER + 1, lambda row: _item(row, 0))
    if not every or every[0].message.id != id:
        return Thread(await _alone(tx, person_id, id), None, Few())
    item, newest = every[0], None
    others, when = Few[Item](every[1:]), item.message.queued_at
    if others and (others[0].message.queued_at, others[0].message.id) > (when, id):
        newest = others.pop(0)
    others.more = every.more
    return Thread(replace(item, earlier=len(others)), newest, others)


async def _alone(tx: Transaction, person_id: UUID, id: UUID) -> Item:
    """One that is in no list: a mail of what waits at work, or of what was new on a day."""
    row = await tx.fetchrow(
        "select " + MESSAGE + ", false as unread, false as over from message m"
        " where m.id = $1 and m.person_id = $2 and m.address is null",
        *(id, person_id),
    )
    if row is None:
        raise NotFound
    return _item(row, 0)


def _item(row: Row, earlier: int) -> Item:
    return Item(message_of(row), earlier, row["unread"], row["over"])


async def note_read(tx: Transaction, person_id: UUID, id: UUID) -> None:
    """They have opened it: with it, those before it of the same thing are read."""
    await tx.change_any(
        "insert into message_read (message_id, person_id, read_at) select m.id, m.person_id, $3 from message t"
        " join message m on m.person_id = t.person_id and m.thread = t.thread"
        " and (m.queued_at, m.id) <= (t.queued_at, t.id) where t.id = $2 and t.person_id = $1 and t.address is null"
        " on conflict do nothing",
        *(person_id, id, tx.now),
    )


async def note_all_read(tx: Transaction, person_id: UUID, *, until: datetime) -> int:
    """All that came up to then; how many it were."""
    return await tx.change_any(
        "insert into message_read (message_id, person_id, read_at) select m.id, m.person_id, $3 from message m"
        " where m.person_id = $1 and m.queued_at <= $2" + _MINE + " on conflict do nothing",
        *(person_id, until, tx.now),
    )


@dataclass(frozen=True)
class First:
    """The first e-mail of a thread, and what it was called; "" by what had happened."""

    id: UUID
    thing: str


async def first_of_thread(tx: Transaction, message: Message) -> First | None:
    """The first e-mail to its person about the same thing; None where it is itself the first."""
    row = await tx.fetchrow(
        "select id, thing from message where person_id = $1 and thread = $2 and channel = 'email'"
        " and address is null order by queued_at, id limit 1",
        *(message.news.person_id, message.news.thread),
    )
    return First(row["id"], row["thing"]) if row and row["id"] != message.id else None
