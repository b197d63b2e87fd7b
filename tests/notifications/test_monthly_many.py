"""The monthly list of 100,000 people: a few statements a batch, found by indexes, and no text kept twice."""

import time
from uuid import UUID

import pytest

from services.notifications.commands import monthly as commands
from services.notifications.domain.kinds import MONTHLY
from services.notifications.jobs import EMAILS
from services.notifications.store import monthly as store
from tests.asking import FEW
from tests.asking import asked as statements
from tests.notifications.monthly import a_pool
from tests.support import Connected

_PEOPLE = """
with people as (select ('b0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, n
    from generate_series(1, $1) as n),
accounts as (insert into mirror_account (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, jsonb_build_object('id', id, 'version', 1, 'kind', 'person', 'called', 'Sam', 'can_sign_in', true,
        'memberships', '[]'::jsonb), id, id, '', now() from people),
leaders as (insert into mirror_leader (id, version, state, event_id, correlation_id, traceparent, happened_at)
    select id, 1, jsonb_build_object('id', id, 'version', 1, 'called', 'Sam', 'reference', 'PL-1', 'rung', 'feedback',
        'status', case when n % 10 = 0 then 'left' else 'approved' end, 'approved_at', now()), id, id, '', now()
    from people),
choices as (insert into monthly_choice (person_id, wanted, said_at, said_by)
    select id, false, now(), id from people where n % 10 = 1)
insert into contact_point (person_id, channel, address, verified_at, changed_at, entered_by)
    select id, 'email', n || '@people.example', now(), now(), id from people
"""


async def a_crowd(service: Connected, count: int) -> None:
    async with service.transaction() as tx:
        await tx.execute(_PEOPLE, count)
        for table in ("mirror_account", "mirror_leader", "contact_point", "monthly_choice"):
            await tx.execute("analyze " + table)


@pytest.mark.parametrize("count", [5_000])
async def test_many_are_told_by_a_few_statements_a_batch_and_keep_no_text_each(
    notifications: Connected, count: int
) -> None:
    pool = await a_pool(notifications, [f"Role {n}" for n in range(30)])
    await a_crowd(notifications, count)
    began = time.monotonic()
    with statements() as found:
        batches = await pool.first_day()
    took = time.monotonic() - began
    async with notifications.transaction() as tx:
        kept = await tx.fetchrow(
            "select count(*) as lists, count(distinct person_id) as people,"
            " max(length(body) + length(easy)) as longest, pg_total_relation_size('message') as bytes"
            " from message where kind = $1",
            MONTHLY,
        )
    assert kept
    print(f"{kept['lists']} lists of {count:,} in {took:.1f} s, {len(found)} statements, {kept['bytes']:,} bytes")
    assert (kept["lists"], kept["people"]) == (count * 8 // 10, count * 8 // 10)
    assert len(found) <= 2 * FEW * batches
    assert kept["longest"] < 300


async def test_who_is_next_is_found_in_order_and_what_is_sent_next_by_its_rank(notifications: Connected) -> None:
    pool = await a_pool(notifications)
    await a_crowd(notifications, 5_000)
    await pool.first_day()
    await pool.come_due()
    async with notifications.transaction() as tx:
        await tx.execute("analyze message, contact_point")
        at = UUID("b0000000-0000-7000-8000-000000000100")
        who = "\n".join(row[0] for row in await tx.fetch("explain " + store.NEXT_PEOPLE, at, commands.TOLD_AT_ONCE))
        await tx.execute("set local enable_seqscan = off")  # so few would be sorted as soon
        await tx.execute("set local enable_sort = off")
        sending = "\n".join(
            row[0]
            for row in await tx.fetch(
                f"explain select id from message where {EMAILS.rows.waiting} and next_try_at <= now()"
                f" order by {EMAILS.rows.order} limit 8 for update skip locked"
            )
        )
        waiting = await tx.fetch(
            "explain select id from message m where m.person_id = $1 and m.list_month is not null"
            " and m.status in ('queued', 'sending')",
            pool.roles[0].id,
        )
    assert "contact_point_pkey" in who, who
    assert "Sort" not in who, who
    assert "message_to_send_ranked" in sending, sending
    assert "Sort" not in sending, sending
    assert "message_" in "\n".join(row[0] for row in waiting), waiting
