"""What the tests of payments share: a trust with its people, engagements as engagements says them, claims."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from schemas.engagements import Attendance, AttendanceRecorded, Engagement, Offer
from schemas.identity import Organisation
from schemas.matching import Pay
from services.chassis.postgres.transaction import new_id
from services.payments.commands import claims, payees, runs
from services.payments.domain.claim import Claim
from services.payments.domain.owed import Owed
from services.payments.domain.payee import PayeeDetails
from services.payments.store.runs import Run
from tests.support import Connected, Person, member, organisation, registered

RATE = 7500
NOW = datetime.now(UTC)


def details(account: str = "55779911") -> PayeeDetails:
    return PayeeDetails(payee_name="S EXAMPLE", sort_code="20-00-00", account_number=account)


def a_claim(*, status: str, activity_on: date = date(2026, 11, 10), **changes: Any) -> Claim:
    owed = Owed(new_id(), activity_on, "session", Decimal(1), RATE, RATE, new_id(), "Example policy 1")
    values: dict[str, Any] = {
        "id": new_id(),
        "version": 3,
        "organisation_id": new_id(),
        "ods_code": "RX2",
        "person_id": new_id(),
        "engagement_id": new_id(),
        "opportunity_id": new_id(),
        "owed": owed,
        "attended": True,
        "status": status,
        "since": NOW,
        "drafted_at": NOW,
        "approved_by": new_id() if status == "approved" else None,
    }
    return Claim(**(values | changes))


@dataclass
class Attending:
    """One person's engagement with one organisation, as engagements would say it."""

    person: Person
    payer: Organisation
    unit: str = "session"
    pence: int = RATE
    hours: float = 3.0
    prepared: float | None = None
    days_ago: int = 10
    id: UUID = field(default_factory=new_id)
    opportunity_id: UUID = field(default_factory=new_id)
    session_id: UUID = field(default_factory=new_id)
    rate_card_id: UUID = field(default_factory=new_id)
    version: int = 3

    def recorded(self, attended: bool | None = True, **changes: Any) -> AttendanceRecorded:
        """The next thing that engagements says about it."""
        self.version += 1
        pay = Pay(
            rate_card_id=self.rate_card_id,
            unit=self.unit,
            amount_pence=self.pence,
            source="Example policy 1",
            payer_id=self.payer.id,
        )
        session = Attendance(
            session_id=self.session_id,
            starts_at=NOW - timedelta(days=self.days_ago),
            hours=self.hours,
            preparation_hours=self.prepared,
            attended=attended,
        )
        values: dict[str, Any] = {
            "id": self.id,
            "version": self.version,
            "opportunity_id": self.opportunity_id,
            "organisation_id": self.payer.id,
            "ods_code": self.payer.ods_code,
            "person_id": self.person.id,
            "status": "accepted",
            "interested_at": NOW,
            "offer": Offer(offered_at=NOW, pay=pay),
            "accepted_at": NOW,
            "sessions": (session,),
        }
        return AttendanceRecorded(Engagement(**(values | changes)))


@dataclass
class Trust:
    """An organisation with an approver, somebody in finance, and somebody who is both."""

    payments: Connected
    organisation: Organisation
    approver: Person
    finance: Person
    both: Person

    async def attended(self, person: Person, **changes: Any) -> Attending:
        """The person was at a session of this organisation, and payments has heard of it."""
        attending = Attending(person, self.organisation, **changes)
        await self.payments.hears_and_settles(person.opened, attending.recorded())
        return attending

    async def give_details(self, person: Person, given: PayeeDetails | None = None) -> None:
        async with self.payments.transaction(person.acting()) as tx:
            await payees.give_details(tx, given or details())
        await self.payments.settle()

    async def sent(self, person: Person, **changes: Any) -> Claim:
        attending = await self.attended(person, **changes)
        await self.give_details(person)
        claim = await the_claim(self.payments, attending)
        async with self.payments.transaction(person.acting()) as tx:
            await claims.send_claim(tx, claim.id, seen=None)
        return await the_claim(self.payments, attending)

    async def approved(self, person: Person, *, by: Person | None = None, **changes: Any) -> Claim:
        claim = await self.sent(person, **changes)
        await self.approve(claim, by=by)
        return await by_id(self.payments, claim.id)

    async def approve(self, claim: Claim, *, by: Person | None = None) -> None:
        async with self.payments.transaction((by or self.approver).acting(self.organisation)) as tx:
            await claims.approve_claim(tx, claim.id, seen=None)

    async def run(self, *, by: Person | None = None) -> Run:
        async with self.payments.transaction((by or self.finance).acting(self.organisation)) as tx:
            return await runs.make_run(tx)


async def a_trust(payments: Connected, ods_code: str = "RX2") -> Trust:
    trust = organisation(ods_code, f"{ods_code} Example Trust")
    approver, finance = member(trust, "approver"), member(trust, "finance", called="Fay")
    both = member(trust, "approver", "finance", called="Bo")
    await payments.hears_and_settles(*registered(trust), approver.opened, finance.opened, both.opened)
    return Trust(payments, trust, approver, finance, both)


async def the_claim(payments: Connected, attending: Attending) -> Claim:
    async with payments.transaction() as tx:
        found = await claims.store.lock_of_engagement(tx, attending.id)
    assert len(found) == 1
    return found[0]


async def by_id(payments: Connected, id: UUID) -> Claim:
    async with payments.transaction() as tx:
        found = await claims.store.lock(tx, id)
    assert found
    return found


async def said(payments: Connected, *kinds: str) -> list[str]:
    """The names of what payments said, in order: of all kinds, or of those that begin so."""
    return [name for name, _ in await payments.said() if name.startswith(kinds or ("",))]
