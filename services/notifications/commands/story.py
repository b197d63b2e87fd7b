"""A call around a session at which somebody tells their own story: asked for, taken back, and noted when they spoke."""

from dataclasses import dataclass
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain import story as domain
from services.notifications.domain.message import Office
from services.notifications.domain.story import Around, NoCallAsked, StoryCall
from services.notifications.store import contact as contact_store
from services.notifications.store import story as store
from services.notifications.store import waiting
from services.notifications.store.waiting import Thing

TOPIC = "notifications.story_call"
"""Of what waits, in this room's own list; there is no such topic."""


@dataclass(frozen=True)
class Asking:
    """`at_desk`: the organisation's own coordinators ring; else the network's."""

    around: Around
    at_desk: bool
    how: str


async def place(tx: Transaction[Person], engagement_id: UUID) -> tuple[Engagement, Opportunity]:
    """The person's place, and its role. Raises NotFound, or NoStory where no call can be asked for."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    if engagement is None or engagement.person_id != tx.acting.person_id:
        raise NotFound
    role = await mirrors.get(tx, Opportunity, engagement.opportunity_id)
    if role is None:
        raise TryAgainSoon
    domain.may_ask(engagement, role).must()
    return engagement, role


async def ask(tx: Transaction[Person], engagement_id: UUID, asking: Asking) -> None:
    """Ask for one, or say otherwise when and how. Raises what `place` does."""
    engagement, role = await place(tx, engagement_id)
    office = await contact_store.network_office(tx)
    if office is None:
        raise TryAgainSoon
    who = Office(engagement.organisation_id, engagement.ods_code) if asking.at_desk else office
    call = StoryCall(
        engagement_id=engagement_id,
        person_id=tx.acting.person_id,
        organisation_id=who.organisation_id,
        ods_code=who.ods_code,
        entered_by=tx.acting.by,
        at_desk=asking.at_desk,
        around=asking.around,
        how=asking.how,
        asked_at=tx.now,
        session_at=domain.next_session(role, tx.now),
    )
    await store.ask(tx, call)
    await tx.due(list_story_call, engagement_id, 1)


async def take_back(tx: Transaction[Person], engagement_id: UUID) -> None:
    """Nobody asks why. Raises NotFound or NoCallAsked."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    if engagement is None or engagement.person_id != tx.acting.person_id:
        raise NotFound
    if not await store.take_back(tx, engagement_id, tx.acting.person_id):
        raise NoCallAsked
    await tx.due(list_story_call, engagement_id, 1)


async def note_spoke(tx: Transaction[Member], engagement_id: UUID, *, again: bool) -> None:
    """They spoke or met; nothing else is kept. Raises NotFound or SpokeAlready."""
    call = await store.lock_of_staff(tx, engagement_id, tx.acting.organisation_id)
    await store.note_spoke(tx, domain.spoke(call, by=tx.acting.by, again=again, now=tx.now))
    await tx.due(list_story_call, engagement_id, 1)


async def list_story_call(tx: Transaction, engagement_id: UUID) -> None:
    """Whoever rings sees that it waits, with the day of the session."""
    call = await store.lock(tx, engagement_id)
    if call is None:
        await waiting.rewrite(tx, {Thing(TOPIC, engagement_id): ()})
        return
    mirror = await mirrors.get(tx, Engagement, engagement_id)
    thing = Thing(TOPIC, engagement_id, mirror.opportunity_id if mirror else None, call.person_id)
    await waiting.rewrite(tx, {thing: call.says()})
