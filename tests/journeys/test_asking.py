"""A helper for "Ask us": somebody with no time asks on one page, the network's coordinator drafts, one press posts."""

import re
from functools import partial
from typing import Any

import pytest

from schemas import links
from services.cli.clients.caller import Caller
from tests.journeys.network import Network
from tests.journeys.part_way import OPPORTUNITY, fill_in
from tests.support import wait_until

pytestmark = pytest.mark.timeout(120)

WHAT = "Somebody who reads our new letter about waiting times."
TITLE = "Read our letter about waiting"
ASK = links.STAFF_ASK.format(ods="RZ9")
FOUR = {"what": WHAT, "when_words": "In March", "who_might_know": "The letters team", "money": "expenses_only"}
YES = "Say yes to a role that was drafted for you, or send it back"


def visits(network: Network, email: str) -> Caller:
    caller = Caller(network.base_url).sign_in(email)
    caller.send_form(caller.page("/sign-in/demo"), "/sign-in/demo", {"account_id": caller.account_id})
    return caller


def test_four_answers_on_one_page_become_a_role_that_one_press_posts(network: Network) -> None:
    # Given an approver, who coordinates nothing, and has no time: one page, four answers
    amir, idris = visits(network, "amir@downland.example"), visits(network, "idris@network.example")
    page = amir.send_form(amir.page(ASK), ASK, FOUR)
    assert "Sent. It waits for a coordinator" in page
    at = ASK + "/" + amir.get("matching", "/organisations/RZ9/asked")["asked"][0]["id"]
    # When a coordinator of the network finds it on their home page, and drafts it
    wait_until(partial(_says, idris, links.STAFF_HOME.format(ods="QZN"), "waits for a draft"))
    assert WHAT in idris.page(links.STAFF_TO_DRAFT.format(ods="QZN"))
    idris.send_form(idris.page(at), f"{at}/draft-it", {})
    pages: dict[str, Any] = {**OPPORTUNITY, "role": {**OPPORTUNITY["role"], "title": TITLE, "summary": WHAT}}
    assert fill_in(idris, f"{at}/draft", pages) == f"{at}/draft"
    check = idris.page(f"{at}/draft/check")
    assert "The draft waits for their yes now." in idris.send_form(check, f"{at}/draft/check", _seen(check))
    # Then it waits on the home page of whoever asked, and one press posts it
    wait_until(partial(_says, amir, links.HOME, YES))
    page = amir.page(f"{at}/approve")
    assert TITLE in page
    assert "This is what everybody will see. Nothing is public yet." in page
    assert "It is on the common feed now." in amir.send_form(page, f"{at}/approve", _seen(page))
    posted = amir.get("matching", f"/organisations/RZ9/asked/{at.rpartition('/')[2]}")["opportunity_id"]
    assert TITLE in Caller(network.base_url).page(f"/opportunities/{posted}")


def _says(caller: Caller, path: str, words: str) -> bool:
    return words in caller.page(path)


def _seen(page: str) -> dict[str, str]:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return {"seen": found[1]}
