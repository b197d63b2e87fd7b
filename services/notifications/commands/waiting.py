"""Keep the list of what waits for somebody in step with what the neighbours say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from schemas.engagements import Intake
from schemas.event import State, Waiting
from schemas.matching import Opportunity
from schemas.to_do import ToDo
from services.chassis.postgres.transaction import Transaction
from services.notifications.store import waiting as store
from services.notifications.store.waiting import Thing

ABOUT_PEOPLE = ("give_coordinator", "ring_back_details")
"""Of what waits by itself (schemas/to_do.py): what is about somebody, whose id `about` is."""


async def list_waiting(tx: Transaction, state: State) -> None:
    """Make the list agree with what this state says is waiting."""
    thing = Thing(
        state.topic,
        state.id,
        _opportunity_of(state),
        _person_of(state),
        getattr(state, "not_for", ()),
    )
    await store.rewrite(tx, {thing: _for_somebody(state.waiting)})


async def forget_waiting(tx: Transaction, topic: str, id: UUID) -> None:
    await store.rewrite(tx, {Thing(topic, id): ()})


def _for_somebody(waiting: Sequence[Waiting]) -> list[Waiting]:
    return [one for one in waiting if one.person_id or one.organisation_id]


def _opportunity_of(state: State) -> UUID | None:
    if isinstance(state, Opportunity | Intake):
        return state.id
    found: Any = getattr(state, "opportunity_id", None)
    return found


def _person_of(state: State) -> UUID | None:
    """Whom it is about; of what waits by itself, that is said where it is a person."""
    if isinstance(state, ToDo):
        return next((one.about for one in state.waiting if one.what in ABOUT_PEOPLE), None)
    found: UUID | None = getattr(state, "person_id", None)
    return found
