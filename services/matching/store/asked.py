"""What organisations asked others to draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked as PageAsked
from services.chassis.postgres.lists import Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.asked import MOST_LINES, Asked, Who, side

_COLUMNS = (
    "a.id, a.version, a.organisation_id, a.ods_code, a.drafting_id, a.what, a.when_words, a.who_might_know, a.money,"
    " a.status, a.asked_by, a.asked_at, a.draft_by, a.drafted_by, a.sent_by, a.sent_at, a.ended_at, a.why, a.read_at,"
    " a.opportunity_id"
)
_NAMED = (
    "select " + _COLUMNS + ", o.state ->> 'name' as organisation from asked a"
    " left join mirror_organisation o on o.id = a.organisation_id"
)
_TO_DRAFT = " from asked a where a.drafting_id = $1 and a.ended_at is null"
_OWN = " from asked a where a.organisation_id = $1"


@dataclass(frozen=True)
class AskedListed:
    """One with its organisation's name."""

    asked: Asked
    organisation: str


@dataclass(frozen=True)
class Lined:
    """What one side added."""

    said_by: UUID | None
    side: str
    words: str
    said_at: datetime


TO_DRAFT = Listing(
    "to draft",
    sorts=(
        Sort(
            "oldest",
            "Oldest first",
            _NAMED + " where a.drafting_id = $1 and a.ended_at is null and (a.asked_at, a.id) > ($2, $3)"
            " order by a.asked_at, a.id limit $4",
            by={"asked_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _TO_DRAFT + " limit $2) as counted",
)
OWN_ASKED = Listing(
    "asked",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            _NAMED + " where a.organisation_id = $1 and (a.asked_at, a.id) < ($2, $3)"
            " order by a.asked_at desc, a.id desc limit $4",
            by={"asked_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OWN + " limit $2) as counted",
)


def _read(row: Row) -> Asked:
    return Asked(**{name: value for name, value in dict(row).items() if name != "organisation"})


def _listed(row: Row) -> AskedListed:
    return AskedListed(_read(row), row["organisation"] or row["ods_code"])


async def to_draft(tx: Transaction[Member], asked: PageAsked) -> Page[AskedListed]:
    """What waits for the coordinators of the organisation that is acted for, the oldest first."""
    page = await TO_DRAFT.page(tx, asked, tx.acting.organisation_id)
    return page.with_items([_listed(row) for row in page.items])


async def own(tx: Transaction[Member], asked: PageAsked) -> Page[AskedListed]:
    """What the organisation that is acted for asked for, the newest first."""
    page = await OWN_ASKED.page(tx, asked, tx.acting.organisation_id)
    return page.with_items([_listed(row) for row in page.items])


async def one(tx: Transaction[Member], id: UUID) -> AskedListed:
    """Of the organisation that is acted for. Raises NotFound."""
    row = await tx.fetchrow(_NAMED + " where a.id = $1 and a.organisation_id = $2", id, tx.acting.organisation_id)
    if row is None:
        raise NotFound
    return _listed(row)


async def is_drafted_here(tx: Transaction[Member], id: UUID, ods_code: str) -> UUID | None:
    """The organisation of that code, if the one that is acted for drafts this for it."""
    return await tx.fetchval(
        "select organisation_id from asked where id = $1 and ods_code = $2 and drafting_id = $3",
        *(id, ods_code, tx.acting.organisation_id),
    )


async def lock(tx: Transaction[Member], id: UUID) -> Asked:
    """Raises NotFound."""
    row = await tx.lock_one(
        "select " + _COLUMNS + " from asked a where a.id = $1 and a.organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return _read(row)


async def add(tx: Transaction[Member], a: Asked) -> None:
    await tx.change_one(
        "insert into asked (id, version, organisation_id, ods_code, drafting_id, what, when_words, who_might_know,"
        " money, status, asked_by, asked_at, draft_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        *(a.id, a.version, a.organisation_id, a.ods_code, a.drafting_id, a.what, a.when_words, a.who_might_know),
        *(a.money, a.status, a.asked_by, a.asked_at, a.draft_by),
    )


async def save(tx: Transaction[Member], a: Asked) -> None:
    """The caller holds its lock."""
    await tx.change_one(
        "update asked set version = $2, status = $3, who_might_know = $4, drafted_by = $5, sent_by = $6, sent_at = $7,"
        " ended_at = $8, why = $9, read_at = $10, opportunity_id = $11 where id = $1",
        *(a.id, a.version, a.status, a.who_might_know, a.drafted_by, a.sent_by, a.sent_at, a.ended_at, a.why),
        *(a.read_at, a.opportunity_id),
    )


async def how_many_open(tx: Transaction[Member]) -> int:
    return await tx.fetchval("select count(*)" + _OWN + " and a.ended_at is null", tx.acting.organisation_id)


async def add_line(tx: Transaction[Member], asked: Asked, hand: Who, words: str) -> None:
    await tx.change_one(
        "insert into asked_line (id, asked_id, organisation_id, said_by, side, words, said_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(new_id(), asked.id, asked.organisation_id, hand.by, side(hand, asked), words, tx.now),
    )


async def lines(tx: Transaction[Member], id: UUID) -> Few[Lined]:
    rows = await tx.fetch(
        "select said_by, side, words, said_at from asked_line where asked_id = $1 order by said_at, id limit $2",
        *(id, MOST_LINES + 1),
    )
    return few(rows, MOST_LINES, lambda row: Lined(**dict(row)))


async def others_coordinate(tx: Transaction[Member], besides: Sequence[UUID]) -> bool:
    """Whether somebody else coordinates today for the organisation that is acted for, or for its host."""
    return await tx.fetchval(
        "select exists (select from coordinators($1, $2) c where not c.id = any($3::uuid[]))",
        *(london_day(tx.now), len(besides) + 1, list(besides)),
    )


async def coordinates_besides(tx: Transaction[Member], asked: Asked) -> tuple[bool, bool]:
    """Whether whoever acts coordinates today for the organisation, or as its host; and where it is drafted."""
    row = await tx.fetchrow(
        "select coordinates(state, $2, $4) as there, coordinates(state, $3, $4) as drafts from mirror_account"
        " where id = $1 and not erased",
        *(tx.acting.by, asked.organisation_id, asked.drafting_id, london_day(tx.now)),
    )
    return (row["there"], row["drafts"]) if row else (False, False)


async def network(tx: Transaction) -> Organisation | None:
    """The one that runs the gateway today; None before it was heard of."""
    rows = await tx.fetch(
        "select state from mirror_organisation where state ->> 'kind' = 'network' and not erased order by id limit 10"
    )
    known = [Organisation.model_validate_json(row["state"]) for row in rows]
    return next((one for one in known if Period.of(one).in_force_on(london_day(tx.now))), None)


async def keep_as_own_draft(tx: Transaction[Member], id: UUID) -> None:
    """The caller holds the lock of the draft."""
    await tx.change_one("update draft set kind = 'opportunity' where id = $1", id)


async def follow_hosts(tx: Transaction, today: date) -> None:
    """Whoever hosts the organisation today drafts what it asked for, else the network."""
    await tx.change_any(
        "update asked set drafting_id = n.drafting_id, version = asked.version + 1 from (select a.id, coalesce("
        "(select h.organisation_id from jsonb_to_recordset(o.state -> 'hosts')"
        " as h (organisation_id uuid, valid_from date, valid_to date)"
        " where in_force(h.valid_from, h.valid_to, $1) order by h.valid_from limit 1),"
        " (select w.id from mirror_organisation w where w.state ->> 'kind' = 'network' and not w.erased"
        " and in_force(w.state, $1) order by w.id limit 1)) as drafting_id"
        " from asked a join mirror_organisation o on o.id = a.organisation_id where a.ended_at is null) n"
        " where n.id = asked.id and n.drafting_id is not null and n.drafting_id <> asked.drafting_id",
        today,
    )


async def end_of_closed(tx: Transaction, today: date) -> None:
    """What an organisation asked for that has closed since is over."""
    await tx.change_any(
        "update asked set status = 'organisation_closed', who_might_know = '', ended_at = $2,"
        " version = asked.version + 1 from mirror_organisation o where o.id = asked.organisation_id"
        " and asked.ended_at is null and ends_before((o.state ->> 'valid_to')::date, $1)",
        *(today, tx.now),
    )


async def delete_old(tx: Transaction, before: datetime, *, limit: int) -> None:
    """What was over before a moment."""
    await tx.change_any(
        "delete from asked where id in (select id from asked where ended_at < $1 order by ended_at limit $2)",
        *(before, limit),
    )


async def forget(tx: Transaction, account_id: UUID) -> None:
    """What staff asked for stays their organisation's, without them."""
    await tx.change_any("update asked set asked_by = null where asked_by = $1", account_id)
    await tx.change_any("update asked set drafted_by = null where drafted_by = $1", account_id)
    await tx.change_any("update asked set sent_by = null where sent_by = $1", account_id)
    await tx.change_any("update asked_line set said_by = null where said_by = $1", account_id)
