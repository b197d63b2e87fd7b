"""The main job for many people at once: groups of people go from an application to their pay while things break."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.chassis.base.access import london_day
from tests.chassis.sent_files import noisy
from tests.faults import draw
from tests.faults.doors import Caller, Doors, Final, until_answered
from tests.faults.draw import RoleByLot
from tests.faults.role import NEED, Role
from tests.ready import ready

NETWORK, TRUST = "QZN", "RZ9"
PENCE = 7500
PEOPLE_IN_A_GROUP = 4
PLACES = 3
WANTED: dict[str, Any] = {"strands": ["research"], "modes": ["remote"], "paid_only": True, "active": True}
"""Of which roles people ask to be told."""
STARTS_IN = timedelta(seconds=4)
"""How long after posting the sessions start."""


@dataclass
class Staff:
    """Who works at the network and at the trust."""

    admin: Caller
    screener: Caller
    coordinator: Caller
    colleague: Caller
    """Another coordinator."""
    approver: Caller
    finance: Caller


@dataclass
class Writer:
    """Runs groups side by side until it is told to stop, then finishes those in hand."""

    doors: Doors
    secret: str
    """The network's start secret."""
    paid: list[str] = field(default_factory=list[str])
    """Account ids of those who saw that they were paid."""
    refused: int = 0
    """People for whom there was no place left."""
    forms: dict[str, str] = field(default_factory=dict[str, str])
    """Application id → the hash of the form on paper that was acknowledged with it."""
    groups: int = 0
    roles: list[Role] = field(default_factory=list[Role])
    """With what was acknowledged of their sessions, and of who came."""
    drawn: list[RoleByLot] = field(default_factory=list[RoleByLot])
    """Whose draw was set aside, made again and confirmed."""

    async def open(self) -> None:
        """Start the network, the trust, its staff and its rate; what a stay of the writer needs once."""
        admin = _caller(self.doors, "Ada", "network")
        await self._bootstrap(admin)
        await admin.sign_in()
        trust = {"ods_code": TRUST, "name": "Example Trust", "kind": "trust", "valid_from": "2020-01-01"}
        await admin.post("identity", f"/organisations/{NETWORK}/organisations", trust)
        self.staff = Staff(
            admin,
            await self._employ(admin, NETWORK, "Sal", "screener"),
            await self._employ(admin, TRUST, "Cora", "coordinator", "trainer"),
            await self._employ(admin, TRUST, "Dora", "coordinator"),
            await self._employ(admin, TRUST, "Amir", "approver"),
            await self._employ(admin, TRUST, "Fay", "finance"),
        )
        card = {"title": "Half day", "unit": "half_day", "amount_pence": PENCE, "source": "Example policy, edition 1"}
        today = {"valid_from": london_day(datetime.now(UTC)).isoformat()}
        issued = await self.staff.finance.post("payments", f"/organisations/{TRUST}/rate-cards", card | today)
        self.rate = issued["id"]
        policies = await admin.get("recruitment", "/policies", when=lambda found: found)
        self.agreed = {name: policies[name]["version"] for name in ("code_of_conduct", "data_notice")}
        self.health_notice = policies["health_data"]["version"]

    async def _bootstrap(self, admin: Caller) -> None:
        body = {"network_name": "Example network", "ods_code": NETWORK}
        first = {"admin_called": admin.called, "admin_email": admin.email}
        headers = {"authorization": f"Bearer {self.secret}"}

        async def there_is_one() -> bool | None:
            answer = await self.doors.ask("POST", "identity", "/bootstrap", json=body | first, headers=headers)
            return True if answer is not None and (answer.is_success or answer.status_code == 409) else None

        await until_answered(there_is_one, "start the network")

    async def _employ(self, admin: Caller, ods: str, called: str, *roles: str) -> Caller:
        one = _caller(self.doors, called, ods.lower())
        body = {"called": called, "email": one.email, "roles": roles}
        invited = await admin.post("identity", f"/organisations/{ods}/staff", body)
        await one.sign_in()
        await one.post("identity", f"/mine/invitations/{invited['invitation_id']}/accept")
        return one

    async def run(self, stop: asyncio.Event, *, side_by_side: int) -> None:
        """Groups one after another, `side_by_side` at once, until `stop` is set and the last are done."""

        async def one_after_another(first: float) -> None:
            await asyncio.sleep(first)
            while not stop.is_set():
                await Group(self).run()
                self.groups += 1

        async with asyncio.TaskGroup() as tasks:
            for number in range(side_by_side):
                tasks.create_task(one_after_another(number * 0.5))


class Group:
    """People who apply together and want the same opportunity, which has a place less than there are people."""

    def __init__(self, writer: Writer) -> None:
        self._writer, self._staff, self._doors = writer, writer.staff, writer.doors
        self._tag = secrets.token_hex(4)
        self._engaged: dict[str, Caller] = {}
        """Engagement id → who has a place."""

    async def run(self) -> None:
        people = [_caller(self._doors, f"Robin{n}", f"p{self._tag}") for n in range(PEOPLE_IN_A_GROUP)]
        on_paper = [person is people[0] for person in people]
        await asyncio.gather(self._offer_training(), *map(self._join, people, on_paper))
        self._role = await self._post()
        self._writer.roles.append(self._role)
        called_off, wishes = self._call_off(), map(self._changes_wishes, people)
        await asyncio.gather(
            self._role.change_sessions(), self._choose(people), called_off, self._draw(people), *wishes
        )
        assert len(self._engaged) == PLACES, f"{len(self._engaged)} people have {PLACES} places"
        await self._role.arranges(next(iter(self._engaged)))
        recorded = self._record_training(people), self._role.records_who_came(self._engaged)
        await asyncio.gather(*recorded)
        await self._role.cancel_rest()
        await asyncio.gather(*(self._claim(person) for person in self._engaged.values()))
        await asyncio.gather(*(self._be_paid(person) for person in self._engaged.values()))
        await self._role.tells_what_changed()
        await self._role.withdraw()

    async def _choose(self, people: list[Caller]) -> None:
        """The first moves up from the reserve list; of the second it is undone that others were chosen."""
        first, second, *others = people
        id = await self._shows_interest(first)
        await self._role.hears(id, first)
        await self._role.moves_up_from_reserve(id)
        await self._accepts(id, first)
        await asyncio.gather(self._take_part(second, undone=True), *map(self._take_part, others))

    async def _join(self, person: Caller, on_paper: bool) -> None:
        await person.sign_in()
        words = {"full_name": "Robin Example", "why": "I have lived with pain for ten years."}
        sent = await person.post("recruitment", "/mine/application", words | self._writer.agreed)
        if on_paper:
            await self._give_form(sent["id"])
        path = f"/organisations/{NETWORK}/applications/{sent['id']}/approve"
        await self._staff.screener.post("recruitment", path, {"tell_now": True})
        await person.write("PUT", "recruitment", "/mine/profile", {"strands": ["research"], "modes": ["remote"]})
        needs = {"needs": [NEED], "shared_with": ["places"], "health_consent": self._writer.health_notice}
        await person.write("PUT", "recruitment", "/mine/needs", needs)
        await person.write("PUT", "matching", "/mine/subscription", WANTED)
        details = {"payee_name": "R Example", "sort_code": "08-99-99", "account_number": "66374958"}
        await person.write("PUT", "payments", "/mine/payee-details", details)

    async def _give_form(self, application: str) -> None:
        """The photo of a form on paper, and a better one that takes its place."""
        path = f"/organisations/{NETWORK}/applications/{application}/signed-form"
        for width in (80, 160):
            photo = noisy(size=(width, 60))
            kept = await self._staff.screener.write("PUT", "recruitment", path, photo)
        self._writer.forms[application] = kept["signed_form"]["sha256"]

    async def _offer_training(self) -> None:
        trainer, path = self._staff.coordinator, f"/organisations/{TRUST}/programmes"
        draft = {"title": f"Being a partner {self._tag}", "summary": "One hour.", "credential": f"c_{self._tag}"}
        programme = (await trainer.post("training", path, draft))["id"]
        while True:
            session = {"starts_at": _in(STARTS_IN), "hours": 1, "mode": "remote", "places": PEOPLE_IN_A_GROUP}
            try:
                made = await trainer.post("training", f"{path}/{programme}/sessions", session, final=TOO_LATE)
            except Final:
                continue
            self._training = made["id"]
            return

    async def _post(self, **said: Any) -> Role:
        path = f"/organisations/{TRUST}/opportunities"
        while True:
            try:
                made = await self._staff.coordinator.post("matching", path, ready(self._draft() | said), final=TOO_LATE)
            except Final:
                continue
            return Role(self._staff.coordinator, TRUST, made["id"])

    async def _draw(self, people: list[Caller]) -> None:
        """Another one has fewer places than people, and gives them by lot."""
        places: dict[str, Any] = {"steps": ["draw"], "places": draw.PLACES}
        id = (await self._post(**places)).id
        role = RoleByLot(self._staff.coordinator, self._staff.colleague, TRUST, id)
        await role.is_drawn_twice(people)
        self._writer.drawn.append(role)

    async def _call_off(self) -> None:
        """Another one is posted, and called off while people are told of it."""
        await (await self._post()).withdraw()

    async def _changes_wishes(self, person: Caller) -> None:
        """They ask for something else, for nothing, and for what they asked for at first."""
        for changed in ({"strands": ["culture"]}, {"active": False}, {}):
            await person.write("PUT", "matching", "/mine/subscription", WANTED | changed)

    def _draft(self) -> dict[str, Any]:
        return {
            "title": f"Pain pathway partner {self._tag}",
            "summary": "Help the team that plans care for long-term pain.",
            "what_will_change": "The first letter that people get.",
            "strand": "research",
            "rung": "feedback",
            "mode": "remote",
            "time_commitment": "3 hours",
            "expertise_level": "none",
            "places": PLACES,
            "pay": self._writer.rate,
            "criteria": ["You have had letters about pain"],
            "session_at": _in(STARTS_IN),
            "session_hours": 3,
            "apply_by": _in(timedelta(hours=2)),
            "feedback_by": _in(timedelta(days=30)),
        }

    async def _shows_interest(self, person: Caller) -> str:
        enrolment = person.post("training", "/mine/enrolments", {"session_id": self._training})
        _, id = await asyncio.gather(enrolment, self._role.is_shown_interest(person))
        return id

    async def _take_part(self, person: Caller, *, undone: bool = False) -> None:
        id = await self._shows_interest(person)
        if undone:
            await self._role.is_not_chosen(id, tell_now=False)
            await self._role.undoes_not_chosen(id)
        while True:
            await self._offer(id)
            if await self._accepts(id, person):
                return

    async def _accepts(self, id: str, person: Caller) -> bool:
        """Or is too late, and others were chosen. False where the offer ran out before its answer came: then there has
        to be another.
        """
        try:
            answered = await person.post("engagements", f"/mine/engagements/{id}/accept", final=("not-offered",))
        except Final:
            return False
        if answered["status"] == "accepted":
            self._engaged[id] = person
            return True
        self._writer.refused += 1
        tell_now = len(self._engaged) % 2 == 0
        await self._role.is_not_chosen(id, tell_now=tell_now)
        if not tell_now:
            await self._role.tells(id)
        return True

    async def _offer(self, id: str) -> None:
        """A place that is held; where none is left, one more, to the first to answer."""
        try:
            await self._role.offers(id)
        except Final:
            await self._role.offers(id, beyond=True)

    async def _record_training(self, people: list[Caller]) -> None:
        path = f"/organisations/{TRUST}/sessions/{self._training}/attendance"
        body = {"attended": [person.account_id for person in people], "absent": []}
        await self._staff.coordinator.post("training", path, body)

    async def _claim(self, person: Caller) -> None:
        claim = await self._claim_of(person, "ready")
        await person.post("payments", f"/mine/claims/{claim['id']}/send")
        await self._staff.approver.post("payments", f"/organisations/{TRUST}/claims/{claim['id']}/approve")

    async def _be_paid(self, person: Caller) -> None:
        """Finance makes runs until this person is paid; a run of another group may have paid them already."""

        async def is_paid() -> bool | None:
            if (await self._claim_of(person, "approved", "paid"))["status"] == "paid":
                return True
            with suppress(Final):
                await self._staff.finance.post("payments", f"/organisations/{TRUST}/runs", final=("nothing-to-pay",))
            return None

        await until_answered(is_paid, f"be paid: {person.called}")
        self._writer.paid.append(person.account_id)

    async def _claim_of(self, person: Caller, *statuses: str) -> dict[str, Any]:
        def found(answer: Any) -> Any:
            return next((claim for claim in answer["claims"] if claim["status"] in statuses), None)

        return await person.get("payments", "/mine/claims", when=found)


TOO_LATE = ("session-too-early", "session-in-the-past")
"""The session of a draft had begun when its first copy arrived: a new draft is a new write."""


def _in(delay: timedelta) -> str:
    return (datetime.now(UTC) + delay).isoformat()


def _caller(doors: Doors, called: str, where: str) -> Caller:
    return Caller(doors, called, f"{called.lower()}@{where}.example")
