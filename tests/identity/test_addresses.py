"""One address is one mailbox: what is typed at the front desk's doors, what is kept, and where its letters go."""

import httpx
import pytest

from services.chassis.base.addresses import EmailAddress, WrongAddress, are_the_same
from services.chassis.base.hands import VISITOR
from services.chassis.postgres.transaction import new_id
from services.identity.commands import demo
from services.identity.commands.accounts import Newcomer
from services.identity.jobs import LETTERS
from tests.addresses import ONE_READING, SEVERAL_READINGS, several_readings
from tests.identity.desk import Desk, is_signed_in, send
from tests.identity.test_pages_for_all import clock_of
from tests.identity.test_sign_in_pages import follow_link
from tests.mail_server import mail_server
from tests.support import Database


async def test_no_door_takes_an_address_that_has_several_readings(database: Database) -> None:
    """A dotted I made a lookup find Kim's account, and her link was sent to the address as it was typed."""
    desk = Desk(await database.connect("identity", limits_times=100))
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    async with desk.identity.transaction(VISITOR) as tx:
        for email in ("kim@link.example", "sam@link.example", "kim@office.example"):
            await demo.make_account(tx, Newcomer("Kim", EmailAddress.read(email)))
    taken: list[str] = []
    first = {"network_name": "N", "ods_code": "QZZ", "admin_called": "Ada"}
    right = {"authorization": f"Bearer {desk.identity.app.settings.secret('bootstrap').hex()}"}
    async with desk.browser() as visitor, desk.browser(ada) as admin, desk.api(ada) as api:
        for why, typed in SEVERAL_READINGS.items():
            body = {"called": "Kim", "email": typed}
            answers = {
                "sign in": await send(visitor, "/sign-in", email=typed, to="/home"),
                "make an account": await send(visitor, "/sign-in/new", **body, to="/home"),
                "invite": await send(admin, "/organisations/for/RX2/staff/new", **body, roles="finance"),
                "invite by API": await api.post("/organisations/RX2/staff", json={**body, "roles": ["finance"]}),
                "try it as": await api.post("/demo/sign-in", json={"email": typed}),
                "try it anew": await api.post("/demo/accounts", json=body),
                "first start": await api.post("/bootstrap", json={**first, "admin_email": typed}, headers=right),
            }
            taken += [f"{why}: {door} answers {a.status_code}" for door, a in answers.items() if a.status_code != 422]
    assert taken == []
    async with desk.identity.transaction() as tx:
        assert await tx.fetch("select email from letter_out") == [], "nothing is sent to any of them"


@several_readings
def test_what_has_several_readings_is_refused_in_words(typed: str) -> None:
    with pytest.raises(WrongAddress) as refused:
        EmailAddress.read(typed)
    assert refused.value.words.endswith(".")
    assert "@@" not in refused.value.words


@pytest.mark.parametrize(("typed", "kept"), ONE_READING.items())
def test_an_address_is_kept_as_it_is_written_to_and_compared_in_small_letters(typed: str, kept: str) -> None:
    read = EmailAddress.read(typed)
    assert (read.kept, read.key) == (kept, kept.lower())
    assert EmailAddress.read(read.kept) == read
    assert are_the_same(typed, kept.upper())
    assert not are_the_same(typed, "another@link.example")


async def test_a_link_goes_to_the_address_that_is_kept_however_it_was_typed(desk: Desk) -> None:
    async with desk.identity.transaction(VISITOR) as tx:
        who = await demo.make_account(tx, Newcomer("Kim", EmailAddress.read("Kim@bücher.example")))
    async with desk.browser() as browser, mail_server() as server:
        for typed in ("KIM@BüCHER.EXAMPLE", "kim@xn--BCHER-kva.example"):
            await send(browser, "/sign-in", email=typed, to="/home")
        await LETTERS.run(clock_of(desk, server.url))
        assert server.receivers == 2 * ["Kim@xn--bcher-kva.example"]
        assert all(b"\r\nTo: Kim@xn--bcher-kva.example\r\n" in letter for _, letter in server.taken)
    async with desk.identity.transaction() as tx:
        await tx.execute("delete from sign_in_link")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="kim@bücher.example", to="/home")
        answer = await follow_link(desk, browser, "Kim@xn--bcher-kva.example")
        assert is_signed_in(answer)
        await desk.echo()
        mine = await browser.get("/sign-in/mine")
        assert "Kim" in mine.text
    assert who.called == "Kim"


async def test_a_letter_to_an_address_that_an_older_version_took_is_given_up_or_goes_to_one_mailbox(
    desk: Desk,
) -> None:
    """RFC 2047 words in an address were decoded when the letter was built: it went to two, or elsewhere."""
    write = (
        "insert into letter_out (id, email, subject, body, written_at, expires_at, due_at)"
        " values ($1, $2, 'Subject', 'Body', now(), now() + interval '1 hour', now())"
    )
    encoded, dotted = "=?utf-8?q?eve=40evil.example=2C?=@link.example", "k\u0130m@link.example"
    poison = [encoded, "kim@link.example, eve@evil.example", dotted]
    async with desk.identity.transaction() as tx:
        for email in (*poison, "PAT@Link.example", "kim@bücher.example"):
            await tx.execute(write, new_id(), email)
    async with mail_server() as server:
        await LETTERS.run(clock_of(desk, server.url))
        assert server.receivers == ["PAT@link.example", "kim@xn--bcher-kva.example"]
    async with desk.identity.transaction() as tx:
        errors = [row["error"] for row in await tx.fetch("select error from letter_out where ended_at is not null")]
    assert errors == 3 * ["it cannot be written: WrongAddress"]


async def test_rows_of_an_older_version_get_their_key_and_are_found_by_both(desk: Desk) -> None:
    """It runs beside this one for a while, and names addresses as they were typed."""
    pat = await desk.add_person("Pat")
    old = "insert into address (account_id, email) values ($1, $2)"
    async with desk.identity.transaction() as tx:
        await tx.execute("delete from address")
        await tx.execute(old, pat.account_id, "PAT@People.example")
        assert await tx.fetchval("select email_key from address") == "pat@people.example"
    async with desk.identity.transaction(VISITOR) as tx:
        lookup = "select account_id from address where lower(email) = lower($1)"
        for typed, found in (("Pat@people.EXAMPLE", pat.account_id), ("pat@people.exam\u212ale", None)):
            await tx.execute("select set_config('app.address', $1, true)", typed)
            assert await tx.fetchval(lookup, typed) == found
    async with desk.identity.transaction() as tx:
        await tx.execute("update address set email = 'pİt@people.example', email_key = null")
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="pit@people.example", to="/home")
    assert len(await desk.letters("pit@people.example")) == 1, "to make an account: whose key is not known has none"
    async with desk.browser(pat) as browser:
        await desk.echo()
        mine: httpx.Response = await browser.get("/sign-in/mine")
        assert "pİt@people.example" in mine.text
        again = await send(browser, "/sign-in/again", to="/home")
        assert "no e-mail address that we could send a link to" in again.text
