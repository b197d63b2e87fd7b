"""People in the pool who are reached in different ways, roles that are open, and the first working day of a month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from schemas.event import AnyEvent
from schemas.identity import AccountOpened, Organisation
from schemas.matching import Opportunity, OpportunityPosted, Session
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.base.working_days import is_working_day
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import monthly
from services.notifications.domain.kinds import LONDON, MONTHLY
from services.notifications.domain.message import Message
from services.notifications.store import messages as store
from services.notifications.words_of_lists import with_words
from tests.notifications.support import NOW, an_opportunity
from tests.support import Connected, Person, organisation, registered


def first_of(months_ahead: int) -> datetime:
    """Ten in the morning of the first working day of a month that is still to come."""
    day = datetime.now(LONDON).date().replace(day=1)
    for _ in range(months_ahead):
        day = (day + timedelta(days=31)).replace(day=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), LONDON)


FIRST = first_of(1)
ADDRESS = "Sam\n1 High Street\nExample\nEX1 1AA"
TO = {
    "email": "{id}@people.example",
    "post": ADDRESS,
    "sms": "07700900982",
    "phone": "01632960001",
    "meet": "The library",
}


@dataclass
class Pool:
    """`roles`: open ones, the newest first."""

    service: Connected
    trust: Organisation
    network: Organisation
    roles: list[Opportunity]
    people: dict[str, Person] = field(default_factory=dict[str, Person])

    async def join(
        self, called: str, channel: str = "email", *, leader: dict[str, Any] | None = None, **c: Any
    ) -> Person:
        """Somebody who is reached like this, and in the pool unless `leader` is {}. `c`: columns of their contact."""
        person = self.people[called] = Person(called)
        opened = AccountOpened(person.account.model_copy(update={"can_sign_in": c.pop("can_sign_in", True)}))
        in_pool = [] if leader == {} else [LeaderApproved(a_leader(person, **(leader or {})))]
        await self.service.hears_and_settles(opened, *in_pool)
        row = {"channel": channel, "address": TO.get(channel, "").format(id=person.id) or None} | c
        proved = row.pop("verified_at", NOW if channel == "email" else None)
        async with self.service.transaction() as tx:
            await tx.execute(
                "insert into contact_point (person_id, channel, address, verified_at, changed_at, entered_by,"
                " letters_to, unreached, format) values ($1, $2, $3, $4, $5, $1, $6, $7, $8)",
                *(person.id, row["channel"], row["address"], proved, NOW),
                *(row.get("letters_to"), row.get("unreached"), row.get("format", "standard")),
            )
        return person

    async def said(self, person: Person, *, wanted: bool) -> None:
        async with self.service.transaction(person.acting()) as tx:
            await monthly.choose(tx, wanted=wanted)
        await self.service.settle()

    async def hears(self, *events: AnyEvent) -> None:
        await self.service.hears_and_settles(*events)

    async def first_day(self, at: datetime = FIRST) -> int:
        """What the job does each minute. How many batches there were."""
        batches, more = 0, True
        while more:
            async with self.service.transaction() as tx:
                tx.now = at
                more = await monthly.tell_some(tx)
            batches += 1
        return batches

    async def come_due(self) -> None:
        """The real clock is behind the day on which it was queued."""
        async with self.service.transaction() as tx:
            await tx.execute("update message set next_try_at = now()")

    async def lists(self) -> list[Message]:
        """All of them, in their words, as the system reads them."""
        async with self.service.transaction() as tx:
            rows = await tx.fetch(
                "select " + store.MESSAGE + " from message m where m.kind = $1 order by m.id", MONTHLY
            )
            return await with_words(tx, [store.message_of(row) for row in rows])

    async def who(self) -> dict[str, str]:
        """Who gets one, and how."""
        called = {one.id: name for name, one in self.people.items()}
        return {called[one.news.person_id]: one.channel for one in await self.lists()}

    async def of(self, person: Person) -> Message:
        [one] = [one for one in await self.lists() if one.news.person_id == person.id]
        return one


def a_leader(person: Person, **changes: Any) -> Leader:
    values = {"id": person.id, "version": 1, "called": person.called, "reference": "PL-7K3Q", "status": "approved"}
    return Leader.model_validate({**values, "rung": "feedback", "approved_at": NOW, **changes})


def a_role(trust: Organisation, title: str, *, days_ago: float = 1, **changes: Any) -> Opportunity:
    posted = FIRST - timedelta(days=days_ago)
    values: dict[str, Any] = {
        "id": new_id(),
        "title": title,
        "posted_at": posted,
        "apply_by": FIRST + timedelta(days=14),
    }
    values["sessions"] = (Session(id=new_id(), starts_at=FIRST + timedelta(days=20), hours=3),)
    return an_opportunity(trust).model_copy(update={**values, **changes})


async def a_pool(service: Connected, titles: Sequence[str] = ("Read our leaflets", "A seat on the board")) -> Pool:
    """Nobody is in it yet. Each role is a day older than the one before it."""
    trust, network = organisation(), organisation("QZZ", "Example Network", kind="network")
    roles = [a_role(trust, title, days_ago=number + 1) for number, title in enumerate(titles)]
    await service.hears_and_settles(*registered(trust, network), *(OpportunityPosted(one) for one in roles))
    return Pool(service, trust, network, roles)


async def count(service: Connected, person_id: UUID) -> int:
    async with service.transaction() as tx:
        return await tx.fetchval("select count(*) from message where person_id = $1 and kind = $2", person_id, MONTHLY)
