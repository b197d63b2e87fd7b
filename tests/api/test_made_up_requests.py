"""Requests that schemathesis makes up from the documents, sent by several kinds of people to a small network.

Whatever is sent, each answer is one that the document names: never a fault, no other status, no other kind of content,
nothing in it that its type does not say. PLN_CASES is how many are sent; `make cases` sends 20,000.
"""

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from services import NAMES
from tests.documented import document, undocumented
from tests.support import Database
from tests.town import Somebody, Town, town

CASES = int(os.environ.get("PLN_CASES", "400"))
SEED = int(os.environ.get("PLN_SEED", "12"))
SHOWN = 20
ROLES = ("approver", "finance", "trainer")
ENDS = {"sign_out", "forget_me", "first_start", "recover"}
"""What would end the sessions or the network that all others are sent to; their own tests send them."""


class Street:
    """The town, who lives there, and ids of what is there: by the name of a parameter where it has one."""

    def __init__(self, made: Town) -> None:
        self.town, self.people, self.ids = made, dict[str, Somebody | None](nobody=None, admin=made.ada), list[str]()

    async def settle(self) -> None:
        made, ada = self.town, self.town.ada
        staff = {role: await made.hire(ada, "RX2", role.capitalize(), role) for role in ROLES}
        staff["operator"] = await made.hire(ada, "QZZ", "Opal", "operator", "screener", "finance")
        coordinator, person = await made.hire(ada, "RX2", "Cora", "coordinator"), await made.person()
        self.people |= {**staff, "coordinator": coordinator, "person": person}
        claim = await made.earned(coordinator, person)
        open_role = await made.role(coordinator)
        self.ids += [claim, *open_role.values(), *(str(one.id) for one in self.people.values() if one)]


@pytest.fixture
async def street(database: Database) -> AsyncIterator[Street]:
    database.settings = database.settings.model_copy(update={"limits_times": 100_000})
    async with town(database) as made:
        street = Street(made)
        await street.settle()
        yield street


async def test_whatever_is_sent_is_answered_as_the_documents_say(street: Street) -> None:
    from tests.api.making_up import made_up  # takes seconds to import

    each = max(1, CASES // sum(len(methods) for name in NAMES for methods in document(name)["paths"].values()))
    chance, wrong, answers = random.Random(SEED), list[str](), Counter[int]()
    for service in NAMES:
        transport = httpx.ASGITransport(app=street.town.rooms.apps[service].asgi, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for case in made_up(service, street.ids, each, by=SEED, but=ENDS):
                who = chance.choice(list(street.people))
                answer = await _send(client, case, street.people[who], chance)
                answers[answer.status_code] += 1
                why = "a fault" if answer.status_code == 500 else undocumented(answer)
                if why:
                    wrong.append(f"{who}: {_in_short(answer)} {why}")
    print(f"{sum(answers.values())} requests were answered: {dict(answers)}")
    assert not wrong, "\n".join(wrong[:SHOWN])
    assert answers[200] + answers[201] >= CASES / 20, f"hardly anything was done: {answers}"


_PARTS = ("method", "url", "params", "headers", "json", "data")


def _in_short(answer: httpx.Response) -> str:
    asked = answer.request
    return f"{asked.method} {asked.url} {asked.content[:300]!r} → {answer.status_code}"


async def _send(client: httpx.AsyncClient, case: Any, who: Somebody | None, chance: random.Random) -> httpx.Response:
    """A made-up request, three times of four about an organisation that is there."""
    if "ods" in case.path_parameters and chance.random() < 0.75:
        case.path_parameters["ods"] = chance.choice(["RX2", "RX2", "QZZ"])
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(UUID(int=chance.getrandbits(128)))
    if who:
        case.headers["Authorization"] = f"Bearer {who.token}"
    else:
        case.headers.pop("Authorization", None)
    case.cookies.clear()
    sent = case.as_transport_kwargs(base_url="http://test")
    asked = {name: sent[name] for name in _PARTS if sent.get(name) is not None}
    if isinstance(asked.get("data"), bytes | str):
        asked["content"] = asked.pop("data")
    asked["headers"] = {name: value for name, value in asked["headers"].items() if value is not None}
    return await client.request(**asked)
