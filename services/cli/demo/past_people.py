"""How people joined the demo region in the past: asked, were answered, and said what would fit them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR, Person
from services.chassis.postgres.lists import Asked
from services.cli.demo.fitting import OWN_WORDS, more_of, needs_of
from services.cli.demo.past import Past, Step
from services.cli.demo.region import history
from services.identity.commands import accounts, demo, starting
from services.identity.commands.accounts import Newcomer
from services.matching.commands import fitting
from services.matching.domain.fit import Subscription
from services.notifications import queries as notified
from services.notifications.commands import contact, messages
from services.notifications.domain.contact import Wanted, channel_of
from services.recruitment import queries
from services.recruitment.commands import joining, pool, welcoming
from services.recruitment.domain.application import Draft
from services.recruitment.domain.needs import NeedsAnswers
from services.recruitment.domain.profile import Answers

FIRST_JOINED, EVERY = 175, 6
"""How many days ago the first joined, and how many later each next one."""
WOULD_HELP = "Tell us a little more about what you have seen, and ask again. We ring you if you like."
WHY = "I want services to work better for people like me."


@dataclass(frozen=True)
class Fits:
    """What somebody says would fit them. `lives_with` and `needs` are empty where they say nothing of their health."""

    called: str
    strand: str
    mode: str
    lives_with: str = ""
    needs: str = ""

    def answers(self, health_notice: str, number: int) -> Answers:
        of_health: dict[str, Any] = {}
        if self.lives_with:
            own = OWN_WORDS.get(self.called, "")
            of_health = {"lived_experience": [self.lives_with], "own_words": own, "health_consent": health_notice}
        return Answers.model_validate({"strands": [self.strand], "modes": [self.mode], **more_of(number), **of_health})


class People:
    """Most are answered within nine days and say what fits them; some wait for an answer now."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        for number, told in enumerate(history()["people"]):
            fits, joins = Fits(*told), FIRST_JOINED - EVERY * number
            steps += [(joins, partial(self.open, fits.called)), (joins, partial(self.apply, fits.called, WHY))]
            steps.append((joins - 5 - number % 4, partial(self._approve, fits.called)))
            steps.append((joins - 9, partial(self._say_what_fits, fits, number)))
        for number, told in enumerate(history()["asking"]):
            steps += self._ask(told, number)
        for one in history()["reached"]:
            wanted = {name: value for name, value in one.items() if name not in ("called", "since")}
            steps.append((one["since"], partial(self._say_how_to_reach, one["called"], Wanted(**wanted))))
        for one in history()["began"]:
            steps.append((one["since"], partial(self._begin, one["called"])))
            if "way" in one:
                way = Wanted(channel_of(one["way"]), one["at"], by_text=one["way"] == "text")
                steps.append((one["since"], partial(self._say_how_to_reach, one["called"], way)))
        for number, told in enumerate(history()["by_phone"]):
            fits, rang = Fits(*told["fits"]), told["rang"]
            steps += [(rang, partial(self._enter, fits.called, told)), (rang, partial(self.apply, fits.called, WHY))]
            steps.append((rang - 4, partial(self._approve, fits.called)))
            steps.append((rang - 6, partial(self._say_what_fits, fits, number)))
            steps += [(days, partial(self._ring_to_tell, fits.called)) for days in range(2, rang, 7)]
        return steps

    def _ask(self, told: Mapping[str, Any], number: int) -> list[Step]:
        """They asked so many days ago, and wait; or were told no three days after they first asked, and ask again."""
        fits, asked = Fits(*told["fits"]), told["asked"]
        steps: list[Step] = [(asked[0], partial(self.open, fits.called))]
        steps += [(days, partial(self.apply, fits.called, told["why"])) for days in asked]
        steps += [(days - 3, partial(self._decline, fits.called, told["answer"])) for days in asked[:-1]]
        return [*steps, (asked[-1], partial(self._say_what_fits, fits, number))]

    async def open(self, called: str) -> int:
        async with self._past.rooms.transaction("identity", VISITOR) as tx:
            who = await demo.make_account(tx, Newcomer(called, EmailAddress.read(f"{called.lower()}@people.example")))
        self._past.accounts[called] = Person(person_id=who.account_id, by=who.account_id, called=called)
        return 1

    async def _enter(self, called: str, told: Mapping[str, Any]) -> int:
        """Staff make an account for somebody on the phone, and say how they are reached; then theirs is the hand."""
        network = self._past.organisations[self._past.network]
        helper = replace(self._past.member(self._past.network, "screener"), by=self._past.colleagues[told["by"]])
        async with self._past.rooms.transaction("identity", helper) as tx:
            person_id = await accounts.enter_person(tx, called)
        hand = Person(person_id=person_id, by=helper.by, called=called, helping_for=network)
        self._past.accounts[called] = hand
        await self._past.rooms.carry()
        async with self._past.doing("notifications", hand, "choose_contact") as tx:
            await contact.enter_contact(tx, Wanted("phone", told["phone"]))
        return 2

    async def apply(self, called: str, why: str) -> int:
        async with self._past.doing("recruitment", self._past.accounts[called], "apply") as tx:
            agreed = {kind: edition.version for kind, edition in (await queries.policies_in_force(tx)).items()}
            sent = {"full_name": f"{called} Example", "why": why, "code_of_conduct": agreed["code_of_conduct"]}
            sent |= {"data_notice": agreed["data_notice"]}
            await joining.send_application(tx, Draft.model_validate(sent))
        return 1

    async def _approve(self, called: str) -> int:
        person, sent = self._past.accounts[called], await self.sent(called)
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await welcoming.approve_application(tx, sent.id, tell_now=True)
        self._past.pool.append(person)
        return 1

    async def _decline(self, called: str, answer: str) -> int:
        sent = await self.sent(called)
        async with self._past.as_member("recruitment", self._past.network, "screener") as tx:
            await welcoming.decline_application(tx, sent.id, reason=answer, would_help=WOULD_HELP, tell_now=True)
        return 1

    async def sent(self, called: str) -> queries.Application:
        async with self._past.rooms.transaction("recruitment", self._past.accounts[called]) as tx:
            sent = (await queries.my_joining(tx)).progress
        if sent is None:
            raise LookupError(f"the application of {called}")
        return sent.application

    async def _say_what_fits(self, fits: Fits, number: int) -> int:
        person = self._past.accounts[fits.called]
        async with self._past.doing("recruitment", person, "give_profile") as tx:
            notice = (await queries.policies_in_force(tx))["health_data"].version
            await pool.give_profile(tx, fits.answers(notice, number))
            if fits.needs:
                said = needs_of(fits.called, fits.needs, notice)
                await pool.give_needs(tx, NeedsAnswers.model_validate(said))
        async with self._past.doing("matching", person, "say_wishes") as tx:
            await fitting.subscribe(tx, Subscription(modes=()))
        return 2

    async def _ring_to_tell(self, called: str) -> int:
        """Staff ring once a week, and tell all that there is."""
        async with self._past.as_member("notifications", self._past.network, "screener") as tx:
            due = (await notified.people_to_tell(tx, Asked(size=100), called)).items
            for one in due:
                await messages.note_told(tx, one.message.id)
        return len(due)

    async def _begin(self, called: str) -> int:
        async with self._past.rooms.transaction("identity", VISITOR) as tx:
            who = await starting.start(tx, called)
        self._past.accounts[called] = Person(person_id=who.account_id, by=who.account_id, called=called)
        return 1

    async def _say_how_to_reach(self, called: str, wanted: Wanted) -> int:
        secret = self._past.rooms.apps["notifications"].site.form_secret
        async with self._past.rooms.transaction("notifications", self._past.accounts[called]) as tx:
            await contact.choose_contact(tx, wanted, secret=secret)
        return 1
