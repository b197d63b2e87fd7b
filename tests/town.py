"""A small network in one process, entered by its real HTTP doors: what one service says the others hear at once.

For attacks that go through several services: who may grant what to whom, and who gets at the money.
"""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from schemas.event import AnyEvent
from schemas.recruitment import Leader, LeaderApproved
from services import NAMES
from services.chassis.base import access, keys
from services.chassis.base.hands import SYSTEM
from services.chassis.postgres.transaction import new_id
from services.cli.demo.in_process import Rooms
from tests.documented import as_documented
from tests.ready import ready
from tests.support import Database, record_of


@dataclass
class Somebody:
    """Signed in, with a token that proves who they are."""

    id: UUID
    token: str


@dataclass
class Town:
    """The services, and who was made so far. `RX2` is a trust; Ada administers the network `QZZ`."""

    rooms: Rooms
    ada: Somebody = field(init=False)
    rate: str = field(init=False)

    async def ask(
        self, who: Somebody | str | None, method: str, service: str, path: str, body: Any = None
    ) -> httpx.Response:
        """One request to a service's API, as somebody, and then everybody hears what came of it."""
        answer = await self.send(who, method, service, path, body)
        if method != "GET":
            await self.rooms.carry()
        return answer

    async def send(
        self, who: Somebody | str | None, method: str, service: str, path: str, body: Any = None
    ) -> httpx.Response:
        """One request; nobody hears of it yet."""
        app = self.rooms.apps[service]
        token = who.token if isinstance(who, Somebody) else who
        headers = {"idempotency-key": secrets.token_hex(8)} | ({"authorization": f"Bearer {token}"} if token else {})
        transport = httpx.ASGITransport(app=app.asgi, raise_app_exceptions=False)
        hooks: dict[str, list[Any]] = {"response": [as_documented]}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers, event_hooks=hooks
        ) as client:
            return await client.request(method, f"/api/{service}/v1{path}", json=body)

    async def post(self, who: Somebody | str | None, service: str, path: str, body: Any = None) -> httpx.Response:
        return await self.ask(who, "POST", service, path, body)

    async def must(self, who: Somebody | str | None, service: str, path: str, body: Any = None) -> dict[str, Any]:
        """A post that has to succeed."""
        answer = await self.post(who, service, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def browser(self, service: str, who: Somebody) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.rooms.apps[service].asgi, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", cookies={"pln": who.token})

    def sign_in(self, id: UUID | str, *, proved: bool = True) -> Somebody:
        """Somebody, with a token of today: the services' clocks may show another day. `proved`: a moment ago."""
        now = datetime.now(UTC)
        token = access.Token(UUID(str(id)), 1, new_id(), now, now + access.TOKEN_LIFE, now if proved else None)
        return Somebody(token.account_id, access.sign(token, keys.private(self.rooms.apps["identity"].settings)))

    async def hire(self, by: Somebody, ods: str, called: str, *roles: str) -> Somebody:
        """Somebody who was invited by an organisation and said yes, signed in."""
        new = {"called": called, "email": f"{called.lower()}@{ods.lower()}.example"}
        invited = await self.must(by, "identity", f"/organisations/{ods}/staff", {**new, "roles": roles})
        made = await self.must(None, "identity", "/demo/accounts", new)
        await self.rooms.carry()
        who = self.sign_in(made["account_id"])
        await self.must(who, "identity", f"/mine/invitations/{invited['invitation_id']}/accept")
        return who

    async def grant(self, by: Somebody, ods: str, to: Somebody, *roles: str, **more: Any) -> httpx.Response:
        path = f"/organisations/{ods}/staff/{to.id}/roles"
        return await self.post(by, "identity", path, {"roles": roles, **more})

    async def give(self, by: Somebody, to: Somebody, role: str) -> httpx.Response:
        """The same while somebody else does so: nobody hears of it yet."""
        return await self.send(by, "POST", "identity", f"/organisations/RX2/staff/{to.id}/roles", {"roles": [role]})

    async def join(self, who: Somebody) -> None:
        """They are in the pool of patient leaders."""
        leader = {"called": "Sam", "reference": f"PL-{secrets.token_hex(2).upper()}", "status": "approved"}
        more = {"id": who.id, "version": 1, "rung": "feedback", "approved_at": self.rooms.now, "code_agreed": "1"}
        await self.hears(LeaderApproved(Leader.model_validate(leader | more)))

    async def hears(self, event: AnyEvent) -> None:
        """Every room that reads its topic hears of it, as if its owner had said it."""
        for app in self.rooms.apps.values():
            record = record_of(event, app.settings.topic_prefix)
            if record.topic in app.inbox.topics:
                await app.inbox.take_directly([record])
        await self.rooms.carry()

    async def person(self, called: str = "Sam") -> Somebody:
        """Somebody in the pool."""
        body = {"called": called, "email": f"{called.lower()}.{secrets.token_hex(3)}@people.example"}
        made = await self.must(None, "identity", "/demo/accounts", body)
        who = self.sign_in(made["account_id"])
        await self.join(who)
        return who

    async def role(self, coordinator: Somebody, ods: str = "RX2", **more: object) -> dict[str, str]:
        """A paid role whose one session begins in a day: its id and the session's. `more`: of its draft."""
        now = self.rooms.now
        draft = {
            "title": "Pain pathway partner",
            "summary": "Help the team.",
            "what_will_change": "The first letter.",
            "strand": "service_improvement",
            "rung": "improvement",
            "mode": "remote",
            "time_commitment": "3 hours",
            "expertise_level": "none",
            "places": 2,
            "pay": self.rate,
            "session_at": (now + timedelta(days=1)).isoformat(),
            "session_hours": 3,
            "apply_by": (now + timedelta(hours=20)).isoformat(),
            "feedback_by": (now + timedelta(days=30)).isoformat(),
        }
        id = (await self.must(coordinator, "matching", f"/organisations/{ods}/opportunities", ready(draft | more)))[
            "id"
        ]
        intake = await self.ask(coordinator, "GET", "engagements", f"/organisations/{ods}/intakes/{id}")
        return {"id": id, "session": intake.json()["sessions"][0]["id"]}

    async def talks(self, coordinator: Somebody, person: Somebody) -> str:
        """The person shows interest in a role that says what it chooses by, and is asked to pick a time for a talk: the
        engagement's id."""
        role = await self.role(coordinator, criteria=["Has had these letters"])
        shown = {"opportunity_id": role["id"], "why": "I can.", "needs": ""}
        id = (await self.must(person, "engagements", "/mine/interests", shown))["id"]
        times = [(self.rooms.now + timedelta(hours=10)).isoformat()]
        talk = {"times": times, "minutes": 20, "mode": "phone", "words": "We ring you."}
        await self.must(coordinator, "engagements", f"/organisations/RX2/engagements/{id}/talk", talk)
        return id

    async def take(self, role: dict[str, str], coordinator: Somebody, person: Somebody, ods: str = "RX2") -> str:
        """The person is offered a place and takes it: the engagement's id."""
        interest = {"opportunity_id": role["id"], "why": "I know this.", "needs": ""}
        id = (await self.must(person, "engagements", "/mine/interests", interest))["id"]
        await self.must(coordinator, "engagements", f"/organisations/{ods}/engagements/{id}/offer")
        await self.must(person, "engagements", f"/mine/engagements/{id}/accept")
        return id

    async def record(
        self, role: dict[str, str], engagement: str, coordinator: Somebody, ods: str = "RX2"
    ) -> httpx.Response:
        """Its session is over, and somebody says that the person was there."""
        self.rooms.now += timedelta(days=2)
        path = f"/organisations/{ods}/intakes/{role['id']}/sessions/{role['session']}/attendance"
        return await self.post(coordinator, "engagements", path, {"attended": [engagement], "absent": []})

    async def claimed(self, person: Somebody) -> str:
        """They give bank details and send what they are owed: the claim's id."""
        details = {"payee_name": "S EXAMPLE", "sort_code": "200000", "account_number": "55779911"}
        given = await self.ask(person, "PUT", "payments", "/mine/payee-details", details)
        assert given.is_success, given.text
        claims = (await self.ask(person, "GET", "payments", "/mine/claims")).json()["claims"]
        id = next(one["id"] for one in claims if one["status"] == "ready")
        await self.must(person, "payments", f"/mine/claims/{id}/send")
        return id

    async def earned(self, coordinator: Somebody, person: Somebody) -> str:
        """The whole way to a claim that was sent: the coordinator posts, offers and records."""
        role = await self.role(coordinator)
        engagement = await self.take(role, coordinator, person)
        recorded = await self.record(role, engagement, coordinator)
        assert recorded.is_success, recorded.text
        return await self.claimed(person)

    async def approve(self, by: Somebody, claim: str, ods: str = "RX2") -> httpx.Response:
        return await self.post(by, "payments", f"/organisations/{ods}/claims/{claim}/approve")

    async def pay(self, by: Somebody, ods: str = "RX2") -> httpx.Response:
        return await self.post(by, "payments", f"/organisations/{ods}/runs")

    async def id_of(self, email: str) -> UUID:
        async with self.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
            return await tx.fetchval("select account_id from address where email = $1", email)

    async def status(self, claim: str) -> str:
        async with self.rooms.apps["payments"].database.transaction(SYSTEM) as tx:
            return await tx.fetchval("select status from claim where id = $1", UUID(claim))


START = datetime.now(UTC) - timedelta(days=8)


@asynccontextmanager
async def town(database: Database) -> AsyncGenerator[Town]:
    """The network, a trust RX2, and a rate that it pays."""
    opened = Rooms(START)
    for name in NAMES:
        opened.apps[name] = (await database.connect(name, lambda: opened.now)).app
    made = Town(opened)
    secret = database.settings.secret("bootstrap").hex()
    first = {"network_name": "The network", "ods_code": "QZZ", "admin_called": "Ada"}
    given = await made.must(secret, "identity", "/bootstrap", first | {"admin_email": "ada@qzz.example"})
    made.ada = made.sign_in(given["account_id"])
    trust = {"ods_code": "RX2", "name": "Trust RX2", "kind": "trust", "valid_from": "2020-01-01"}
    await made.must(made.ada, "identity", "/organisations/QZZ/organisations", trust)
    fay = await made.hire(made.ada, "RX2", "Fay", "finance")
    rate = {"title": "Half day", "unit": "half_day", "amount_pence": 1_000_000, "source": "Policy 1"}
    day = START.date().isoformat()
    card = await made.must(fay, "payments", "/organisations/RX2/rate-cards", rate | {"valid_from": day})
    made.rate = card["id"]
    yield made


def refusal(answer: httpx.Response) -> str:
    """The slug of a refusal; nothing of a success."""
    return "" if answer.is_success else str(answer.json()["type"]).rpartition("#")[2]
