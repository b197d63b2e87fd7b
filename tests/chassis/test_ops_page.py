"""The page /ops/<service>: an operator sees what is stuck, since when, and what to do; nobody else sees it at all."""

import re
from uuid import UUID

import pytest

from services.chassis.postgres.transaction import new_id
from tests.support import Connected, Person, form_key, member, organisation, registered

NETWORK = organisation("QZN", "Example network", kind="network")


@pytest.fixture
async def operator(matching: Connected) -> Person:
    olu = member(NETWORK, "operator", called="Olu")
    await matching.hears_and_settles(*registered(NETWORK), olu.opened)
    return olu


async def shown(matching: Connected, who: Person) -> str:
    """The words of the page, each run of spaces as one."""
    async with matching.browser(who) as browser:
        page = await browser.get("/ops/matching")
    assert page.status_code == 200, page.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def test_a_service_in_which_all_is_well_says_so(matching: Connected, operator: Person) -> None:
    page = await shown(matching, operator)
    for words in ("Records that could not be read None.", "Reactions that failed and are tried again None."):
        assert words in page
    assert "Events that Kafka has not taken 0" in page
    assert "sweep" in page


async def test_what_is_stuck_is_shown_with_its_age_its_cause_and_what_to_do(
    matching: Connected, operator: Person
) -> None:
    async with matching.transaction() as tx:
        await tx.execute(
            'insert into parked (topic, partition, "offset", key, headers, value, error)'
            " values ('identity.account', 2, 77, 'k', '[]', '{', 'state is not JSON')"
        )
        await tx.execute(
            "insert into due (reaction, id, version, since, tries, error)"
            " values ('match_by_profile', $1, 1, now() - interval '3 hours', 9, 'LookupError: no rate card')",
            UUID(int=5),
        )
        await tx.execute(
            "insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at,"
            " written_at) values ('t', $1, 1, $1, 'T', '{}', $1, '', now(), now() - interval '20 minutes')",
            new_id(),
        )
        await tx.execute(
            "insert into timer (reaction, id, at, correlation_id, traceparent)"
            " select 'r', gen_random_uuid(), now() + ago * interval '1 hour', gen_random_uuid(), ''"
            " from (values (-2), (5)) as set (ago)"
        )
        await tx.execute(
            "insert into job (name, started_at, ended_at, error)"
            " values ('sweep', now() - interval '2 hours', now(), 'OSError: disk')"
        )
    page = await shown(matching, operator)
    for words in (
        "identity.account 2:77 Why state is not JSON",
        "LookupError: no rate card",
        "Events that Kafka has not taken 1, the oldest written 20 minutes ago",
        "Reactions that are due 1, the oldest since 3 hours ago",
        "Timers that wait for their time 2, the oldest should have rung 2 hours ago",
        "OSError: disk",
    ):
        assert words in page, page
    async with matching.browser(operator) as browser:
        html = (await browser.get("/ops/matching")).text
    for runbook in ("records-parked", "reactions-failing", "events-not-sent", "jobs-failing"):
        assert f'href="/ops/runbooks/{runbook}"' in html


async def test_an_operator_lets_a_parked_record_go_by_the_button_and_is_noted(
    matching: Connected, operator: Person
) -> None:
    async with matching.transaction() as tx:
        parked_id = await tx.fetchval(
            'insert into parked (topic, partition, "offset", headers, error)'
            " values ('identity.account', 2, 77, '[]', 'no envelope') returning id"
        )
    async with matching.browser(operator) as browser:
        page = (await browser.get("/ops/matching")).text
        assert f'action="/ops/matching/parked/{parked_id}/retry"' in page
        done = await browser.post(f"/ops/matching/parked/{parked_id}/discard", data={"form_key": form_key(page)})
    assert done.status_code == 303
    async with matching.transaction() as tx:
        assert await tx.fetchval("select count(*) from parked") == 0
        assert await tx.fetchval("select how from settled where who = $1", str(operator.id)) == "discarded"


async def test_whoever_is_no_operator_is_told_that_there_is_no_such_page(matching: Connected) -> None:
    coordinator = member(NETWORK, "coordinator", called="Cora")
    await matching.hears_and_settles(*registered(NETWORK), coordinator.opened)
    async with matching.browser(coordinator) as browser:
        assert (await browser.get("/ops/matching")).status_code == 404
        assert (await browser.post(f"/ops/matching/parked/{new_id()}/discard")).status_code in (403, 404)
    async with matching.browser() as browser:
        assert (await browser.get("/ops/matching")).status_code in (303, 401, 404)
