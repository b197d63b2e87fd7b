"""What the tests of matching start from: a trust and its coordinator, people of the pool, opportunities and news."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from schemas.identity import Organisation
from schemas.payments import RateCard
from schemas.recruitment import Leader, LeaderApproved
from schemas.training import Credential, Programme
from services.chassis.postgres.transaction import new_id
from services.matching.commands import fitting, posting
from services.matching.domain.draft import Draft
from services.matching.domain.fit import Subscription
from services.matching.domain.sessions import SessionDraft
from services.matching.store import fitting as fitting_store
from tests.ready import ready
from tests.support import Connected, Person, member, organisation, registered

NOW = datetime.now(UTC)


def draft(**changes: object) -> Draft:
    values: dict[str, object] = {
        "title": "A seat in the pain pathway team",
        "summary": "Help the team that plans care for long-term pain.",
        "what_will_change": "The team will change the referral letter.",
        "strand": "service_improvement",
        "rung": "improvement",
        "mode": "remote",
        "time_commitment": "3 hours, and 1 hour to read",
        "expertise_level": "none",
        "places": 2,
        "pay": "expenses_only",
        "session_at": NOW + timedelta(days=30),
        "session_hours": 3,
        "apply_by": NOW + timedelta(days=14),
        "feedback_by": NOW + timedelta(days=60),
    }
    return Draft.model_validate(ready(values | changes))


def session_draft(at: datetime, **changes: object) -> SessionDraft:
    return SessionDraft.model_validate({"starts_at": at, "hours": 2} | changes)


def leader(person: Person, *, status: str = "approved", version: int = 1) -> Leader:
    return Leader(
        id=person.id,
        version=version,
        called=person.called,
        reference="PL-7K3Q",
        status=status,
        rung="feedback",
        approved_at=NOW,
    )


def rate(trust: Organisation, **changes: object) -> RateCard:
    """An edition of a rate that is in force."""
    values: dict[str, object] = {
        "id": new_id(),
        "version": 1,
        "organisation_id": trust.id,
        "ods_code": trust.ods_code,
        "title": "Half day",
        "unit": "half_day",
        "amount_pence": 7500,
        "source": "Example policy 2026",
        "valid_from": date(2020, 1, 1),
    }
    return RateCard.model_validate(values | changes)


def programme(**changes: object) -> Programme:
    values: dict[str, object] = {
        "id": new_id(),
        "version": 1,
        "organisation_id": new_id(),
        "ods_code": "RYR",
        "title": "Foundations of leadership",
        "summary": "How it works.",
        "credential": "foundations",
    }
    return Programme.model_validate(values | changes)


def credential(person: Person, *, code: str = "foundations", expires_on: date | None = None) -> Credential:
    return Credential(
        id=new_id(),
        version=1,
        person_id=person.id,
        programme_id=new_id(),
        organisation_id=new_id(),
        credential=code,
        awarded_at=NOW,
        expires_on=expires_on,
    )


async def a_trust(matching: Connected) -> tuple[Organisation, Person]:
    trust = organisation()
    staff = member(trust, "coordinator")
    await matching.hears_and_settles(*registered(trust), staff.opened)
    return trust, staff


async def post(matching: Connected, trust: Organisation, staff: Person, **changes: object) -> UUID:
    async with matching.transaction(staff.acting(trust)) as tx:
        return await posting.post_opportunity(tx, draft(**changes))


async def withdraw(matching: Connected, trust: Organisation, staff: Person, id: UUID) -> None:
    async with matching.transaction(staff.acting(trust)) as tx:
        await posting.withdraw_opportunity(tx, id, "postponed")


async def subscribe(matching: Connected, person: Person, wanted: Subscription | None = None) -> None:
    async with matching.transaction(person.acting()) as tx:
        await fitting.subscribe(tx, wanted or Subscription())


async def in_the_pool(matching: Connected, called: str = "Sam") -> Person:
    """Somebody who subscribed to everything and was approved."""
    person = Person(called=called)
    await subscribe(matching, person)
    await matching.hears_and_settles(person.opened, LeaderApproved(leader(person)))
    return person


async def let_its_closing_pass(matching: Connected, id: UUID) -> None:
    """As if it had been posted weeks earlier."""
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set posted_at = now() - interval '2 days', apply_by = now() - interval '1 day',"
            " state = state || jsonb_build_object('posted_at', now() - interval '2 days',"
            " 'apply_by', now() - interval '1 day') where id = $1",
            id,
        )
        await tx.execute("update timer set at = now() - interval '1 day' where id = $1", id)


async def timers(matching: Connected) -> dict[UUID, datetime]:
    """When which opportunity closes."""
    async with matching.transaction() as tx:
        rows = await tx.fetch("select id, at from timer where reaction = 'close_opportunity' order by id")
    return {row["id"]: row["at"] for row in rows}


async def matches(matching: Connected) -> list[str]:
    return [name for name, _ in await matching.said() if name.startswith("Match")]


async def reasons(matching: Connected) -> list[list[str]]:
    """Why each match fits its person now, in the order it was made; nothing of one that has ended."""
    async with matching.transaction() as tx:
        rows = await tx.fetch("select person_id, opportunity_id, ended_at from match order by matched_at, id")
    return [[] if row["ended_at"] else await _why(matching, row["person_id"], row["opportunity_id"]) for row in rows]


async def _why(matching: Connected, person_id: UUID, opportunity_id: UUID) -> list[str]:
    async with matching.transaction(Person(id=person_id).acting()) as tx:
        return list((await fitting_store.explain(tx, [opportunity_id]))[opportunity_id].reasons)


async def match_id(matching: Connected) -> UUID:
    async with matching.transaction() as tx:
        return await tx.fetchval("select id from match")


async def everything(matching: Connected) -> object:
    """All that a refusal must leave as it was."""
    async with matching.transaction() as tx:
        rows = [
            *await tx.fetch("select id, version, state::text from opportunity order by id"),
            *await tx.fetch("select id, version, ended_at from match order by id"),
            *await tx.fetch("select * from subscription order by person_id"),
            *await tx.fetch("select topic, key, version from outbox order by seq"),
        ]
        return [tuple(row) for row in rows]
