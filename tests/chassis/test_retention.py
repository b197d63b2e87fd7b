"""What the chassis keeps goes when its time has come, not before; and nothing that waited for somebody goes unseen."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.chassis.operate import retention
from services.chassis.operate.retention import HANDLED, JOBS, OUTBOX, PARKED, RULES, SETTLED, SPENT_KEYS, RetentionRule
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Scheduler
from tests.support import Connected

README = Path(__file__).parents[2] / "services/README.md"
HOUR = timedelta(hours=1)


async def do(connected: Connected, rule: RetentionRule) -> None:
    """As the clock does it, through the job of that name."""
    app = connected.app
    [job] = [job for job in app.scheduler.jobs if job.name == rule.job]
    clock = Scheduler([job], app.database, app.settings)
    assert await clock.run_if_due(job)
    async with connected.transaction() as tx:
        assert await tx.fetchval("select error from job where name = $1", rule.job) is None
        await tx.execute("delete from job where name = $1", rule.job)


async def fetch(connected: Connected, sql: str, *values: object) -> list[object]:
    async with connected.transaction() as tx:
        return [row[0] for row in await tx.fetch(sql, *values)]


async def test_events_are_kept_for_a_week_after_they_were_sent_and_unsent_ones_for_good(matching: Connected) -> None:
    async with matching.transaction() as tx:
        for version, sent_ago in ((1, OUTBOX.keep + HOUR), (2, OUTBOX.keep - HOUR), (3, None)):
            await tx.execute(
                "insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent,"
                " happened_at, written_at, published_at) values ('t', $1, $2, $1, 'T', '{}', $1, '',"
                " now() - interval '1 year', now() - interval '1 year', now() - $3::interval)",
                *(new_id(), version, sent_ago),
            )
        await tx.execute("insert into job (name, started_at, ended_at) values ('roll_segments', now(), now())")
    await do(matching, OUTBOX)
    assert await fetch(matching, "select version from outbox order by version") == [2, 3]


async def test_idempotency_keys_are_kept_for_ninety_days(matching: Connected) -> None:
    async with matching.transaction() as tx:
        for key, ago in (("old", SPENT_KEYS.keep + HOUR), ("young", SPENT_KEYS.keep - HOUR)):
            await tx.execute(
                "insert into spent_key (account_id, key, body_hash, answer, spent_at)"
                " values ($1, $2, '', '{}', now() - $3::interval)",
                *(new_id(), key, ago),
            )
    await do(matching, SPENT_KEYS)
    assert await fetch(matching, "select key from spent_key") == ["young"]


async def test_a_parked_record_goes_after_ninety_days_and_leaves_a_note_of_where_and_why(matching: Connected) -> None:
    async with matching.transaction() as tx:
        for offset, ago in ((7, PARKED.keep + HOUR), (8, PARKED.keep - HOUR)):
            await tx.execute(
                'insert into parked (topic, partition, "offset", key, headers, value, error, parked_at)'
                " values ('identity.account', 3, $1, 'k', '[]', 'a name', 'no envelope', now() - $2::interval)",
                *(offset, ago),
            )
    await do(matching, PARKED)
    assert await fetch(matching, 'select "offset" from parked') == [8]
    async with matching.transaction() as tx:
        [note] = await tx.fetch("select who, what, how, about, error from settled")
    assert tuple(note) == ("network", "record", "expired", "identity.account 3:7", "no envelope")


async def test_notes_of_what_was_settled_are_kept_for_two_years(matching: Connected) -> None:
    async with matching.transaction() as tx:
        for about, ago in (("old", SETTLED.keep + HOUR), ("young", SETTLED.keep - HOUR)):
            await tx.execute(
                "insert into settled (at, who, what, how, about)"
                " values (now() - $2::interval, 'Olu', 'record', 'retried', $1)",
                *(about, ago),
            )
    await do(matching, SETTLED)
    assert await fetch(matching, "select about from settled") == ["young"]


async def test_what_a_reaction_saw_last_goes_when_the_code_no_longer_has_it_and_stays_while_it_has(
    matching: Connected,
) -> None:
    living = next(iter(matching.app.service.reactions.named))
    async with matching.transaction() as tx:
        for reaction, ago in ((living, HANDLED.keep * 9), ("gone", HANDLED.keep + HOUR), ("just_gone", HOUR)):
            await tx.execute(
                "insert into handled (reaction, id, version, state, handled_at)"
                " values ($1, $2, 5, '{}', now() - $3::interval)",
                *(reaction, UUID(int=1), ago),
            )
    await do(matching, HANDLED)
    assert set(await fetch(matching, "select reaction from handled where state is not null")) == {living, "just_gone"}
    assert await fetch(matching, "select version from handled where reaction = 'gone'") == [5], "not done again"


async def test_runs_of_jobs_that_are_gone_are_forgotten(matching: Connected) -> None:
    async with matching.transaction() as tx:
        for job, ago in (("sweep", JOBS.keep * 2), ("gone", JOBS.keep + HOUR), ("just_gone", HOUR)):
            await tx.execute("insert into job (name, started_at) values ($1, now() - $2::interval)", job, ago)
    await do(matching, JOBS)
    assert set(await fetch(matching, "select name from job")) == {"sweep", "just_gone"}


async def test_a_purge_that_fell_behind_goes_on_until_it_is_done(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 10)
    async with matching.transaction() as tx:
        await tx.execute(
            "insert into settled (at, who, what, how, about) select now() - $1::interval, '', 'record', 'retried', n"
            " from generate_series(1, 35) as n",
            SETTLED.keep + HOUR,
        )
    await do(matching, SETTLED)
    assert await fetch(matching, "select count(*) from settled") == [0]


def test_how_long_things_are_kept_is_said_where_people_look() -> None:
    said = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `(purge_\w+)` \|", README.read_text(), re.MULTILINE)
    assert set(said) == {(rule.what, rule.how_long, rule.job) for rule in RULES}
