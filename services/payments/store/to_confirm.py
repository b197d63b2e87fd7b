"""Bank details that helpers entered and that wait for somebody else to ring back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.payments.domain.payee import PayeeDetails, ToConfirm

_WAITING = "person_id, organisation_id, entered_by, entered_at, payee_name, sort_code, account_number"


def _waiting(row: Row | None) -> ToConfirm | None:
    if row is None:
        return None
    typed = ("payee_name", "sort_code", "account_number")
    details = PayeeDetails.model_construct(**{name: row[name] for name in typed})
    return ToConfirm(row["person_id"], row["organisation_id"], row["entered_by"], row["entered_at"], details)


async def get(tx: Transaction, person_id: UUID) -> ToConfirm | None:
    return _waiting(await tx.fetchrow("select " + _WAITING + " from payee_to_confirm where person_id = $1", person_id))


async def lock(tx: Transaction, person_id: UUID) -> ToConfirm | None:
    row = await tx.lock_one("select " + _WAITING + " from payee_to_confirm where person_id = $1 for update", person_id)
    return _waiting(row)


async def put(tx: Transaction, waiting: ToConfirm) -> None:
    """In the place of what waited before."""
    details = waiting.details
    await tx.change_one(
        "insert into payee_to_confirm (" + _WAITING + ") values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (person_id) do update set organisation_id = $2, entered_by = $3, entered_at = $4,"
        " payee_name = $5, sort_code = $6, account_number = $7",
        *(waiting.person_id, waiting.organisation_id, waiting.entered_by, waiting.entered_at),
        *(details.payee_name, details.sort_code, details.account_number),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    """What waits of a person is over: it was confirmed, or they gave their own, or were forgotten."""
    await tx.change_any("delete from payee_to_confirm where person_id = $1", person_id)


@dataclass(frozen=True)
class ToRing:
    """Somebody to ring back, and who entered what they are to be asked about; never what it is."""

    person_id: UUID
    called: str
    reference: str
    entered_at: datetime
    entered_by: UUID


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[ToRing]:
    """Those for whom its helpers entered details, the longest ago first."""
    page = await TO_RING.page(tx, asked, organisation_id)
    return page.with_items(
        [
            ToRing(row["person_id"], row["called"], row["reference"], row["entered_at"], row["entered_by"])
            for row in page.items
        ]
    )


_TO_RING = " from payee_to_confirm w left join mirror_leader l on l.id = w.person_id where w.organisation_id = $1"
TO_RING = Listing(
    "to ring back",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select w.person_id, w.entered_at, w.entered_by, coalesce(l.state ->> 'called', 'Somebody') as called,"
            " coalesce(l.state ->> 'reference', '') as reference"
            + _TO_RING
            + " and (w.entered_at, w.person_id) > ($2, $3) order by w.entered_at, w.person_id limit $4",
            by={"entered_at": datetime, "person_id": UUID},
        ),
    ),
    count="select count(*) from (select" + _TO_RING + " limit $2) as counted",
)
