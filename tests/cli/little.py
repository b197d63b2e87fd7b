"""A little network in the test's own process: all services on real servers, and one main job done in days gone by."""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.identity import Organisation
from services import NAMES
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.chassis.postgres import spent_keys
from services.chassis.postgres.transaction import Transaction
from services.cli.verify.check import check
from services.cli.verify.report import Report
from services.engagements.commands import choosing, mine, staff
from services.engagements.domain.engagement import InterestWords
from services.engagements.store import intakes
from services.identity.commands import accounts
from services.identity.commands.organisations import NewOrganisation, register_organisation, start_network
from services.identity.domain import account as account_domain
from services.identity.store import accounts as account_store
from services.matching.commands import fitting, posting, schedule
from services.matching.domain.fit import Subscription
from services.matching.domain.sessions import SessionDraft as SessionAdded
from services.payments.commands import claims, payees, rates, runs
from services.payments.domain.payee import PayeeDetails
from services.payments.domain.rate_card import Draft as RateDraft
from services.recruitment.commands import joining, pool, welcoming
from services.recruitment.domain.application import Draft as ApplicationDraft
from services.recruitment.domain.profile import Answers
from services.training import commands as training
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft
from tests.matching.world import draft
from tests.support import (
    Connected,
    Database,
    Person,
    delete_topics,
    drop_database,
    kafka_environment,
    make_database,
    member,
    until,
)

NOW = datetime.now(UTC)
SIGNED_FORM = SafeFile("form.jpg", "image/jpeg", bytes(range(256)) * 4000)
"""As large as a photo; what it shows is not looked at here."""
SPENT_KEY = "the key of the payee's details"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


_OWED = "select (select count(*) from due) + (select count(*) from outbox where published_at is null)"


@dataclass
class Little:
    """The services of one database, started, and what the main job left."""

    database: Database
    services: dict[str, Connected]
    network: Organisation | None = None
    trust: Organisation | None = None
    staff: dict[str, Person] = field(default_factory=dict[str, Person])
    person: Person = field(default_factory=lambda: Person("Sam"))
    ids: dict[str, UUID] = field(default_factory=dict[str, UUID])

    @property
    def environment(self) -> dict[str, str]:
        """What `pln` is given to look at this network."""
        settings = self.database.settings
        return {
            "PLN_PROFILE": "test",
            "PLN_DATABASE_URL": settings.admin_dsn(),
            **kafka_environment(settings),
            "PLN_TOPIC_PREFIX": settings.topic_prefix,
            "PLN_STATE_DIR": str(settings.state_dir),
            "PLN_BASE_URL": "http://127.0.0.1:9",
        }

    @asynccontextmanager
    async def acting(
        self, service: str, who: Person, *, days_ago: float = 0, own: bool = False
    ) -> AsyncGenerator[Transaction[Any]]:
        """A transaction of somebody, as themselves (`own`) or for their organisation, some days ago."""
        organisation = None
        if not own and who.memberships:
            organisation = next(
                one for one in (self.network, self.trust) if one and one.id == who.memberships[0].organisation_id
            )
        acting = who.acting(organisation) if organisation else who.acting()
        async with self.services[service].transaction(acting) as tx:
            tx.now = ago(days_ago)
            yield tx

    async def verify(self, patience: float = 30) -> Report:
        return await check(self.environment, patience_seconds=patience)

    async def settle(self) -> None:
        """Until everybody has heard and done everything."""
        while True:
            await until(self._is_done, seconds=60)
            report = await self.verify()
            assert report.ok, report.in_words()
            if await self._is_done():  # what was heard while the checker looked
                return

    async def _is_done(self) -> bool:
        return not await self._owed()

    async def _owed(self) -> int:
        """What is due or not sent yet, which the checker lets pass for a while."""
        owed = 0
        for one in self.services.values():
            async with one.transaction() as tx:
                owed += await tx.fetchval(_OWED)
        return owed


@asynccontextmanager
async def own_database(run_settings: Settings, template: str) -> AsyncGenerator[Database]:
    """A database and topics on the servers of the run that nobody else uses; gone at the end."""
    admin, name = run_settings.admin_dsn(), f"pln_test_{secrets.token_hex(4)}"
    url, prefix = await make_database(admin, name, template), f"t{secrets.token_hex(3)}-"
    database = Database(run_settings.model_copy(update={"database_url": url, "topic_prefix": prefix}))
    try:
        await make_topics(database.settings)
        yield database
    finally:
        await drop_database(admin, name)
        await delete_topics(run_settings, prefix)


@asynccontextmanager
async def running(living: Database) -> AsyncGenerator[Little]:
    """All services, with their Kafka and clock doors open."""
    services = {name: await living.connect(name) for name in NAMES}
    await asyncio.gather(*(one.app.start() for one in services.values()))
    try:
        yield Little(living, services)
    finally:
        await asyncio.gather(*(one.app.stop() for one in services.values()))
        living.opened.clear()


async def do_the_main_job(little: Little) -> None:
    """One opportunity from post to payment, one person, with a second session of training still to come."""
    await take_part(little)
    await be_paid(little)


async def take_part(little: Little) -> None:
    """The main job until the claim is there."""
    await people_of(little)
    await little.settle()
    await _joining(little)
    await little.settle()
    await _opportunity(little)
    await little.settle()
    await _taking_part(little)
    await little.settle()


async def people_of(little: Little) -> None:
    async with little.services["identity"].transaction() as tx:
        tx.now = ago(90)
        admin = accounts.Newcomer("Olu", EmailAddress.read("olu@x.example"))
        await start_network(tx, name="The network", ods_code="QZN", admin=admin)
        row = await tx.fetchrow("select id, version from organisation")
    assert row
    little.network = _organisation(row["id"], "QZN", "The network", "network", row["version"])
    async with little.services["identity"].transaction(member(little.network, "admin").acting(little.network)) as tx:
        id = await register_organisation(tx, NewOrganisation("RX2", "Sussex Example Trust", "trust", ago(90).date()))
    little.trust = _organisation(id, "RX2", "Sussex Example Trust", "trust", 1)
    for role in ("screener", "coordinator", "approver", "finance", "trainer"):
        of = little.network if role == "screener" else little.trust
        little.staff[role] = await _member_of_staff(little, of, role)
    async with little.services["identity"].transaction() as tx:
        little.person.id = (
            await accounts.open_account(tx, accounts.Newcomer("Sam", EmailAddress.read("sam@x.example")))
        ).id


def _organisation(id: UUID, code: str, name: str, kind: str, version: int) -> Organisation:
    return Organisation(id=id, version=version, ods_code=code, name=name, kind=kind, valid_from=ago(90).date())


async def _member_of_staff(little: Little, of: Organisation, role: str) -> Person:
    person = member(of, role, called=role.capitalize())
    async with little.services["identity"].transaction() as tx:
        opened = await accounts.open_account(
            tx, accounts.Newcomer(person.called, EmailAddress.read(f"{role}@x.example"))
        )
        held = account_domain.Membership(tx.cause.correlation_id, of.id, of.ods_code, (role,), ago(80).date())
        granted, event = account_domain.grant(opened, held, by_network=of.kind == "network", today=NOW.date())
        await account_store.save_account(tx, granted)
        await tx.emit(event)
    person.id = opened.id
    return person


async def _joining(little: Little) -> None:
    sent = ApplicationDraft(full_name="Sam Example", why="Ten years of pain.", code_of_conduct="1", data_notice="1")
    async with little.acting("recruitment", little.person, days_ago=20) as tx:
        little.ids["application"] = application = await joining.send_application(tx, sent)
    async with little.acting("recruitment", little.staff["screener"], days_ago=19.5) as tx:
        await welcoming.give_signed_form(tx, application, SIGNED_FORM)
    async with little.acting("recruitment", little.staff["screener"], days_ago=19) as tx:
        await welcoming.approve_application(tx, application, tell_now=True)
    async with little.acting("recruitment", little.person, days_ago=18) as tx:
        await pool.give_profile(tx, Answers(strands=["service_improvement"], modes=["remote"]))
    async with little.acting("matching", little.person, days_ago=18) as tx:
        await fitting.subscribe(tx, Subscription())
    async with little.acting("payments", little.staff["finance"], days_ago=20) as tx:
        rate = {"title": "Half day", "unit": "half_day", "amount_pence": 7500, "source": "Policy 1"}
        little.ids["rate"] = await rates.issue_rate(tx, RateDraft.model_validate(rate | {"valid_from": ago(20).date()}))


async def _opportunity(little: Little) -> None:
    dates: dict[str, Any] = {"session_at": ago(2), "apply_by": ago(-5), "feedback_by": ago(-9)}
    async with little.acting("matching", little.staff["coordinator"], days_ago=10) as tx:
        little.ids["opportunity"] = await posting.post_opportunity(tx, draft(pay=little.ids["rate"], **dates))
        more = SessionAdded(starts_at=ago(-3), hours=1)  # a role is open for as long as a session of it is to come
        await schedule.add_sessions(tx, little.ids["opportunity"], [more])
    trainer = little.staff["trainer"]
    async with little.acting("training", trainer, days_ago=10) as tx:
        programme = await training.offer_programme(tx, ProgrammeDraft(title="Being a partner", summary="An hour."))
    little.ids["programme"] = programme
    for days, name in ((2, "held"), (-2, "to come")):
        async with little.acting("training", trainer, days_ago=10) as tx:
            session = SessionDraft(starts_at=ago(days), hours=1, mode="remote", place="", places=3)
            little.ids[name] = await training.add_session(tx, programme, session)


async def _taking_part(little: Little) -> None:
    words = InterestWords(why="I know these letters.")
    person, coordinator, opportunity = little.person, little.staff["coordinator"], little.ids["opportunity"]
    async with little.acting("engagements", person, days_ago=5) as tx:
        little.ids["engagement"] = (await mine.show_interest(tx, opportunity, words)).id
    async with little.acting("engagements", coordinator, days_ago=5) as tx:
        await choosing.offer_place(tx, little.ids["engagement"])
    async with little.acting("engagements", person, days_ago=5) as tx:
        accepted = await mine.accept(tx, little.ids["engagement"])
        intake = await intakes.lock(tx, opportunity)
    async with little.acting("engagements", coordinator, days_ago=1) as tx:
        session = intake.opportunity.takes_place[0].id
        await staff.record_attendance(tx, opportunity, session, attended={accepted.id}, absent=set())
    for name in ("held", "to come"):
        async with little.acting("training", person, days_ago=5) as tx:
            await training.enrol(tx, little.ids[name])
    async with little.acting("training", little.staff["trainer"], days_ago=1) as tx:
        await training.record_attendance(tx, little.ids["held"], Register(attended=[person.id]))


async def be_paid(little: Little) -> None:
    """From bank details to the payment run."""
    async with little.acting("payments", little.person) as tx:
        details = PayeeDetails(payee_name="S EXAMPLE", sort_code="20-00-00", account_number="55779911")
        await payees.give_details(tx, details)
        await spent_keys.spend(tx, SPENT_KEY, b"", "{}")
    await little.settle()
    async with little.acting("payments", little.person) as tx:
        [claim] = await tx.fetch("select id from claim")
        little.ids["claim"] = claim["id"]
        await claims.send_claim(tx, claim["id"], seen=None)
    async with little.acting("payments", little.staff["approver"]) as tx:
        await claims.approve_claim(tx, claim["id"], seen=None)
    async with little.acting("payments", little.staff["finance"]) as tx:
        await runs.make_run(tx)
    await little.settle()
