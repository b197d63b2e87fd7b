"""What staff did for a person, in every room, as the person reads it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction


@dataclass(frozen=True)
class Helped:
    """One thing that was done. `helper`: "" of somebody who was forgotten since."""

    id: UUID
    what: str
    helper: str
    organisation: str
    done_at: datetime


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Helped]:
    """Newest first."""
    page = await HELPED.page(tx, asked, person_id)
    return page.with_items(
        [Helped(row["id"], row["what"], row["helper"], row["organisation"], row["done_at"]) for row in page.items]
    )


_HELPED = " from help_given h where h.person_id = $1"
HELPED = Listing(
    "what was done for me",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select h.id, h.what, h.done_at,"
            " coalesce((select a.state ->> 'called' from mirror_account a where a.id = h.helped_by), '') as helper,"
            " coalesce((select o.state ->> 'name' from mirror_organisation o where o.id = h.organisation_id), '')"
            " as organisation"
            + _HELPED
            + " and (h.done_at, h.id) < ($2, $3) order by h.done_at desc, h.id desc limit $4",
            by={"done_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _HELPED + " limit $2) as counted",
)
