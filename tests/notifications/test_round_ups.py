"""Staff hear of what waits for them: on the morning of a working day, or soon after something new, or never."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.identity import Host, OrganisationChanged, OrganisationRegistered
from schemas.recruitment import ApplicationSent
from services.notifications.commands.round_ups import write_to_staff
from services.notifications.domain import round_up as domain
from services.notifications.domain.contact import RoundUp, Wanted
from services.notifications.domain.kinds import LONDON
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, hidden, member, organisation

MONDAY = datetime(2026, 11, 30, 8, 5, tzinfo=LONDON)


async def something_waits(
    notifications: Connected, how: RoundUp = "daily", *, roles: tuple[str, ...] = ("screener",)
) -> tuple[World, Person]:
    """A world in which an application waits for the network's screeners, and one who has proved an e-mail address."""
    world = await a_world(notifications)
    screener = member(world.network, *roles)
    await notifications.hears_and_settles(screener.opened)
    await world.reach(Wanted("email", "sue@network.example", round_up=how), screener)
    async with notifications.transaction() as tx:
        await tx.execute("update contact_point set verified_at = $1", NOW)
        await tx.execute("delete from message")
        await tx.execute(
            "insert into waiting_item (topic, thing_id, position, organisation_id, role, what, about, since, link)"
            " values ('recruitment.application', $1, 0, $2, 'screener', 'screen_application', $1, $3, '/people')",
            *(world.person.id, world.network.id, MONDAY - timedelta(days=1)),
        )
    return world, screener


async def written(notifications: Connected, at: datetime = MONDAY) -> list[tuple[str, str]]:
    """What is queued at that time: subjects and words."""
    async with notifications.transaction() as tx:
        tx.now = at
        assert await write_to_staff(tx) is None
        rows = await tx.fetch("select subject, body from message where kind = 'round_up' order by queued_at")
    return [(row["subject"], row["body"]) for row in rows]


async def test_what_waits_is_written_once_on_the_morning_of_a_working_day(notifications: Connected) -> None:
    _, screener = await something_waits(notifications)
    assert await written(notifications, MONDAY.replace(hour=7)) == []
    [(subject, body)] = await written(notifications)
    assert subject == "What waits for you at Example Network"
    assert "- Read an application to join the pool, the oldest since 29 November" in body
    assert len(await written(notifications, MONDAY + timedelta(hours=3))) == 1
    assert len(await written(notifications, MONDAY + timedelta(days=1))) == 2
    assert len(await written(notifications, MONDAY + timedelta(days=5))) == 2, "nobody is written to on a Saturday"
    async with notifications.browser(screener) as browser:
        assert "What waits for you at Example" not in (await browser.get("/home")).text, "the list itself stands there"


async def test_who_wants_to_hear_soon_hears_of_what_is_new_at_most_once_an_hour(notifications: Connected) -> None:
    world, _ = await something_waits(notifications, "soon")
    at = MONDAY + timedelta(hours=2)
    assert len(await written(notifications, at)) == 1
    assert len(await written(notifications, at + timedelta(hours=2))) == 1, "nothing is new"
    async with notifications.transaction() as tx:
        await tx.execute("update waiting_item set since = $1", at + timedelta(hours=2, minutes=10))
    assert len(await written(notifications, at + timedelta(hours=2, minutes=20))) == 1
    assert len(await written(notifications, at + timedelta(hours=3, minutes=1))) == 2
    assert world.person


@pytest.mark.parametrize("case", ["never", "not proved", "another role", "nothing waits"])
async def test_nobody_else_is_written_to(notifications: Connected, case: str) -> None:
    roles = ("finance",) if case == "another role" else ("screener",)
    await something_waits(notifications, "never" if case == "never" else "daily", roles=roles)
    async with notifications.transaction() as tx:
        if case == "not proved":
            await tx.execute("update contact_point set verified_at = null")
        if case == "nothing waits":
            await tx.execute("delete from waiting_item")
    assert await written(notifications) == []


async def test_what_waits_in_truth_is_what_is_written(notifications: Connected) -> None:
    """An application that a neighbour says of, and no row of a test."""
    world, _ = await something_waits(notifications)
    async with notifications.transaction() as tx:
        await tx.execute("delete from waiting_item")
    waits = {"organisation_id": world.network.id, "role": "screener", "what": "screen_application"}
    waits |= {"about": world.person.id, "since": datetime.now(UTC), "link": "/people/for/QZZ"}
    await notifications.hears_and_settles(ApplicationSent(world.application("sent", waiting=(waits,))))
    assert len(await written(notifications)) == 1


async def test_a_hosts_staff_are_written_to_of_what_waits_at_whom_they_host_for_the_roles_in_which_they_act(
    notifications: Connected,
) -> None:
    world, _ = await something_waits(notifications, "never")
    today, surgery = MONDAY.date(), organisation("A81001", "A Small Surgery", "practice")
    yesterday = today - timedelta(days=1)
    host = Host(organisation_id=world.trust.id, ods_code=world.trust.ods_code, valid_from=yesterday)
    no_longer = host.model_copy(update={"valid_to": yesterday})
    amir, sal = member(world.trust, "approver", "trainer"), member(world.trust, "helper")
    hosted = surgery.model_copy(update={"hosts": (host,)})
    await notifications.hears_and_settles(amir.opened, sal.opened, OrganisationRegistered(hosted))
    for who in (amir, sal):
        await world.reach(Wanted("email", f"{who.id}@trust.example"), who)
    async with notifications.transaction() as tx:
        await tx.execute("update contact_point set verified_at = $1", NOW)
        await tx.execute(
            "insert into waiting_item (topic, thing_id, position, organisation_id, role, what, about, since, link)"
            " select 'payments.claim', $1, n, $2, role, 'approve_claim', $1, $3, '/claims/for/A81001' from"
            " unnest(array['approver', 'trainer', 'helper']) with ordinality as waits (role, n)",
            *(world.person.id, surgery.id, MONDAY - timedelta(days=2)),
        )
    [(subject, body)] = await written(notifications)
    assert subject == "What waits for you at A Small Surgery"
    assert body.count("the oldest since") == 1, "not what waits for a trainer: training stays its own"
    gone = surgery.model_copy(update={"version": 2, "hosts": (no_longer,)})
    await notifications.hears_and_settles(OrganisationChanged(gone))
    assert len(await written(notifications, MONDAY + timedelta(days=1))) == 1, "it is hosted no longer"


async def test_staff_choose_how_often_and_others_are_not_asked(notifications: Connected) -> None:
    world, screener = await something_waits(notifications)
    async with notifications.browser(screener) as browser:
        page = (await browser.get("/messages/mine")).text
        assert "How often should we write to you of what waits at work?" in page
        form = {"channel": "email", "email": "sue@network.example", "round_up": "never"} | hidden(page)
        assert (await browser.post("/messages/mine", data=form)).status_code == 303
    async with notifications.browser(world.person) as browser:
        assert "what waits at work" not in (await browser.get("/messages/mine")).text
    assert await written(notifications) == []


@pytest.mark.parametrize(("hour", "day", "may"), [(8, 0, True), (7, 0, False), (20, 0, False), (12, 5, False)])
def test_nobodys_evening_or_sunday_is_for_what_waits_at_work(hour: int, day: int, may: bool) -> None:
    assert domain.may_be_sent(MONDAY.replace(hour=hour) + timedelta(days=day)) is may
