"""Neighbours' news for the tests of notifications, and e-mails that wait to be sent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from schemas.engagements import Engagement, Intake, Offer, Outcome
from schemas.identity import Organisation
from schemas.matching import Match, Opportunity, Pay, Session
from schemas.payments import Claim, Payment
from schemas.recruitment import Application, ApplicationApproved
from services.chassis.base.keys import KeyRing
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Clock
from services.notifications.commands import contact as contact_commands
from services.notifications.commands import messages as commands
from services.notifications.commands.contact import CONFIRM
from services.notifications.commands.going_out import link_of
from services.notifications.domain.contact import Wanted
from services.notifications.domain.message import Message, News
from services.notifications.jobs import EMAILS
from services.notifications.store import messages as store
from services.notifications.words_of_now import in_words
from tests.support import Connected, Person, organisation, registered

NOW = datetime.now(UTC)
SECRET = (b"a secret of the tests",)


@dataclass
class World:
    """A trust with an opportunity, the network's organisation, and a person with an account."""

    service: Connected
    trust: Organisation
    network: Organisation
    person: Person
    opportunity: Opportunity

    async def messages(self, person: Person | None = None) -> list[Message]:
        """What a person may read, newest first."""
        async with self.service.transaction() as tx:
            return await in_words(tx, (await store.of_person(tx, Asked(), (person or self.person).id)).items)

    async def kinds(self) -> list[str]:
        return [message.news.kind for message in await self.messages()]

    async def reach(self, wanted: Wanted, person: Person | None = None) -> None:
        async with self.service.transaction((person or self.person).acting()) as tx:
            await contact_commands.choose_contact(tx, wanted, secret=SECRET)

    async def reach_by_verified_email(self, email: str = "sam@people.example") -> None:
        await self.reach(Wanted("email", email))
        async with self.service.transaction() as tx:
            await tx.execute("update contact_point set verified_at = $1", NOW)
            await tx.execute("delete from message where kind = 'confirm_address'")

    async def tell_of_approval(self, *people: Person) -> None:
        """Each of them is told that they are in the pool, by the channel of their choice."""
        said = [self.application("approved", person_id=one.id, id=new_id()) for one in people]
        await self.service.hears_and_settles(*(ApplicationApproved(one) for one in said))

    def match(self, person: Person | None = None, **changes: object) -> Match:
        values = {"id": new_id(), "version": 1, "opportunity_id": self.opportunity.id, "matched_at": NOW}
        return Match.model_validate({**values, "person_id": (person or self.person).id, **changes})

    def engagement(self, status: str = "interested", **changes: object) -> Engagement:
        o = self.opportunity
        values: dict[str, object] = {"id": new_id(), "version": 1, "opportunity_id": o.id}
        values |= {
            "organisation_id": o.organisation_id,
            "ods_code": o.ods_code,
            "person_id": self.person.id,
            "status": status,
            "interested_at": NOW - timedelta(days=5),
        }
        if status == "offered":
            values["offer"] = Offer(offered_at=NOW, pay=o.pay)
        return Engagement.model_validate({**values, **changes})

    def intake(self, what_changed: str | None = None, version: int = 1) -> Intake:
        o = self.opportunity
        outcome = Outcome(recorded_at=NOW, what_changed=what_changed) if what_changed else None
        return Intake(
            id=o.id,
            version=version,
            organisation_id=o.organisation_id,
            ods_code=o.ods_code,
            places=2,
            places_taken=1,
            feedback_by=o.feedback_by,
            outcome=outcome,
        )

    def claim(self, status: str, **changes: object) -> Claim:
        o = self.opportunity
        values = {"id": new_id(), "version": 1, "person_id": self.person.id, "engagement_id": new_id()}
        values |= {"opportunity_id": o.id, "session_id": new_id(), "organisation_id": self.trust.id, "ods_code": "RX2"}
        values |= {"amount_pence": 7500, "rate_card_id": new_id(), "activity_on": date(2026, 11, 2), "status": status}
        return Claim.model_validate({**values, "drafted_at": NOW, **changes})

    def payment(self) -> Payment:
        return Payment(
            id=new_id(),
            version=1,
            person_id=self.person.id,
            organisation_id=self.trust.id,
            ods_code="RX2",
            run_id=new_id(),
            claims=(new_id(),),
            amount_pence=7500,
            paid_at=NOW,
            days_to_pay=4,
        )

    def application(self, stage: str, **changes: object) -> Application:
        values = {"id": new_id(), "version": 1, "person_id": self.person.id, "stage": stage, "sent_at": NOW}
        return Application.model_validate({**values, **changes})


async def a_world(service: Connected) -> World:
    trust = organisation()
    network = organisation("QZZ", "Example Network", kind="network")
    person = Person()
    posted = an_opportunity(trust)
    await service.hears_and_settles(*registered(trust, network), person.opened)
    return World(service, trust, network, person, posted)


def an_opportunity(trust: Organisation) -> Opportunity:
    pay = Pay(rate_card_id=new_id(), unit="session", amount_pence=7500, source="Example policy 1", payer_id=trust.id)
    return Opportunity(
        id=new_id(),
        version=1,
        organisation_id=trust.id,
        ods_code=trust.ods_code,
        title="A seat in the pain pathway team",
        summary="Help the team.",
        what_will_change="The letter will change.",
        strand="service_improvement",
        rung="improvement",
        mode="remote",
        time_commitment="3 hours",
        expertise_level="none",
        places=2,
        pay=pay,
        sessions=(Session(id=new_id(), starts_at=NOW + timedelta(days=20), hours=3),),
        apply_by=NOW + timedelta(days=14),
        feedback_by=NOW + timedelta(days=60),
        posted_at=NOW,
    )


async def send_now(service: Connected) -> None:
    """What the job does each second."""
    await EMAILS.run(Clock(service.app.database, service.app.settings))


async def link_in_mail(service: Connected, kind: str) -> str:
    """The link of the newest message of a kind, as it goes out."""
    async with service.transaction() as tx:
        row = await tx.fetchrow("select " + store.MESSAGE + " from message m where kind = $1 order by id desc", kind)
    assert row
    return link_of(store.message_of(row), KeyRing(service.app.settings).forms)


async def make_due(service: Connected) -> None:
    """As if every wait between two tries were over."""
    async with service.transaction() as tx:
        await tx.execute("update message set next_try_at = queued_at, leased_until = null")
        await tx.execute("delete from outgoing_pause")


async def status_of(service: Connected, id: UUID) -> tuple[str, int]:
    async with service.transaction() as tx:
        row = await tx.fetchrow("select status, attempts from message where id = $1", id)
    assert row
    return row["status"], row["attempts"]


async def queue_email(world: World, address: str) -> UUID:
    """One to an address that is given with it."""
    stage = f"to:{address}"
    until = datetime.now(UTC) + timedelta(days=1)
    news = News(world.person.id, CONFIRM, new_id(), stage, "Words", "Body", "/home", "See it", until, address)
    async with world.service.transaction() as tx:
        await commands.queue_email(tx, news)
        return await tx.fetchval("select id from message where stage = $1 and about = $2", stage, news.about)
