"""The pages that anybody can read, those for makers and operators, and letters by e-mail."""

import asyncio
from html import unescape

from schemas import contracts, links
from schemas.history import newest_edition
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Clock
from services.identity.commands.sessions import SignedIn
from services.identity.jobs import LETTERS, delete_what_is_over
from tests.identity.desk import Desk, send
from tests.mail_server import NOWHERE, mail_server
from tests.support import Database

OPEN = (
    "/about",
    "/about/accessibility",
    "/about/cookies",
    "/organisations",
    "/sign-in",
    "/sign-in/new",
    "/sign-in/start",
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
            assert len(page.content) < 120_000, path


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
            "types.json",
        ):
            assert f'href="/developers/published/{address}"' in page
            document = await browser.get(f"/developers/published/{address}")
            assert document.headers["content-type"] == "application/json"
            assert document.json()
        assert (await browser.get("/developers/published/..%2F..%2Fpyproject.toml")).status_code == 404


async def test_what_another_website_copies_is_shown_with_the_filters_that_were_asked_for_and_as_text(
    desk: Desk,
) -> None:
    async with desk.browser() as browser:
        page = (await browser.get("/developers")).text
        for address in (links.FEED_JSON, links.FEED_ATOM, links.FEED_ICS, links.FEED_RPDE):
            assert f'href="{address}"' in page
        assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page
        assert 'data-pln-roles data-query=""' in page, "the preview"
        chosen = (await browser.get("/developers", params={"query": "?mode=remote&paid=yes"})).text
        assert 'data-pln-roles data-query="mode=remote&amp;paid=yes"' in chosen
        assert 'data-query="mode=remote&amp;paid=yes" data-heading' in unescape(_snippet(chosen)), (
            "escaped as HTML has it"
        )
        for bad in (
            '"><script>alert(1)</script>=1',
            "a=" + "b" * 10_000,
            "%00=%ff",
            "=",
            "words=\N{GRINNING FACE}&words=%22'",
        ):
            shown = await browser.get("/developers", params={"query": bad})
            assert shown.status_code == 200, bad
            assert "<script>" not in shown.text.replace("<script>document", "")
            assert len(_snippet(shown.text)) < 3000


def _snippet(page: str) -> str:
    return page.partition('id="another-website-snippet"')[2].partition("</pre>")[0]


async def test_every_edition_of_a_topics_schema_is_served_where_events_say_and_a_reader_to_copy(desk: Desk) -> None:
    async with desk.browser() as browser:
        for topic in contracts.states():
            for number in range(1, newest_edition(topic) + 1):
                schema = await browser.get(f"/developers/published/{topic}.v{number}.json")
                assert schema.json()["$id"] == f"urn:pln:{topic}:v{number}"
                assert len(schema.json()["oneOf"]) == 2
        newest = newest_edition("matching.match")
        for name in (f"matching.match.v{newest + 1}", "matching.match.v0", "matching.match.v01", "nobody.says_this.v1"):
            assert (await browser.get(f"/developers/published/{name}.json")).status_code == 404, name
        assert '"/developers/published/partner_example.py"' in (await browser.get("/developers")).text
        assert "faststream" in (await browser.get("/developers/published/partner_example.py")).text
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
        assert ">Trust RX2</h2>" in page
        assert "Sign in as Pat" in page
        answer = await send(browser, "/sign-in/demo", account_id=str(pat.account_id), to="/matches/mine")
        assert answer.headers["location"] == "/matches/mine"
        unknown = await send(browser, "/sign-in/demo", account_id="nobody")
        assert unknown.status_code == 404


async def ask(desk: Desk) -> SignedIn:
    pat = await desk.add_person("Pat")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="pat@people.example", to="/home")
    return pat


def clock_of(desk: Desk, smtp_url: str) -> Clock:
    app = desk.identity.app
    return Clock(app.database, app.settings.model_copy(update={"smtp_url": smtp_url}))


async def test_a_letter_is_sent_once_and_then_gone(desk: Desk) -> None:
    await ask(desk)
    async with mail_server() as server:
        clock = clock_of(desk, server.url)
        await asyncio.gather(LETTERS.run(clock), LETTERS.run(clock))
        await LETTERS.run(clock)
        [(_, letter)] = server.taken
    assert b"To: pat@people.example" in letter
    assert await desk.letters("pat@people.example") == []


async def test_a_letter_that_is_refused_is_given_up_alone_and_keeps_neither_its_words_nor_its_address(
    desk: Desk,
) -> None:
    await ask(desk)
    await desk.add_person("Ola")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="ola@people.example", to="/home")
    async with mail_server() as server:
        clock = clock_of(desk, server.url)
        server.of_recipients["pat@people.example"] = "550 no such mailbox"
        await LETTERS.run(clock)
        assert server.receivers == ["ola@people.example"]
        server.of_recipients.clear()
        await LETTERS.run(clock)
        assert server.receivers == ["ola@people.example"], "it is not tried again"
    async with desk.identity.transaction() as tx:
        row = await tx.fetchrow("select email, subject, body, error from letter_out")
        assert row
        assert tuple(row.values()) == ("", "", "", "SMTPRecipientsRefused 550")
        await tx.execute("update letter_out set ended_at = now() - interval '31 days'")
    await delete_what_is_over(clock)
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select count(*) from letter_out") == 0


async def test_a_letter_that_an_older_version_wrote_is_sent_until_its_words_run_out(desk: Desk) -> None:
    write = (
        "insert into letter_out (id, email, subject, body, written_at, expires_at, due_at)"
        " values ($1, $2, 'Subject', 'Body', now(), now() + $3::text::interval, now())"
    )
    async with desk.identity.transaction() as tx:
        await tx.execute(write, new_id(), "pat@people.example", "15 minutes")
        await tx.execute(write, new_id(), "late@people.example", "-1 minutes")
    async with mail_server() as server:
        await LETTERS.run(clock_of(desk, server.url))
        assert server.receivers == ["pat@people.example"]


async def test_letters_wait_while_the_mail_server_refuses_our_password(desk: Desk) -> None:
    await ask(desk)
    async with mail_server() as server:
        server.lets_in = False
        await LETTERS.run(clock_of(desk, server.url_with_password))
        assert (await desk.identity.app.health.snapshot()).waits["sign_in_letter"]
        server.lets_in = True
        async with desk.identity.transaction() as tx:
            assert await tx.fetchval("select attempts from letter_out") == 0
            await tx.execute("delete from outgoing_pause")
        await LETTERS.run(clock_of(desk, server.url_with_password))
        assert server.receivers == ["pat@people.example"]


async def test_a_letter_waits_while_the_mail_server_is_away(database: Database) -> None:
    desk = Desk(await database.connect("identity", smtp_url=NOWHERE))
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
