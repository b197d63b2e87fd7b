"""Whoever gave their name to join on our own pages has an application, and one only; from there to the pool."""

from datetime import UTC, datetime

from schemas.event import Erased
from schemas.identity import AccountChanged, AccountErased, AccountOpened
from schemas.recruitment import Application
from services.recruitment.commands import joining
from services.recruitment.store import applications
from tests.recruitment.scene import Scene
from tests.recruitment.test_reactions import handle_again
from tests.support import Connected, Database, Person, hidden, organisation, registered, save_page
from tests.town import Somebody, Town, town

NOW = datetime.now(UTC)


def began(person: Person, *, version: int = 1, **changes: object) -> AccountOpened:
    state = {"can_sign_in": False, "came_to_join_at": NOW, "version": version, **changes}
    return AccountOpened(person.account.model_copy(update=state))


async def stages(recruitment: Connected, person: Person) -> list[str]:
    async with recruitment.transaction() as tx:
        return [one.stage for one in await applications.lock_of_person(tx, person.id)]


async def test_a_name_opens_an_application_once_however_often_it_is_heard(scene: Scene) -> None:
    ida = Person("Ida")
    await scene.recruitment.hears_and_settles(began(ida))
    await scene.recruitment.hears_and_settles(AccountChanged(began(ida, version=2, called="Idabel").state))
    await handle_again(scene.recruitment)
    assert await stages(scene.recruitment, ida) == ["asked"]
    async with scene.recruitment.transaction() as tx:
        found = await applications.newest_of_person(tx, ida.id)
    assert found
    assert (found.called, found.full_name, found.why) == ("Idabel", None, None)
    assert Application.model_validate(found.public().model_dump()).reference == found.reference


async def test_who_has_an_account_of_another_kind_is_not_made_to_ask(scene: Scene) -> None:
    phoned = await scene.by_phone()
    assert await stages(scene.recruitment, phoned) == await stages(scene.recruitment, scene.sam) == []


async def test_who_took_it_back_is_not_made_to_ask_again_by_another_name(scene: Scene) -> None:
    ida = Person("Ida")
    await scene.recruitment.hears_and_settles(began(ida))
    async with scene.recruitment.transaction(ida.acting()) as tx:
        await joining.withdraw_application(tx)
    await scene.recruitment.hears_and_settles(AccountChanged(began(ida, version=2, called="Idabel").state))
    assert await stages(scene.recruitment, ida) == ["withdrawn"]


async def test_a_form_that_was_sent_before_the_account_was_heard_of_is_the_application(scene: Scene) -> None:
    ida = Person("Ida")
    await scene.recruitment.hears(began(ida))
    await scene.send(ida)
    await scene.recruitment.settle()
    assert await stages(scene.recruitment, ida) == ["sent"]


async def test_nobody_is_asked_before_the_network_is_known_and_who_is_forgotten_is_gone(recruitment: Connected) -> None:
    ida, network = Person("Ida"), organisation("QNX", "The Network of Example", kind="network")
    await recruitment.hears_and_settles(began(ida))
    assert await stages(recruitment, ida) == []
    await recruitment.hears_and_settles(*registered(network))
    async with recruitment.transaction() as tx:
        await tx.execute("update due set due_at = now()")
    await recruitment.settle()
    assert await stages(recruitment, ida) == ["asked"]
    await recruitment.hears_and_settles(AccountErased(Erased(id=ida.id, version=2)))
    assert await stages(recruitment, ida) == []


async def applications_of(network: Town, screener: Somebody) -> list[dict[str, str]]:
    found = await network.ask(screener, "GET", "recruitment", "/organisations/QZZ/applications")
    return found.json()["applications"]


async def begin(network: Town, called: str = "Ida") -> Somebody:
    made = await network.must(None, "identity", "/start", {"called": called})
    return Somebody(network.sign_in(made["account_id"]).id, made["token"])


async def test_from_a_name_to_the_pool_through_every_room(database: Database) -> None:
    async with town(database) as network:
        network.rooms.now = datetime.now(UTC)
        sue = await network.hire(network.ada, "QZZ", "Sue", "screener")
        ida = await begin(network)
        reached = {"channel": "phone", "address": "07700 900 982"}
        said = await network.ask(ida, "PUT", "notifications", "/mine/contact", reached)
        assert said.is_success, said.text
        async with network.browser("notifications", ida) as browser:
            page = (await browser.get("/messages/mine/started")).text
        [asked] = (await network.ask(sue, "GET", "recruitment", "/organisations/QZZ/applications")).json()[
            "applications"
        ]
        reference = f"AP-{asked['id'].replace('-', '')[-6:].upper()}"
        assert "We have your name" in page
        assert reference in page
        to_tell = (await network.ask(sue, "GET", "notifications", "/organisations/QZZ/messages")).json()["messages"]
        [receipt] = [one for one in to_tell if one["kind"] == "name_received"]
        assert (receipt["called"], receipt["address"]) == ("Ida", "07700900982")
        assert reference in receipt["text"]
        async with network.browser("recruitment", ida) as browser:
            browser.headers["sec-fetch-site"] = "same-origin"
            for path, typed in (
                ("name", {"full_name": "Ida Example"}),
                ("why", {"why": "I care for my father."}),
                ("agree", {"code_of_conduct": "1", "data_notice": "1"}),
            ):
                assert (await save_page(browser, f"/join/apply/{path}", typed)).status_code == 303, path
            check = await browser.get("/join/apply/check")
            assert (await browser.post("/join/apply/check", data=hidden(check.text))).status_code == 303
        await network.rooms.carry()
        [one] = await applications_of(network, sue)
        assert one["id"] == asked["id"], "the same one, filled in"
        gone = await network.post(ida, "identity", "/mine/forget", {"loses_pence": 0})
        assert gone.is_success, gone.text
        assert await applications_of(network, sue) == []
        to_tell = (await network.ask(sue, "GET", "notifications", "/organisations/QZZ/messages")).json()
        assert (to_tell["messages"], to_tell["unreached"]) == ([], [])
