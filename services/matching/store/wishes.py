"""The searches that a person keeps, and the roles that are not for them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.looking import Looked, called_part, parts_of_week
from services.matching.domain.wish import MOST_SEARCHES, Wish


@dataclass(frozen=True)
class Kept:
    """A search that somebody keeps."""

    id: UUID
    wish: Wish


async def of_person(tx: Transaction, person_id: UUID) -> Few[Kept]:
    """All of them, the oldest first."""
    rows = await tx.fetch(
        "select w.id, w.strand, w.mode, w.organisation_id, w.paid, w.job, w.words, w.kind, w.condition, w.access,"
        " w.at_times, w.near, w.miles, org.state ->> 'name' as organisation from wish w"
        " left join mirror_organisation org on org.id = w.organisation_id"
        " where w.person_id = $1 order by w.made_at, w.id limit $2",
        *(person_id, MOST_SEARCHES + 1),
    )
    return few(rows, MOST_SEARCHES, _kept)


_SAID = ("strand", "mode", "organisation_id", "paid", "job", "words", "kind", "condition", "access", "near", "miles")


def _kept(row: Row) -> Kept:
    said = {name: row[name] for name in _SAID}
    when = called_part(row["at_times"]) if row["at_times"] else None
    return Kept(row["id"], Wish(**said, when=when, organisation=row["organisation"] or ""))


async def add(tx: Transaction, person_id: UUID, wish: Wish, words: Looked | None) -> UUID:
    """Its id. `words`: how those of the search are understood now. The caller holds what the person is told of, and
    looked whether they keep the same one."""
    id = new_id()
    asked = (words.whole, words.before, words.begins) if words else (None, None, None)
    await tx.change_one(
        "insert into wish (id, person_id, made_at, strand, mode, organisation_id, paid, job, words, kind, condition,"
        " access, near, miles, at_times, query) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
        " $14, $15, to_tsquery('english', $16) || (to_tsquery('english', $17) && $18::text::tsquery))",
        *(id, person_id, tx.now, *_values(wish), *asked),
    )
    return id


async def same(tx: Transaction, person_id: UUID, wish: Wish) -> UUID | None:
    """The one that the person keeps already and that says the same."""
    return await tx.fetchval(
        "select w.id from wish w where w.person_id = $1 and (w.strand, w.mode, w.organisation_id, w.paid, w.job,"
        " w.words, w.kind, w.condition, w.access, w.near, w.miles, w.at_times) is not distinct from ($2, $3, $4::uuid,"
        " $5::boolean, $6::boolean, $7, $8, $9, $10, $11, $12::integer, $13::text[])",
        *(person_id, *_values(wish)),
    )


def _values(wish: Wish) -> tuple[Any, ...]:
    times = list(parts_of_week(wish.when)) if wish.when else None
    chosen = (wish.strand, wish.mode, wish.organisation_id, wish.paid, wish.job, wish.words)
    return (*chosen, wish.kind, wish.condition, wish.access, wish.near, wish.miles, times)


async def remove(tx: Transaction, person_id: UUID, id: UUID) -> bool:
    """False where they keep none with this id."""
    if not await tx.lock_one("select id from wish where person_id = $1 and id = $2 for update", person_id, id):
        return False
    await tx.change_one("delete from wish where id = $1", id)
    return True


async def organisation(tx: Transaction, ods_code: str) -> tuple[UUID, str] | None:
    """An organisation's id and name, by its ODS code."""
    row = await tx.fetchrow(
        "select m.id, m.state ->> 'name' as name from mirror_organisation m"
        " where not m.erased and m.state ->> 'ods_code' = $1 order by m.id limit 1",
        ods_code,
    )
    return (row["id"], row["name"]) if row else None


async def leave_out(tx: Transaction, person_id: UUID, opportunity_id: UUID) -> bool:
    """Note that a role is not for them. False where that was noted before."""
    noted = await tx.change_any(
        "insert into not_for_me (person_id, opportunity_id, said_at) values ($1, $2, $3) on conflict do nothing",
        *(person_id, opportunity_id, tx.now),
    )
    return noted > 0


async def take_back(tx: Transaction, person_id: UUID, opportunity_id: UUID) -> bool:
    """Take that out again. False where it was not noted."""
    noted = await tx.lock_one(
        "select person_id from not_for_me where person_id = $1 and opportunity_id = $2 for update",
        *(person_id, opportunity_id),
    )
    if noted:
        await tx.change_one(
            "delete from not_for_me where person_id = $1 and opportunity_id = $2", person_id, opportunity_id
        )
    return noted is not None
