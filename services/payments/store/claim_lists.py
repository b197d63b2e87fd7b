"""Claims in lists, with what pages show beside them. Each names whose it wants, as in `claims`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.payments.domain.claim import Claim
from services.payments.store.claims import CLAIM, claim_of

SENT = ("sent", "approved", "returned", "paid")
"""An approver sees what was sent to the organisation, not what its person has not sent yet or declined."""


@dataclass(frozen=True)
class Listed:
    """A claim as a page shows it: with the role's title, who pays, and the person's called name and short reference."""

    claim: Claim
    title: str
    organisation: str
    called: str
    reference: str
    payment_reference: str
    days_to_pay: int | None

    def days_waiting(self, today: date) -> int:
        """Whole days since it was sent."""
        return max(0, (today - london_day(self.claim.sent_at)).days) if self.claim.sent_at else 0


def _listed(row: Row) -> Listed:
    return Listed(
        claim_of(row),
        row["title"] or "A session",
        row["organisation"] or row["ods_code"],
        row["called"] or "Somebody",
        row["person_reference"] or "",
        row["payment_reference"] or "",
        row["days_to_pay"],
    )


_OF_PERSON = (
    "select " + CLAIM + ", o.state ->> 'title' as title, org.state ->> 'name' as organisation, '' as called,"
    " '' as person_reference, p.reference as payment_reference, p.days_to_pay"
    " from claim c left join mirror_opportunity o on o.id = c.opportunity_id"
    " left join mirror_organisation org on org.id = c.organisation_id left join payment p on p.id = c.payment_id"
    " where c.person_id = $1"
)
MINE = Listing(
    "my claims",
    sorts=(
        Sort(
            "newest",
            "Newest session first",
            _OF_PERSON + " and (c.activity_on, c.id) < ($2, $3) order by c.activity_on desc, c.id desc limit $4",
            by={"activity_on": date, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from claim c where c.person_id = $1 limit $2) as counted",
)


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Listed]:
    """A person's claims, newest session first."""
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([_listed(row) for row in page.items])


async def one_of_person(tx: Transaction, person_id: UUID, id: UUID) -> Listed | None:
    row = await tx.fetchrow(_OF_PERSON + " and c.id = $2", person_id, id)
    return _listed(row) if row else None


_OURS = (
    "select " + CLAIM + ", c.decided, o.state ->> 'title' as title, '' as organisation, l.state ->> 'called' as called,"
    " l.state ->> 'reference' as person_reference, p.reference as payment_reference, p.days_to_pay"
    " from claim c left join mirror_opportunity o on o.id = c.opportunity_id"
    " left join mirror_leader l on l.id = c.person_id left join payment p on p.id = c.payment_id"
    " where c.organisation_id = $1"
)
_IN_STATUS = (
    " and c.status = $2 and ($3 = '' or (select strpos(l.called_key, (select searched($3))) > 0"
    " or l.reference = upper($3) from mirror_leader l where l.id = c.person_id))"
)
IN_STATUS = Listing(
    "claims",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            _OURS + _IN_STATUS + " and (c.sent_at, c.id) > ($4, $5) order by c.sent_at, c.id limit $6",
            by={"sent_at": datetime, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            _OURS + _IN_STATUS + " and (c.sent_at, c.id) < ($4, $5) order by c.sent_at desc, c.id desc limit $6",
            by={"sent_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from claim c where c.organisation_id = $1"
    + _IN_STATUS
    + " limit $4) as counted",
    size=40,
)
_EVERY = " and c.status in ('sent', 'approved', 'returned', 'paid')"
EVERY = Listing(
    "all claims",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            _OURS + _EVERY + " and (c.decided, c.sent_at, c.id) > ($2, $3, $4)"
            " order by c.decided, c.sent_at, c.id limit $5",
            by={"decided": int, "sent_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select from claim c where c.organisation_id = $1" + _EVERY + " limit $2) as counted",
)


async def in_status(tx: Transaction, asked: Asked, organisation_id: UUID, status: str, words: str = "") -> Page[Listed]:
    """An organisation's claims of one status; `words`: of the called name, or the whole reference."""
    page = await IN_STATUS.page(tx, asked, organisation_id, status, words)
    return page.with_items([_listed(row) for row in page.items])


async def every(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[Listed]:
    """All that was sent to an organisation: what is to be decided about first, and of that what was sent first."""
    page = await EVERY.page(tx, asked, organisation_id)
    return page.with_items([_listed(row) for row in page.items])


async def one_of_organisation(tx: Transaction, organisation_id: UUID, id: UUID) -> Listed | None:
    """One that was sent to the organisation."""
    row = await tx.fetchrow(_OURS + _EVERY + " and c.id = $2", organisation_id, id)
    return _listed(row) if row else None


TOGETHER = Listing(
    "claims with hands that belong together",
    sorts=(
        Sort(
            "first",
            "Oldest first",
            _OURS + " and c.together <> '[]' and (c.sent_at, c.id) > ($2, $3) order by c.sent_at, c.id limit $4",
            by={"sent_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select from claim c where c.organisation_id = $1 and c.together <> '[]' limit $2)"
    " as counted",
    size=40,
)


async def together(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[Listed]:
    """An organisation's claims of which two hands belong together."""
    page = await TOGETHER.page(tx, asked, organisation_id)
    return page.with_items([_listed(row) for row in page.items])


_FOR_OTHERS = (
    " from to_do t join claim c on c.id = t.id left join mirror_opportunity o on o.id = c.opportunity_id"
    " left join mirror_organisation org on org.id = c.organisation_id left join mirror_leader l on l.id = c.person_id"
    " where t.waits and c.status in ('sent', 'approved') and not t.state -> 'not_for' ? $1::uuid::text"
)
FOR_OTHERS = Listing(
    "claims of other organisations",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + CLAIM + ", o.state ->> 'title' as title, org.state ->> 'name' as organisation,"
            " l.state ->> 'called' as called, l.state ->> 'reference' as person_reference, '' as payment_reference,"
            " null::int as days_to_pay" + _FOR_OTHERS + " and (c.sent_at, c.id) > ($2, $3)"
            " order by c.sent_at, c.id limit $4",
            by={"sent_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _FOR_OTHERS + " limit $2) as counted",
)


async def for_others(tx: Transaction, asked: Asked, by: UUID) -> Page[Listed]:
    """As the system: claims about which only the network's finance may decide, and this hand of it may."""
    page = await FOR_OTHERS.page(tx, asked, by)
    return page.with_items([_listed(row) for row in page.items])


@dataclass(frozen=True)
class Total:
    """All approved claims of an organisation."""

    claims: int
    pence: int


async def total_approved(tx: Transaction, organisation_id: UUID) -> Total:
    row = await tx.fetchrow(
        "select count(*) as claims, coalesce(sum(amount_pence), 0)::bigint as pence"
        " from claim where organisation_id = $1 and status = 'approved'",
        organisation_id,
    )
    assert row
    return Total(**dict(row))
