"""Whoever is asked to agree again is told once, by their channel; staff on the phone are led to where the yes goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.event import AnyEvent, Erased, Waiting
from schemas.identity import AccountErased, AccountOpened
from schemas.recruitment import Leader, LeaderAgreed, LeaderAskedToAgree
from services.chassis.base.access import london_day
from services.notifications.domain.contact import Wanted
from services.notifications.domain.kinds import AGREE_AGAIN
from tests.asking import FEW, asked
from tests.notifications.support import World, a_world
from tests.notifications.test_coordinators import leader
from tests.support import Connected, Person, hidden, member

CODE, NOTICE = "agree_to_code", "agree_to_notice"
BEGAN = datetime.now(UTC) - timedelta(hours=2)


def asked_to(person: Person, *what: str, version: int = 1, since: datetime = BEGAN, **changes: Any) -> AnyEvent:
    waits = tuple(
        Waiting(person_id=person.id, what=one, about=person.id, since=since, link="/join/mine/agree") for one in what
    )
    return LeaderAskedToAgree(leader(person, None, version, waiting=waits, **changes))


async def told(world: World, person: Person) -> list[tuple[str, str, str]]:
    found = [one for one in await world.messages(person) if one.news.kind == AGREE_AGAIN]
    return [(one.news.subject, one.channel, one.status) for one in found]


async def test_each_is_told_once_in_their_own_way_and_not_of_history(notifications: Connected) -> None:
    world = await a_world(notifications)
    kim, pat, old, gone = Person("Kim"), Person("Pat"), Person("Old"), Person("Gone")
    no_sign_in = AccountOpened(pat.account.model_copy(update={"can_sign_in": False}))
    await notifications.hears_and_settles(kim.opened, no_sign_in, old.opened, gone.opened)
    await world.reach_by_verified_email()
    await world.reach(Wanted("post", "1 High Street\nHove BN3 2ZZ"), pat)
    await notifications.hears(AccountErased(Erased(id=gone.id, version=2)))
    long_ago = BEGAN - timedelta(days=31)
    for _ in range(2):
        await notifications.hears_and_settles(
            asked_to(world.person, CODE),
            asked_to(kim, CODE, NOTICE),
            asked_to(pat, NOTICE),
            asked_to(old, CODE, since=long_ago),
            asked_to(gone, CODE),
        )
        async with notifications.transaction() as tx:
            await tx.execute("delete from handled")
    assert await told(world, world.person) == [("The code of conduct has changed", "email", "queued")]
    assert await told(world, kim) == [("How we work together has changed", "page", "sent")]
    assert await told(world, pat) == [("What we keep about you has changed", "post", "queued")]
    assert await told(world, old) == [] and await notifications.failing() == []
    [message] = [one for one in await world.messages() if one.news.kind == AGREE_AGAIN]
    assert "You keep every place that you have" in message.news.body and "write down your yes" in message.news.body
    assert message.news.link == "/join/mine/agree"
    async with notifications.browser(kim) as browser:
        home = (await browser.get("/home")).text
        assert "Read the code of conduct, which has changed" in home and "Read what we keep about you" in home
    async with notifications.browser(old) as browser:
        assert "Read the code of conduct, which has changed" in (await browser.get("/home")).text


async def test_a_yes_before_the_call_or_letter_ends_it_and_the_next_edition_is_told_anew(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    sam = world.person
    await world.reach(Wanted("phone", "01632960001"))
    await notifications.hears_and_settles(asked_to(sam, CODE))
    await notifications.hears_and_settles(LeaderAgreed(leader(sam, None, 2)))
    assert [status for _, _, status in await told(world, sam)] == ["stale"]
    now = datetime.now(UTC) + timedelta(days=1)
    await notifications.hears_and_settles(asked_to(sam, CODE, version=3, since=now))
    assert london_day(now) != london_day(BEGAN)
    assert [status for _, _, status in await told(world, sam)] == ["queued", "stale"]
    left: Leader = leader(sam, None, 4, status="left", left_at=now)
    await notifications.hears_and_settles(LeaderAgreed(left))
    assert [status for _, _, status in await told(world, sam)] == ["stale", "stale"]


async def test_whoever_rings_is_led_to_where_the_yes_is_written_down_if_they_may(notifications: Connected) -> None:
    world = await a_world(notifications)
    sam, cora, rob = world.person, member(world.network, "coordinator"), member(world.network, "screener")
    await notifications.hears_and_settles(cora.opened, rob.opened)
    await world.reach(Wanted("phone", "01632960001"))
    await notifications.hears_and_settles(asked_to(sam, CODE, coordinator_id=cora.id))
    at, where = f"/messages/for/QZZ/calls/{sam.id}", f'href="/join/for/QZZ/people/{sam.id}/agree"'
    async with notifications.browser(rob) as browser:
        page = (await browser.get(at)).text
        assert where not in page and "You cannot write it down for them. Their coordinator can" in page
    async with notifications.browser(cora) as browser:
        page = await browser.get(at)
        assert where in page.text and "The code of conduct has changed" in page.text
        told = {"told": page.text.split('name="told" value="')[1].split('"')[0], "outcome": "told"}
        done = await browser.post(at, data={**hidden(page.text), **told})
        assert (done.status_code, done.headers["location"]) == (303, f"/join/for/QZZ/people/{sam.id}/agree")
        [message] = [one for one in await world.messages(sam) if one.news.kind == AGREE_AGAIN]
        found = (await browser.get(f"/messages/for/QZZ?words={message.reference}")).text
        assert where in found, "who rings back about a letter is helped too"


async def test_many_are_told_by_few_statements_each(notifications: Connected) -> None:
    world = await a_world(notifications)
    people = [Person(f"Sam {n}") for n in range(40)]
    await notifications.hears_and_settles(*(one.opened for one in people))
    await notifications.hears(*(asked_to(one, CODE) for one in people))
    with asked() as found:
        await notifications.settle()
    assert len(found) <= FEW * len(people)
    assert [await told(world, one) for one in people] == [[("The code of conduct has changed", "page", "sent")]] * 40
