"""One's own account, as one sees it: the name, the address, the roles, what waits, and the ways on."""

from datetime import timedelta

from services.chassis.base.addresses import EmailAddress
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited, invite
from tests.identity.desk import LETTERS, Desk
from tests.identity.test_commands import TODAY


async def test_roles_are_listed_by_the_organisations_name_in_words_with_the_way_to_its_pages(desk: Desk) -> None:
    ada = await desk.start()
    for code in ("RX2", "RX3", "RX4"):
        await desk.add_trust(ada, code)
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator", "approver")
    email, soon = EmailAddress.read("cora@rx2.example"), TODAY + timedelta(days=9)
    for code, granted in (("RX3", Granted(("finance",), soon, None)), ("RX4", Granted(("admin",)))):
        async with desk.identity.transaction(await desk.acting(ada.account_id, code)) as tx:
            await invite(tx, Invited("Cora", email), granted, LETTERS)
    async with desk.browser(cora) as browser, desk.api(cora) as api:
        shown = (await browser.get("/sign-in/mine")).text
        assert "Trust RX3, Trust RX4 ask you to work with them" in shown
        waiting = (await api.get("/mine/invitations")).json()["invitations"]
        of_rx3 = next(one["id"] for one in waiting if one["ods_code"] == "RX3")
        await api.post(f"/mine/invitations/{of_rx3}/accept")
        await desk.echo()
        shown = (await browser.get("/sign-in/mine")).text
        assert "Trust RX4 asks you" in shown
        own = shown.partition("Organisations that you work for")[2].partition("Where you are signed in")[0]
        assert [own.index(words) for words in ("Trust RX2", "Coordinator: posts", 'href="/home/for/RX2"', "Trust RX3")]
        assert 'href="/home/for/RX3"' not in own, "its pages do not let anybody in before the first day"
        assert ">RX2<" not in own, "people know the name and not the code"
        found = (await api.get("/mine")).json()["memberships"]
    assert [(one["organisation"], one["holds_now"]) for one in found] == [("Trust RX2", True), ("Trust RX3", False)]


async def test_whoever_works_for_nobody_is_told_so_and_finds_the_way_to_everything_of_theirs(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as browser:
        shown = (await browser.get("/sign-in/mine")).text
    assert "You have no role on the staff" in shown
    for address in (
        *("/sign-in/mine/name", "/sign-in/mine/address", "/sign-in/mine/sessions", "/sign-in/mine/forget"),
        *("/messages/mine", "/profile/mine", "/profile/mine/passport", "/claims/mine", "/payments/mine/details"),
    ):
        assert f'href="{address}"' in shown
