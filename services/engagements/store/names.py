"""What staff see somebody called, where names may be hidden: in SQL, so that no statement gives a name away."""

from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.naming import HIDDEN, numbered

IS_NAMED = "(e.is_named or not i.names_hidden)"
"""Of an engagement `e` and its intake `i`."""
CALLED = (
    IS_NAMED
    + " as is_named, e.number, (select l.state ->> 'called' from mirror_leader l where l.id = e.person_id"
    + " and not l.erased and "
    + IS_NAMED
    + ") as called, (select l.reference from mirror_leader l where l.id = e.person_id and not l.erased and "
    + IS_NAMED
    + ") as reference"
)
"""The same, and what they are called, and their reference; see `called`."""


def called(row: Row) -> str:
    """Of a row with `CALLED`."""
    return (row["called"] or "Somebody") if row["is_named"] else numbered(row["number"])


def reference(row: Row) -> str:
    """The same."""
    return (row["reference"] or "no reference yet") if row["is_named"] else HIDDEN


async def of_one(tx: Transaction, id: UUID) -> str:
    """What the person of an engagement is called to the staff who ask."""
    row = await tx.fetchrow(
        "select " + CALLED + " from engagement e join intake i on i.id = e.opportunity_id where e.id = $1",
        id,
    )
    return called(row) if row else "Somebody"


async def give_number(tx: Transaction, id: UUID, opportunity_id: UUID) -> None:
    """The next of its opportunity, once. The caller holds the intake's lock and the engagement's."""
    await tx.change_any(
        "with counted as (update intake set numbered = numbered + 1 where id = $2 and exists ("
        "select from engagement where id = $1 and number is null) returning numbered)"
        " update engagement set number = counted.numbered from counted where engagement.id = $1",
        *(id, opportunity_id),
    )
