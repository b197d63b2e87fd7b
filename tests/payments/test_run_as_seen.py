"""A payment run pays what whoever released it saw, as of when they saw it: no claim that came or went meanwhile."""

from tests.payments.support import RATE, Trust, a_trust
from tests.payments.test_doors import fill_in
from tests.support import Connected, Person, hidden, led_to

PAGE, RUNS = "/payments/for/RX2", "/payments/for/RX2/runs"


async def paid(trust: Trust) -> int:
    async with trust.payments.transaction() as tx:
        return await tx.fetchval("select coalesce(sum(total_pence), 0)::bigint from run")


async def test_a_run_is_released_as_it_was_seen_or_not_at_all(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.approved(Person("Sam"))
    async with payments.browser(trust.finance) as browser:
        opened = (await browser.get(PAGE)).text
        assert f"Pay 1 claim, £{RATE / 100:.0f}" in opened
        assert "as of " in opened
        await trust.approved(Person("Kim"))
        refused = await browser.post(RUNS, data=hidden(opened))
        assert (refused.status_code, "Nothing was paid" in refused.text) == (409, True)
        unseen = await browser.post(RUNS, data={"form_key": hidden(opened)["form_key"]})
        assert (unseen.status_code, await paid(trust)) == (409, 0)
        made = await fill_in(browser, PAGE, {}, at=RUNS)
        assert led_to(made).startswith(f"{RUNS}/")
        assert "The run is made." in (await browser.get(made.headers["location"])).text
        assert "The run is made." not in (await browser.get(made.headers["location"])).text
    assert await paid(trust) == 2 * RATE


async def test_the_page_says_what_a_run_would_leave_out_and_pays_what_it_says(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.approved(Person("Sam"))
    await trust.approved(Person("Kim"), by=trust.both)
    async with payments.browser(trust.both) as browser:
        shown = (await browser.get(PAGE)).text
        assert "2 claims, together" in shown
        assert "1 claim. You approved them." in shown
        assert f"A run pays 1 claim now, together £{RATE / 100:.0f}." in shown
        await fill_in(browser, PAGE, {}, at=RUNS)
    assert await paid(trust) == RATE


async def test_the_api_tells_the_next_run_and_makes_it_as_it_was_told(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.approved(Person("Sam"))
    async with payments.api(trust.finance) as api:
        told = (await api.get("/organisations/RX2/runs/next")).json()
        assert (told["claims"], told["total_pence"], told["make"], told["left_out"]) == (1, RATE, True, {})
        await trust.approved(Person("Kim"))
        stale = await api.post("/organisations/RX2/runs", json={"seen": told["seen"]})
        assert (stale.status_code, stale.json()["type"].rpartition("#")[2]) == (409, "run-changed")
        now = (await api.get("/organisations/RX2/runs/next")).json()
        assert (await api.post("/organisations/RX2/runs", json={"seen": now["seen"]})).json()["claims"] == 2


async def test_a_list_without_pages_says_that_there_is_more(payments: Connected) -> None:
    sam = Person("Sam")
    await payments.hears_and_settles(sam.opened)
    for count, more in ((50, False), (51, True)):
        async with payments.transaction() as tx:
            await tx.execute(
                "insert into household (one, other, said_at) select least($1, id), greatest($1, id), $2"
                " from (select gen_random_uuid() as id from generate_series(1, $3)) as somebody",
                *(sam.id, tx.now, 50 if count == 50 else 1),
            )
        async with payments.browser(sam) as browser:
            page = (await browser.get("/payments/mine/household")).text
        async with payments.api(sam) as api:
            told = (await api.get("/mine/household")).json()
        assert ("There are more, which are not shown here." in page, told["more"]) == (more, more)
        assert len(told["household"]) == 50
