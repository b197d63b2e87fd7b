"""The pages that anybody can read, those for makers and operators, and letters by e-mail."""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP

from services.chassis.work.scheduler import Clock
from services.identity.commands.sign_in import SignedIn
from services.identity.jobs import LETTERS, delete_what_is_over
from tests.identity.desk import Desk, send
from tests.support import Database

OPEN = (
    "/",
    "/about",
    "/about/accessibility",
    "/about/cookies",
    "/organisations",
    "/sign-in",
    "/sign-in/new",
    "/sign-in/sent",
    "/sign-in/demo",
    "/sign-out",
    "/sign-in/forgotten",
    "/developers",
    "/developers/problems",
)


async def test_the_pages_for_all_open_without_signing_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        for path in OPEN:
            page = await browser.get(path)
            assert page.status_code == 200, path
            assert page.text.count("<h1") == 1, path
            assert len(page.content) < 50_000, path


async def test_a_page_for_somebody_asks_for_signing_in_and_comes_back(desk: Desk) -> None:
    async with desk.browser() as browser:
        for path in ("/sign-in/mine", "/sign-in/reach", "/ops", "/organisations/for/RX2"):
            assert (await browser.get(path)).headers["location"] == f"/sign-in?to={path}"


async def test_the_catalogue_shows_every_topic_with_its_schema_and_an_example(desk: Desk) -> None:
    async with desk.browser() as browser:
        page = (await browser.get("/developers")).text
        for address in (
            "identity.account.json",
            "identity.account.example.json",
            "envelope.json",
            "envelope.example.json",
            "erased.example.json",
            "asyncapi.json",
        ):
            assert f'href="/developers/published/{address}"' in page
            document = await browser.get(f"/developers/published/{address}")
            assert document.headers["content-type"] == "application/json"
            assert document.json()
        assert (await browser.get("/developers/published/..%2F..%2Fpyproject.toml")).status_code == 404
        problems = (await browser.get("/developers/problems")).text
        assert 'id="ods-code-taken"' in problems
        assert "ODS codes are never used twice" in problems


async def test_only_operators_see_where_operators_begin(desk: Desk) -> None:
    ada, pat = await desk.start(), await desk.add_person("Pat")
    async with desk.browser(ada) as hers, desk.browser(pat) as his:
        assert 'href="/ops/payments"' in (await hers.get("/ops")).text
        assert (await his.get("/ops")).status_code == 404
        assert (await hers.get("/ops/runbooks/nothing")).status_code == 404


async def test_the_demo_page_signs_in_as_staff_and_as_people(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        page = (await browser.get("/sign-in/demo")).text
        assert "<h2>Trust RX2</h2>" in page
        assert "Sign in as Pat" in page
        answer = await send(browser, "/sign-in/demo", account_id=str(pat.account_id), to="/matches/mine")
        assert answer.headers["location"] == "/matches/mine"
        unknown = await send(browser, "/sign-in/demo", account_id="nobody")
        assert unknown.status_code == 404


class Postbox:
    """An SMTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content.decode())
        return "250 OK"


async def ask(desk: Desk) -> SignedIn:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="pat@people.example", to="/home")
    return pat


async def test_a_letter_is_sent_once_and_then_gone(desk: Desk) -> None:
    await ask(desk)
    postbox = Postbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(postbox), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        app = desk.identity.app
        settings = app.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"})
        clock = Clock(app.database, settings)
        await asyncio.gather(LETTERS.run(clock), LETTERS.run(clock))
        await LETTERS.run(clock)
    finally:
        server.close()
    assert len(postbox.letters) == 1
    assert "To: pat@people.example" in postbox.letters[0]
    assert await desk.letters("pat@people.example") == []


async def test_a_letter_waits_while_the_mail_server_is_away(database: Database) -> None:
    desk = Desk(await database.connect("identity", smtp_url="smtp://127.0.0.1:1"))
    await ask(desk)
    clock = Clock(desk.identity.app.database, desk.identity.app.settings)
    await LETTERS.run(clock)
    await delete_what_is_over(clock)
    assert len(await desk.letters("pat@people.example")) == 1
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select attempts from letter_out") == 0, "the server is away: no try of the letter's"
        await tx.execute("update letter_out set expires_at = now() - interval '1 second'")
    await LETTERS.run(clock)
    assert await desk.letters("pat@people.example") == []
