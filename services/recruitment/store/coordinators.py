"""Who covers for whom, and how people are handed over."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.identity import Account
from services.chassis.base.periods import start_of
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.coordinator import Cover, HandOver, coordinates

MOST_COLLEAGUES = 200
_COVER = "coordinator_id, organisation_id, cover_id, until, set_by, set_at"
_HAND_OVER = "id, organisation_id, from_id, to_id, line, ordered_by, ordered_at, done_at"


def _cover(row: Row | None) -> Cover | None:
    return Cover(**row) if row else None


async def one_at_a_time(tx: Transaction) -> None:
    """Whoever arranges cover, or hands many people over, waits for whoever does so now."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('recruitment:coordinators', 0))")


async def colleagues(tx: Transaction, network_id: UUID, *, on: date) -> Few[Account]:
    """Who may look after people on a day, by called name, as far as whoever asks sees them."""
    rows = await tx.fetch(
        "select state from mirror_account where not erased and state -> 'memberships' @>"
        " jsonb_build_array(jsonb_build_object('organisation_id', $1::uuid)) order by state ->> 'called', id limit $2",
        *(network_id, MOST_COLLEAGUES + 1),
    )
    found = few(rows, MOST_COLLEAGUES, lambda row: Account.model_validate_json(row["state"]))
    kept = Few(one for one in found if coordinates(one, network_id, on=on))
    kept.more = found.more
    return kept


async def cover_for(tx: Transaction, coordinator_id: UUID, *, on: date) -> Cover | None:
    """Who covers for somebody on a day; None where nobody does."""
    return _cover(
        await tx.fetchrow(
            "select " + _COVER + " from cover where coordinator_id = $1 and until >= $2", coordinator_id, on
        )
    )


async def covered_by(tx: Transaction, cover_id: UUID, *, on: date) -> list[Cover]:
    """For whom somebody covers on a day."""
    rows = await tx.fetch(
        "select " + _COVER + " from cover where cover_id = $1 and until >= $2 order by coordinator_id", cover_id, on
    )
    return [Cover(**row) for row in rows]


async def set_cover(tx: Transaction, one: Cover) -> None:
    """In the place of what was said before."""
    await tx.change_one(
        "insert into cover (coordinator_id, organisation_id, cover_id, until, set_by, set_at)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (coordinator_id) do update set cover_id = excluded.cover_id,"
        " until = excluded.until, set_by = excluded.set_by, set_at = excluded.set_at",
        *(one.coordinator_id, one.organisation_id, one.cover_id, one.until, one.set_by, one.set_at),
    )


async def forget_cover(tx: Transaction, coordinator_id: UUID, *, over_by: date | None = None) -> bool:
    """False where nobody covers, or, of one that has to be `over_by` a day, where it goes on."""
    ended = await tx.change_any(
        "delete from cover where coordinator_id = $1 and ($2::date is null or until < $2)", coordinator_id, over_by
    )
    return ended == 1


async def all_covers(tx: Transaction) -> list[Cover]:
    """As many as there are coordinators who are away: some dozens at most."""
    rows = await tx.fetch("select " + _COVER + " from cover order by coordinator_id")
    return [Cover(**row) for row in rows]


async def covers_to_end(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """Which covers end by themselves, and when."""
    rows = await tx.fetch(
        "select coordinator_id, until from cover where coordinator_id > $1 order by coordinator_id limit $2",
        *(after, limit),
    )
    return {row["coordinator_id"]: cover_ends(row["until"]) for row in rows}


def cover_ends(until: date) -> datetime:
    """As the day after the last one begins in London."""
    return start_of(until + timedelta(days=1))


async def order_hand_over(tx: Transaction, order: HandOver) -> bool:
    """False while people are being handed over from or to either of the two. The caller arranges one at a time."""
    goes_on = await tx.fetchval(
        "select exists (select from hand_over where done_at is null and (from_id = any($1::uuid[]) or to_id = $2))",
        *([order.from_id, order.to_id], order.from_id),
    )
    if goes_on:
        return False
    await tx.change_one(
        "insert into hand_over (id, organisation_id, from_id, to_id, line, ordered_by, ordered_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(order.id, order.organisation_id, order.from_id, order.to_id, order.line, order.ordered_by, order.ordered_at),
    )
    return True


async def hand_over(tx: Transaction, id: UUID) -> HandOver | None:
    row = await tx.fetchrow("select " + _HAND_OVER + " from hand_over where id = $1", id)
    return HandOver(**row) if row else None


async def hand_overs_under_way(tx: Transaction, of: Sequence[UUID]) -> list[HandOver]:
    """From or to any of these, one at most for each."""
    rows = await tx.fetch(
        "select " + _HAND_OVER + " from hand_over where done_at is null"
        " and (from_id = any($1::uuid[]) or to_id = any($1::uuid[])) order by id",
        of,
    )
    return [HandOver(**row) for row in rows]


async def hand_over_done(tx: Transaction, id: UUID) -> None:
    await tx.change_one("update hand_over set done_at = $2 where id = $1 and done_at is null", id, tx.now)


async def delete_old_hand_overs(tx: Transaction, *, older_than_days: int) -> None:
    await tx.change_any("delete from hand_over where done_at < $1", tx.now - timedelta(days=older_than_days))


async def forget(tx: Transaction, account_id: UUID) -> None:
    """Nobody who is gone covers, or is covered for."""
    await tx.change_any("delete from cover where coordinator_id = $1 or cover_id = $1", account_id)
