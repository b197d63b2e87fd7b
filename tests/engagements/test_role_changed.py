"""What follows of a role that is changed, closed early or opened again: interest, promises that stand, and counts."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.matching import Opportunity, OpportunityChanged, OpportunityClosed, OpportunityReopened, RoleChange
from services.engagements.domain.engagement import PastClosing
from services.engagements.store import waiting
from tests.engagements.world import NOW, World, make
from tests.scraped import scraped
from tests.support import Connected

LABELS = {"kind": "improvement", "pay": "paid"}


async def becomes(world: World, o: Opportunity, fact: type, *parts: str, **changes: object) -> Opportunity:
    changed = RoleChange(at=NOW + timedelta(seconds=o.version), parts=parts)
    now = o.with_changes(version=o.version + 1, changed=changed, **changes)
    await world.engagements.hears_and_settles(fact(now))
    return now


async def test_interest_follows_closing_and_opening_and_a_promise_of_before_stays(engagements: Connected) -> None:
    world = await make(engagements, starts_at=NOW + timedelta(days=40), feedback_by=NOW + timedelta(days=90))
    kim, lou = await world.approved("Kim"), await world.approved("Lou")
    first = await world.engagement(await world.interested())
    closed = await becomes(world, world.o, OpportunityClosed, "closed_early", closed_at=NOW)
    with pytest.raises(PastClosing):
        await world.interested(kim)
    assert (await world.intake()).closed_at == NOW
    later = world.o.apply_by + timedelta(days=14)
    await becomes(world, closed, OpportunityReopened, "opened_again", "closing_day", closed_at=None, apply_by=later)
    assert (await world.intake()).closed_at is None
    again = await world.engagement(await world.interested(kim))
    stood = await world.engagement(first.id)
    assert stood == first and first.answer_by and again.answer_by and again.answer_by > first.answer_by
    offered = await world.offered(lou)
    assert (await world.engagement(offered)).status == "offered"
    assert await world.engagements.failing() == []


async def test_changes_after_interest_and_roles_without_a_decision_in_time_are_counted(engagements: Connected) -> None:
    async def sampled(name: str) -> float:
        return (await scraped(engagements))(name, **LABELS)

    async def waits(id: UUID | None = None) -> object:
        async with engagements.transaction() as tx:
            return (await waiting.waits(tx))["decision"]

    world = await make(engagements, starts_at=NOW + timedelta(days=40), feedback_by=NOW + timedelta(days=90))
    name, day = "pln_roles_changed_after_interest_total", NOW - timedelta(days=3)
    before = await sampled(name)
    o = await becomes(world, world.o, OpportunityChanged, "place", place="Room 9")
    assert await sampled(name) == before, "nobody had shown interest"
    id = await world.interested()
    o = await becomes(world, o, OpportunityChanged, "decision_day", decide_by=day)
    assert await sampled(name) == before + 1
    await world.engagements.hears_and_settles(OpportunityChanged(o.with_changes(version=o.version + 1, title="Other")))
    assert await sampled(name) == before + 1, "it was no change of the role, so it is none"
    assert (await waits(), await sampled("pln_roles_undecided")) == (day, 1)
    await world.not_chosen(id)
    assert (await waits(), await sampled("pln_roles_undecided")) == (None, 0)
