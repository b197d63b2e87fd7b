import httpx, json
from pathlib import Path
from playwright.async_api import async_playwright
from axe_playwright_python.base import AXE_FILE_PATH
from services.chassis.pages import static_app
from starlette.applications import Starlette
from tests.payments.support import *
from tests.support import Person
from services.payments.commands import claims as cc, rates as rc
from services.payments.domain.rate_card import Draft
from datetime import date

async def test_look(payments):
    trust = await a_trust(payments)
    p = Person("Sam")
    c1 = await trust.approved(p, days_ago=12)
    c2 = await trust.approved(p, by=trust.both)
    run = await trust.run(by=trust.both)
    c3 = await trust.approved(p)
    c4 = await trust.sent(p, unit="hour", pence=1271, hours=2.5)
    c5 = await trust.sent(p)
    async with payments.transaction(trust.approver.acting(trust.organisation)) as tx:
        await cc.return_claim(tx, c5.id, why="Which one?", seen=None)
    q = Person("Q")
    a6 = await trust.attended(q)
    c6 = await the_claim(payments, a6)
    async with payments.transaction(trust.finance.acting(trust.organisation)) as tx:
        rid = await rc.issue_rate(tx, Draft(title="Half day", unit="half_day", amount_pence=7500, source="Example policy, version 3", valid_from=date.today()))
    F="/payments/for/RX2"
    todo = [(p,"/claims/mine"),(q,"/claims/mine"),(p,f"/claims/mine/{c1.id}"),(p,f"/claims/mine/{c5.id}"),(q,f"/claims/mine/{c6.id}"),(p,f"/claims/mine/{c4.id}/decline"),
      (p,"/payments/mine/details"),(trust.approver,"/claims/for/RX2"),(trust.approver,f"/claims/for/RX2/{c4.id}"),(trust.approver,f"/claims/for/RX2/{c4.id}/return"),
      (trust.finance,F),(trust.both,F),(trust.finance,f"{F}/rates"),(trust.finance,f"{F}/rates/new"),(trust.finance,f"{F}/rates/{rid}/close"),(trust.finance,f"{F}/runs/{run.id}?made=yes")]
    static = Starlette(); static.mount("/static", static_app())
    out = Path("/tmp/look"); out.mkdir(exist_ok=True)
    bad = []
    async with async_playwright() as pw:
        b = await pw.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for n,(who,path) in enumerate(todo):
            ctx = await b.new_context(viewport={"width":320,"height":800}, bypass_csp=True)
            page = await ctx.new_page()
            async with payments.browser(who) as site, httpx.AsyncClient(transport=httpx.ASGITransport(app=static), base_url="http://test") as st:
                async def answer(route):
                    u = route.request.url.replace("http://test","")
                    r = await (st if u.startswith("/static") else site).get(u)
                    await route.fulfill(status=r.status_code, headers={k:v for k,v in r.headers.items() if k not in("content-encoding","content-length")}, body=r.content)
                await page.route("**/*", answer)
                r = await page.goto("http://test"+path)
                assert r.status == 200, (path, r.status)
                w = await page.evaluate("document.documentElement.scrollWidth")
                if w > 320: bad.append((path, "width", w))
                await page.add_script_tag(path=str(AXE_FILE_PATH))
                res = await page.evaluate("axe.run()")
                for v in res["violations"]: bad.append((path, v["id"], v["nodes"][0]["html"][:200]))
                await page.screenshot(path=str(out/f"{n:02}.png"), full_page=True)
            await ctx.close()
        await b.close()
    for x in bad: print(x)
    assert not bad
