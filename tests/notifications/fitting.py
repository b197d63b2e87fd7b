"""People who are told of roles that fit them, roles that match them, and the hour of a round-up."""

import email
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email import policy
from typing import Any
from uuid import UUID

from schemas.engagements import Intake, IntakeChanged
from schemas.matching import Match, MatchMade, Opportunity, OpportunityPosted, Session
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import fitting
from services.notifications.domain.kinds import ALERTS, LONDON, NOW_WEEKLY, STILL_WANTED
from services.notifications.domain.message import Message
from services.notifications.store import messages as store
from services.notifications.words_of_now import in_words
from tests.mail_server import words_of
from tests.notifications.monthly import ADDRESS, TO, a_leader
from tests.notifications.support import NOW, an_opportunity
from tests.support import Connected, Person, organisation, registered

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TOLD = {"fitting": "weekly", "roles": "at_once", "pay": "at_once", "training": "at_once", "you": "at_once"}


def next_day(weekday: int, hour: int = 9, *, after: datetime = NOW) -> datetime:
    """The next such day in London (0 is Monday), after today."""
    day = after.astimezone(LONDON).date() + timedelta(days=1)
    while day.weekday() != weekday:
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), LONDON)


MONDAY = next_day(0)


@dataclass
class Town:
    """`roles`: those that were posted; a match of each person with each is made by `fits`."""

    service: Connected
    trust: Any
    network: Any
    roles: dict[str, Opportunity] = field(default_factory=dict[str, Opportunity])
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    _said: int = 1
    matches: dict[tuple[str, str], Match] = field(default_factory=dict[tuple[str, str], Match])

    async def post(self, *titles: str, **changes: Any) -> None:
        for title in titles:
            sessions = tuple(Session(id=new_id(), starts_at=MONDAY + timedelta(days=20 + n), hours=3) for n in range(3))
            said: dict[str, Any] = {"id": new_id(), "title": title, "apply_by": MONDAY + timedelta(days=16)}
            said |= {"sessions": sessions, "mode": "in_person", "place": "the Town Hall"}
            self.roles[title] = an_opportunity(self.trust).model_copy(update=said | changes)
            await self.service.hears_and_settles(OpportunityPosted(self.roles[title]))

    async def join(self, called: str, channel: str = "email", *, can_sign_in: bool = True, **leader: Any) -> Person:
        person = self.people[called] = Person(called)
        account = person.opened.state.model_copy(update={"can_sign_in": can_sign_in})
        await self.service.hears_and_settles(type(person.opened)(account), LeaderApproved(a_leader(person, **leader)))
        async with self.service.transaction() as tx:
            await tx.execute(
                "insert into contact_point (person_id, channel, address, verified_at, changed_at, entered_by)"
                " values ($1, $2, $3, $4, $5, $1)",
                *(person.id, channel, TO.get(channel, ADDRESS).format(id=person.id)),
                *(NOW if channel == "email" else None, NOW),
            )
        return person

    async def says(self, called: str, event: type[Any] = LeaderApproved, **leader: Any) -> Leader:
        """What recruitment says of somebody now."""
        self._said += 1
        said = a_leader(self.people[called], version=len(self.people) * 1000 + self._said, **leader)
        await self.service.hears_and_settles(event(said))
        return said

    async def fits(self, called: str, *titles: str) -> None:
        for title in titles:
            match = Match(
                id=new_id(),
                version=1,
                opportunity_id=self.roles[title].id,
                person_id=self.people[called].id,
                matched_at=NOW,
            )
            self.matches[called, title] = match
            await self.service.hears_and_settles(MatchMade(match))

    async def full(self, title: str) -> None:
        role = self.roles[title]
        intake = Intake(
            id=role.id,
            version=1,
            organisation_id=role.organisation_id,
            ods_code=role.ods_code,
            places=2,
            places_taken=2,
            feedback_by=role.feedback_by,
        )
        await self.service.hears_and_settles(IntakeChanged(intake))

    async def choose(self, called: str, **told: Any) -> None:
        async with self.service.api(self.people[called]) as api:
            answer = await api.put("/mine/how-told", json=TOLD | told)
        assert answer.status_code == 200, answer.text

    async def next_at(self, called: str) -> datetime:
        async with self.service.api(self.people[called]) as api:
            return datetime.fromisoformat((await api.get("/mine/still-wanted")).json()["next_at"])

    async def at(self, when: datetime = MONDAY) -> None:
        """What the job does each minute."""
        async with self.service.transaction() as tx:
            tx.now = when
            await fitting.tell_round_ups(tx)
        async with self.service.transaction() as tx:
            await tx.execute("update message set next_try_at = now() where status = 'queued'")

    async def told(self, called: str, *besides: str) -> list[Message]:
        """What they were told of roles that fit, or are to be; not what is on their page alone. In its words."""
        async with self.service.transaction() as tx:
            rows = await tx.fetch(
                "select " + store.MESSAGE + " from message m where m.person_id = $1 and m.channel <> 'page'"
                " and m.kind = any($2::text[]) order by m.queued_at, m.id",
                *(self.people[called].id, [*ALERTS, STILL_WANTED, NOW_WEEKLY, *besides]),
            )
            return await in_words(tx, [store.message_of(row) for row in rows], in_mail=True)

    async def said(self, called: str) -> list[tuple[str, str, str]]:
        return [(one.news.kind, one.channel, one.status) for one in await self.told(called)]


async def a_town(service: Connected) -> Town:
    trust, network = organisation(), organisation("QZZ", "Example Network", kind="network")
    await service.hears_and_settles(*registered(trust, network))
    return Town(service, trust, network)


def mail(taken: Sequence[tuple[list[str], bytes]], number: int = -1) -> tuple[Any, str]:
    """Its heads and its plain words."""
    content = taken[number][1]
    return email.message_from_bytes(content, policy=policy.default), words_of(content).replace("\r\n", "\n")


def mails(taken: Sequence[tuple[list[str], bytes]]) -> list[tuple[Any, str]]:
    return [mail(taken, number) for number in range(len(taken))]


def stop_link(heads: Any) -> str:
    return "/messages/" + str(heads["List-Unsubscribe"]).strip("<>").partition("/messages/")[2]


async def how(service: Connected, person_id: UUID) -> str:
    async with service.transaction() as tx:
        said = await tx.fetchval("select how from how_told where person_id = $1 and kinds = 'fitting'", person_id)
    return said or "at_once"
