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
        coordinator=member(trust, "coordinator", called="Alex"),
        trust_screener=member(trust, "screener", called="Kit"),
        sam=Person(called="Sam"),
    )
    await recruitment.hears_and_settles(*registered(network, trust))
    await scene.knows(scene.screener, scene.coordinator, scene.trust_screener, scene.sam)
    return scene
