"""What everybody in the demo region's past stands on: the day, who is who, organisations, their staff and rates."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import SYSTEM, VISITOR, Member, Person
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction
from services.cli.demo.in_process import Rooms
from services.cli.demo.region import region
from services.identity.commands import invitations, organisations
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited
from services.identity.commands.organisations import NewOrganisation
from services.identity.letters import Letters
from services.identity.store import organisations as store
from services.payments.commands import rates
from services.payments.domain.rate_card import Draft as RateDraft

LETTERS = Letters("The network", "https://network.example")
"""What they say nobody reads: they are out of date when the doors open."""

Step = tuple[int, Callable[[], Awaitable[int]]]
"""So many days ago; what is done, which returns how many things that were."""


@dataclass
class Past:
    """What one step leaves for the next."""

    rooms: Rooms
    now: datetime
    organisations: dict[str, UUID] = field(default_factory=dict[str, UUID])
    staff: dict[tuple[str, str], UUID] = field(default_factory=dict[tuple[str, str], UUID])
    """The first who holds a role: (ODS code, role) → account."""
    rates: dict[str, UUID] = field(default_factory=dict[str, UUID])
    colleagues: dict[str, UUID] = field(default_factory=dict[str, UUID])
    """Staff by what they are called."""
    accounts: dict[str, Person] = field(default_factory=dict[str, Person])
    """By what they are called."""
    pool: list[Person] = field(default_factory=list[Person])
    """In the order in which they came."""

    @property
    def network(self) -> str:
        return region()["network"]["ods_code"]

    def member(self, code: str, role: str) -> Member:
        by = self.staff[code, role]
        return Member(by=by, organisation_id=self.organisations[code], ods_code=code, roles=frozenset({role}))

    def as_member(self, room: str, code: str, role: str) -> AbstractAsyncContextManager[Transaction[Member]]:
        return self.rooms.transaction(room, self.member(code, role))

    @asynccontextmanager
    async def doing(self, room: str, person: Person, what: str) -> AsyncGenerator[Transaction[Person]]:
        """Something that a person does, or staff for them: then it is kept as the pages keep it."""
        async with self.rooms.transaction(room, person) as tx:
            yield tx
            if person.helper:
                await help_given.add(tx, what, self.rooms.apps[room].service.help)

    def at(self, days: float, *, hour: int = 14) -> datetime:
        """A moment so many days before now."""
        return (self.now - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)

    async def is_begun(self) -> bool:
        async with self.rooms.transaction("identity", SYSTEM) as tx:
            return not await store.is_empty(tx)

    def steps(self) -> list[Step]:
        return [(184, self._organisations), (184, self._staff_of_all), (183, self._rates)]

    async def _organisations(self) -> int:
        network, there = region()["network"], region()["organisations"]
        async with self.rooms.transaction("identity", VISITOR) as tx:
            email = EmailAddress.read(network["admin"]["email"])
            admin = Newcomer(network["admin"]["called"], email)
            who = await organisations.start_network(tx, name=network["name"], ods_code=self.network, admin=admin)
            made = await store.network(tx)
        if made is None:
            raise LookupError("the network that was started a moment ago")
        self.organisations[self.network], self.staff[self.network, "admin"] = made.id, who.account_id
        for one in there:
            async with self.as_member("identity", self.network, "admin") as tx:
                new = NewOrganisation(one["ods_code"], one["name"], one["kind"], one["valid_from"])
                self.organisations[one["ods_code"]] = await organisations.register_organisation(tx, new)
        return 2 + len(there)

    async def _staff_of_all(self) -> int:
        of = {self.network: region()["network_staff"]}
        of |= {one["ods_code"]: one["staff"] for one in region()["organisations"]}
        everybody = [(code, one) for code, people in of.items() for one in people]
        for code, one in everybody:
            id = await self.one_of_staff(code, one)
            self.colleagues[one["called"]] = id
            for role in one["roles"]:
                self.staff.setdefault((code, role), id)
        return len(everybody)

    async def one_of_staff(self, code: str, one: Mapping[str, Any]) -> UUID:
        """Invited by the network, and came. Returns the account."""
        called, email, roles = one["called"], one["email"], one["roles"]
        admin = self.staff[self.network, "admin"]
        hand = Member(by=admin, organisation_id=self.organisations[code], ods_code=code, roles=frozenset({"admin"}))
        async with self.rooms.transaction("identity", hand) as tx:
            whom = Invited(called, EmailAddress.read(email))
            invitation_id = await invitations.invite(tx, whom, Granted(tuple(roles)), LETTERS)
        async with self.rooms.transaction("identity", VISITOR) as tx:
            id = (await open_account(tx, Newcomer(called, whom.email))).id
        async with self.rooms.transaction("identity", Person(person_id=id, by=id)) as tx:
            await invitations.accept(tx, invitation_id, LETTERS)
        return id

    async def _rates(self) -> int:
        all_of = [(one["ods_code"], rate) for one in region()["organisations"] for rate in one["rates"]]
        for code, rate in all_of:
            async with self.as_member("payments", code, "finance") as tx:
                first_day: date = self.rooms.now.date()
                sent = RateDraft.model_validate({**rate, "valid_from": first_day})
                self.rates[rate["title"]] = await rates.issue_rate(tx, sent)
        return len(all_of)
