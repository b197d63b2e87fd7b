"""How people joined the demo region in the past, and were trained."""

from functools import partial
from itertools import islice
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR, Person
from services.cli.demo.past import Past, Step, history
from services.cli.demo.region import region
from services.identity.commands import demo
from services.identity.commands.accounts import Newcomer
from services.matching import commands as matching
from services.matching.domain.fit import Subscription
from services.recruitment import queries
from services.recruitment.commands import joining, pool
from services.recruitment.domain.application import Draft
from services.recruitment.domain.profile import Answers
from services.training import commands as training
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft

FIRST_JOINED, EVERY = 175, 6
"""How many days ago the first joined, and how many later each next one."""
SESSIONS = (150, 120, 90, 60, 30)
"""Of training, so many days ago."""
PLACES = 6


class People:
    """Each asks to join, is answered within nine days, says what would fit, and comes to the next training."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._sessions: dict[int, UUID] = {}
        self._trained: set[UUID] = set()

    def steps(self) -> list[Step]:
        steps: list[Step] = [(182, self._offer_training)]
        for number, (called, strand, mode) in enumerate(history()["people"]):
            joins = FIRST_JOINED - EVERY * number
            steps += [(joins, partial(self._open, called)), (joins, partial(self._apply, number))]
            steps.append((joins - 5 - number % 4, partial(self._approve, number)))
            steps.append((joins - 9, partial(self._say_what_fits, number, strand, mode)))
        for days in SESSIONS:
            steps += [(days + 2, partial(self._enrol, days)), (days - 1, partial(self._record, days))]
        return steps

    @property
    def _trains(self) -> str:
        return region()["programmes"][0]["by"]

    async def _offer_training(self) -> int:
        summary = region()["programmes"][0]["summary"]
        async with self._past.as_member("training", self._trains, "trainer") as tx:
            sent = ProgrammeDraft(title="First steps", summary=summary, credential="first_steps")
            programme = await training.offer_programme(tx, sent)
        for days in SESSIONS:
            when = self._past.at(days, hour=11)
            async with self._past.as_member("training", self._trains, "trainer") as tx:
                session = SessionDraft(starts_at=when, hours=4, mode="remote", place="", places=PLACES)
                self._sessions[days] = await training.add_session(tx, programme, session)
        return 1 + len(SESSIONS)

    async def _open(self, called: str) -> int:
        async with self._past.rooms.transaction("identity", VISITOR) as tx:
            who = await demo.make_account(tx, Newcomer(called, EmailAddress.read(f"{called.lower()}@people.example")))
        self._past.accounts.append(Person(person_id=who.account_id, by=who.account_id, called=called))
        return 1

    async def _apply(self, number: int) -> int:
        person = self._past.accounts[number]
        why = "I want services to work better for people like me."
        async with self._past.rooms.transaction("recruitment", person) as tx:
            agreed = {kind: edition.version for kind, edition in (await queries.policies_in_force(tx)).items()}
            sent = {"full_name": f"{person.called} Example", "why": why, "code_of_conduct": agreed["code_of_conduct"]}
            await joining.send_application(tx, Draft(**sent, data_notice=agreed["data_notice"]))
        return 1

    async def _approve(self, number: int) -> int:
        person = self._past.accounts[number]
        async with self._past.rooms.transaction("recruitment", person) as tx:
            sent = (await queries.my_joining(tx)).progress
        if sent is None:
            raise LookupError(f"the application of {person.called}")
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await joining.approve_application(tx, sent.application.id)
        self._past.pool.append(person)
        return 1

    async def _say_what_fits(self, number: int, strand: str, mode: str) -> int:
        person = self._past.accounts[number]
        async with self._past.rooms.transaction("recruitment", person) as tx:
            await pool.give_profile(tx, Answers.model_validate({"strands": [strand], "modes": [mode]}))
        async with self._past.rooms.transaction("matching", person) as tx:
            await matching.subscribe(tx, Subscription(strands=(strand,)))
        return 2

    async def _enrol(self, days: int) -> int:
        new = list(islice((one for one in self._past.pool if one.person_id not in self._trained), PLACES))
        for person in new:
            async with self._past.rooms.transaction("training", person) as tx:
                await training.enrol(tx, self._sessions[days])
        self._trained |= {one.person_id for one in new}
        self._came = [one.person_id for one in new]
        return len(new)

    async def _record(self, days: int) -> int:
        if not self._came:
            return 0
        async with self._past.as_member("training", self._trains, "trainer") as tx:
            await training.record_attendance(tx, self._sessions[days], Register(attended=self._came))
        return 1
