"""What is over since a month ago, by what a visitor looks for: a feed of a search says that it is."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction
from services.matching.store.opportunities import Filter, Listed, listed_of


async def ended(tx: Transaction, asked: Asked, wanted: Filter) -> Page[Listed]:
    """One page of what closed or was called off in the last 30 days, the last of it first."""
    narrowed_to = (wanted.strand, wanted.mode, wanted.ods_code, wanted.paid, wanted.words, wanted.job)
    page = await ENDED.page(tx, asked, *narrowed_to, at=tx.now)
    return page.with_items([listed_of(row) for row in page.items])


ENDED = Listing(
    "ended opportunities",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select o.id, o.state, o.closed_at, org.state ->> 'name' as organisation, i.state as intake"
            " from opportunity o left join mirror_organisation org on org.id = o.organisation_id"
            " left join mirror_intake i on i.id = o.id and not i.erased"
            " where o.closed_at > $7::timestamptz - interval '30 days' and ($1::text is null or o.strand = $1)"
            " and ($2::text is null or o.mode = $2) and ($3::text is null or o.ods_code = $3)"
            " and ($4::boolean is null or (o.paid or o.is_job) = $4)"
            " and ($5::text is null or strpos(o.words, (select searched($5))) > 0)"
            " and ($6::boolean is null or o.is_job = $6)"
            " and (o.closed_at, o.id) < ($8, $9) order by o.closed_at desc, o.id desc limit $10",
            by={"closed_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="",
)
