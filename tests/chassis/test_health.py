"""What a service says of itself to Prometheus: how it stands, what is late, how far behind it is."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import REGISTRY

from services.chassis.kafka.lag import MOST_MARKS, Lag
from services.chassis.postgres.transaction import new_id
from services.chassis.runner import OpsPort
from services.matching.commands import saving
from tests.support import Connected, Database, until

HERE, THERE = ("t", 0), ("t", 1)
WELCOME = ("asked", "sent", "talked", "again", "question")
LISTS = ("list_to_release", "list_on_its_way", "listed_person", "duplicate")
LOOKED_AFTER = ("coordinator", "contact", "review_of_needs")


def gauge(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_a_job_is_late_from_when_its_time_came_and_failed_until_a_run_succeeds(matching: Connected) -> None:
    async with matching.transaction() as tx:
        for name, ago, error in (("sweep", "90 seconds", "ValueError: no"), ("roll_segments", "23 hours", None)):
            await tx.execute(
                "insert into job (name, started_at, ended_at, error)"
                " values ($1, now() - $2::text::interval, now(), $3)",
                *(name, ago, error),
            )
    await matching.app.health.measure()
    late = gauge("pln_job_late_seconds", service="matching", job="sweep")
    assert late is not None
    assert 29 < late < 60, "90 seconds ago it began, and a minute is its interval"
    assert gauge("pln_job_failed", service="matching", job="sweep") == 1
    assert gauge("pln_job_late_seconds", service="matching", job="roll_segments") == 0
    assert gauge("pln_job_failed", service="matching", job="roll_segments") == 0
    never = gauge("pln_job_late_seconds", service="matching", job="forget_again")
    assert never is not None
    assert 0 < never < 600, "it never ran: late since this process was put together"


async def test_what_is_stuck_is_measured_with_its_age(matching: Connected) -> None:
    async with matching.transaction() as tx:
        await tx.execute(
            "insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at,"
            " written_at) values ('t', $1, 1, $1, 'T', '{}', $1, '', now(), now() - interval '5 minutes')",
            new_id(),
        )
        await tx.execute(
            "insert into due (reaction, id, version, since, tries) values ('r', $1, 1, now() - interval '1 hour', 4)",
            new_id(),
        )
        await tx.wake(saving.close_opportunity, new_id(), datetime.now(UTC) - timedelta(minutes=10))
    await matching.app.health.measure()
    assert gauge("pln_timers", service="matching") == 1
    assert (gauge("pln_timer_oldest_late_seconds", service="matching") or 0) >= 600
    assert gauge("pln_outbox_unpublished_rows", service="matching") == 1
    assert (gauge("pln_outbox_oldest_unpublished_age_seconds", service="matching") or 0) >= 300
    assert (gauge("pln_due_oldest_age_seconds", service="matching") or 0) >= 3600
    assert gauge("pln_reactions_failing", service="matching") == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("payments", {"claim_to_approve", "claim_to_pay"}),
        ("notifications", {"email", "text", "call", "letter", "meeting", "ask", "no_way", "list", "message"}),
        ("recruitment", {"application", *(f"application_{what}" for what in WELCOME), *LOOKED_AFTER, *LISTS}),
        ("identity", {"sign_in_letter"}),
        (
            "engagements",
            {
                *("what_changed", "decision", "answer_to_interest", "reserve_to_offer", "question", "objection"),
                *("session_to_record", "access_to_confirm", "access_to_look_at"),
            },
        ),
    ],
)
async def test_each_room_says_what_people_wait_for_in_it(name: str, expected: set[str], database: Database) -> None:
    room = await database.connect(name)
    snapshot = await room.app.health.snapshot()
    assert set(snapshot.waits) == expected
    assert set(snapshot.waits.values()) == {None}
    await room.app.health.measure()
    assert {gauge("pln_oldest_waiting_age_seconds", service=name, what=what) for what in expected} == {0}


async def test_a_service_that_cannot_work_says_so_to_prometheus_too(living: Database) -> None:
    matching = await living.connect("matching")
    port = OpsPort([matching.app])

    async def ready() -> bool:
        return await matching.app.unready() == []

    async def ask() -> tuple[int, float | None]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=port), base_url="http://ops") as client:
            assert (await client.get("/metrics")).status_code == 200
            ready = (await client.get("/health/ready")).status_code
        return ready, gauge("pln_ready", service="matching")

    assert await ask() == (503, 0), "it is starting"
    await matching.app.start()
    await until(ready)
    assert await ask() == (200, 1)
    await matching.app.stop()
    assert await ask() == (503, 0)


def test_a_reader_is_behind_for_as_long_as_the_oldest_record_was_seen_to_wait() -> None:
    lag = Lag()
    lag.saw(HERE, end=5, next_offset=5, now=100)
    assert lag.seconds("t", now=101) == 0
    lag.saw(HERE, end=6, next_offset=5, now=102)
    lag.saw(HERE, end=9, next_offset=5, now=110)
    assert lag.seconds("t", now=112) == 10
    lag.saw(HERE, end=9, next_offset=6, now=113)
    assert lag.seconds("t", now=113) == 3, "what is left was first seen at 110"
    lag.saw(HERE, end=9, next_offset=9, now=114)
    assert lag.seconds("t", now=200) == 0


def test_a_topic_is_as_far_behind_as_its_worst_partition_and_knows_nothing_of_those_that_went_elsewhere() -> None:
    lag = Lag()
    lag.saw(HERE, end=1, next_offset=0, now=10)
    lag.saw(THERE, end=1, next_offset=0, now=20)
    assert (lag.seconds("t", now=30), lag.seconds("other", now=30)) == (20, 0)
    lag.keep_only({THERE})
    assert lag.seconds("t", now=30) == 10


def test_a_reader_that_stands_still_for_days_takes_no_room() -> None:
    lag = Lag()
    for second in range(3 * MOST_MARKS):
        lag.saw(HERE, end=second + 1, next_offset=0, now=second)
    assert lag.seconds("t", now=3 * MOST_MARKS) == 3 * MOST_MARKS
    assert timedelta(seconds=MOST_MARKS) == timedelta(hours=1)
