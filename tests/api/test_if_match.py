"""A write that says what it saw (If-Match) changes nothing if that has changed, in every room and in any race."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import httpx
import pytest

from services import NAMES
from services.chassis.base.hands import SYSTEM
from services.chassis.http.preconditions import thing_of
from tests.documented import as_documented, document
from tests.support import Database, until_a_lock_is_waited_for
from tests.town import Somebody, Town, town

Body = dict[str, Any]
DESK = {"name": "Involvement", "phone": "01632 960001", "mailbox": "", "hours": "9 to 5", "out_until": None}
CALLED: list[Body] = [{"called": "Kit"}, {"called": "Kay"}]
FITTING: list[Body] = [{"strands": [one], "modes": ["remote"]} for one in ("research", "service_improvement")]
NEEDED: list[Body] = [{"needs": [one], "health_consent": "1"} for one in ("bsl", "quiet_room")]
TOLD: list[Body] = [{"strands": [], "modes": [], "paid_only": on, "active": True} for on in (True, False)]
REACHED: list[Body] = [{"channel": "phone", "address": f"01632 96000{n}"} for n in (1, 2)]
PAID: list[Body] = [{"payee_name": name, "sort_code": "200000", "account_number": "55779911"} for name in ("A", "B")]
MINE: list[tuple[str, str, str, list[Body]]] = [
    ("identity", "POST", "/mine", CALLED),
    ("recruitment", "PUT", "/mine/profile", FITTING),
    ("recruitment", "PUT", "/mine/needs", NEEDED),
    ("matching", "PUT", "/mine/subscription", TOLD),
    ("notifications", "PUT", "/mine/contact", REACHED),
    ("payments", "PUT", "/mine/payee-details", PAID),
]
"""What a person changes of their own: room, method, address, and two things to be said there."""
THEIRS = "update opportunity set state = jsonb_set(state, '{title}', '\"Theirs\"') where id = $1"


class Client:
    """One person at one address of one room's API."""

    def __init__(self, network: Town, who: Somebody, service: str) -> None:
        transport = httpx.ASGITransport(app=network.rooms.apps[service].asgi, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(
            transport=transport,
            base_url=f"http://test/api/{service}/v1",
            headers={"authorization": f"Bearer {who.token}", "accept-encoding": "identity"},
            event_hooks={"response": [as_documented]},
        )
        self._sent = 0

    async def tag(self, path: str, **headers: str) -> str:
        answer = await self._http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.headers["etag"]

    async def begin(self, method: str, path: str, body: Body) -> None:
        """Something is there: where nothing was, it is made by whoever says that nothing was."""
        there = (await self._http.get(path)).status_code == 200
        said = {} if there else {"if_none_match": "*"}
        assert was_refused(await self.write(method, path, body, if_match="*")) is not there
        made = await self.write(method, path, body, **said)
        assert made.is_success, made.text

    async def write(self, method: str, path: str, body: Any, *, key: str = "", **said: str) -> httpx.Response:
        self._sent += 1
        headers = {"idempotency-key": key or f"{id(self)}-{self._sent}"}
        headers |= {name.replace("_", "-"): value for name, value in said.items()}
        return await self._http.request(method, path, json=body, headers=headers)


def was_refused(answer: httpx.Response) -> bool:
    if answer.status_code != 412:
        return False
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/developers/problems#not-as-seen"
    return True


@pytest.fixture
async def network(database: Database) -> AsyncGenerator[Town]:
    async with town(database) as opened:
        yield opened


async def test_what_was_seen_is_changed_and_what_has_changed_since_is_not(network: Town) -> None:
    kai = await network.person("Kai")
    asks = {"full_name": "Kai Example", "why": "I know this.", "code_of_conduct": "1", "data_notice": "1"}
    await network.must(kai, "recruitment", "/mine/application", asks)
    for service, method, path, (one, other) in MINE:
        client = Client(network, kai, service)
        await client.begin(method, path, other)
        saw = await client.tag(path)
        assert was_refused(await client.write(method, path, one, if_match='"another"')), path
        assert was_refused(await client.write(method, path, one, if_match=f"W/{saw}")), "a weak tag is never the same"
        assert was_refused(await client.write(method, path, one, if_match=saw.strip('"'))), "no tag names nothing"
        assert was_refused(await client.write(method, path, one, if_none_match=saw))
        assert await client.tag(path) == saw, f"{path}: what was refused has changed it"

        done = await client.write(method, path, one, key=f"first {path}", if_match=f'"another", {saw}')
        assert done.is_success, done.text
        assert was_refused(await client.write(method, path, other, if_match=saw))
        again = await client.write(method, path, one, key=f"first {path}", if_match=saw)
        assert (again.status_code, again.json()) == (done.status_code, done.json()), (
            "what was done is answered as it was"
        )

        assert (await client.write(method, path, other, if_match="*")).is_success
        assert was_refused(await client.write(method, path, one, if_none_match="*"))
        saw = await client.tag(path)
        race = await asyncio.gather(*(client.write(method, path, one, if_match=saw) for _ in range(4)))
        assert sorted(was_refused(answer) for answer in race) == [False, True, True, True], path
        assert all(answer.is_success or was_refused(answer) for answer in race), [answer.text for answer in race]
        assert was_refused(await client.write(method, path, other, if_match=saw))


async def test_what_staff_act_on_is_as_they_saw_it(network: Town) -> None:
    """An act stands one word below what it is about, and goes by what can be read there."""
    cora = await network.hire(network.ada, "RX2", "Cora", "coordinator", "admin")
    desks, matching = Client(network, cora, "identity"), Client(network, cora, "matching")
    id = (await desks.write("POST", "/organisations/RX2/desks", DESK)).json()["id"]
    at = f"/organisations/RX2/desks/{id}"
    saw = await desks.tag(at)
    assert (await desks.write("PUT", at, {**DESK, "hours": "9 to 4"}, if_match=saw)).is_success
    assert was_refused(await desks.write("POST", f"{at}/close", None, if_match=saw))
    assert (await desks.write("POST", f"{at}/close", None, if_match=await desks.tag(at))).is_success
    assert was_refused(await desks.write("PUT", at, DESK, if_match=saw))

    role = (await network.role(cora))["id"]
    at = f"/organisations/RX2/opportunities/{role}"
    saw = await matching.tag(at)
    words = {"title": "Other words", "summary": "Help the team.", "what_will_change": "The first letter."}
    race = await asyncio.gather(
        matching.write("PUT", f"{at}/words", words, if_match=saw),
        matching.write("POST", f"{at}/withdraw", {"why": "postponed"}, if_match=saw),
    )
    assert sorted(was_refused(answer) for answer in race) == [False, True]


async def test_the_tag_of_an_answer_that_was_sent_packed_is_good_too(network: Town) -> None:
    cora = await network.hire(network.ada, "RX2", "Cora", "coordinator")
    client = Client(network, cora, "matching")
    at = f"/organisations/RX2/opportunities/{(await network.role(cora))['id']}"
    plain, packed = await client.tag(at), await client.tag(at, **{"accept-encoding": "gzip, identity;q=0"})
    assert plain != packed, "each coding has a tag of its own"
    words = {"title": "Other words", "summary": "Help the team.", "what_will_change": "The first letter."}
    assert (await client.write("PUT", f"{at}/words", words, if_match=packed)).is_success
    assert was_refused(await client.write("PUT", f"{at}/words", words, if_match=packed))


async def test_somebody_who_did_not_say_what_they_saw_is_not_overwritten_by_whoever_did(network: Town) -> None:
    """It is looked at under the lock of the row: what another changes until then counts."""
    cora = await network.hire(network.ada, "RX2", "Cora", "coordinator")
    client, role = Client(network, cora, "matching"), (await network.role(cora))["id"]
    at = f"/organisations/RX2/opportunities/{role}"
    saw = await client.tag(at)
    words = {"title": "Mine", "summary": "Help the team.", "what_will_change": "The first letter."}
    room = network.rooms.apps["matching"]
    async with room.database.transaction(SYSTEM) as tx:
        await tx.lock_one("select id from opportunity where id = $1 for update", UUID(role))
        waiting = asyncio.create_task(client.write("PUT", f"{at}/words", words, if_match=saw))
        await until_a_lock_is_waited_for(room.settings)
        await tx.change_one(THEIRS, UUID(role))
    assert was_refused(await waiting)


async def test_where_nothing_can_be_read_nothing_was_seen(network: Town) -> None:
    kai = await network.person("Kai")
    client = Client(network, kai, "identity")
    body = {"called": "Kit", "email": "kit@people.example"}
    assert was_refused(await client.write("POST", "/tokens", {"secret": "none"}, if_match="*")) is False
    assert was_refused(await client.write("POST", "/mine/invitations/" + str(kai.id) + "/accept", None, if_match="*"))
    assert (await client.write("POST", "/demo/accounts", body, if_none_match='"x"')).is_success
    ops = Client(network, await network.hire(network.ada, "QZZ", "Olu", "operator"), "identity")
    assert was_refused(await ops.write("POST", "/ops/retry-all", {}, if_match="*")), "what acts elsewhere is not begun"


def test_a_thing_is_read_at_its_own_address_or_above_the_word_of_an_act() -> None:
    reads = {"/claims/{id}", "/claims", "/mine"}
    assert thing_of("/claims/{id}", reads) == "/claims/{id}"
    assert thing_of("/claims/{id}/approve", reads) == "/claims/{id}"
    assert thing_of("/mine/forget", reads) == "/mine"
    assert thing_of("/claims/{id}/lines/{line}", reads) is None
    assert thing_of("/claims/{id}/lines/one", reads) is None
    assert thing_of("/other/{id}", {"/other"}) is None, "a list is not one of its things"


@pytest.mark.parametrize("service", NAMES)
def test_the_documents_say_where_to_find_the_tag(service: str) -> None:
    paths = document(service)["paths"]
    reads = {path for path, methods in paths.items() if "get" in methods}
    for path, method, operation in ((path, *one) for path, methods in paths.items() for one in methods.items()):
        if method == "get":
            assert "ETag" in operation["responses"]["200"]["headers"], path
            continue
        assert "412" in operation["responses"], path
        said = [one for one in operation.get("parameters", ()) if one["name"] == "If-Match"]
        thing = thing_of(path, reads)
        keyed = any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))
        assert bool(said) == bool(thing and keyed), path
        assert not said or f"`GET {thing}`" in said[0]["description"]
