"""The network keeps an administrator: each way out of its own organisation, and the way back by an operator."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.chassis.base.access import london_day
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR
from services.identity.commands import demo
from services.identity.commands.accounts import Newcomer
from services.identity.commands.sessions import SignedIn
from tests.identity.desk import Desk
from tests.support import until_a_lock_is_waited_for

TODAY = london_day(datetime.now(UTC))
NETWORK = "/organisations/QZZ"


@pytest.fixture
async def ada(desk: Desk) -> SignedIn:
    return await desk.start()


async def membership(desk: Desk, who: SignedIn) -> str:
    async with desk.identity.transaction() as tx:
        sql = "select id from membership where account_id = $1 and not ends_before(valid_to, $2)"
        return str(await tx.fetchval(sql, who.account_id, TODAY))


async def add(desk: Desk, by: SignedIn, called: str, **more: Any) -> SignedIn:
    async with desk.api(by) as api:
        body = {"called": called, "email": f"{called.lower()}@qzz.example", "roles": ["admin"], **more}
        invited = await api.post(f"{NETWORK}/staff", json=body)
        assert invited.status_code == 201, invited.text
    async with desk.identity.transaction(VISITOR) as tx:
        who = await demo.make_account(tx, Newcomer(called, EmailAddress.read(f"{called.lower()}@qzz.example")))
    await desk.echo()
    async with desk.api(who) as api:
        accepted = await api.post(f"/mine/invitations/{invited.json()['invitation_id']}/accept")
        assert accepted.status_code == 200, accepted.text
    await desk.echo()
    return await desk.sign_in(who.account_id)


def is_last(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and answer.json()["type"].endswith("#last-admin")


async def test_the_last_admin_goes_neither_by_the_end_of_the_role_nor_by_being_forgotten(
    desk: Desk, ada: SignedIn
) -> None:
    """Not for a successor of a far day, nor one who has a last day, nor one who only has other roles."""
    await add(desk, ada, "Later", valid_from="2099-01-01")
    await add(desk, ada, "Ending", valid_to=(TODAY + timedelta(days=1)).isoformat())
    await add(desk, ada, "Other", roles=["screener"])
    end = f"{NETWORK}/memberships/{await membership(desk, ada)}/end"
    async with desk.api(ada) as api:
        assert is_last(await api.post(end))
        assert is_last(await api.post("/mine/forget"))
        machine = await api.post(f"{NETWORK}/machines", json={"called": "Bot", "roles": ["admin"]})
        assert machine.status_code == 422, "no program is an admin"
    async with desk.browser(ada) as browser:
        shown = await browser.get("/sign-in/mine/forget")
        key = shown.text.split('name="form_key" value="')[1].split('"')[0]
        refused = await browser.post("/sign-in/mine/forget", data={"form_key": key, "loses_pence": "0"})
        assert refused.status_code == 409
        assert "needs an admin" in refused.text
    bea = await add(desk, ada, "Bea")
    async with desk.api(bea) as api:
        assert (await api.post(end)).status_code == 200
        assert is_last(await api.post("/mine/forget"))
    async with desk.api(ada) as api:
        assert (await api.post("/mine/forget")).status_code == 200, "she is no admin any more"


async def test_of_two_admins_who_leave_at_once_one_stays(desk: Desk, ada: SignedIn) -> None:
    bea = await add(desk, ada, "Bea")
    async with desk.identity.transaction() as held, desk.api(ada) as first, desk.api(bea) as second:
        await held.execute("select from organisation where ods_code = 'QZZ' for update")
        end = f"{NETWORK}/memberships/{await membership(desk, ada)}/end"
        both = [asyncio.ensure_future(first.post(end)), asyncio.ensure_future(second.post("/mine/forget"))]
        await until_a_lock_is_waited_for(desk.identity.app.settings)
        await held.connection.execute("commit")
        await held.connection.execute("begin")
        answers = await asyncio.gather(*both)
    assert sorted(one.status_code for one in answers) == [200, 409]


async def test_only_an_admin_who_leaves_waits_for_the_networks_row_and_who_becomes_one_meanwhile_starts_again(
    desk: Desk, ada: SignedIn
) -> None:
    sue, bo = [await add(desk, ada, called, roles=["screener"]) for called in ("Sue", "Bo")]
    async with desk.identity.transaction() as held, desk.api(sue) as first, desk.api(bo) as second:
        await held.execute("select from organisation where ods_code = 'QZZ' for update")
        assert (await first.post("/mine/forget")).status_code == 200, "nobody else keeps her waiting"
        await held.execute("select from account where id = $1 for update", bo.account_id)
        await held.execute("update membership set roles = '{admin}' where account_id = $1", bo.account_id)
        leaving = asyncio.ensure_future(second.post("/mine/forget"))
        await until_a_lock_is_waited_for(desk.identity.app.settings)
        await held.connection.execute("commit")
        await held.connection.execute("begin")
        answer = await leaving
        assert (answer.status_code, answer.json()["type"].endswith("#try-again-soon")) == (503, True)
        assert (await second.post("/mine/forget")).status_code == 200, "Ada is an admin still"


async def test_an_operator_makes_an_admin_with_the_start_secret_and_everybody_is_told(
    desk: Desk, ada: SignedIn
) -> None:
    body = {"called": "Cleo", "email": "cleo@qzz.example"}
    async with desk.api() as api:
        assert (await api.post("/recover", json=body)).status_code == 401
        secret = desk.identity.app.settings.secret("bootstrap").hex()
        made = await api.post("/recover", json=body, headers={"authorization": f"Bearer {secret}"})
    assert made.status_code == 201, made.text
    await desk.echo()
    assert [name for name, _ in await desk.identity.said()][-2:] == ["AccountOpened", "AdminRecovered"]
    for address in ("ada@network.example", "cleo@qzz.example"):
        assert "Cleo an administrator of the network" in (await desk.letters(address))[-1]
    cleo = await desk.sign_in(made.json()["account_id"])
    async with desk.api(cleo) as api:
        assert (await api.post(f"{NETWORK}/memberships/{await membership(desk, ada)}/end")).status_code == 200
