"""Those among whom an organisation chooses, side by side: what they wrote, and how they are marked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.comparing import Marked
from services.engagements.domain.engagement import LONGEST_ANSWER
from services.engagements.store.applicants import APPLICANT, BESIDE, Applicant, applicant
from services.engagements.store.marks import IN_JSON, OF_ONE

LONGEST_PAGE = 46_000
"""What people may write, and what stands around it, in bytes: with its frame a page is at most 60 kB."""
_CHOSEN_AMONG = (
    " from engagement e where e.organisation_id = $1 and e.opportunity_id = $2"
    " and e.status in ('interested', 'offered', 'reserve', 'lapsed') and ($3::text is null or e.status = $3)"
)
COMPARED = Listing(
    "compared",
    sorts=(
        Sort(
            "first",
            "First come first",
            "select "
            + OF_ONE
            + ", "
            + APPLICANT
            + "(select e.id, e.interested_at, e.turn, e.turn_since, e.state, e.person_id, e.status, e.number,"
            " e.is_named or not $4::boolean as is_named"
            + _CHOSEN_AMONG
            + " and (e.interested_at, e.id) > ($5, $6) order by e.interested_at, e.id limit $7) e"
            + BESIDE
            + " order by e.interested_at, e.id",
            by={"interested_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _CHOSEN_AMONG + " and $4::boolean is not null limit $5) as counted",
)


MOST_WORDS, AROUND = 1000, 500
"""Characters of why; and of what stands around an answer, or about whom it is."""


async def of_intake(
    tx: Transaction, asked: Asked, organisation_id: UUID, opportunity_id: UUID, status: str | None, *, hidden: bool
) -> Page[tuple[Applicant, dict[int, Marked]]]:
    """Each with how they are marked, by criterion."""
    page = await COMPARED.page(tx, asked, organisation_id, opportunity_id, status, hidden)
    today = london_day(tx.now)
    return page.with_items([(applicant(row, today), _marks(row)) for row in page.items])


def at_once(criteria: Sequence[str]) -> int:
    """How many people a page has, so that it stays short however much they wrote."""
    each = 2 * MOST_WORDS + sum(len(one) + LONGEST_ANSWER + AROUND for one in criteria) + AROUND
    return min(COMPARED.size, LONGEST_PAGE // each)


def _marks(row: Row) -> dict[int, Marked]:
    return {one.criterion: one for one in IN_JSON.validate_json(row["marks"] or "[]")}
