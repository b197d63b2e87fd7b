"""The front desk whole, with its Kafka door open: who may act follows from what it says, at once."""

from tests.identity.desk import Desk
from tests.support import Database, until


async def test_a_new_account_can_act_at_once_and_no_longer_once_it_is_signed_out_or_forgotten(living: Database) -> None:
    desk = Desk(await living.connect("identity"))
    await desk.identity.app.start()
    try:
        async with desk.api() as api, desk.browser() as browser:
            made = (await api.post("/demo/accounts", json={"called": "Pat", "email": "pat@people.example"})).json()
            browser.cookies.set("pln", made["token"])
            assert (await browser.get("/sign-in/mine")).status_code == 200
            api.headers["authorization"] = f"Bearer {made['token']}"
            assert (await api.post("/mine/sign-out")).status_code == 200

            async def refused() -> bool:
                return (await api.get("/mine")).status_code == 401

            await until(refused)
            again = (await api.post("/demo/sign-in", json={"email": "pat@people.example"})).json()
            api.headers["authorization"] = f"Bearer {again['token']}"
            assert (await api.post("/mine/forget")).status_code == 200
            await until(refused)
            nobody = await api.post("/demo/sign-in", json={"email": "pat@people.example"})
            assert nobody.status_code == 404
    finally:
        await desk.identity.app.stop()


async def test_roles_that_were_just_given_work_with_the_next_token(living: Database) -> None:
    desk = Desk(await living.connect("identity"))
    await desk.identity.app.start()
    try:
        secret = desk.identity.app.settings.secret("bootstrap").hex()
        start = {"network_name": "N", "ods_code": "QZZ", "admin_called": "Ada", "admin_email": "ada@network.example"}
        async with desk.api() as api:
            ada = (await api.post("/bootstrap", json=start, headers={"authorization": f"Bearer {secret}"})).json()
            api.headers["authorization"] = f"Bearer {ada['token']}"
            trust = {"ods_code": "RX2", "name": "Sussex Example Trust", "kind": "trust"}
            assert (await api.post("/organisations/QZZ/organisations", json=trust)).status_code == 201
            staff = {"called": "Cora", "email": "cora@rx2.example", "roles": ["coordinator"]}
            invited = (await api.post("/organisations/RX2/staff", json=staff)).json()
            cora = (await api.post("/demo/accounts", json={"called": "Cora", "email": "cora@rx2.example"})).json()
            api.headers["authorization"] = f"Bearer {cora['token']}"
            yes = f"/mine/invitations/{invited['invitation_id']}/accept"
            assert (await api.post(yes)).status_code == 200
            cora = (await api.post("/demo/sign-in", json={"email": "cora@rx2.example"})).json()
            api.headers["authorization"] = f"Bearer {cora['token']}"
            assert (await api.post("/organisations/RX2/people", json={"called": "Phil"})).status_code == 201
    finally:
        await desk.identity.app.stop()
