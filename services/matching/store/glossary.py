"""The network's glossary: for everybody to read, in order, and whole for what is typed."""

from uuid import UUID

import asyncpg

from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.glossary import MOST, Entry, EntryWords, Glossary, NoSuchTerm, TermThere

_ENTRY = "id, term, plain, explanation, since, changed_by"
_FOUND = " from glossary where strpos(words_key, (select searched($1))) > 0"
BY_TERM = Listing(  # at most 1,000 words, which nobody needs to have counted
    "glossary",
    sorts=(
        Sort(
            "term",
            "By word",
            "select term_key, " + _ENTRY + _FOUND + " and (term_key, id) > ($2, $3) order by term_key, id limit $4",
            by={"term_key": str, "id": UUID},
        ),
    ),
    count="",
)


async def entries(tx: Transaction, asked: Asked, words: str) -> Page[Entry]:
    """One page of those that have the words in the word itself, or in its plain words."""
    page = await BY_TERM.page(tx, asked, words)
    return page.with_items([_read(row) for row in page.items])


async def whole(tx: Transaction) -> Glossary:
    """All of it, to be looked for in what is typed."""
    return Glossary([_read(row) for row in await tx.fetch("select " + _ENTRY + " from glossary limit $1", MOST)])


async def get(tx: Transaction, id: UUID) -> Entry:
    """Raises NoSuchTerm."""
    row = await tx.fetchrow("select " + _ENTRY + " from glossary where id = $1", id)
    if row is None:
        raise NoSuchTerm
    return _read(row)


async def lock(tx: Transaction[Member], id: UUID) -> Entry:
    """Raises NoSuchTerm."""
    row = await tx.lock_one("select " + _ENTRY + " from glossary where id = $1 for update", id)
    if row is None:
        raise NoSuchTerm
    return _read(row)


async def how_many(tx: Transaction[Member]) -> int:
    """Until this transaction ends nobody else adds one."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('glossary', 1))")
    return await tx.fetchval("select count(*) from glossary")


async def add(tx: Transaction[Member], words: EntryWords) -> UUID:
    """Raises TermThere."""
    id = new_id()
    try:
        await tx.change_one(
            "insert into glossary (id, term, plain, explanation, since, changed_by) values ($1, $2, $3, $4, $5, $6)",
            *(id, words.term, words.plain, words.explanation, tx.now, tx.acting.by),
        )
    except asyncpg.UniqueViolationError:
        raise TermThere from None
    return id


async def change(tx: Transaction[Member], id: UUID, words: EntryWords) -> None:
    """The caller holds its lock. Raises TermThere."""
    try:
        await tx.change_one(
            "update glossary set term = $2, plain = $3, explanation = $4, since = $5, changed_by = $6 where id = $1",
            *(id, words.term, words.plain, words.explanation, tx.now, tx.acting.by),
        )
    except asyncpg.UniqueViolationError:
        raise TermThere from None


async def take_out(tx: Transaction[Member], id: UUID) -> None:
    """The caller holds its lock."""
    await tx.change_one("delete from glossary where id = $1", id)


def _read(row: Row) -> Entry:
    return Entry(row["id"], row["term"], row["plain"], row["explanation"], row["since"], row["changed_by"])
