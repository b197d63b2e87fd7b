"""The people and organisations that recruitment's tests share, and what they do."""

from dataclasses import dataclass
from uuid import UUID

from schemas.identity import AccountOpened, Organisation
from schemas.recruitment import Leader
from services.recruitment.commands import joining, welcoming
from services.recruitment.domain.application import Draft
from services.recruitment.store import applications, leaders
from tests.support import Connected, Person, member, organisation, registered

FULL_NAME = "Samira Example"
WORDS = "I have lived with long-term pain."


@dataclass
class Scene:
    """A network with a screener, a trust with a coordinator and a screener of its own, and somebody new."""

    recruitment: Connected
    network: Organisation
    trust: Organisation
    screener: Person
    welcomer: Person
    """A colleague of the screener's in the welcome team."""
    coordinator: Person
    trust_screener: Person
    sam: Person

    async def send(self, person: Person | None = None) -> UUID:
        async with self.recruitment.transaction((person or self.sam).acting()) as tx:
            return await joining.send_application(tx, draft())

    async def approve(self, id: UUID, screener: Person | None = None) -> Leader:
        async with self.recruitment.transaction((screener or self.screener).acting(self.network)) as tx:
            await welcoming.approve_application(tx, id, tell_now=True)
            leader = await leaders.get(tx, (await applications.lock(tx, id)).person_id)
        assert leader, "they are in the pool"
        return leader

    async def decline(
        self, id: UUID, reason: str = "Please tell us more.", would_help: str = "Ring us.", by: Person | None = None
    ) -> None:
        async with self.recruitment.transaction((by or self.screener).acting(self.network)) as tx:
            await welcoming.decline_application(tx, id, reason=reason, would_help=would_help, tell_now=True)

    async def ask(self, person: Person | None = None) -> UUID:
        """With a name alone."""
        async with self.recruitment.transaction() as tx:
            id = await joining.open_application(tx, (person or self.sam).id)
        assert id, "they asked"
        return id

    async def bring(self, person: Person, stage: str) -> None:
        """To a stage of joining; `nothing`: nowhere."""
        if stage == "nothing":
            return
        id = await (self.ask(person) if stage == "asked" else self.send(person))
        if stage in ("approved", "left"):
            await self.approve(id)
        if stage == "declined":
            await self.decline(id, by=self.welcomer)
        if stage in ("again", "declined_again"):
            await self.decline(id)
        async with self.recruitment.transaction(person.acting()) as tx:
            if stage == "withdrawn":
                await joining.withdraw_application(tx)
            if stage in ("again", "declined_again"):
                await joining.look_again(tx)
        if stage == "declined_again":
            await self.decline(id, by=self.welcomer)
        async with self.recruitment.transaction(self.screener.acting(self.network)) as tx:
            if stage == "talked":
                await welcoming.agree_talk(tx, id, at=tx.now, how="phone")
            if stage == "more_asked":
                await welcoming.ask_more(tx, id, "Which clinic do you know?")
            if stage == "answered":
                await welcoming.approve_application(tx, id)

    async def in_pool(self, person: Person | None = None) -> Leader:
        return await self.approve(await self.send(person))

    async def names(self) -> list[str]:
        return [name for name, _ in await self.recruitment.said()]

    async def knows(self, *people: Person) -> None:
        await self.recruitment.hears_and_settles(*(one.opened for one in people))

    async def by_phone(self, called: str = "Pat") -> Person:
        """Somebody on the phone: an account that nobody can sign in to."""
        person = Person(called=called)
        account = person.account.model_copy(update={"can_sign_in": False})
        await self.recruitment.hears_and_settles(AccountOpened(account))
        return person


def draft(**changes: object) -> Draft:
    values = {"full_name": FULL_NAME, "why": WORDS, "code_of_conduct": "1", "data_notice": "1"}
    return Draft.model_validate(values | changes)


async def make_scene(recruitment: Connected) -> Scene:
    network = organisation("QNX", "The Network of Example", kind="network")
    trust = organisation()
    scene = Scene(
        recruitment,
        network,
        trust,
        screener=member(network, "screener", called="Robin"),
        welcomer=member(network, "screener", called="Noor"),
        coordinator=member(trust, "coordinator", called="Alex"),
        trust_screener=member(trust, "screener", called="Kit"),
        sam=Person(called="Sam"),
    )
    await recruitment.hears_and_settles(*registered(network, trust))
    await scene.knows(scene.screener, scene.welcomer, scene.coordinator, scene.trust_screener, scene.sam)
    return scene
