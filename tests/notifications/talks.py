"""Somebody with a place, staff who answer, and what the two write to each other, for the tests of conversations."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from schemas.engagements import Engagement, EngagementRestated, Offer
from schemas.identity import Desk, OrganisationRestated
from schemas.matching import OpportunityRestated
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.postgres.transaction import Transaction, new_id
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, hidden, member

DESK = Desk(
    id=new_id(), name="Involvement team", phone="01632 960 123", hours="9 to 5", reads="Tuesday to Thursday, mornings"
)


@dataclass
class Talk:
    """A person with an engagement in a role of the trust, and a coordinator of it."""

    world: World
    staff: Person
    engagement: Engagement

    @property
    def service(self) -> Connected:
        return self.world.service

    @property
    def person(self) -> Person:
        return self.world.person

    @property
    def mine(self) -> str:
        return f"/messages/mine/conversations/engagement/{self.engagement.id}"

    @property
    def theirs(self) -> str:
        return f"/messages/for/RX2/conversations/engagement/{self.engagement.id}"

    async def shown(self, who: Person, path: str) -> str:
        async with self.service.browser(who) as browser:
            answer = await browser.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return answer.text

    async def sends(self, hand: Person, path: str, *, files: Any = None, **typed: str) -> httpx.Response:
        """A form of a page that is opened for it; then what was done is done elsewhere too."""
        async with self.service.browser(hand) as browser:
            page = (await browser.get(path)).text
            answer = await browser.post(path, data=hidden(page) | typed, files=files)
        await self.service.settle()
        return answer

    async def presses(self, who: Person, path: str, act: str) -> httpx.Response:
        async with self.service.browser(who) as browser:
            page = (await browser.get(path)).text
            assert f"{path}/{act}" in page, f"no button to {act}"
            answer = await browser.post(f"{path}/{act}", data=hidden(page.split(f"{path}/{act}")[1]))
        await self.service.settle()
        return answer

    async def is_now(self, **changes: Any) -> None:
        """The engagement as engagements says it from now on."""
        self.engagement = self.engagement.model_copy(update={"version": self.engagement.version + 1} | changes)
        await self.service.hears_and_settles(EngagementRestated(self.engagement))

    async def role_is_now(self, **changes: Any) -> None:
        o = self.world.opportunity
        self.world.opportunity = o.model_copy(update={"version": o.version + 1} | changes)
        await self.service.hears_and_settles(OpportunityRestated(self.world.opportunity))

    async def waits(self, organisation: UUID | None = None) -> list[str]:
        async with self.service.transaction() as tx:
            rows = await tx.fetch(
                "select what from waiting_item where organisation_id = $1 and what = 'answer_message'",
                organisation or self.world.trust.id,
            )
        return [row["what"] for row in rows]

    async def told(self, person: Person | None = None) -> list[str]:
        """The links of what they were told of messages, oldest first."""
        found = await self.world.messages(person or self.person)
        return [one.news.link for one in reversed(found) if one.news.kind == "message_written"]

    async def events(self) -> list[str]:
        return [name for name, _ in await self.service.said() if name.startswith("Conversation")]


def leader_of(person: Person, **changes: Any) -> Leader:
    values = {"id": person.id, "version": 1, "called": person.called, "reference": "PL-7K3Q", "status": "approved"}
    return Leader.model_validate(values | {"rung": "feedback", "approved_at": NOW} | changes)


async def a_talk(service: Connected, status: str = "accepted", **role: Any) -> Talk:
    world = await a_world(service)
    staff = member(world.trust, "coordinator", called="Cora")
    world.trust = world.trust.model_copy(update={"desks": (DESK,), "version": 2})
    world.opportunity = world.opportunity.model_copy(update=role)
    offer = Offer(offered_at=NOW - timedelta(days=2), pay=world.opportunity.pay) if status == "accepted" else None
    engagement = world.engagement(status, offer=offer)
    await service.hears_and_settles(
        OrganisationRestated(world.trust),
        staff.opened,
        LeaderApproved(leader_of(world.person)),
        OpportunityRestated(world.opportunity),
        EngagementRestated(engagement),
    )
    return Talk(world, staff, engagement)


class SetOff:
    """A batch that dies before one of its writes: what a process that is killed there leaves behind is nothing."""

    STEPS = 5

    class Killed(Exception):
        """Here it died."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch, self._at, self._done = patch, 0, 0

    def __enter__(self) -> "SetOff":
        self._context = self._patch.context()
        patch = self._context.__enter__()
        for method in ("change_each", "emit", "due_each"):
            patch.setattr(Transaction, method, self._dying(getattr(Transaction, method)))
        return self

    def __exit__(self, *of: object) -> None:
        self._context.__exit__(None, None, None)

    def at(self, step: int) -> None:
        self._at, self._done = step, 0

    def _dying(self, does: Any) -> Any:
        async def do(tx: Transaction, *given: Any) -> Any:
            if any(given):
                self._done += 1
            if self._done == self._at:
                raise self.Killed
            return await does(tx, *given)

        return do
