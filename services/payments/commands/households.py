"""Say that two people live together: it blocks nobody's pay, somebody else decides about it."""

import secrets
from uuid import UUID

from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.payments.domain import household as domain
from services.payments.domain.household import Code, TypedCode
from services.payments.store import households as store


async def show_code(tx: Transaction[Person]) -> Code:
    """A code for the other to type, good for a day and for one use, in place of an older one."""
    code = domain.new_code(secrets.token_bytes(8), tx.now)
    await store.save_code(tx, tx.acting.person_id, code)
    return code


async def say(tx: Transaction[Person], typed: TypedCode) -> None:
    """Whoever asks was shown this code by somebody with whom they live. Raises CodeNotGood or OwnCode."""
    person_id, good_until = await store.take_code(tx, typed.tidy())
    other = domain.must_be_good(person_id, good_until, by=tx.acting.person_id, now=tx.now)
    await store.add(tx, tx.acting.person_id, other, now=tx.now)


async def end(tx: Transaction[Person], with_id: UUID) -> None:
    """They do not live together any more. What was decided meanwhile stays listed."""
    await store.end(tx, tx.acting.person_id, with_id, now=tx.now)
