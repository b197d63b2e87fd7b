"""The words of messages as they are now: what of a list is open, and whom to ring. Whoever shows or sends one asks."""

from collections.abc import Sequence

from services.chassis.postgres.transaction import Transaction
from services.notifications import desks_of_now, words_of_fitting, words_of_lists
from services.notifications.domain.message import Message


async def in_words(tx: Transaction, messages: Sequence[Message], *, in_mail: bool = False) -> list[Message]:
    """`in_mail`: with a link of each role in a round-up, where others read them beside it."""
    filled = await words_of_fitting.with_words(tx, messages, in_mail=in_mail)
    return await desks_of_now.with_desks(tx, await words_of_lists.with_words(tx, filled))
