"""Two rooms assembled from the chassis alone: one says things about opportunities, the other hears and reacts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from schemas.matching import Opportunity, OpportunityChanged, OpportunityLost, OpportunityPosted, OpportunityRestated
from services.chassis.base.card import Card
from services.chassis.base.cause import Cause
from services.chassis.operate.restate import Owned
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.chassis.service import Service
from services.chassis.work.reactions import Reactions
from services.chassis.work.scheduler import Jobs

HERE = Path(__file__).parent
CAUSE = Cause.fresh()
REACTION = "note_it"


async def _nothing(*args: object, **named: object) -> Any:
    """What is measured is never said again."""
    return []


def _room(name: str, reactions: Reactions, *owned: Owned) -> Service:
    card = Card(name=name, title=name, owns="what is measured", paths=(f"/{name}",))
    return Service(card, HERE / name, reactions, Jobs(), APIRouter(), APIRouter(), owned)


def saying() -> Service:
    """Writes things and says so."""
    says = Owned(OpportunityRestated, OpportunityLost, after=_nothing, lock=_nothing, save=_nothing)
    return _room("saying", Reactions("saying"), says)


def hearing(noted: Callable[[UUID], object] | None) -> Service:
    """Mirrors them and, when `noted` is given, has a reaction that leaves a row and tells `noted` about whom.

    Another does the same when it is woken by a timer.
    """
    reactions = Reactions("hearing")
    reactions.keep(Opportunity)

    async def note_it(tx: Transaction, now: Opportunity) -> None:
        await tx.execute(
            "insert into effect (id, version) values ($1, $2)"
            " on conflict (id) do update set version = excluded.version, noted_at = clock_timestamp()",
            *(now.id, now.version),
        )
        assert noted
        noted(now.id)

    async def note_woken(tx: Transaction, id: UUID) -> None:
        now = await mirrors.get(tx, Opportunity, id)
        assert now
        await note_it(tx, now)

    if noted:
        reactions.react_to(Opportunity, shares_transaction=True)(note_it)
        reactions.when_due(note_woken, shares_transaction=True)
    return _room("hearing", reactions)


def woken(hearing: Service) -> Callable[..., object]:
    """The reaction that timers wake."""
    by_id = hearing.reactions.named["note_woken"].by_id
    assert by_id
    return by_id


async def write(tx: Transaction, thing: Opportunity) -> None:
    """A new thing, without its event."""
    await tx.execute(
        "insert into thing (id, version, state) values ($1, $2, $3)", thing.id, thing.version, thing.model_dump_json()
    )


async def write_and_say(tx: Transaction, thing: Opportunity) -> None:
    """A new thing."""
    await write(tx, thing)
    await tx.emit(OpportunityPosted(thing))


async def change(tx: Transaction, id: UUID) -> Opportunity:
    """The usual command: lock, decide, save; without its event."""
    text = await tx.fetchval("select state from thing where id = $1 for update", id)
    before = Opportunity.model_validate_json(text)
    now = before.model_copy(update={"version": before.version + 1})
    await tx.execute("update thing set version = $2, state = $3 where id = $1", id, now.version, now.model_dump_json())
    return now


async def change_and_say(tx: Transaction, id: UUID) -> None:
    """The usual command."""
    await tx.emit(OpportunityChanged(await change(tx, id)))
