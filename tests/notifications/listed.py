"""People whom an organisation listed, as notifications hears of them, and the part of its list that comes here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from schemas.identity import AccountOpened
from schemas.recruitment import Application, ApplicationListed
from schemas.signed import REGISTER_CONTACTS
from services.chassis.base.keys import KeyRing
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Clock
from services.notifications.domain.message import Message
from services.notifications.jobs import ask_who_was_listed
from services.notifications.store.messages import MESSAGE, message_of
from tests.notifications.support import World, a_world
from tests.support import Connected, Person, form_key, member

HERE = "/messages/for/RX2/register"
ADDRESS = "1 High Street, Hove, BN3 1AA"


@dataclass
class Listing:
    """A trust's import: its admin, the people on its lines in their order, and what stands in their cells."""

    world: World
    admin: Person
    cells: list[dict[str, str]]
    id: UUID = field(default_factory=new_id)
    people: list[Person] = field(default_factory=list[Person])
    applications: list[Application] = field(default_factory=list[Application])

    @property
    def service(self) -> Connected:
        return self.world.service

    def part(self, **changes: Any) -> str:
        """As recruitment's page signs it."""
        rows = [
            {"line": number + 2, "person_id": str(one.id), **cells}
            for number, (one, cells) in enumerate(zip(self.people, self.cells, strict=True))
        ]
        said = {"import_id": str(self.id), "organisation_id": str(self.world.trust.id), "rows": rows, **changes}
        return sign(KeyRing(self.service.app.settings).forms, said, purpose=changes.get("purpose", REGISTER_CONTACTS))

    async def are_heard_of(self, *some: Person) -> None:
        """What recruitment and identity say of them."""
        chosen = some or self.people
        accounts = [AccountOpened(one.account.model_copy(update={"can_sign_in": False})) for one in chosen]
        ids = {one.id for one in chosen}
        await self.service.hears(*accounts, *(ApplicationListed(a) for a in self.applications if a.person_id in ids))
        await self.service.settle()

    async def comes_in(self, browser: httpx.AsyncClient) -> str:
        """The part is sent, and the second button pressed. Returns the address of its page."""
        page = await send_part(browser, self.part())
        answer = await browser.post(f"{page}/apply", data={"form_key": form_key((await browser.get(page)).text)})
        assert answer.status_code == 303, answer.text
        await self.service.settle()
        return page


async def send_part(browser: httpx.AsyncClient, part: str, at: str = HERE) -> str:
    answer = await browser.post(
        at, data={"form_key": form_key((await browser.get("/messages/mine")).text), "part": part}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def a_listing(service: Connected, cells: Sequence[dict[str, str]], *, days_ago: int = 0) -> Listing:
    world = await a_world(service)
    admin = member(world.trust, "admin", called="Ada")
    await service.hears_and_settles(admin.opened)
    listing = Listing(world, admin, list(cells))
    listing.people = [Person(f"Sam {number}") for number in range(len(cells))]
    at = datetime.now(UTC) - timedelta(days=days_ago)
    listing.applications = [
        Application(
            id=new_id(),
            version=1,
            person_id=one.id,
            stage="listed",
            sent_at=at,
            listed_by=world.trust.id,
            called=one.called,
        )
        for one in listing.people
    ]
    return listing


async def minute_passes(service: Connected) -> None:
    """What the job does in each."""
    await ask_who_was_listed(Clock(service.app.database, service.app.settings))


async def asked(service: Connected) -> list[Message]:
    """Every message that asks somebody to join, in the order of their queueing."""
    async with service.transaction() as tx:
        rows = await tx.fetch(
            "select " + MESSAGE + " from message m where m.kind like 'asked_to_join%' order by m.queued_at, m.id"
        )
    return [message_of(row) for row in rows]


async def contacts(service: Connected) -> dict[UUID, tuple[str, str, bool]]:
    async with service.transaction() as tx:
        rows = await tx.fetch("select person_id, channel, address, verified_at from contact_point")
    return {row["person_id"]: (row["channel"], row["address"], row["verified_at"] is not None) for row in rows}
