"""From when to when something holds: the value in Python and its twins in SQL say the same of every day."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from services.chassis.base.access import london_day
from services.chassis.base.periods import Period
from tests.support import Connected

DAY = timedelta(days=1)
LEAP = date(2028, 2, 29)
LATEST = date(9999, 12, 30)
"""asyncpg takes the day after it, the last that Python has, for infinity."""
FIRSTS = (date(2026, 3, 31), date(2026, 4, 1), LEAP, LEAP + DAY, date(1, 1, 2))
LASTS = (None, date(2026, 4, 1), LEAP - DAY, LEAP, date(2028, 3, 1), LATEST)
DAYS = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2), LEAP - DAY, LEAP, LEAP + DAY, LATEST)
CASES = [(Period(first, last), day) for first, last, day in itertools.product(FIRSTS, LASTS, DAYS)]


def test_both_days_are_included_and_without_a_last_day_it_goes_on() -> None:
    year = Period(date(2026, 4, 1), date(2027, 3, 31))
    assert [year.in_force_on(day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31))] == [0, 1, 1]
    assert not year.in_force_on(date(2027, 4, 1))
    assert year.ends_before(date(2027, 4, 1))
    assert not year.open
    assert Period(LEAP).in_force_on(LATEST)
    assert Period(LEAP).open


def test_one_that_ends_before_it_begins_is_never_in_force_and_overlaps_nothing() -> None:
    mistyped = Period(date(2027, 4, 1), date(2026, 4, 1))
    assert not mistyped.has_days
    assert not any(mistyped.in_force_on(date(2026, 3, 1) + DAY * days) for days in range(500))
    assert not mistyped.overlaps(Period(date(2020, 1, 1)))
    assert not Period(date(2020, 1, 1)).overlaps(mistyped)


def test_two_overlap_when_both_are_in_force_on_some_day() -> None:
    """If on any, then on the first day of one of them."""
    for one, other in itertools.product({period for period, _ in CASES}, repeat=2):
        shared = [day for day in (one.valid_from, other.valid_from) if one.in_force_on(day) and other.in_force_on(day)]
        assert one.overlaps(other) == bool(shared), (one, other)


async def test_sql_says_the_same_of_every_day_of_columns_and_of_a_state_kept_as_json(recruitment: Connected) -> None:
    async with recruitment.transaction() as tx:
        for period, day in CASES:
            state = json.dumps({"valid_from": period.valid_from.isoformat(), "valid_to": None})
            if period.valid_to:
                state = json.dumps({**json.loads(state), "valid_to": period.valid_to.isoformat()})
            row = await tx.fetchrow(
                "select in_force($1::date, $2::date, $3::date) as a, in_force($4::jsonb, $3::date) as b,"
                " ends_before($2::date, $3::date) as c, ends_before($4::jsonb, $3::date) as d",
                *(period.valid_from, period.valid_to, day, state),
            )
            assert row is not None
            held, over = period.in_force_on(day), period.ends_before(day)
            assert tuple(row) == (held, held, over, over), (period, day)
        assert await tx.fetchval("""select in_force('{"valid_from": "2026-04-01"}'::jsonb, '2030-01-01'::date)""")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 2, 0, 0, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
async def test_today_is_the_day_in_london_in_python_and_in_sql(
    recruitment: Connected, moment: datetime, day: date
) -> None:
    async with recruitment.transaction() as tx:
        assert await tx.fetchval("select london_day($1)", moment) == london_day(moment) == day


async def test_an_index_on_the_days_is_still_used(matching: Connected) -> None:
    """The function is put in place by the planner: its name is in no plan, and its comparison is an index's."""
    async with matching.transaction() as tx:
        await tx.execute("create temporary table one (valid_from date, valid_to date) on commit drop")
        await tx.execute("create index one_days on one (valid_from, valid_to)")
        await tx.execute("set local enable_seqscan = off")
        rows = await tx.fetch("explain select valid_from from one where in_force(valid_from, valid_to, '2026-04-01')")
        plan = "\n".join(row[0] for row in rows)
        assert "one_days" in plan
        assert "Index Cond: (valid_from <= '2026-04-01'::date)" in plan
        assert "in_force" not in plan
        state = "select id from mirror_rate_card where in_force(state, '2026-04-01')"
        assert "in_force" not in str(await tx.fetch("explain (verbose) " + state))
