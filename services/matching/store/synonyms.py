"""Words that mean the same, for a search: the network keeps them, everybody may read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.synonyms import MOST, NoSuchSynonyms


@dataclass(frozen=True)
class Group:
    """Words that mean the same. `since`: when they came in or were last changed, and `by` whom; None: they came with
    the network."""

    id: UUID
    words: tuple[str, ...]
    since: datetime
    by: UUID | None = None


_GROUP = "id, words, since, changed_by"
BY_FIRST = Listing(
    "synonyms",
    sorts=(
        Sort(
            "word",
            "By word",
            "select first_key, " + _GROUP + " from synonym where strpos(words_key, (select searched($1))) > 0"
            " and (first_key, id) > ($2, $3) order by first_key, id limit $4",
            by={"first_key": str, "id": UUID},
        ),
    ),
    count="",
)


async def some(tx: Transaction, asked: Asked, words: str) -> Page[Group]:
    """One page of those that have these words."""
    page = await BY_FIRST.page(tx, asked, words)
    return page.with_items([_read(row) for row in page.items])


async def groups(tx: Transaction) -> list[tuple[str, ...]]:
    """All of them, to be looked for in a search."""
    return [
        tuple(row["words"]) for row in await tx.fetch("select words from synonym order by first_key, id limit $1", MOST)
    ]


async def others(tx: Transaction[Member], than: UUID | None) -> list[Group]:
    """All but one. Until this transaction ends nobody else adds or changes one."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('synonym', 1))")
    rows = await tx.fetch(
        "select " + _GROUP + " from synonym where id is distinct from $1::uuid order by id limit $2", than, MOST
    )
    return [_read(row) for row in rows]


async def get(tx: Transaction, id: UUID) -> Group:
    """Raises NoSuchSynonyms."""
    row = await tx.fetchrow("select " + _GROUP + " from synonym where id = $1", id)
    if row is None:
        raise NoSuchSynonyms
    return _read(row)


async def lock(tx: Transaction[Member], id: UUID) -> Group:
    """Raises NoSuchSynonyms."""
    row = await tx.lock_one("select " + _GROUP + " from synonym where id = $1 for update", id)
    if row is None:
        raise NoSuchSynonyms
    return _read(row)


async def add(tx: Transaction[Member], words: list[str]) -> UUID:
    id = new_id()
    await tx.change_one(
        "insert into synonym (id, words, since, changed_by) values ($1, $2, $3, $4)", id, words, tx.now, tx.acting.by
    )
    return id


async def change(tx: Transaction[Member], id: UUID, words: list[str]) -> None:
    """The caller holds its lock."""
    await tx.change_one(
        "update synonym set words = $2, since = $3, changed_by = $4 where id = $1", id, words, tx.now, tx.acting.by
    )


async def take_out(tx: Transaction[Member], id: UUID) -> None:
    """The caller holds its lock."""
    await tx.change_one("delete from synonym where id = $1", id)


def _read(row: Row) -> Group:
    return Group(row["id"], tuple(row["words"]), row["since"], row["changed_by"])
