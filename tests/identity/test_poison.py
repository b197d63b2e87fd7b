"""One bad letter stops nobody's: 75 poison letters of strangers, and people who want to sign in."""

import asyncio

import httpx
import pytest

from services.chassis.work import post_office
from services.identity.jobs import LETTERS
from tests.identity.desk import Desk, send
from tests.identity.test_pages_for_all import clock_of
from tests.mail_server import MailServer, mail_server

POISON = [f"poison{n:02}@trap.example" for n in range(75)]
PEOPLE = [f"person{n:02}@people.example" for n in range(12)]


async def ask_all(desk: Desk) -> None:
    """Through the door, each stranger from another place, all the poison first."""

    async def ask(number: int, email: str) -> None:
        place = (f"198.51.{100 + number // 200}.{number % 200}", 40000 + number)
        door = httpx.ASGITransport(app=desk.identity.app.asgi, client=place)
        async with httpx.AsyncClient(transport=door, base_url="http://test") as stranger:
            sent = await send(stranger, "/sign-in/new", called="Somebody", email=email, to="/home")
            assert sent.status_code == 303

    for batch in (POISON, PEOPLE):
        await asyncio.gather(*(ask(n, email) for n, email in enumerate(batch)))


def refuse(server: MailServer, how: str) -> None:
    answers = {"4xx": "450 mailbox full", "5xx": "550 no such mailbox", "421": "421 not for this one, good bye"}
    if how in answers:
        server.of_recipients |= dict.fromkeys(POISON, answers[how])
    elif how == "drops":
        server.drops_for |= set(POISON)
    else:
        server.of_content |= dict.fromkeys(POISON, how)


@pytest.mark.parametrize("how", ["4xx", "5xx", "421", "drops", "554 5xx at DATA", "451 4xx at DATA", "421 at DATA"])
async def test_poison_holds_nobody(desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_office, "SMTP_SECONDS", 2)
    await ask_all(desk)
    async with mail_server() as server:
        refuse(server, how)
        await LETTERS.run(clock_of(desk, server.url))
        assert server.receivers == PEOPLE
    snapshot = await desk.identity.app.health.snapshot()
    stands, final = snapshot.outgoing["sign_in_letter"], how[0] == "5"
    assert (stands.given_up, stands.later) == ((75, 0) if final else (0, 75))
    assert stands.refused_since is None, "nothing is paused for all"
    if final:
        ada = await desk.start()
        async with desk.browser(ada) as browser:
            page = (await browser.get("/ops/identity")).text
        assert "75" in page
        assert "550" in page or "554" in page
        assert "trap.example" not in page
