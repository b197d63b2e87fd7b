"""A front desk to test with: its own news heard at once, letters read, people signed in through the pages."""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import httpx

from schemas.event import STATES
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR, Member, Person
from services.chassis.kafka.decoding import Record
from services.identity import tokens
from services.identity.commands import demo, invitations, organisations
from services.identity.commands.accounts import Newcomer
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited
from services.identity.commands.organisations import NewOrganisation
from services.identity.commands.sessions import SignedIn
from services.identity.letters import Letters
from tests.documented import as_documented
from tests.support import Connected, hidden

LETTERS = Letters("Test network", "http://test")


@dataclass
class Desk:
    """An identity service whose outbox reaches its own mirrors by `echo`, as it does over Kafka."""

    identity: Connected
    echoed: int = 0

    async def echo(self) -> None:
        """What was said since the last time is heard, and reacted to."""
        async with self.identity.transaction() as tx:
            rows = await tx.fetch("select * from outbox where seq > $1 order by seq", self.echoed)
        prefix, records = self.identity.app.settings.topic_prefix, list[Record]()
        for row in rows:
            headers = {
                "ce_specversion": "1.0",
                "ce_id": str(row["event_id"]),
                "ce_type": row["type"],
                "ce_source": "/identity",
                "ce_time": row["happened_at"].isoformat(),
                "ce_subject": str(row["key"]),
                "ce_aggregateversion": str(row["version"]),
                "ce_correlationid": str(row["correlation_id"]),
                "ce_traceparent": row["traceparent"],
            }
            lines: list[tuple[str, bytes | None]] = [(name, value.encode()) for name, value in headers.items()]
            key, value = str(row["key"]).encode(), row["value"].encode()
            assert row["topic"] in STATES
            records.append(Record(prefix + row["topic"], 0, row["seq"], key, lines, value))
            self.echoed = row["seq"]
        await self.identity.app.inbox.take(records)
        await self.identity.settle()

    async def start(self) -> SignedIn:
        """The network QZZ with its first admin, Ada."""
        async with self.identity.transaction(VISITOR) as tx:
            admin = Newcomer("Ada", EmailAddress.read("ada@network.example"))
            who = await organisations.start_network(tx, name="Test network", ods_code="QZZ", admin=admin)
        await self.echo()
        return who

    async def acting(self, person_id: UUID, ods_code: str, *roles: str) -> Member:
        async with self.identity.transaction() as tx:
            organisation_id = await tx.fetchval("select id from organisation where ods_code = $1", ods_code)
        return Member(
            by=person_id,
            called="Somebody",
            organisation_id=organisation_id,
            ods_code=ods_code,
            roles=frozenset(roles or ("admin",)),
        )

    async def add_trust(self, ada: SignedIn, ods_code: str, **more: Any) -> UUID:
        new = NewOrganisation(ods_code, f"Trust {ods_code}", "trust", date(2020, 4, 1), **more)
        async with self.identity.transaction(await self.acting(ada.account_id, "QZZ")) as tx:
            id = await organisations.register_organisation(tx, new)
        await self.echo()
        return id

    async def add_staff(self, ada: SignedIn, ods_code: str, called: str, *roles: str) -> SignedIn:
        """Somebody who was invited and accepted, signed in."""
        email = EmailAddress.read(f"{called.lower()}@{ods_code.lower()}.example")
        async with self.identity.transaction(await self.acting(ada.account_id, ods_code)) as tx:
            invitation_id = await invitations.invite(tx, Invited(called, email), Granted(roles), LETTERS)
        async with self.identity.transaction(VISITOR) as tx:
            who = await demo.make_account(tx, Newcomer(called, email))
        async with self.identity.transaction(Person(person_id=who.account_id, by=who.account_id)) as tx:
            await invitations.accept(tx, invitation_id, LETTERS)
        return await self.sign_in(who.account_id)

    async def add_person(self, called: str) -> SignedIn:
        async with self.identity.transaction(VISITOR) as tx:
            email = EmailAddress.read(f"{called.lower()}@people.example")
            who = await demo.make_account(tx, Newcomer(called, email))
        await self.echo()
        return who

    async def sign_in(self, account_id: UUID) -> SignedIn:
        async with self.identity.transaction(VISITOR) as tx:
            who = await demo.sign_in(tx, demo.Who(account_id))
        await self.echo()
        return who

    def token(self, who: SignedIn) -> str:
        app = SimpleNamespace(state=SimpleNamespace(site=self.identity.app.site))
        return tokens.sign(SimpleNamespace(app=app), who).text  # pyright: ignore[reportArgumentType]

    def browser(self, who: SignedIn | None = None) -> httpx.AsyncClient:
        cookies = {"pln": self.token(who)} if who else {}
        transport = httpx.ASGITransport(app=self.identity.app.asgi, raise_app_exceptions=False)
        headers = {"sec-fetch-site": "same-origin"}  # as browsers say of what our own pages send
        return httpx.AsyncClient(transport=transport, base_url="http://test", cookies=cookies, headers=headers)

    def api(self, who: SignedIn | None = None) -> httpx.AsyncClient:
        """A client of the API; each request has an Idempotency-Key of its own unless it brings one."""

        async def key(request: httpx.Request) -> None:
            request.headers.setdefault("idempotency-key", secrets.token_hex(8))

        headers = {"authorization": f"Bearer {self.token(who)}"} if who else {}
        transport = httpx.ASGITransport(app=self.identity.app.asgi, raise_app_exceptions=False)
        hooks: dict[str, list[Any]] = {"request": [key], "response": [as_documented]}
        base = "http://test/api/identity/v1"
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers, event_hooks=hooks)

    async def letters(self, email: str) -> list[str]:
        """The bodies of the letters that wait for an address, oldest first."""
        async with self.identity.transaction() as tx:
            rows = await tx.fetch("select body from letter_out where email = $1 order by written_at, id", email)
        return [row["body"] for row in rows]

    async def newest_link(self, email: str) -> str:
        """The secret in the newest letter to an address."""
        found = re.search(r"token=(\S+)", (await self.letters(email))[-1])
        assert found
        return unquote(found[1])


async def send(client: httpx.AsyncClient, page: str, action: str | None = None, **fields: Any) -> httpx.Response:
    """Open a page and send its form, or one of its buttons, to where it goes."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text
    return await client.post(action or page, data={**hidden(shown.text), **fields})


def is_signed_in(response: httpx.Response) -> bool:
    """Whether an answer gives the browser a token."""
    return any(line.startswith("pln=ey") for line in response.headers.get_list("set-cookie"))
