"""The demo's mailbox: it takes letters by SMTP, keeps them, and shows them on pages and as JSON."""

import asyncio
import os
import signal
import socket
import sys
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from services.cli.mailbox.__main__ import Where, listen
from services.cli.mailbox.received import KEEP, Letters
from services.cli.mailbox.web import make_app, pieces
from tests.support import until

BASE = "http://127.0.0.1:8400"
ROOT = Path(__file__).parents[2]


def letter(to: str = "sam@people.example", text: str = "Hello", subject: str = "Café <b>news</b>") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "no-reply@network.example", to, subject
    made.set_content(text)
    return made


def browser(letters: Letters) -> httpx.AsyncClient:
    app = make_app(letters, network_name="Network", base_url=BASE)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mailbox")


async def test_the_demos_texts_are_shown_beside_its_letters(tmp_path: Path) -> None:
    given = {"phone_number": "07700900001", "reference": "one", "personalisation": {"text": f"News. See {BASE}"}}
    async with browser(Letters(tmp_path)) as client:
        said = await client.get("/v2/template/one")
        assert (said.json()["type"], said.json()["body"]) == ("sms", "((text))")
        assert (await client.get("/v2/notifications?reference=one")).json()["notifications"] == []
        assert (await client.post("/v2/notifications/sms", json=given)).status_code == 201
        assert (await client.get("/v2/notifications?reference=one")).json()["notifications"][0]["status"] == "delivered"
        [shown] = (await client.get("/api/mails?to=07700900001")).json()
        assert (shown["subject"], shown["text"].strip()) == ("A text", f"News. See {BASE}")


def test_only_links_to_the_network_can_be_clicked() -> None:
    text = f"See {BASE}/home?a=1. Not http://evil.example/x, not {BASE}.evil.example/y, not {BASE}0/z."
    assert [href for _, href in pieces(text, BASE) if href] == [f"{BASE}/home?a=1"]
    assert "".join(words for words, _ in pieces(text, BASE)) == text


async def test_a_letter_that_came_by_smtp_is_on_the_page_and_in_the_json(tmp_path: Path) -> None:
    letters = Letters(tmp_path)
    server = await listen(letters, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    text = f"Open it:\n{BASE}/sign-in/link?token=x\n<script>alert(1)</script>"
    await aiosmtplib.send(letter(text=text), hostname="127.0.0.1", port=port)
    await aiosmtplib.send(letter("ola@people.example"), hostname="127.0.0.1", port=port)
    server.close()
    async with browser(letters) as client:
        [found] = (await client.get("/api/mails", params={"to": "Sam@people.example"})).json()
        assert (found["to"], found["subject"]) == ("sam@people.example", "Café <b>news</b>")
        assert set(found) == {"id", "to", "from", "subject", "text", "at"}
        everything = (await client.get("/api/mails")).json()
        assert [one["to"] for one in everything] == ["ola@people.example", "sam@people.example"]
        assert (await client.get("/")).text.count("/mail/") == 2
        page = (await client.get(f"/mail/{found['id']}")).text
        assert f'href="{BASE}/sign-in/link?token=x"' in page
        assert "<script>alert" not in page
        assert f'href="/mail/{found["id"]}/source"' in page
        source = await client.get(f"/mail/{found['id']}/source")
        assert source.headers["content-type"].startswith("text/plain")
        assert "To: sam@people.example" in source.text
        assert "<script>alert(1)</script>" in source.text
        assert (await client.get("/mail/unknown/source")).status_code == 404
        assert (await client.get("/mail/unknown")).status_code == 404
        assert (await client.get("/static/nothing.css")).status_code == 404


async def test_the_last_letters_are_there_after_a_restart_and_no_more_than_500(tmp_path: Path) -> None:
    letters = Letters(tmp_path)
    for number in range(KEEP + 3):
        letters.keep(letter(subject=f"Letter {number}").as_bytes(), recipients=["a@people.example"], sender="x")
    with (tmp_path / "letters.jsonl").open("a") as file:
        file.write('{"half a line')
    again = Letters(tmp_path)
    assert len(again.newest_first()) == KEEP
    assert again.newest_first()[0].subject == f"Letter {KEEP + 2}"


@pytest.mark.parametrize("url", ["", "smtp://127.0.0.1", "smtp://192.0.2.1:2525", "smtp://mail.example:25"])
def test_it_listens_on_this_machine_only(url: str) -> None:
    with pytest.raises(ValueError, match=r"PLN_SMTP_URL|address"):
        Where.read({"PLN_SMTP_URL": url, "PLN_MAILBOX_URL": "http://127.0.0.1:1"})


async def test_it_runs_as_a_program_and_stops_on_sigterm(tmp_path: Path) -> None:
    smtp, http = free_port(), free_port()
    ports = {"PLN_SMTP_URL": f"smtp://127.0.0.1:{smtp}", "PLN_MAILBOX_URL": f"http://127.0.0.1:{http}"}
    environment = {**os.environ, **ports, "PLN_STATE_DIR": str(tmp_path)}
    program = [sys.executable, "-m", "services.cli.mailbox"]
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment)
    try:
        await until(lambda: _answers(http), seconds=60)
        await aiosmtplib.send(letter(), hostname="127.0.0.1", port=smtp)
        async with httpx.AsyncClient() as client:
            assert len((await client.get(f"http://127.0.0.1:{http}/api/mails")).json()) == 1
    finally:
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 20)
    assert code == 0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def _answers(port: int) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{port}/api/mails")).status_code == 200
    except httpx.TransportError:
        return False
