"""Who said that they live together, and the codes by which they say it."""

from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.household import Code, Household


async def save_code(tx: Transaction, person_id: UUID, code: Code) -> None:
    """In place of an older one."""
    await tx.change_one(
        "insert into household_code (person_id, code, good_until) values ($1, $2, $3) on conflict (person_id)"
        " do update set code = excluded.code, good_until = excluded.good_until",
        *(person_id, code.code, code.good_until),
    )


async def code_of(tx: Transaction, person_id: UUID, *, now: datetime) -> Code | None:
    """The one that still works."""
    row = await tx.fetchrow(
        "select code, good_until from household_code where person_id = $1 and good_until > $2", person_id, now
    )
    return Code(row["code"], row["good_until"]) if row else None


async def take_code(tx: Transaction, code: str) -> tuple[UUID | None, datetime | None]:
    """Whose it is and until when it works; it is used up if this commits. Nothing for one that is nobody's."""
    await tx.execute("select set_config('app.code', $1, true)", code)
    row = await tx.lock_one("select person_id, good_until from household_code where code = $1 for update", code)
    if row is None:
        return None, None
    await tx.change_one("delete from household_code where code = $1", code)
    return row["person_id"], row["good_until"]


async def add(tx: Transaction, first: UUID, second: UUID, *, now: datetime) -> None:
    """Said again: it holds again."""
    await tx.change_one(
        "insert into household (one, other, said_at) values ($1, $2, $3)"
        " on conflict (one, other) do update set said_at = excluded.said_at, ended_at = null",
        *(min(first, second), max(first, second), now),
    )


MOST_SHOWN = 50


async def of_person(tx: Transaction, person_id: UUID) -> Few[Household]:
    rows = await tx.fetch(
        "select case when one = $1 then other else one end as with_id, said_at from household"
        " where (one = $1 or other = $1) and ended_at is null order by said_at, one, other limit $2",
        *(person_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, lambda row: Household(**row))


async def end(tx: Transaction, first: UUID, second: UUID, *, now: datetime) -> None:
    """It holds no more. Raises NotFound where it never did."""
    pair = (min(first, second), max(first, second))
    row = await tx.lock_one("select ended_at from household where one = $1 and other = $2 for update", *pair)
    if row is None:
        raise NotFound
    if row["ended_at"] is None:
        await tx.change_one("update household set ended_at = $3 where one = $1 and other = $2", *pair, now)


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from household where one = $1 or other = $1", person_id)
    await tx.change_any("delete from household_code where person_id = $1", person_id)


async def delete_old_codes(tx: Transaction, now: datetime) -> None:
    await tx.change_any("delete from household_code where good_until < $1", now)
