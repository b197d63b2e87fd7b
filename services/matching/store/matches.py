"""What people asked to be told of, and what they were told of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Opportunity
from schemas.recruitment import Profile
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.matching.domain.fit import Subscription
from services.matching.domain.match import Match

MATCH_SAID = "id, version, opportunity_id, person_id, matched_at, ended_at"
"""What a statement that writes one gives back."""
MATCH = "m.id, m.version, m.opportunity_id, m.person_id, m.matched_at, m.ended_at"
_SUBSCRIPTION = (
    "case when s.own_strands then s.strands end as strands, case when s.own_modes then s.modes end as modes,"
    " s.paid_only, s.active, s.most_a_week"
)


async def subscription(tx: Transaction, person_id: UUID) -> tuple[Subscription, int] | None:
    """What the person chose here, and its version."""
    row = await tx.fetchrow(
        "select " + _SUBSCRIPTION + ", s.version from subscription s where s.person_id = $1", person_id
    )
    return (_subscription(row), row["version"]) if row else None


def _subscription(row: Row) -> Subscription:
    strands, modes = (None if row[name] is None else tuple(row[name]) for name in ("strands", "modes"))
    return Subscription(strands, modes, row["paid_only"], row["active"], row["most_a_week"])


async def save_subscription(tx: Transaction, person_id: UUID, wanted: Subscription, profile: Profile | None) -> int:
    """Returns the new version. Whoever changes one holds it (`lock_subscriber`).

    `profile`: as it is now; an older version that still runs reads here what it says.
    """
    whole = wanted.with_profile(profile)
    row = await tx.change_for(
        "insert into subscription"
        " (person_id, version, strands, own_strands, modes, own_modes, paid_only, active, most_a_week)"
        " values ($1, 1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (person_id) do update set version = subscription.version + 1, strands = excluded.strands,"
        " own_strands = excluded.own_strands, modes = excluded.modes, own_modes = excluded.own_modes,"
        " paid_only = excluded.paid_only, active = excluded.active, most_a_week = excluded.most_a_week"
        " returning version",
        *(person_id, whole.strands, wanted.strands is not None, whole.modes, wanted.modes is not None),
        *(wanted.paid_only, wanted.active, wanted.most_a_week),
    )
    assert row
    return int(row["version"])


async def lock_subscriber(tx: Transaction, person_id: UUID) -> list[UUID]:
    """The person, if they subscribed. Waits for whoever works out what fits them, and keeps others waiting."""
    row = await tx.lock_one("select person_id from subscription where person_id = $1 for update", person_id)
    return [row["person_id"]] if row else []


def match_of(row: Row) -> Match:
    return Match(
        row["id"],
        row["version"],
        row["opportunity_id"],
        row["person_id"],
        row["matched_at"],
        row["ended_at"],
    )


async def lock_matches(
    tx: Transaction, *, opportunity_id: UUID | None = None, person_id: UUID | None = None
) -> list[Match]:
    """The matches of an opportunity, of a person, or of the two, locked in id order."""
    rows = await tx.lock_all(
        "select " + MATCH + " from match m where ($1::uuid is null or m.opportunity_id = $1)"
        " and ($2::uuid is null or m.person_id = $2) order by m.id for update",
        *(opportunity_id, person_id),
    )
    return [match_of(row) for row in rows]


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Match]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + MATCH + " from match m where m.id > $1 order by m.id limit $2", id, limit)
    return [match_of(row) for row in rows]


async def lock(tx: Transaction, id: UUID) -> Match | None:
    row = await tx.lock_one("select " + MATCH + " from match m where m.id = $1 for update", id)
    return match_of(row) if row else None


async def save(tx: Transaction, *matches: Match) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "update match set version = n.version, matched_at = n.matched_at, ended_at = n.ended_at"
        " from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[])"
        " as n (id, version, matched_at, ended_at) where match.id = n.id",
        [(m.id, m.version, m.matched_at, m.ended_at) for m in matches],
    )


@dataclass(frozen=True)
class MyMatch:
    """A match as its person's pages show it."""

    match: Match
    opportunity: Opportunity
    organisation: str


def _mine(row: Row) -> MyMatch:
    return MyMatch(match_of(row), Opportunity.model_validate_json(row["state"]), row["organisation"] or "")


_OF_PERSON = (
    "select " + MATCH + ", o.state, org.state ->> 'name' as organisation"
    " from match m join opportunity o on o.id = m.opportunity_id"
    " left join mirror_organisation org on org.id = o.organisation_id where m.person_id = $1"
)
MINE = Listing(
    "my matches",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            _OF_PERSON + " and (m.matched_at, m.id) < ($2, $3) order by m.matched_at desc, m.id desc limit $4",
            by={"matched_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from match m where m.person_id = $1 limit $2) as counted",
)


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[MyMatch]:
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([_mine(row) for row in page.items])


async def one_of_person(tx: Transaction, person_id: UUID, match_id: UUID) -> MyMatch | None:
    row = await tx.fetchrow(_OF_PERSON + " and m.id = $2", person_id, match_id)
    return _mine(row) if row else None


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from match where person_id = $1", person_id)
    await tx.change_any("delete from subscription where person_id = $1", person_id)
