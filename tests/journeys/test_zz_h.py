from playwright.async_api import Browser
from tests.journeys.network import Network
from tests.journeys.main_job import MainJob, AT_THE_TRUST
from tests.journeys.ids import Ids

async def test_look(network: Network, browser: Browser, ids: Ids) -> None:
    async with MainJob(network, browser, called="Zed", cast=AT_THE_TRUST, scripts=True) as job:
        c = job.coordinator
        await c.page.set_viewport_size({"width": 900, "height": 1000})
        o = ids.known["opportunity"]
        for n, p in {"feed": "/opportunities", "feed2": "/opportunities?paid=yes&strand=research&mode=in_person", "one": f"/opportunities/{o}", "own": "/opportunities/for/RZ9", "own1": f"/opportunities/for/RZ9/{o}", "new": "/opportunities/for/RZ9/new", "mine": "/matches/mine", "sub": "/matches/mine/subscription"}.items():
            await c.page.goto(network.base_url + p)
            await c.page.screenshot(path=f"/tmp/h-{n}.png", full_page=True)
        await c.page.goto(network.base_url + "/opportunities/for/RZ9/new")
        await c.page.get_by_role("button", name="Post it on the feed").click()
        await c.page.screenshot(path="/tmp/h-err.png", full_page=True)
