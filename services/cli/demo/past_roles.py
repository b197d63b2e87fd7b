"""The demo region's roles of the past: posted, taken, paid for, and what changed because of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.wording import hours
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.lists import Asked
from services.cli.demo.past import Past, Step
from services.cli.demo.postings import said_of
from services.cli.demo.region import history
from services.engagements import queries as engagements
from services.engagements.commands import arranging, choosing, honesty, mine, staff
from services.engagements.domain.answering import NotChosen
from services.engagements.domain.arranging import Arranging
from services.engagements.domain.engagement import InterestWords
from services.matching.commands import asking, posting
from services.matching.domain.draft import EXPENSES_ONLY, Draft
from services.notifications.commands import conversations
from services.notifications.domain.conversation import Written
from services.payments import queries
from services.payments.commands import claims, payees, runs
from services.payments.domain.payee import PayeeDetails, ReadBack

EVERY_CLAIM = Asked(size=500)
NOT_CHOSEN = NotChosen(
    why="others_were_asked_less", words="Thank you for what you wrote. We hope to see you next time."
)
BANK = {"sort_code": "089999", "account_number": "66374958"}
WORDS = (
    {"why": "I know this from my own life."},
    {"why": "My father went through this last year, and nobody asked him.", "needs": "A break every hour."},
    {"why": "I have a few ideas, and I would like to hear what others think."},
    {"why": "I was there often last winter. I saw what works and what does not.", "needs": "Papers in large print."},
)
"""What people write with their interest, in turn."""


@dataclass
class Role:
    """What was told of it, and what came of it."""

    told: Mapping[str, Any]
    id: UUID | None = None
    engagements: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    """Person → engagement."""
    takers: list[Person] = field(default_factory=list[Person])
    claims: list[UUID] = field(default_factory=list[UUID])

    @property
    def by(self) -> str:
        return self.told["by"]

    @property
    def known_id(self) -> UUID:
        if self.id is None:
            raise LookupError(f"the role {self.told['title']}, which was not posted yet")
        return self.id


class Roles:
    """Each is taken by whoever is in the pool by then, in turn."""

    def __init__(self, past: Past) -> None:
        self._past, self._turn = past, 0
        self._with_details: set[UUID] = set()
        self._by_title: dict[str, Role] = {}
        self.asked: dict[str, UUID] = {}
        """Roles that were asked for and drafted by others, by title: what was asked for."""

    def named(self, title: str) -> Role:
        """Raises KeyError."""
        return self._by_title[title]

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        for role in (Role(told) for told in history()["roles"]):
            posted, held = role.told["posted"], role.told["held"]
            self._by_title[role.told["title"]] = role
            steps += [(posted, partial(self._post, role)), (posted - 4, partial(self._show_interest, role))]
            steps += [(posted - 7, partial(self._offer, role)), (posted - 9, partial(self._accept, role))]
            steps.append((posted - 8, partial(self._say_not_this_time, role)))
            steps.append((posted - 8, partial(self._put_on_reserve, role)))
            for asked in history()["messages"]:
                if asked["role"] == role.told["title"]:
                    steps.append((asked["days"], partial(self._write, role, asked)))
                    steps += [(asked["answered"], partial(self._answer, role, asked))] if asked["answer"] else []
            steps.append((posted - 10, partial(self._arrange, role)))
            steps += [(held - 1, partial(self._record_who_came, role)), (held - 2, partial(self._give_details, role))]
            steps += [(held - 3, partial(self._send_claims, role)), (held - 6, partial(self._approve_claims, role))]
            steps.append((held - 10, partial(self._pay, role)))
            if role.told["changed"]:
                steps.append((held - 25, partial(self._say_what_changed, role)))
            if role.told.get("had_say"):
                steps.append((held - 3, partial(self._say_how_much, role)))
        return steps

    async def _post(self, role: Role) -> int:
        told, at = role.told, self._past.at
        same = ("title", "summary", "strand", "rung")
        sent: dict[str, Any] = {name: told[name] for name in same} | {
            "what_will_change": told["change"],
            "mode": "remote",
            "time_commitment": f"{hours(told['hours'])}, once",
            "expertise_level": "none",
            "lived_experience": told.get("lived", []),
            "places": told["takers"],
            "pay": self._past.rates.get(told["pay"], EXPENSES_ONLY),
            "session_at": at(told["held"]),
            "session_hours": told["hours"],
            "apply_by": at(told["posted"] - 12),
            "decide_by": at(told["posted"] - 12),
            "feedback_by": at(told["held"] - 40),
        }
        paid = sent["pay"] != EXPENSES_ONLY
        sent |= said_of({**sent, **told}, paid=paid, decided_on=london_day(at(told["posted"])).isoformat())
        async with self._past.as_member("matching", role.by, "coordinator") as tx:
            if asked := self.asked.get(role.told["title"]):
                owner = Owner(organisation_id=tx.acting.organisation_id)
                draft = await drafts.lock(tx, asking.DRAFT_KIND, owner, asked)
                await asking.send_for_approval(tx, asked, Draft.model_validate(sent))
                role.id = await asking.approve(tx, asked, Draft.model_validate(sent))
                if draft:
                    await drafts.mark_sent(tx, draft, asked)
            else:
                role.id = await posting.post_opportunity(tx, Draft.model_validate(sent))
        return 1

    async def _show_interest(self, role: Role) -> int:
        pool = self._past.pool
        others = self._named((*role.told.get("not_chosen", ()), *role.told.get("reserve", ())))
        role.takers += self._named(role.told.get("who", ()))
        while len(role.takers) < min(role.told["takers"], len(pool) - len(others)):
            person = pool[self._turn % len(pool)]
            self._turn += 1
            if person not in [*role.takers, *others]:
                role.takers.append(person)
        for number, person in enumerate([*role.takers, *others]):
            words = InterestWords.model_validate(WORDS[number % len(WORDS)])
            async with self._past.doing("engagements", person, "show_interest") as tx:
                role.engagements[person.person_id] = (await mine.show_interest(tx, role.known_id, words)).id
        return len(role.engagements)

    def _named(self, names: Sequence[str]) -> list[Person]:
        return [self._past.accounts[called] for called in names]

    async def _say_not_this_time(self, role: Role) -> int:
        others = self._named(role.told.get("not_chosen", ()))
        for person in others:
            async with self._past.as_member("engagements", role.by, "coordinator") as tx:
                await choosing.not_choose(tx, role.engagements[person.person_id], NOT_CHOSEN, tell_now=True)
        return len(others)

    async def _put_on_reserve(self, role: Role) -> int:
        waits = self._named(role.told.get("reserve", ()))
        for person in waits:
            async with self._past.as_member("engagements", role.by, "coordinator") as tx:
                await choosing.put_on_reserve(tx, role.engagements[person.person_id])
        return len(waits)

    async def _write(self, role: Role, asked: Mapping[str, Any]) -> int:
        [person] = self._named([asked["called"]])
        async with self._past.doing("notifications", person, "write_message") as tx:
            written = Written(asked["words"], phone_on=london_day(tx.now) if asked.get("phone") else None)
            await conversations.write_mine(tx, "engagement", role.engagements[person.person_id], written)
        return 1

    async def _answer(self, role: Role, asked: Mapping[str, Any]) -> int:
        [person] = self._named([asked["called"]])
        async with self._past.as_member("notifications", role.by, "coordinator") as tx:
            answer = Written(asked["answer"])
            await conversations.write_theirs(tx, "engagement", role.engagements[person.person_id], answer)
        return 1

    async def _offer(self, role: Role) -> int:
        for person in role.takers:
            async with self._past.as_member("engagements", role.by, "coordinator") as tx:
                await choosing.offer_place(tx, role.engagements[person.person_id])
        return len(role.takers)

    async def _accept(self, role: Role) -> int:
        for person in role.takers:
            async with self._past.doing("engagements", person, "accept_offer") as tx:
                await mine.accept(tx, role.engagements[person.person_id])
        return len(role.takers)

    async def _arrange(self, role: Role) -> int:
        """Of what some need there one thing is confirmed, one cannot be had, and the rest is asked for."""
        for called, needs in role.told.get("access", {}).items():
            [person] = self._named([called])
            for need, said in needs.items():
                async with self._past.as_member("engagements", role.by, "coordinator") as tx:
                    told = Arranging.model_validate(said)
                    await arranging.arrange(tx, role.engagements[person.person_id], need, told)
        return len(role.told.get("access", {}))

    async def _record_who_came(self, role: Role) -> int:
        if not role.takers:
            return 0
        took = role.engagements[role.takers[0].person_id]
        async with self._past.rooms.transaction("engagements", role.takers[0]) as tx:
            [session] = (await engagements.my_engagement(tx, took)).opportunity.sessions
        async with self._past.as_member("engagements", role.by, "coordinator") as tx:
            came = frozenset(role.engagements[one.person_id] for one in role.takers)
            await staff.record_attendance(tx, role.known_id, session.id, attended=came, absent=frozenset())
        return 1

    async def _give_details(self, role: Role) -> int:
        new = [one for one in role.takers if one.person_id not in self._with_details]
        for person in new:
            async with self._past.doing("payments", person, "give_details") as tx:
                name = f"{(person.called or 'Somebody')[:1]} EXAMPLE"
                await payees.give_details(tx, PayeeDetails(payee_name=name, **BANK))
            if person.helper:
                await self._ring_back(person)
        self._with_details |= {one.person_id for one in new}
        return len(new)

    async def _ring_back(self, person: Person) -> None:
        """Another helper rings whoever cannot sign in, and types what they say."""
        other = replace(person, by=self._past.staff[self._past.network, "helper"])
        async with self._past.doing("payments", other, "confirm_details") as tx:
            await payees.confirm_details(tx, ReadBack(**BANK))

    async def _send_claims(self, role: Role) -> int:
        for person in role.takers:
            async with self._past.rooms.transaction("payments", person) as tx:
                page = await queries.my_claims(tx, EVERY_CLAIM)
                of_role = [one.claim for one in page.items if one.claim.opportunity_id == role.known_id]
                ready = [claim.id for claim in of_role if claim.status == "ready"]
            for id in ready:
                async with self._past.doing("payments", person, "send_claim") as tx:
                    await claims.send_claim(tx, id, seen=None)
            role.claims += ready
        return len(role.claims)

    async def _approve_claims(self, role: Role) -> int:
        for id in role.claims:
            async with self._past.as_member("payments", role.by, "approver") as tx:
                await claims.approve_claim(tx, id, seen=None)
        return len(role.claims)

    async def _pay(self, role: Role) -> int:
        if not role.claims:
            return 0
        async with self._past.as_member("payments", role.by, "finance") as tx:
            await runs.make_run(tx)
        return 1

    async def _say_what_changed(self, role: Role) -> int:
        async with self._past.as_member("engagements", role.by, "coordinator") as tx:
            await staff.record_outcome(tx, role.known_id, role.told["changed"])
        return 1

    async def _say_how_much(self, role: Role) -> int:
        """In turn; whoever comes after the last answer that is told says nothing."""
        said = dict(zip([one.person_id for one in role.takers], role.told["had_say"], strict=False))
        for person in role.takers:
            if person.person_id in said:
                async with self._past.doing("engagements", person, "say_how_much") as tx:
                    await honesty.say(tx, role.engagements[person.person_id], said[person.person_id])
        return len(said)
