"""The network's staff keep the words that mean the same. What they say holds at once, in every search."""

from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.matching.commands.glossary import must_be_the_network
from services.matching.domain import synonyms as domain
from services.matching.domain.synonyms import SynonymWords, TooManySynonyms
from services.matching.store import synonyms as store


async def add(tx: Transaction[Member], said: SynonymWords) -> UUID:
    """Raises NotTheNetwork, SynonymThere and TooManySynonyms."""
    await must_be_the_network(tx)
    others = await store.others(tx, None)
    if len(others) >= domain.MOST:
        raise TooManySynonyms
    domain.check(said.words, (one.words for one in others))
    return await store.add(tx, said.words)


async def change(tx: Transaction[Member], id: UUID, said: SynonymWords) -> None:
    """Nothing is noted where they are the same. Raises NotTheNetwork, NoSuchSynonyms and SynonymThere."""
    await must_be_the_network(tx)
    before, others = await store.lock(tx, id), await store.others(tx, id)
    domain.check(said.words, (one.words for one in others))
    if list(before.words) != said.words:
        await store.change(tx, id, said.words)


async def take_out(tx: Transaction[Member], id: UUID) -> None:
    """Raises NotTheNetwork and NoSuchSynonyms."""
    await must_be_the_network(tx)
    await store.lock(tx, id)
    await store.take_out(tx, id)
