"""The network's staff keep the glossary. What they say holds at once, on every draft that is not posted yet."""

from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotTheNetwork, TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching.domain import glossary as domain
from services.matching.domain.glossary import EntryWords, TooManyTerms
from services.matching.store import glossary as store


async def add_term(tx: Transaction[Member], words: EntryWords) -> UUID:
    """Raises NotTheNetwork, PlainHasTerm, TermThere and TooManyTerms."""
    await must_be_the_network(tx)
    domain.check(words)
    if await store.how_many(tx) >= domain.MOST:
        raise TooManyTerms
    return await store.add(tx, words)


async def change_term(tx: Transaction[Member], id: UUID, words: EntryWords) -> None:
    """Nothing is noted where it says the same. Raises NoSuchTerm, and what adding one raises."""
    await must_be_the_network(tx)
    domain.check(words)
    before = await store.lock(tx, id)
    if (before.term, before.plain, before.explanation) != (words.term, words.plain, words.explanation):
        await store.change(tx, id, words)


async def take_out_term(tx: Transaction[Member], id: UUID) -> None:
    """Raises NotTheNetwork and NoSuchTerm."""
    await must_be_the_network(tx)
    await store.lock(tx, id)
    await store.take_out(tx, id)


async def must_be_the_network(tx: Transaction[Member]) -> None:
    """Raises NotTheNetwork."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise TryAgainSoon
    if organisation.kind != "network":
        raise NotTheNetwork
