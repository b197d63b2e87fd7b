"""Where people are paid. The newest version counts; the older ones stay, to answer where something was paid to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.payments.domain.payee import Payee, PayeeDetails

_PAYEE = "v.person_id, v.version, v.payee_name, v.sort_code, v.account_number, v.given_at"


def _payee(row: Row) -> Payee:
    return Payee(row["version"], row["payee_name"], row["sort_code"], row["account_number"], row["given_at"])


async def get(tx: Transaction, person_id: UUID) -> Payee | None:
    row = await tx.fetchrow(
        "select " + _PAYEE + " from payee p join payee_version v using (person_id, version) where p.person_id = $1",
        person_id,
    )
    return _payee(row) if row else None


async def lock(tx: Transaction, person_id: UUID) -> None:
    """Until the commit nobody else gives other details, if some were given already."""
    await tx.lock_one("select person_id from payee where person_id = $1 for update", person_id)


async def exists(tx: Transaction, person_id: UUID) -> bool:
    return bool(await tx.fetchval("select exists (select from payee where person_id = $1)", person_id))


async def given_by(tx: Transaction, people: Sequence[UUID]) -> set[UUID]:
    """Which of them gave details, as far as whoever asks may see it."""
    rows = await tx.fetch("select person_id from payee where person_id = any($1::uuid[])", people)
    return {row["person_id"] for row in rows}


async def of_people(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, Payee]:
    """The details of those who gave any, as far as whoever asks may see them."""
    rows = await tx.fetch(
        "select "
        + _PAYEE
        + " from payee p join payee_version v using (person_id, version) where p.person_id = any($1::uuid[])",
        people,
    )
    return {row["person_id"]: _payee(row) for row in rows}


async def add_version(
    tx: Transaction, person_id: UUID, details: PayeeDetails, *, now: datetime, hands: tuple[UUID, UUID] | None = None
) -> int:
    """Returns the new version. Two at once come one after the other. `hands`: who entered it for the person, and who
    rang back."""
    entered_by, confirmed_by = hands or (None, None)
    row = await tx.change_for(
        "insert into payee (person_id, version) values ($1, 1) on conflict (person_id)"
        " do update set version = payee.version + 1 returning version",
        person_id,
    )
    assert row
    version = int(row["version"])
    await tx.change_one(
        "insert into payee_version (person_id, version, payee_name, sort_code, account_number, given_at, entered_by,"
        " confirmed_by) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(person_id, version, details.payee_name, details.sort_code, details.account_number, now),
        *(entered_by, confirmed_by),
    )
    return version


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from payee where person_id = $1", person_id)
