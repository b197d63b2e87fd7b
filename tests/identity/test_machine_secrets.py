"""A machine's secret ends a year after it was made, and its organisation's admins are written to a month before."""

from datetime import timedelta

from services.identity import jobs
from services.identity.commands.sessions import SignedIn
from tests.identity.desk import Desk
from tests.identity.test_pages_for_all import clock_of


async def a_machine(desk: Desk) -> tuple[SignedIn, str, str]:
    """Cora, who is the admin of its organisation; its id and its secret."""
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    cora = await desk.add_staff(ada, "RX2", "Cora", "admin")
    async with desk.api(cora) as api:
        made = await api.post("/organisations/RX2/machines", json={"called": "Reports", "roles": ["coordinator"]})
    assert made.status_code == 201, made.text
    await desk.echo()
    return cora, made.json()["account_id"], made.json()["secret"]


async def days_go_by(desk: Desk, days: int) -> None:
    async with desk.identity.transaction() as tx:
        await tx.execute("update machine_secret set ends_at = ends_at - $1::interval", timedelta(days=days))


async def exchanged(desk: Desk, secret: str) -> int:
    async with desk.api() as api:
        return (await api.post("/tokens", json={"secret": secret})).status_code


async def test_a_secret_works_for_a_year_and_no_day_longer(desk: Desk) -> None:
    cora, machine, secret = await a_machine(desk)
    await days_go_by(desk, 364)
    assert await exchanged(desk, secret) == 201
    await days_go_by(desk, 1)
    assert await exchanged(desk, secret) == 403
    async with desk.browser(cora) as browser:
        assert "No secret works" in (await browser.get(f"/organisations/for/RX2/machines/{machine}")).text


async def test_its_admins_are_written_to_once_a_month_before(desk: Desk) -> None:
    _, machine, _ = await a_machine(desk)
    before = len(await desk.letters("cora@rx2.example"))
    for days, written in ((334, 0), (2, 1), (3, 1)):
        await days_go_by(desk, days)
        await jobs.tell_of_secrets_that_end(clock_of(desk, "smtp://127.0.0.1:1"))
        letters = (await desk.letters("cora@rx2.example"))[before:]
        assert len(letters) == written
    assert "A secret with which Reports works for Trust RX2 ends on" in letters[0]
    assert f"/organisations/for/RX2/machines/{machine}" in letters[0]
