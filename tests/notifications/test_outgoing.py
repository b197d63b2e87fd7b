"""Each e-mail's fate is its own: refused for now or for good, hung, sent by somebody who died, sent by two at once."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from services.chassis.work import leases, post_office
from tests.mail_server import NOWHERE, mail_server
from tests.notifications.support import World, a_world, make_due, queue_email, send_now, status_of
from tests.support import Connected, Database, Person, member, until

ROOT = Path(__file__).parents[2]


async def waiting(database: Database, smtp_url: str, count: int) -> tuple[World, dict[str, UUID]]:
    """So many e-mails, to as many addresses, that wait to be sent."""
    world = await a_world(await database.connect("notifications", smtp_url=smtp_url))
    return world, {to: await queue_email(world, to) for to in (f"p{n:02}@people.example" for n in range(count))}


async def statuses(world: World, emails: dict[str, UUID]) -> list[tuple[str, int]]:
    return [await status_of(world.service, id) for id in emails.values()]


async def pause(service: Connected) -> tuple[int, str] | None:
    async with service.transaction() as tx:
        row = await tx.fetchrow("select tries, error from outgoing_pause")
    return (row["tries"], row["error"]) if row else None


async def next_try_of(service: Connected, id: UUID) -> datetime:
    async with service.transaction() as tx:
        return await tx.fetchval("select next_try_at from message where id = $1", id)


async def test_one_refused_recipient_among_ten_is_given_up_and_nine_are_sent(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 10)
        refused, *others = emails
        server.of_recipients[refused] = "550 no such mailbox"
        await send_now(world.service)
        assert server.receivers == others
    assert await statuses(world, emails) == [("failed", 1)] + 9 * [("sent", 1)]


async def test_one_refused_for_now_waits_alone_and_goes_out_when_it_is_taken(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 3)
        busy, *others = emails
        server.of_recipients[busy] = "450 mailbox full"
        await send_now(world.service)
        assert server.receivers == others
        async with world.service.transaction() as tx:
            assert await next_try_of(world.service, emails[busy]) > tx.now, "it waits for its next try"
        assert await pause(world.service) is None
        server.of_recipients.clear()
        await make_due(world.service)
        await send_now(world.service)
    assert await statuses(world, emails) == [("sent", 2), ("sent", 1), ("sent", 1)]


@pytest.mark.parametrize("case", ["away", "password", "sender", "closing"])
async def test_when_everything_is_refused_all_wait_and_none_uses_up_a_try(database: Database, case: str) -> None:
    async with mail_server() as server:
        server.lets_in = case != "password"
        server.sender_answer = {"sender": "550 not you", "closing": "421 shutting down"}.get(case, "")
        url = {"away": NOWHERE, "password": server.url_with_password}.get(case, server.url)
        world, emails = await waiting(database, url, 10)
        await send_now(world.service)
        opened = server.opened
        await send_now(world.service)
        assert server.opened == opened, "nobody tries again at once"
        assert server.taken == []
        assert await statuses(world, emails) == 10 * [("queued", 0)]
        paused = await pause(world.service)
        assert paused
        assert "example" not in paused[1], "no address"
        stands = (await world.service.app.health.snapshot()).outgoing["email"]
        assert (stands.due, stands.later, stands.refused_because) == (10, 0, paused[1])
        server.lets_in, server.sender_answer = True, ""
        mended = await database.connect("notifications", smtp_url=server.url)
        await make_due(mended)
        await send_now(mended)
        assert server.receivers == list(emails)
    assert await statuses(world, emails) == 10 * [("sent", 1)]
    assert await pause(world.service) is None


async def test_a_pause_grows_and_one_of_long_ago_is_forgotten(database: Database) -> None:
    world, _ = await waiting(database, NOWHERE, 1)
    for tries in range(1, len(leases.PAUSES) + 2):
        async with world.service.transaction() as tx:
            await tx.execute("update outgoing_pause set until = clock_timestamp()")
        await send_now(world.service)
        assert await pause(world.service) == (tries, "SMTPConnectError")
        async with world.service.transaction() as tx:
            lasts = await tx.fetchval("select until - clock_timestamp() from outgoing_pause")
        assert lasts <= leases.PAUSES[min(tries, len(leases.PAUSES)) - 1]
    async with world.service.transaction() as tx:
        await tx.execute("update outgoing_pause set until = until - interval '1 hour'")
    await send_now(world.service)
    assert await pause(world.service) == (1, "SMTPConnectError")


async def test_a_letter_over_which_the_mail_server_hangs_holds_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_office, "SMTP_SECONDS", 1)
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 10)
        hung, *others = emails
        server.hangs_for.add(hung)
        await send_now(world.service)
        assert await statuses(world, emails) == [("queued", 1)] + 9 * [("sent", 1)]
        assert server.receivers == [hung, *others], "nobody knows whether it was taken"
        server.hangs_for.clear()
        await make_due(world.service)
        await send_now(world.service)
        assert server.receivers == [hung, hung, *others]
        ids = server.message_ids
    assert sorted(ids) == sorted([str(id) for id in emails.values()] + [str(emails[hung])]), "one id, sent twice"


CHILD = """
import asyncio, sys
from services import load
from services.chassis.app import connect
from services.chassis.base.settings import Settings
from services.chassis.work.scheduler import Clock

async def main():
    [service] = load(["notifications"])
    app = await connect(service, Settings.model_validate_json(sys.argv[1]))
    await service.outgoing[0].run(Clock(app.database, app.settings))

asyncio.run(main())
"""


async def sender_of_its_own(service: Connected) -> asyncio.subprocess.Process:
    settings = service.app.settings.model_dump_json()
    return await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, settings, cwd=ROOT)


async def test_what_was_sent_by_somebody_who_was_killed_is_sent_once_more_under_the_same_id(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 1)
        [(to, id)] = emails.items()
        server.hangs_for.add(to)
        child = await sender_of_its_own(world.service)
        await asyncio.wait_for(server.hanging.wait(), 60)
        child.kill()
        await child.wait()
        server.hangs_for.clear()
        await send_now(world.service)
        assert server.message_ids == [str(id)], "another process may be sending it now"
        async with world.service.transaction() as tx:
            await tx.execute("update message set leased_until = clock_timestamp()")
        await send_now(world.service)
        assert server.message_ids == [str(id), str(id)]
        await send_now(world.service)
        assert len(server.taken) == 2
    assert await status_of(world.service, id) == ("sent", 2)


async def test_whoever_is_told_to_stop_gives_back_what_was_not_begun(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 8)
        server.hangs_for |= set(emails)
        sending = asyncio.create_task(send_now(world.service))
        await until(lambda: len(server.taken) == 4)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        async with world.service.transaction() as tx:
            assert await tx.fetchval("select count(*) from message where leased_until is not null") == 4
        server.hangs_for.clear()
        await send_now(world.service)
        assert len(server.taken) == 8
        assert len(set(server.message_ids)) == 8


async def test_two_instances_at_once_send_none_twice_and_keep_to_their_connections(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 60)
        other = await database.connect("notifications", smtp_url=server.url)
        await asyncio.gather(send_now(world.service), send_now(other))
        assert server.receivers == list(emails)
        assert 1 < server.most_at_once <= 8
    assert await statuses(world, emails) == 60 * [("sent", 1)]


async def test_a_mail_server_that_takes_one_connection_at_a_time_gets_them_all_by_that(database: Database) -> None:
    async with mail_server() as server:
        server.most_connections = 1
        world, emails = await waiting(database, server.url, 10)
        await send_now(world.service)
        assert server.receivers == list(emails)
    assert await pause(world.service) is None


async def test_a_letter_that_cannot_be_written_is_given_up_and_holds_no_other(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 2)
        broken, fine = emails
        async with world.service.transaction() as tx:
            line = "Subject\nBcc: all@people.example"
            await tx.execute("update message set subject = $2 where id = $1", emails[broken], line)
        await send_now(world.service)
        assert server.receivers == [fine]
    assert await statuses(world, emails) == [("failed", 1), ("sent", 1)]


async def test_a_fault_of_our_own_stays_with_the_message_that_it_concerns(database: Database) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 3)
        broken, *others = emails
        ola = Person("Ola")
        await world.service.hears_and_settles(ola.opened)
        async with world.service.transaction() as tx:
            await tx.execute("update message set person_id = $2 where id = $1", emails[broken], ola.id)
            await tx.execute("update mirror_account set state = state - 'called' where id = $1", ola.id)
        await send_now(world.service)
        assert server.receivers == others
    assert await statuses(world, emails) == [("queued", 1), ("sent", 1), ("sent", 1)]
    async with world.service.transaction() as tx:
        error = await tx.fetchval("select error from message where id = $1", emails[broken])
    assert error.startswith("ValidationError at "), "what and where, none of the words"


async def test_it_is_done_by_a_job_of_the_service(database: Database) -> None:
    async with mail_server() as server:
        world, _ = await waiting(database, server.url, 1)
        scheduler = world.service.app.scheduler
        [job] = [job for job in scheduler.jobs if job.name == "send_emails"]
        assert await scheduler.run_if_due(job)
        assert len(server.taken) == 1


async def test_what_was_given_up_is_in_sight_of_operators_without_an_address_and_of_its_person(
    database: Database,
) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 1)
        [(to, id)] = emails.items()
        server.answer = f"550 {to} is not taken"
        await send_now(world.service)
    operator = member(world.network, "operator", called="Ola")
    await world.service.hears_and_settles(operator.opened)
    async with world.service.browser(operator) as browser:
        page = (await browser.get("/ops/notifications")).text
    assert f"email {id}" in page
    assert "SMTPDataError 550" in page
    assert to not in page
    async with world.service.transaction() as tx:
        await tx.execute("update message set address = null")
    async with world.service.browser(world.person) as browser:
        assert "We could not send this" in (await browser.get(f"/messages/mine/{id}")).text
    async with world.service.browser(Person()) as browser:
        assert (await browser.get(f"/messages/mine/{id}")).status_code != 200


async def test_the_oldest_email_that_could_be_sent_is_measured_and_one_that_was_refused_for_now_is_not(
    database: Database,
) -> None:
    async with mail_server() as server:
        world, emails = await waiting(database, server.url, 2)
        busy, late = emails
        server.of_recipients[busy] = "450 mailbox full"
        async with world.service.transaction() as tx:
            await tx.execute("update message set next_try_at = now() + interval '1 hour' where id = $1", emails[late])
        await send_now(world.service)
        before = await world.service.app.health.snapshot()
        async with world.service.transaction() as tx:
            await tx.execute("update message set next_try_at = now() - interval '1 hour' where id = $1", emails[late])
        after = await world.service.app.health.snapshot()
    assert before.waits == {
        "email": None,
        "message": None,
        "text": None,
        "call": None,
        "letter": None,
        "meeting": None,
        "ask": None,
        "no_way": None,
        "list": None,
    }
    assert after.age(after.waits["email"]) >= 3600
    assert (after.outgoing["email"].due, after.outgoing["email"].later) == (1, 1)
