"""People are told who looks after them now; who gave a name and no way to reach them is seen by the welcome team."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened, OrganisationChanged
from schemas.recruitment import ApplicationOpened, Leader, LeaderApproved, LeaderHandedOver
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import coordinators
from services.notifications.domain.contact import Wanted
from services.notifications.store import waits
from tests.asking import FEW, asked
from tests.notifications.support import World, a_world
from tests.support import Connected, Person, member

DESK = {"id": str(new_id()), "name": "The welcome desk", "phone": "01632 960100", "hours": "9am to 5pm"}


def leader(person: Person, coordinator: Person | None, version: int = 1, **changes: Any) -> Leader:
    now = datetime.now(UTC)
    said = {"id": person.id, "version": version, "called": person.called, "reference": "PL-7K3Q", "status": "approved"}
    said |= {"rung": "feedback", "approved_at": now, "coordinator_since": now}
    return Leader.model_validate(said | {"coordinator_id": coordinator.id if coordinator else None} | changes)


async def told(world: World, person: Person) -> list[str]:
    return [one.news.subject for one in await world.messages(person) if one.news.kind == coordinators.KIND]


async def test_somebody_new_is_told_once_with_a_desk_and_not_of_cover_leaving_or_history(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    cora, dan = member(world.network, "coordinator", called="Cora"), member(world.network, "coordinator", called="Dan")
    sam, kim, old = world.person, Person("Kim"), Person("Old")
    network = world.network.model_copy(update={"version": 2})
    with_desk = type(network).model_validate({**network.model_dump(), "desks": [DESK]})
    people = (cora, dan, kim, old)
    await notifications.hears_and_settles(OrganisationChanged(with_desk), *(one.opened for one in people))
    await world.reach(Wanted("phone", "01632960001"))
    first = leader(sam, cora)
    long_ago = datetime.now(UTC) - timedelta(days=31)
    await notifications.hears_and_settles(
        LeaderApproved(first),
        LeaderApproved(leader(kim, None)),
        LeaderApproved(leader(old, cora, coordinator_since=long_ago)),
    )
    covered = first.model_copy(update={"version": 2, "cover_id": dan.id})
    await notifications.hears_and_settles(LeaderHandedOver(covered))
    assert (await told(world, sam), await told(world, kim), await told(world, old)) == (
        ["Cora looks after you now"],
        [],
        [],
    )
    [message] = [one for one in await world.messages(sam) if one.news.kind == coordinators.KIND]
    assert (message.channel, message.news.link) == ("phone", "/profile/mine/notes")
    assert "ring The welcome desk on 01632 960100 (9am to 5pm) and ask for them by name" in message.news.body
    later = datetime.now(UTC) + timedelta(seconds=1)
    handed = first.model_copy(update={"version": 3, "coordinator_id": dan.id, "coordinator_since": later})
    await notifications.hears_and_settles(LeaderHandedOver(handed))
    await notifications.hears_and_settles(LeaderHandedOver(handed.model_copy(update={"version": 4})))
    assert await told(world, sam) == ["Dan looks after you now", "Cora looks after you now"]
    gone = handed.model_copy(update={"version": 5, "status": "left", "coordinator_id": None, "coordinator_since": None})
    await notifications.hears_and_settles(LeaderHandedOver(gone))
    await notifications.hears_and_settles(AccountErased(Erased(id=cora.id, version=2)))
    await notifications.hears_and_settles(LeaderApproved(leader(kim, cora, 2)))
    assert (len(await told(world, sam)), await told(world, kim)) == (2, [])
    assert await notifications.failing() == []


async def test_a_hand_over_of_many_tells_each_once_by_few_statements_each(notifications: Connected) -> None:
    world = await a_world(notifications)
    cora, people = member(world.network, "coordinator", called="Cora"), [Person(f"Sam {n}") for n in range(40)]
    await notifications.hears_and_settles(cora.opened, *(one.opened for one in people))
    await notifications.hears(*(LeaderHandedOver(leader(one, cora)) for one in people))
    with asked() as found:
        await notifications.settle()
    assert len(found) <= FEW * len(people)
    async with notifications.transaction() as tx:
        rows = await tx.fetch("select person_id from message where kind = $1", coordinators.KIND)
    assert sorted(row["person_id"] for row in rows) == sorted(one.id for one in people)


async def test_who_gave_a_name_and_no_way_is_counted_listed_and_told_first_until_they_say_one(
    notifications: Connected,
) -> None:
    world, sam = await a_world(notifications), Person("Sam")
    screener, finance = member(world.network, "screener"), member(world.network, "finance")
    account = sam.account.model_copy(update={"can_sign_in": False, "came_to_join_at": datetime.now(UTC)})
    application = world.application("asked", person_id=sam.id)
    await notifications.hears_and_settles(
        screener.opened, finance.opened, AccountOpened(account), ApplicationOpened(application)
    )
    async with notifications.browser(screener) as browser, notifications.api(screener) as api:
        page = (await browser.get("/messages/for/QZZ/no-way")).text
        for said in ("Sam", application.reference, f"/people/for/QZZ/{application.id}", f"/people/{sam.id}"):
            assert said in page, said
        for address in ("/home/for/QZZ", "/messages/for/QZZ"):
            text = re.sub(r"<[^>]+>", "", (await browser.get(address)).text)
            assert "1 person asked to join and gave no way to reach them" in " ".join(text.split()), address
        [one] = (await api.get("/organisations/QZZ/no-way")).json()["people"]
        assert (one["called"], one["reference"]) == ("Sam", application.reference)
        async with notifications.browser(finance) as other:
            assert "no way to reach" not in (await other.get("/home/for/QZZ")).text
            assert (await other.get("/messages/for/QZZ/no-way")).status_code == 403
        async with notifications.transaction() as tx:
            assert (await waits.waits(tx))["no_way"] is not None
        async with notifications.browser(sam) as browser_of_sam:
            home = (await browser_of_sam.get("/home")).text
            assert home.index("We cannot reach you yet") < home.index("What waits for you")
            await world.reach(Wanted("phone", "01632960001"), sam)
            assert "We cannot reach you yet" not in (await browser_of_sam.get("/home")).text
        assert (await api.get("/organisations/QZZ/no-way")).json()["people"] == []
