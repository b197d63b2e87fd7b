"""E-mail on its way, to a real mail server: sent once, tried again when it is away, given up at last."""

import email
from datetime import timedelta
from email import policy
from uuid import UUID

import pytest

from schemas.matching import MatchMade, OpportunityPosted
from services.notifications.commands import messages as commands
from services.notifications.domain.message import MOST_TRIES
from tests.notifications.support import NOW, World, a_world, mail_server, make_due, send_now, status_of
from tests.support import Database

NOWHERE = "smtp://127.0.0.1:9"
"""The discard port: nobody answers there."""


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
    text = letter.get_content()
    assert to == ["sam@people.example"]
    assert letter["Subject"] == "An opportunity fits you: A seat in the pain pathway team at Sussex Example Trust"
    assert str(id) in letter["Message-ID"]
    assert letter["List-Unsubscribe"].endswith("/messages/mine>")
    assert "Hello Sam" in text
    assert "/matches/mine/" in text
    assert await status_of(world.service, id) == ("sent", 1)
    assert [name for name, key in await world.service.said() if key == id] == ["MessageQueued", "MessageSent"]


async def test_an_email_waits_while_the_mail_server_is_away_and_goes_out_when_it_is_back(database: Database) -> None:
    world, id = await queued(database, NOWHERE)
    await send_now(world.service)
    assert await status_of(world.service, id) == ("queued", 1)
    await send_now(world.service)
    assert await status_of(world.service, id) == ("queued", 1), "it is not tried again at once"
    async with mail_server() as server:
        back = await database.connect("notifications", smtp_url=server.url)
        await make_due(back)
        await send_now(back)
        assert len(server.taken) == 1
    assert await status_of(back, id) == ("sent", 2)


async def test_an_email_is_given_up_after_eight_tries_and_that_is_said(database: Database) -> None:
    world, id = await queued(database, NOWHERE)
    for _ in range(MOST_TRIES + 1):
        await make_due(world.service)
        await send_now(world.service)
    assert await status_of(world.service, id) == ("failed", MOST_TRIES)
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


async def test_an_email_whose_process_died_is_sent_again_after_a_while(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        async with world.service.transaction() as tx:
            assert await commands.take_next(tx)
        await send_now(world.service)
        assert server.taken == [], "another process may be sending it now"
        async with world.service.transaction() as tx:
            await tx.execute("update message set claimed_at = claimed_at - interval '3 minutes'")
        await send_now(world.service)
        assert len(server.taken) == 1
    assert await status_of(world.service, id) == ("sent", 2)


async def test_an_email_that_waited_for_days_goes_stale(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        async with world.service.transaction() as tx:
            await tx.execute("update message set queued_at = $1", NOW - timedelta(days=3))
        await send_now(world.service)
        assert server.taken == []
    assert await status_of(world.service, id) == ("stale", 0)


async def test_a_person_who_took_their_address_away_is_told_on_their_page(database: Database) -> None:
    async with mail_server() as server:
        world, id = await queued(database, server.url)
        async with world.service.transaction() as tx:
            await tx.execute("delete from contact_point")
        await send_now(world.service)
        assert server.taken == []
    assert await status_of(world.service, id) == ("sent", 0)
    assert (await world.messages())[0].channel == "page"
