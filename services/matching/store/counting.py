"""About how many people a role would fit: what its organisation asked and was told, and what is kept of it unseen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter

from services.chassis.base.hands import Member
from services.chassis.base.publication import FEWEST
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching.domain.counting import STANDS_FOR, Demands
from services.matching.store.rule import AWAY, LACKING

KEPT_FOR = timedelta(days=90)
REMEMBERED_FOR = timedelta(days=730)
_DEMANDS = TypeAdapter(Demands)

# The demands as the rule reads a role that is open. Nobody's search by words or for an organisation counts: it has
# neither; nor does when somebody is somewhere else (`busy`), or what they answered.
_ROLE = (
    "(select null::uuid as id, null::uuid as organisation_id, '' as words, ''::tsvector as found_by, '' as rung,"
    " 'infinity'::timestamptz as apply_by, null::timestamptz as closed_at,"
    " d.strand, d.mode, d.paid, d.is_job, d.areas, d.access, d.training, d.languages,"
    " d.first_day, d.parts, at.lat, at.lon, array_fill('infinity'::timestamptz, array[cardinality(d.parts)]) as starts,"
    " array_fill('infinity'::timestamptz, array[cardinality(d.parts)]) as ends"
    " from jsonb_to_record($2::jsonb) as d (strand text, mode text, paid boolean, is_job boolean, areas text[],"
    " access text[], training text[], languages text[], district text, parts text[], first_day date)"
    " left join district at on at.code = d.district) o"
)
# Of everybody in the pool: how many lack nothing, and how many nothing but one thing, by that.
_COUNT = (
    "with each as materialized (select array_remove(" + LACKING + ", 'busy') as lacking"
    " from pool p cross join " + _ROLE + AWAY + " where p.in_pool)"
    " select coalesce(lacking[1], '') as code, count(*)::integer as people from each where cardinality(lacking) <= 1"
    " group by 1 order by 1"
)
_FIT_COUNT = "id, version, key, asked_at, answered_at, about, costs, without"


@dataclass(frozen=True)
class FitCount:
    """What an organisation was told of some demands. `about`: rounded; 0: too few to say, None: being counted.

    `without`: about how many it would be if `costs`, a condition of the rule, were asked of nobody.
    """

    id: UUID
    version: int
    key: str
    asked_at: datetime
    answered_at: datetime | None
    about: int | None
    costs: str | None
    without: int | None

    def stands(self, now: datetime) -> bool:
        """It is said again, or on its way: nothing is counted."""
        return self.answered_at is None or self.answered_at > now - STANDS_FOR


async def find(tx: Transaction[Member], demands: Demands) -> FitCount | None:
    """What the organisation that is acted for was told."""
    row = await tx.fetchrow(
        "select " + _FIT_COUNT + " from fit_count where organisation_id = $1 and key = $2",
        *(tx.acting.organisation_id, demands.key),
    )
    return FitCount(**dict(row)) if row else None


async def get(tx: Transaction[Member], id: UUID) -> FitCount | None:
    """One of the organisation that is acted for."""
    row = await tx.fetchrow(
        "select " + _FIT_COUNT + " from fit_count where organisation_id = $1 and id = $2",
        *(tx.acting.organisation_id, id),
    )
    return FitCount(**dict(row)) if row else None


async def how_often(tx: Transaction[Member], day: timedelta, more: timedelta) -> tuple[int, int]:
    """How many different demands were asked for in the last day, and in the last while. Whoever asks at the same
    moment waits, where one of them was ever asked for."""
    rows = await tx.lock_all(
        "select asked_at from fit_count where organisation_id = $1 and asked_at > $2 order by id for update",
        *(tx.acting.organisation_id, tx.now - more),
    )
    return sum(row["asked_at"] > tx.now - day for row in rows), len(rows)


async def ask(tx: Transaction[Member], demands: Demands) -> FitCount:
    """Keep that it is asked for, or asked for once more. Until it is answered nothing is said of it."""
    row = await tx.change_for(
        "insert into fit_count (id, version, organisation_id, key, demands, asked_at) values ($1, 1, $2, $3, $4, $5)"
        " on conflict (organisation_id, key) do update set version = fit_count.version + 1, demands = excluded.demands,"
        " asked_at = excluded.asked_at, answered_at = null, about = null, costs = null, without = null"
        " returning " + _FIT_COUNT,
        *(new_id(), tx.acting.organisation_id, demands.key, demands.kept, tx.now),
    )
    assert row
    return FitCount(**dict(row))


async def waits_for_answer(tx: Transaction, id: UUID) -> Demands | None:
    """What it asks for, locked; None where it was answered, or is gone."""
    row = await tx.lock_one("select demands from fit_count where id = $1 and answered_at is null for update", id)
    return _DEMANDS.validate_json(row["demands"]) if row else None


async def count(tx: Transaction, demands: Demands) -> dict[str, int]:
    """How many people it would fit, by what alone stands in the way of whom: '' is nothing."""
    rows = await tx.fetch(_COUNT, tx.now, demands.kept)
    return {row["code"]: row["people"] for row in rows}


async def remembered(tx: Transaction, key: str, counted: int, about: int) -> int:
    """What is said of it: what was said before, until a while has gone by and it is ten people more or fewer."""
    row = await tx.change_for(
        "insert into fit_counted (key, counted, about, counted_at) values ($1, $2, $3, $4) on conflict (key)"
        " do update set counted = excluded.counted, about = excluded.about, counted_at = excluded.counted_at"
        " where fit_counted.counted_at <= $5 and abs(fit_counted.counted - excluded.counted) >= $6 returning about",
        *(key, counted, about, tx.now, tx.now - STANDS_FOR, FEWEST),
    )
    return row["about"] if row else await tx.fetchval("select about from fit_counted where key = $1", key)


async def answer(tx: Transaction, id: UUID, about: int, costs: str | None, without: int | None) -> None:
    """The caller holds its lock."""
    await tx.change_one(
        "update fit_count set answered_at = $2, about = $3, costs = $4, without = $5 where id = $1",
        *(id, tx.now, about, costs, without),
    )


async def delete_old(tx: Transaction) -> None:
    await tx.change_any("delete from fit_count where asked_at < $1", tx.now - KEPT_FOR)
    await tx.change_any("delete from fit_counted where counted_at < $1", tx.now - REMEMBERED_FOR)
