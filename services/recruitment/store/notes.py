"""What was written about people in the pool. Only they, their coordinator and whoever covers read it (row policies)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.note import REACHED, Note

_NOTE = "id, person_id, kind, happened_on, way, outcome, words, written_by, written_at"
_OF_PERSON = " from note where person_id = $1"
OF_PERSON = Listing(
    "notes",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select "
            + _NOTE
            + _OF_PERSON
            + " and (written_at, id) < ($2, $3) order by written_at desc, id desc limit $4",
            by={"written_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OF_PERSON + " limit $2) as counted",
)


def _read(row: Row) -> Note:
    return Note(**row)


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Note]:
    page = await OF_PERSON.page(tx, asked, person_id)
    return page.with_items([_read(row) for row in page.items])


async def lock(tx: Transaction, id: UUID, person_id: UUID) -> Note | None:
    row = await tx.lock_one("select " + _NOTE + " from note where id = $1 and person_id = $2 for update", id, person_id)
    return _read(row) if row else None


async def add(tx: Transaction, *notes: Note) -> None:
    """Of many people by one statement."""
    await tx.change_each(
        "insert into note (id, person_id, kind, happened_on, way, outcome, words, written_by, written_at)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::text[], $7::text[],"
        " $8::uuid[], $9::timestamptz[])",
        [
            (n.id, n.person_id, n.kind, n.happened_on, n.way, n.outcome, n.words, n.written_by, n.written_at)
            for n in notes
        ],
    )


async def delete(tx: Transaction, note: Note) -> None:
    """The caller holds its lock."""
    await tx.change_one("delete from note where id = $1", note.id)


async def last_contact(tx: Transaction, person_id: UUID) -> date | None:
    """The last day on which somebody was in touch, by the notes that there are."""
    return await tx.fetchval(
        "select max(happened_on) from note where person_id = $1 and outcome = any($2::text[])", person_id, REACHED
    )


async def delete_old(tx: Transaction, *, older_than_days: int, limit: int) -> int:
    """How many were deleted. When somebody was last in touch stays known: it is no part of a note."""
    return await tx.change_any(
        "delete from note where id in (select id from note where written_at < $1 order by written_at limit $2)",
        *(tx.now - timedelta(days=older_than_days), limit),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    """All about somebody; and what they wrote about others has no name any more."""
    await tx.change_any("delete from note where person_id = $1", person_id)
    await tx.change_any("update note set written_by = null where written_by = $1", person_id)
