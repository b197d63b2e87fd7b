"""Letters: those that wait, those that somebody took to print together, and where each goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.contact import Apart, Format
from services.notifications.domain.letter import MOST_AT_ONCE
from services.notifications.domain.message import Message
from services.notifications.store.messages import MESSAGE, message_of

MOST_FOUND = 10
"""Of those with one reference."""


@dataclass(frozen=True)
class ToWrite:
    """A message that goes by post, to whom, where and in which format. `number`: in its printing, if it is in one;
    `apart`: what they asked for, of which we make none."""

    message: Message
    called: str
    address: str | None
    format: Format
    can_sign_in: bool
    number: int | None = None
    apart: Apart | None = None


async def _to_write(tx: Transaction[Member] | Transaction[Person], rows: Sequence[Row]) -> list[ToWrite]:
    """Each message with its person, who are read by their ids: under row-level security a join would look at all."""
    ids = [row["person_id"] for row in rows]
    contacts = await tx.fetch(
        "select person_id, case channel when 'post' then address else letters_to end as written_to, format, apart"
        " from contact_point where person_id = any($1::uuid[])",
        ids,
    )
    accounts = await tx.fetch(
        "select a.id, a.state ->> 'called' as called, (a.state ->> 'can_sign_in')::boolean is not false as can_sign_in"
        " from mirror_account a where a.id = any($1::uuid[])",
        ids,
    )
    reached = {row["person_id"]: row for row in contacts}
    known = {row["id"]: row for row in accounts}
    return [_one(row, reached.get(row["person_id"]), known.get(row["person_id"])) for row in rows]


def _one(row: Row, reached: Row | None, known: Row | None) -> ToWrite:
    """What is not known is left out: who is forgotten has no name."""
    return ToWrite(
        message_of(row),
        called=(known["called"] if known else None) or "",
        address=reached["written_to"] if reached else None,
        format=reached["format"] if reached else "standard",
        can_sign_in=known["can_sign_in"] if known else True,
        number=row.get("number"),
        apart=reached["apart"] if reached else None,
    )


async def one(tx: Transaction[Member], id: UUID) -> ToWrite:
    """Raises NotFound for what the acting organisation does not write."""
    rows = await tx.fetch(
        "select " + MESSAGE + " from message m where m.id = $1 and m.organisation_id = $2 and m.channel = 'post'",
        *(id, tx.acting.organisation_id),
    )
    if not rows:
        raise NotFound
    return (await _to_write(tx, rows))[0]


async def one_of_person(tx: Transaction[Person], id: UUID) -> ToWrite:
    """A letter to whoever asks. Raises NotFound for what goes to them in another way."""
    rows = await tx.fetch(
        "select " + MESSAGE + " from message m where m.id = $1 and m.person_id = $2 and m.channel = 'post'",
        *(id, tx.acting.person_id),
    )
    if not rows:
        raise NotFound
    return (await _to_write(tx, rows))[0]


async def by_reference(tx: Transaction[Member], words: str) -> Few[ToWrite]:
    """The letters and calls of the acting organisation that have this reference, told or not; the newest first.

    It is part of a random number, so there is nearly always one.
    """
    rows = await tx.fetch(
        "select " + MESSAGE + " from message m where m.organisation_id = $1 and m.reference = $2"
        " order by m.queued_at desc limit $3",
        *(tx.acting.organisation_id, words.strip().upper()[-6:], MOST_FOUND + 1),
    )
    some = few(rows, MOST_FOUND, lambda row: row)
    found = Few(await _to_write(tx, some))
    found.more = some.more
    return found


@dataclass(frozen=True)
class Waits:
    """How many letters wait: to be printed, taken by somebody and not posted, without an address, and `apart`, to whom
    asked for braille or sound."""

    to_print: int
    taken: int
    no_address: int
    oldest: datetime | None
    apart: int = 0


async def waiting(tx: Transaction[Member]) -> Waits:
    row = await tx.fetchrow(
        "select count(*) filter (where t.message_id is null and w.has and c.apart is null) as to_print,"
        " count(t.message_id) as taken, count(*) filter (where t.message_id is null and not w.has) as no_address,"
        " min(m.queued_at) as oldest,"
        " count(*) filter (where t.message_id is null and w.has and c.apart is not null) as apart"
        " from message m left join letter_taken t on t.message_id = m.id left join contact_point c"
        " on c.person_id = m.person_id cross join lateral (select (c.channel = 'post' or c.letters_to is not null)"
        " is true as has) w where m.organisation_id = $1 and m.status = 'queued' and m.channel = 'post'",
        tx.acting.organisation_id,
    )
    assert row
    return Waits(**dict(row))


async def take(tx: Transaction[Member], printing_id: UUID) -> int:
    """Take all that wait, the oldest of each rank first, and say how many. What somebody else takes now is theirs;
    whoever asked for braille or sound gets no print with all others."""
    await tx.change_one(
        "insert into printing (id, organisation_id, taken_by, taken_at) values ($1, $2, $3, $4)",
        *(printing_id, tx.acting.organisation_id, tx.acting.by, tx.now),
    )
    return await tx.change_any(
        "with next as (select m.id, m.queued_at, m.rank from message m where m.organisation_id = $1"
        " and m.status = 'queued' and m.channel = 'post' and not exists"
        " (select from letter_taken t where t.message_id = m.id) and exists"
        " (select from contact_point c where c.person_id = m.person_id and c.apart is null"
        " and (c.channel = 'post' or c.letters_to is not null))"
        " order by m.rank, m.queued_at, m.id limit $3 for update skip locked)"
        " insert into letter_taken (message_id, printing_id, organisation_id, number)"
        " select id, $2, $1, row_number() over (order by rank, queued_at, id) from next"
        " on conflict (message_id) do nothing",
        *(tx.acting.organisation_id, printing_id, MOST_AT_ONCE),
    )


@dataclass(frozen=True)
class Printing:
    """Letters that somebody took to print together. `letters`: as many as are in it now; `last`: its highest number."""

    id: UUID
    taken_by: UUID
    taken_at: datetime
    posted_by: UUID | None
    posted_at: datetime | None
    letters: int
    last: int


_PRINTING = (
    "p.id, p.taken_by, p.taken_at, p.posted_by, p.posted_at,"
    " (select count(*) from letter_taken t where t.printing_id = p.id) as letters,"
    " (select coalesce(max(t.number), 0) from letter_taken t where t.printing_id = p.id) as last"
)


async def printing(tx: Transaction[Member], id: UUID) -> Printing:
    """Raises NotFound."""
    row = await tx.fetchrow(
        "select " + _PRINTING + " from printing p where p.id = $1 and p.organisation_id = $2",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return Printing(**dict(row))


async def lock_printing(tx: Transaction[Member], id: UUID) -> Printing:
    """Raises NotFound."""
    locked = await tx.lock_one(
        "select id from printing p where p.id = $1 and p.organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    if locked is None:
        raise NotFound
    return await printing(tx, id)


async def printings(tx: Transaction[Member], asked: Asked) -> Page[Printing]:
    """The newest first."""
    page = await PRINTINGS.page(tx, asked, tx.acting.organisation_id)
    return page.with_items([Printing(**dict(row)) for row in page.items])


PRINTINGS = Listing(
    "printings",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _PRINTING + " from printing p where p.organisation_id = $1 and (p.taken_at, p.id) < ($2, $3)"
            " order by p.taken_at desc, p.id desc limit $4",
            by={"taken_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from printing p where p.organisation_id = $1 limit $2) as counted",
)


async def in_printing(tx: Transaction[Member], id: UUID, numbers: range) -> list[ToWrite]:
    """Its letters of these numbers that still wait, in their order."""
    rows = await tx.fetch(
        "select t.number, " + MESSAGE + " from letter_taken t join message m on m.id = t.message_id"
        " where t.printing_id = $1 and t.number >= $2 and t.number < $3 and m.organisation_id = $4"
        " and m.status = 'queued' order by t.number",
        *(id, numbers.start, numbers.stop, tx.acting.organisation_id),
    )
    return await _to_write(tx, rows)


async def put_back(tx: Transaction[Member], id: UUID, numbers: Sequence[int] | None) -> int:
    """Some of its letters, or all of them, wait again to be taken."""
    return await tx.change_any(
        "delete from letter_taken t where t.printing_id = $1 and t.organisation_id = $2"
        " and ($3::int[] is null or t.number = any($3))",
        *(id, tx.acting.organisation_id, None if numbers is None else list(numbers)),
    )


async def note_posted(tx: Transaction[Member], id: UUID) -> None:
    await tx.change_one(
        "update printing set posted_by = $2, posted_at = $3 where id = $1 and posted_at is null",
        *(id, tx.acting.by, tx.now),
    )


async def delete_printing(tx: Transaction, id: UUID) -> None:
    """Nothing is in it any more."""
    await tx.change_one("delete from printing where id = $1", id)


async def lock_posted(
    tx: Transaction, id: UUID, after: UUID | None, *, limit: int
) -> tuple[UUID | None, list[Message]]:
    """Who said that it is posted, and the next of its letters that still wait, locked in id order."""
    posted_by = await tx.fetchval("select posted_by from printing where id = $1", id)
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.id in (select t.message_id from letter_taken t"
        " where t.printing_id = $1) and m.status = 'queued' and ($2::uuid is null or m.id > $2)"
        " order by m.id limit $3 for update",
        *(id, after, limit),
    )
    return posted_by, [message_of(row) for row in rows]


async def delete_old(tx: Transaction, *, before: datetime) -> int:
    """Printings that were posted so long ago. Their letters are done."""
    return await tx.change_any("delete from printing where posted_at < $1", before)
