"""A front desk that answers on a real port and logs as it does in production, used by a stranger; for the test beside.

`python -m tests.chassis.logging_door`: settings from the environment. What it logs is on standard output.
"""

import asyncio
import json
import logging
import re
import socket
import sys
from typing import Any

import httpx
from pydantic import BaseModel

from services import load
from services.chassis import runner
from services.chassis.app import connect
from services.chassis.base import logs
from services.chassis.base.settings import Settings
from services.identity import limits
from services.identity.web import mine
from tests.identity.desk import Desk
from tests.support import Connected, form_key

NAME, ADDRESS = "Canary Quillfeather", "canary.quill@feathers.example"
HOST = "http://127.0.0.1"


class Typed(BaseModel):
    age: int


def _fails(*_: Any, **__: Any) -> Any:
    """A fault whose words hold what somebody typed, as those of pydantic and PostgreSQL do."""
    try:
        Typed.model_validate({"age": NAME})
    except ValueError as error:
        raise RuntimeError(f"{NAME} could not be shown") from error


async def _use(desk: Desk, url: str) -> None:
    """Sign in by a link, be refused, come from elsewhere, come too often, meet a fault, be forgotten."""
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as browser:
        key = form_key((await browser.get("/sign-in/new")).text)
        typed = {"called": NAME, "email": ADDRESS, "form_key": key}
        foreign = await browser.post("/sign-in/new", data=typed, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
        assert (await browser.post("/sign-in/new", data=typed)).status_code == 303
        secret = await desk.newest_link(ADDRESS)
        used = {"token": secret, "form_key": form_key((await browser.get(f"/sign-in/link?token={secret}")).text)}
        assert (await browser.post("/sign-in/link", data=used)).status_code == 303
        await desk.echo()
        again = {"token": secret, "form_key": form_key((await browser.get("/sign-out")).text)}
        assert (await browser.post("/sign-in/link", data=again)).status_code == 409
        assert (await browser.get("/organisations/for/QZZ")).status_code == 404
        assert (await browser.get("/ops")).status_code == 404
        mine.render, kept = _fails, mine.render
        assert (await browser.get(f"/sign-in/mine?said={NAME}")).status_code == 500
        mine.render = kept
        wrong = {"authorization": f"Bearer {secret}"}
        start = {"network_name": "N", "ods_code": "QZX", "admin_called": NAME, "admin_email": ADDRESS}
        assert (await browser.post("/api/identity/v1/bootstrap", json=start, headers=wrong)).status_code == 401
        assert (await browser.post("/api/identity/v1/tokens", json={"secret": secret})).status_code != 201
        browser.cookies.clear()
        last = foreign
        for _ in range(limits.NEW_ACCOUNT.visitor + 1):
            key = form_key((await browser.get("/sign-in/new")).text)
            last = await browser.post("/sign-in/new", data={**typed, "form_key": key})
        assert last.status_code == 429


async def main() -> None:
    logs.start("identity")
    app = await connect(load(["identity"])[0], Settings.from_environment())
    desk = Desk(Connected(app))
    await desk.start()
    port = socket.create_server(("127.0.0.1", 0))
    server = runner.http_server(runner.Dispatcher([app]), proxied=False)
    serving = asyncio.create_task(server.serve([port]))
    await _use(desk, f"{HOST}:{port.getsockname()[1]}")
    try:
        raise ValueError(f"{NAME} {ADDRESS}")
    except ValueError:
        logging.getLogger("aiokafka.consumer").exception("Failed fetch:\n%s", NAME)
    server.should_exit = True
    await serving
    await app.stop()


if __name__ == "__main__":
    assert not re.search("pytest", json.dumps(sys.argv))
    asyncio.run(main())
