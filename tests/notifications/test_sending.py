"""E-mail on its way, to a real mail server: sent once, tried again when it is away, given up at last."""

import asyncio
import email
from datetime import timedelta
from email import policy
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import MatchMade, OpportunityPosted
from services.chassis.work.back_off import FOUR_DAYS
from services.notifications.commands import telling
from tests.mail_server import NOWHERE, mail_server, words_of
from tests.notifications.support import NOW, World, a_world, make_due, send_now, status_of
from tests.support import Connected, Database, until_a_lock_is_waited_for


async def queued(database: Database, smtp_url: str) -> tuple[World, UUID]:
    """A message by e-mail that waits to be sent."""
    world = await a_world(await database.connect("notifications", smtp_url=smtp_url))
    await world.reach_by_verified_email("sam@people.example")
    await world.service.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
    [message] = await world.messages()
    assert (message.channel, message.status) == ("email", "queued")
    return world, message.id


async def test_an_email_is_sent_once_with_our_id_and_how_to_stop_them(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        await send_now(world.service)
        await send_now(world.service)
        [(to, content)] = server.taken
    letter = email.message_from_bytes(content, policy=policy.default)
    text = words_of(content)
    assert to == ["sam@people.example"]
    assert letter["Subject"] == "About A seat in the pain pathway team at Sussex Example Trust"
    assert text.startswith("An opportunity fits you: A seat in the pain pathway team at Sussex Example Trust.")
    assert str(id) in letter["Message-ID"]
    assert "/messages/matches/" in letter["List-Unsubscribe"]
    assert "/messages/mine/how-told" in text
    assert "Hello Sam" in text
    assert "/matches/mine/" in text
    assert await status_of(world.service, id) == ("sent", 1)
    assert [name for name, key in await world.service.said() if key == id] == ["MessageQueued", "MessageSent"]


async def test_an_email_waits_while_the_mail_server_is_away_and_goes_out_when_it_is_back(database: Database) -> None:
    world, id = await queued(database, NOWHERE)
    for _ in range(3):
        await send_now(world.service)
    assert await status_of(world.service, id) == ("queued", 0), "it is no try of its own"
    async with world.service.transaction() as tx:
        assert await tx.fetchval("select tries from outgoing_pause") == 1, "nobody tries again at once"
    async with mail_server() as server:
        back = await database.connect("notifications", smtp_url=server.url)
        await make_due(back)
        await send_now(back)
        assert len(server.taken) == 1
    assert await status_of(back, id) == ("sent", 1)
    async with world.service.transaction() as tx:
        assert await tx.fetchval("select count(*) from outgoing_pause") == 0


async def test_an_email_that_is_refused_for_now_time_and_again_is_given_up_at_last_and_that_is_said(
    database: Database,
) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        server.answer = "450 mailbox full"
        for _ in range(FOUR_DAYS.most_tries + 1):
            await make_due(world.service)
            await send_now(world.service)
    assert await status_of(world.service, id) == ("failed", FOUR_DAYS.most_tries)
    assert ("MessageFailed", id) in await world.service.said()


@pytest.mark.parametrize(("answer", "status"), [("550 no", "failed"), ("450 later", "queued")])
async def test_a_refusal_for_good_is_not_tried_again_and_one_for_now_is(
    database: Database, answer: str, status: str
) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        server.answer = answer
        await send_now(world.service)
        assert server.taken == []
    assert await status_of(world.service, id) == (status, 1)


async def test_an_email_that_an_older_version_had_in_hand_when_it_died_is_sent(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        async with world.service.transaction() as tx:
            await tx.execute("update message set status = 'sending', claimed_at = now(), attempts = 1")
        await send_now(world.service)
        assert len(server.taken) == 1
    assert await status_of(world.service, id) == ("sent", 2)


async def test_an_email_that_is_no_longer_worth_sending_goes_stale_even_while_the_mail_server_is_away(
    database: Database,
) -> None:
    world, id = await queued(database, NOWHERE)
    await send_now(world.service)
    async with world.service.transaction() as tx:
        await tx.execute("update message set good_until = $1", NOW - timedelta(days=1))
    await send_now(world.service)
    assert await status_of(world.service, id) == ("stale", 0)
    assert ("MessageFailed", id) in await world.service.said()
    assert [message.id for message in await world.messages()] == [id], "it is on their page"


async def test_a_person_who_took_their_address_away_is_told_on_their_page(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        async with world.service.transaction() as tx:
            await tx.execute("delete from contact_point")
        await send_now(world.service)
        assert server.taken == []
    assert await status_of(world.service, id) == ("sent", 0)
    assert (await world.messages())[0].channel == "page"


async def test_an_email_goes_to_the_address_of_the_day_on_which_it_is_sent(database: Database) -> None:
    async with mail_server() as server:
        world, _ = await queued(database, server.url)
        async with world.service.transaction() as tx:
            await tx.execute("update contact_point set address = 'new@people.example'")
        await send_now(world.service)
        assert server.receivers == ["new@people.example"]


async def test_somebody_who_was_forgotten_meanwhile_is_sent_nothing(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        await world.service.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
        await send_now(world.service)
        assert server.taken == []
    assert ("MessageErased", id) in await world.service.said()


async def test_a_message_that_is_queued_while_its_person_is_forgotten_does_not_stay(notifications: Connected) -> None:
    """Whoever forgets waits for whoever tells; whoever tells afterwards finds that the person is gone."""
    world = await a_world(notifications)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity))
    match = world.match()
    await notifications.hears(MatchMade(match))
    forgetting: asyncio.Task[None] | None = None
    async with notifications.transaction() as tx:
        await telling.tell_of_match(tx, match)
        await notifications.hears(AccountErased(Erased(id=world.person.id, version=2)))
        forgetting = asyncio.create_task(notifications.settle())
        await until_a_lock_is_waited_for(notifications.app.settings)
    await forgetting
    async with notifications.transaction() as tx:
        await telling.tell_of_match(tx, match)
        assert await tx.fetchval("select count(*) from message") == 0
    assert "MessageErased" in [name for name, _ in await notifications.said()]
