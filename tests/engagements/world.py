"""A small world for the tests of engagements: an organisation, its coordinator, people in the pool, an opportunity."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.engagements import Engagement, Intake, Question, QuestionAsked
from schemas.identity import Organisation
from schemas.matching import Opportunity, OpportunityPosted, Pay, Session
from schemas.payments import RateCard, RateCardIssued
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.base import hands
from services.chassis.postgres.transaction import Transaction, new_id
from services.engagements.commands import asking, choosing, mine, staff
from services.engagements.domain.answering import NotChosen
from services.engagements.domain.asking import AnswerWords
from services.engagements.domain.engagement import InterestWords, following
from services.engagements.domain.intake import NoPlaceLeft
from services.engagements.domain.offers import Offering
from services.engagements.store import engagements as engagement_store
from tests.support import Connected, Person, member, organisation, registered

NOW = datetime.now(UTC)
BEGUN, TO_COME = NOW - timedelta(hours=1), NOW + timedelta(days=10)
OfPerson = Callable[[Transaction[hands.Person], UUID], Awaitable[Engagement]]
OfStaff = Callable[..., Awaitable[Engagement]]
NOT_CHOSEN = NotChosen(why="others_were_asked_less", words="We liked what you wrote.")
WORDS = InterestWords(why="My mother lives with long-term pain.", needs="A chair with a high back")


def rate(trust: Organisation, **changes: Any) -> RateCard:
    values: dict[str, Any] = {
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


def opportunity(trust: Organisation, card: RateCard | None, **changes: Any) -> Opportunity:
    """Open, with two places; its one session has begun already, unless `starts_at` says otherwise."""
    session = Session(id=new_id(), starts_at=changes.pop("starts_at", BEGUN), hours=2)
    values: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "organisation_id": trust.id,
        "ods_code": trust.ods_code,
        "title": "A seat in the pain pathway team",
        "summary": "Help the team that plans care for long-term pain.",
        "what_will_change": "The referral letter.",
        "strand": "service_improvement",
        "rung": "improvement",
        "mode": "remote",
        "time_commitment": "3 hours",
        "expertise_level": "none",
        "places": 2,
        "pay": card
        and Pay(**card.model_dump(include={"unit", "amount_pence", "source"}), rate_card_id=card.id, payer_id=trust.id),
        "sessions": (session,),
        "apply_by": NOW + timedelta(days=5),
        "feedback_by": NOW + timedelta(days=30),
        "posted_at": NOW - timedelta(days=1),
    }
    return Opportunity.model_validate(values | changes)


def leader(person: Person, *, status: str = "approved", version: int = 1, code_agreed: str | None = "1") -> Leader:
    return Leader(
        id=person.id,
        version=version,
        called=person.called,
        reference="PL-7K3Q",
        status=status,
        rung="feedback",
        approved_at=NOW,
        code_agreed=code_agreed,
    )


@dataclass
class World:
    """What a test starts from, and the steps of the main job."""

    engagements: Connected
    trust: Organisation
    staff: Person
    card: RateCard
    o: Opportunity
    person: Person

    @property
    def session_id(self) -> UUID:
        return self.o.sessions[0].id

    async def approved(self, called: str = "Sam") -> Person:
        """One more person in the pool."""
        person = Person(called=called)
        await self.engagements.hears_and_settles(person.opened, LeaderApproved(leader(person)))
        return person

    async def interested(self, person: Person | None = None, o: Opportunity | None = None) -> UUID:
        async with self.engagements.transaction((person or self.person).acting()) as tx:
            return (await mine.show_interest(tx, (o or self.o).id, WORDS)).id

    async def does(self, command: OfPerson, id: UUID, person: Person | None = None) -> Engagement:
        """What a person does with an engagement of theirs."""
        async with self.engagements.transaction((person or self.person).acting()) as tx:
            return await command(tx, id)

    async def staff_do(self, command: OfStaff, id: UUID, **given: Any) -> Engagement:
        async with self.engagements.transaction(self.staff.acting(self.trust)) as tx:
            return await command(tx, id, **given)

    async def offer(self, id: UUID, **offering: Any) -> Engagement:
        return await self.staff_do(choosing.offer_place, id, offering=Offering(**offering))

    async def not_chosen(self, id: UUID, *, tell_now: bool = True) -> Engagement:
        return await self.staff_do(choosing.not_choose, id, said=NOT_CHOSEN, tell_now=tell_now)

    async def offered(self, person: Person | None = None, **offering: Any) -> UUID:
        """One more than there are places, where none is left."""
        id = await self.interested(person)
        try:
            await self.offer(id, **offering)
        except NoPlaceLeft:
            await self.offer(id, beyond=True, **offering)
        return id

    async def accepted(self, person: Person | None = None) -> UUID:
        id = await self.offered(person)
        await self.does(mine.accept, id, person)
        return id

    async def record(self, *, attended: set[UUID] | None = None, absent: set[UUID] | None = None) -> None:
        async with self.engagements.transaction(self.staff.acting(self.trust)) as tx:
            await staff.record_attendance(
                tx, self.o.id, self.session_id, attended=attended or set(), absent=absent or set()
            )

    async def engagement(self, id: UUID) -> Engagement:
        async with self.engagements.transaction() as tx:
            return Engagement.model_validate_json(await tx.fetchval("select state from engagement where id = $1", id))

    async def intake(self, id: UUID | None = None) -> Intake:
        """The public state as it was said last."""
        async with self.engagements.transaction() as tx:
            text = await tx.fetchval(
                "select value from outbox where topic = 'engagements.intake' and key = $1 order by seq desc limit 1",
                id or self.o.id,
            )
            return Intake.model_validate_json(text)

    async def holds(self, person: Person) -> str:
        """All that engagements holds of a person, as they may read it."""
        async with self.engagements.api(person) as api:
            return (await api.get("/mine/data")).text

    async def facts(self) -> list[str]:
        return [name for name, _ in await self.engagements.said()]

    async def recounts(self) -> list[datetime]:
        """When it is counted again what waits."""
        async with self.engagements.transaction() as tx:
            return [
                row["at"]
                for row in await tx.fetch("select at from timer where reaction = 'recount_what_waits' order by at")
            ]

    async def everything(self) -> object:
        """All that a refusal must leave as it was."""
        async with self.engagements.transaction() as tx:
            rows = [
                *await tx.fetch("select id, version, state::text from engagement order by id"),
                *await tx.fetch("select id, version, places_taken, what_changed from intake order by id"),
                *await tx.fetch("select topic, key, version from outbox order by seq"),
                *await tx.fetch("select engagement_id from interest_words order by 1"),
            ]
            return [tuple(row) for row in rows]


async def was_asked(world: World, id: UUID, words: str = "Is there parking?") -> Engagement:
    """A question of before conversations came waits for an answer."""
    async with world.engagements.transaction() as tx:
        before = await engagement_store.lock(tx, id)
        asked = following(before, question=Question(asked_at=tx.now))
        await tx.execute(
            "insert into question (id, engagement_id, organisation_id, person_id, asked, asked_at)"
            " values ($1, $2, $3, $4, $5, $6)",
            *(new_id(), id, asked.organisation_id, asked.person_id, words, tx.now),
        )
        await engagement_store.save(tx, asked)
        await tx.emit(QuestionAsked(asked))
        return asked


async def answer_something(tx: Transaction[hands.Member], id: UUID) -> Engagement:
    return await asking.answer(tx, id, None, AnswerWords(words="Yes."))


async def time_passes(world: World, id: UUID) -> None:
    """The moments of an engagement's offer and of answers to it come: they lie a second in the past."""
    just_now = NOW - timedelta(seconds=1)
    async with world.engagements.transaction() as tx:
        await tx.execute(
            "update engagement set state = jsonb_set(state, '{offer,reply_by}', $2::jsonb)"
            " where id = $1 and status = 'offered'",
            *(id, json.dumps(just_now.isoformat())),
        )
        await tx.execute(
            "update answer set undo_until = $2 where engagement_id = $1 and undo_until is not null", id, just_now
        )
        await tx.execute("update timer set at = $2 where id = $1", id, just_now)


async def runs_out(world: World, id: UUID) -> None:
    """Nobody answers the offer until its day."""
    await time_passes(world, id)
    await world.engagements.settle()


async def make(engagements: Connected, **of_opportunity: Any) -> World:
    trust = organisation()
    coordinator, person, card = member(trust, "coordinator"), Person(called="Sam"), rate(trust)
    o = opportunity(trust, card, **of_opportunity)
    await engagements.hears_and_settles(
        *registered(trust),
        coordinator.opened,
        person.opened,
        LeaderApproved(leader(person)),
        RateCardIssued(card),
        OpportunityPosted(o),
    )
    return World(engagements, trust, coordinator, card, o, person)
