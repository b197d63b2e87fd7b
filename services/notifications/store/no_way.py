"""Who gave their name on our own pages and no way to reach them: only the browser in which they did it knows them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.recruitment import Application
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction


@dataclass(frozen=True)
class NoWay:
    """Somebody who asked to join and whom nobody can answer. `reference`: what they say if they ring or come by."""

    person_id: UUID
    called: str
    since: datetime
    application_id: UUID
    reference: str


_NO_WAY = (
    " from mirror_account a join lateral (select m.id from mirror_application m where m.person_id = a.id"
    " and not m.erased and m.state ->> 'stage' in ('asked', 'sent', 'talked') order by m.id desc limit 1) m on true"
    " where not a.erased and not a.can_sign_in and a.state ->> 'came_to_join_at' is not null"
    " and not exists (select from contact_point c where c.person_id = a.id)"
)
NO_WAY = Listing(
    "no way to reach them",
    sorts=(
        Sort(
            "first",
            "First come first",
            "select a.id, a.state ->> 'called' as called, (a.state ->> 'came_to_join_at')::timestamptz as since,"
            " m.id as application_id" + _NO_WAY + " and a.id > $1 order by a.id limit $2",
            by={"id": UUID},
        ),
    ),
    count="select count(*) from (select" + _NO_WAY + " limit $1) as counted",
)


async def people(tx: Transaction, asked: Asked) -> Page[NoWay]:
    """Whoever came first, first."""
    page = await NO_WAY.page(tx, asked)
    return page.with_items(
        [
            NoWay(row["id"], row["called"], row["since"], row["application_id"], _reference(row["application_id"]))
            for row in page.items
        ]
    )


def _reference(application_id: UUID) -> str:
    return Application.model_construct(id=application_id).reference


async def since(tx: Transaction) -> datetime | None:
    """Since when the first of them waits."""
    return await tx.fetchval("select min((a.state ->> 'came_to_join_at')::timestamptz)" + _NO_WAY)
